"""From the review of access to one PDF that is PDF/A-2a and PDF/UA-1: to print, sign and keep.

The words are Polish here and in review.typ, as on the consent form.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone

from consents.form_pdf import TYPST as FONTS

from .configuration import Municipality, read
from .models import User
from .reviewing import Access, Report, UnitAccess

TYPST = Path(__file__).parent / "typst"
TITLE = "Przegląd uprawnień"


def render(report: Report, *, by: User) -> bytes:
    """Set the report in type; the same report gives the same bytes."""
    pdf: bytes = typst.compile(
        str(TYPST / "review.typ"),
        root=str(TYPST),
        font_paths=[str(FONTS / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(described(report, by=by), ensure_ascii=False)},
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(report.at.timestamp()),
    )
    return pdf


def described(report: Report, *, by: User) -> dict[str, Any]:
    """What stands on the paper, in the order of the page."""
    return {
        "title": TITLE,
        "office": read(Municipality).name,
        "at": _moment(report.at),
        "by": str(by),
        "summary": f"Kont: {report.people}, w tym zablokowanych: {report.blocked}.",
        "units": [_unit(unit) for unit in report.units],
        "roles": [
            {"name": name, "people": people, "words": ", ".join(words)}
            for name, people, words in report.roles
        ],
        "review": _review(report),
    }


def _unit(unit: UnitAccess) -> dict[str, Any]:
    kind = unit.unit.get_kind_display()
    return {
        "name": f"{unit.unit.name} ({kind})",
        "accounts": [_account(one) for one in unit.accounts],
    }


def _account(one: Access) -> dict[str, Any]:
    last = one.user.last_login
    return {
        "name": one.name,
        "position": one.user.profile.position,
        "roles": ", ".join(one.roles) or "brak",
        "permissions": one.permissions,
        "last": _moment(last) if last else "nigdy",
        "factors": ", ".join(str(words) for words in one.factors) or "brak",
        "state": "czynne" if one.user.is_active else "zablokowane",
    }


def _review(report: Report) -> str:
    if report.last is None:
        return "Uprawnień jeszcze nikt nie przejrzał."
    return f"Poprzedni przegląd: {_moment(report.last.at)}, {report.last.by}."


def _moment(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local.day}.{local.month:02}.{local.year}, {local:%H:%M}"
