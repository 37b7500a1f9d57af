"""From a document's blocks to one PDF that is PDF/A-2a and PDF/UA-1."""

import json
from pathlib import Path

import typst
from django.utils import timezone

from admin_module.configuration import Municipality, read
from consents.form_pdf import TYPST as FORMS

from .blocks import Document

TYPST = Path(__file__).parent / "typst"


def pdf(document: Document) -> bytes:
    """Set the document in type; it carries the beginning of its day, so that equal ones are equal."""
    office = read(Municipality)
    data = document.plain() | {"office": office.name, "address": office.address}
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    file: bytes = typst.compile(
        str(TYPST / "document.typ"),
        root=str(TYPST),
        font_paths=[str(FORMS / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(midnight.timestamp()),
    )
    return file
