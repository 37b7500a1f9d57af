"""From the office's address to one sheet for notice boards: how to tell a genuine SMS from a false one.

The words are Polish here and in poster.typ, as on the consent form.
"""

import io
import json
from functools import lru_cache
from pathlib import Path

import segno
import typst
from django.conf import settings
from django.urls import reverse

from admin_module.configuration import Municipality, SmsGateway, read
from consents.form_pdf import TYPST as FORMS
from messaging.texts import short_links

TYPST = Path(__file__).parent / "typst"
RELEASED = 1_767_225_600  # the sheet's own date: equal sheets are equal bytes


def pdf() -> bytes:
    """PDF/A-2a and PDF/UA-1; made once for what the office is called and where it is found."""
    office, gateway = read(Municipality), read(SmsGateway)
    return _made(office.name, office.phone, gateway.sender, settings.PUBLIC_URL)


@lru_cache(maxsize=4)
def _made(office: str, phone: str, sender: str, public_url: str) -> bytes:
    url = public_url + reverse("short-link-form")
    data = {
        "office": office,
        "phone": phone,
        "sender": sender,
        "address": short_links.place() or url,
        "sample": short_links.address("K7W3M9P"),
    }
    file: bytes = typst.compile(
        str(TYPST / "poster.typ"),
        root=str(TYPST),
        font_paths=[str(FORMS / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "qr": _qr(url)},
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=RELEASED,
    )
    return file


def _qr(url: str) -> str:
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        out, kind="svg", border=0, xmldecl=False, dark="#131e2e"
    )
    return out.getvalue().decode()
