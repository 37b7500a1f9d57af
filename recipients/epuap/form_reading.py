"""From an XML document of an ePUAP form to the values of its fields, along paths that cannot run away.

Paths are a small part of XPath 1.0: names, attributes, text(), positions and equality. No functions, no
axes, two "//" at most: who edits them can neither read other files nor keep the server busy.
"""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from lxml import etree

from messaging.channels.epuap.xml import BadXml, parse

LONGEST_PATH = 300
MOST_DESCENTS = 2
DEEPEST = 60
MOST_ELEMENTS = 20_000
MOST_VALUES = 50
LONGEST_VALUE = 4000

_NAME = r"(?:[A-Za-z_][\w-]*:)?[A-Za-z_][\w-]*"
_STEP = rf"(?:@{_NAME}|text\(\)|(?:{_NAME}|\*)(?:\[(?:[1-9]\d?|@?{_NAME}=(?:'[^'\"\[\]]*'|\"[^'\"\[\]]*\"))\])*)"
PATH = re.compile(rf"/{{1,2}}{_STEP}(?:/{{1,2}}{_STEP}){{0,30}}")
PREFIX = re.compile(r"([A-Za-z_][\w-]*):")
SENTENCES = {
    "long": _("The path is too long."),
    "path": _(
        "This is not a path that may be used here. Write it like //oso:Osoba/oso:Imie: names, *,"
        " attributes, text(), positions like [1]."
    ),
    "descents": _("Use // at most twice in a path."),
    "prefix": _("Unknown prefix in the path. Use one of: %(known)s."),
    "xml": _("The sample cannot be read: it is damaged, too large or has a DOCTYPE."),
    "deep": _("The sample has too many elements, or they stand too deep in each other."),
}


class BadPath(ValueError):
    """A path that is not followed; `code` is a key of SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_path(path: str, prefixes: Mapping[str, str]) -> None:
    """Raise BadPath unless the path is one of the small part and all its prefixes are known."""
    if len(path) > LONGEST_PATH:
        raise BadPath("long")
    if not PATH.fullmatch(path):
        raise BadPath("path")
    if path.count("//") > MOST_DESCENTS:
        raise BadPath("descents")
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", path)
    if set(PREFIX.findall(bare)) - prefixes.keys():
        raise BadPath("prefix")
    try:
        etree.XPath(path, namespaces=dict(prefixes))
    except etree.XPathSyntaxError as error:
        raise BadPath("path") from error


def read_document(raw: bytes) -> etree._Element:
    """The root of an untrusted document: no DTD, no entities, no network. Raises BadXml ("deep"
    where it is too large to be a form)."""
    root = parse(raw)
    check_size(root)
    return root


def check_size(root: etree._Element) -> None:
    """Raise BadXml ("deep") where the document is too large to be a form."""
    depth = count = 0
    for event, _node in etree.iterwalk(root, events=("start", "end")):
        count += event == "start"
        depth += 1 if event == "start" else -1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise BadXml("deep")


def values(
    root: etree._Element, paths: Mapping[str, str], prefixes: Mapping[str, str]
) -> dict[str, list[str]]:
    """What each path gives, in the order of the document; raises BadPath."""
    found = {}
    for name, path in paths.items():
        check_path(path, prefixes)
        hits = etree.XPath(path, namespaces=dict(prefixes))(root)
        if not isinstance(hits, list):  # only functions give anything else
            raise BadPath("path")
        found[name] = [text for hit in hits[:MOST_VALUES] if (text := _text(hit))]
    return found


def _text(hit: object) -> str:
    text = (
        "".join(str(part) for part in hit.itertext())
        if isinstance(hit, etree._Element)
        else str(hit)
    )
    return " ".join(text.split())[:LONGEST_VALUE]
