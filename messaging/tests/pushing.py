"""What the tests of the callback share: ePUAP's hand, an envelope, and what the office answers."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from lxml import etree
from pytest_django import Settings

from admin_module import configuration
from messaging.channels.epuap.push import OB
from messaging.channels.epuap.wsse import SOAP
from messaging.epuap import keys
from messaging.tests.signed import FORM, PERSON
from sandbox.certificates import Certificates
from sandbox.epuap_outbox import Outbox, Parcel
from sandbox.epuap_platform import Platform
from sandbox.signing import seal, sign
from sandbox.world import Accounts, World

MARK = "Nieodgadniona"  # stands in every document, and may stand nowhere else


def outbox_of(files: Certificates) -> Outbox:
    return Outbox(Platform(World(Accounts(epuap_folder=str(files.key.parent)))))


def parcel_of(files: Certificates, **more: Any) -> Parcel:
    """A signed registration of one person."""
    content = sign(FORM.replace(b"s@e.example", f"{MARK}@e.example".encode()), seal(files), PERSON)
    given = {
        "pesel": PERSON.pesel,
        "first_name": PERSON.first_name,
        "last_name": MARK,
        "reply_to": "/swieta/domyslna",
    }
    return Parcel(**({"content": content} | given | more))


def believing(settings: Settings, files: Certificates, **more: object) -> None:
    """Pin the stand-in's certificates; `more` are settings of the channel."""
    known = {
        "trusted_file": str(files.trusted),
        "seals_file": str(files.seal),
        "authorities_file": str(files.authority),
        "key_file": str(files.key),
        "certificate_file": str(files.certificate),
    }
    settings.CHANNELS = settings.CHANNELS | {"epuap": settings.CHANNELS["epuap"] | known | more}
    keys.forget()
    configuration.forget()


def post(client: Client, raw: bytes, **more: Any) -> HttpResponse:
    answer = client.post(reverse("epuap-push"), raw, content_type="text/xml; charset=utf-8", **more)
    return cast(HttpResponse, answer)


def edited(raw: bytes, change: Callable[[etree._Element], object]) -> bytes:
    root = etree.fromstring(raw)
    change(root)
    return etree.tostring(root)


def said(answer: HttpResponse) -> tuple[int, str, str]:
    """HTTP status, what the Body holds, the code in it."""
    root = etree.fromstring(answer.content)
    body = root.find(f"{{{SOAP}}}Body")
    assert body is not None
    assert len(body) == 1
    code = body[0].findtext(".//kod") or ""
    if body[0].tag == f"{{{SOAP}}}Fault":
        assert body[0].find(f".//{{{OB}}}Wyjatek") is not None
    return answer.status_code, etree.QName(body[0]).localname, code
