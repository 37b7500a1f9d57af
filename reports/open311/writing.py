"""From plain values to GeoReport's XML, and to JSON by the "Spark" mapping, where the root disappears.

An empty element is null in JSON. XML has no namespace and is UTF-8 with a declaration.
"""

import json
import re
from typing import Any

from lxml import etree

TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
# What the members of a list are called, by the name of the list.
MEMBERS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
# XML 1.0, section 2.2: what no document may hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(root: str, value: Any, form: str) -> bytes:
    """`form` is a key of TYPES."""
    if form == "json":
        return json.dumps(_null(value), ensure_ascii=False).encode("utf-8", "replace")
    text: str = etree.tostring(_element(root, value), encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _null(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _null(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_null(inner) for inner in value]
    return None if value == "" else value


def _element(name: str, value: Any) -> etree._Element:
    element = etree.Element(name)
    if isinstance(value, dict):
        element.extend(_element(inner, of) for inner, of in value.items())
    elif isinstance(value, list):
        element.extend(_element(MEMBERS[name], inner) for inner in value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _FORBIDDEN.sub("", str(value)) or None
    return element
