"""From what the system really holds to the documents that data protection asks for.

    DOCUMENTS["ocena-skutkow"].build(date(2026, 11, 20))  ->  blocks.Document

`page` and the typesetter draw the same blocks; `data` are the files behind the document.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import assessment, register
from .activities import activities
from .blocks import Document

Rows = tuple[tuple[str, ...], list[Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A document that can be made at any moment; `tables` are offered as CSV under their names."""

    code: str
    title: str
    about: str | Promise
    icon: str
    build: Callable[[date], Document]
    tables: Mapping[str, tuple[str | Promise, Callable[[], Rows]]]
    data: Callable[[], list[dict[str, Any]]] | None = None
    to_complete: bool = False


def _activities() -> list[dict[str, Any]]:
    return [activity.plain() for activity in activities()]


DOCUMENTS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            register.CODE,
            register.TITLE,
            _("Article 30 GDPR: purposes, people, data, recipients, periods, safeguards."),
            "clipboard-list",
            register.register,
            {"kolumny": (_("Encrypted columns"), register.data_rows)},
            data=_activities,
        ),
        Kind(
            assessment.CODE,
            assessment.TITLE,
            _("Article 35 GDPR: what is done, why, what could go wrong, what is done about it."),
            "scale",
            assessment.assessment,
            {"ryzyka": (_("Table of risks"), assessment.risk_rows)},
            to_complete=True,
        ),
    )
}

__all__ = ["DOCUMENTS", "Document", "Kind"]
