"""From words to the reports that hold them, by opening what may be looked through; nothing is indexed.

What people wrote is sealed, so a search opens report by report, the newest first, and stops at
MOST_OPENED: the page says how far it came, and filters bring the rest within reach.
"""

import re
from dataclasses import dataclass

from icp.encryption import canon
from reports.models import Details
from reports.models.reports import ReportQuerySet

MOST_OPENED = 3000
MOST_FOUND = 100
_NUMBER = re.compile(r"(?:ZG/)?(?:(?P<year>\d{4})/)?0*(?P<number>\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """Primary keys, the newest first; `opened` of `among` reports were looked through."""

    ids: list[int]
    opened: int
    among: int

    @property
    def is_complete(self) -> bool:
        return self.opened >= self.among and len(self.ids) < MOST_FOUND


def by_number(rows: ReportQuerySet, text: str) -> list[int]:
    """Reports whose number was typed, whole ("ZG/2026/000123") or its last part ("123")."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return []
    ending = f"/{int(found['number']):06d}"
    if found["year"]:
        ending = f"/{found['year']}{ending}"
    return list(rows.filter(number__endswith=ending).values_list("pk", flat=True)[:MOST_FOUND])


def search(rows: ReportQuerySet, text: str) -> Found:
    """A number, or words that all stand somewhere in what was told about the report."""
    numbered = by_number(rows, text)
    if numbered:
        return Found(numbered, 0, 0)
    words = canon.fold(text).split()
    newest = rows.filter(forgotten_at=None).order_by("-pk")
    among, opened, ids = newest.count(), 0, []
    for pk, number, details, public_text in newest[:MOST_OPENED].opened(
        "number", "details", "public_text"
    ):
        opened += 1
        said = canon.fold(_said(number, details, public_text))
        if all(word in said for word in words):
            ids.append(pk)
            if len(ids) == MOST_FOUND:
                break
    return Found(ids, opened, among)


def _said(number: str, details: Details | None, public_text: str | None) -> str:
    parts = [number, public_text or ""]
    if details is not None:
        answers = [str(answer) for answer in details.answers.values()]
        parts += [details.description, details.address, *answers]
    return "\n".join(parts)
