"""From a raw request of GeoReport v2 to an answer that its grammar allows, in XML and as JSON."""

import json
from pathlib import Path
from typing import Any

from django.test import Client
from lxml import etree

from reports.models import (
    Report,
    Visibility,
)
from reports.tests.asking import App

BASE = "/open311/v2/"
GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).with_name("georeport.rng")))
CODE = "dziury_w_testach"
FORM: dict[str, Any] = {
    "service_code": CODE,
    "attribute[danger]": "no",
    "lat": "52.301",
    "long": "22.0",
    "description": "Dziura & wyrwa <przed> szkołą",
}


def xml(answer: Any, status: int = 200) -> etree._Element:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    root = etree.fromstring(answer.content)
    GRAMMAR.assertValid(root)
    return root


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(answer.content)


def public(description: str = "Dziura przed szkołą.", **more: Any) -> Report:
    """A report that the office let out."""
    said = App.new().report(description="Moja dziura, tel. 600 100 200", **more)
    row: Report = Report.objects.get(uid=said["id"])
    row.visibility, row.public_text = Visibility.PUBLIC, description
    row.save(update_fields=["visibility", "public_text"])
    return row


def both(client: Client, path: str, query: str = "", status: int = 200) -> tuple[Any, Any]:
    """The same in both formats."""
    return (
        xml(client.get(f"{BASE}{path}.xml{query}"), status),
        told(client.get(f"{BASE}{path}.json{query}"), status),
    )
