"""From the data of a paper to one PDF that is PDF/A-2a and PDF/UA-1, under the office's letterhead."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone

from admin_module.configuration import CustomerOffice, Municipality, logos, read
from consents.form_pdf import TYPST as FORMS
from icp.encryption.codec import as_mapping
from messaging.about_person.paper import STRANGE

from .dates import day_of

TYPST = Path(__file__).parent / "typst"


def typeset(source: str, data: Mapping[str, Any], made: datetime) -> bytes:
    """`source`: a file of the folder `typst`; `data`: what it reads beside the letterhead.

    Signs without a glyph become question marks: a letter of the procedure has to go out.
    """
    text = json.dumps({**letterhead(made), **data}, ensure_ascii=False)
    try:
        return _compile(source, text, made)
    except typst.TypstError:
        return _compile(source, STRANGE.sub("?", text), made)


def letterhead(made: datetime) -> dict[str, Any]:
    """The office, its logo, the customer office, and place and day."""
    office = read(Municipality)
    day = day_of(timezone.localdate(made))
    return {
        "office": as_mapping(office),
        "logo": logos.as_svg(),
        "centre": read(CustomerOffice).office_name,
        "place-and-day": f"{office.town}, {day}".strip(", "),
    }


def _compile(source: str, data: str, made: datetime) -> bytes:
    pdf: bytes = typst.compile(
        str(TYPST / source),
        root=str(TYPST),
        font_paths=[str(FORMS / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(made.timestamp()),
    )
    return pdf
