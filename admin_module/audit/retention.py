"""From the months that need not be kept any more to a log that begins later and is still proven.

Segments go whole. What stands in the log afterwards is the entry that recorded the cut: it names
the last place and its digest, which the rest of the chain must follow (verifying.beginning).
"""

from dataclasses import dataclass
from datetime import date

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from admin_module import append_only
from admin_module.models import AuditEntry, AuditLink

from . import checkpoints
from .checkpoints import Checkpoint
from .recording import record
from .verifying import CUT, verify

TABLES = ("admin_module_auditlink", "admin_module_auditentry")  # the link names the entry
YEAR = 12  # months
FEWEST_YEARS = 2  # whatever the setting says (KRI, accountability)


class CannotDrop(Exception):
    """Why nothing was dropped; `findings` are those of the verification, if it was that."""

    def __init__(self, why: str, findings: list[str] | None = None) -> None:
        super().__init__(why)
        self.findings = findings or []


@dataclass(frozen=True, slots=True)
class Segment:
    """The entries of one closing, in the words of its month."""

    month: date  # its first day
    first: int
    last: int
    closed: date
    digest: str
    kept: bool  # False: dropped
    due: bool  # may be dropped

    @property
    def entries(self) -> int:
        return self.last - self.first + 1


def segments(years: int, today: date | None = None) -> list[Segment]:
    """Every closed segment, the oldest first; due are those that ended `years` ago or earlier.

    Raises as checkpoints.read does where the file is damaged.
    """
    begin = AuditLink.objects.order_by("position").values_list("position", flat=True).first() or 1
    limit = _months(today or timezone.localdate()) - max(years, FEWEST_YEARS) * YEAR
    found: list[Segment] = []
    for closing in checkpoints.segments():
        first = found[-1].last + 1 if found else 1
        month = date.fromisoformat(f"{closing.closes}-01")
        kept = closing.position >= begin
        due = kept and _months(month) < limit
        found.append(_segment(closing, first, month, kept=kept, due=due))
    return found


def drop_segments(years: int, today: date | None = None) -> Segment | None:
    """Drop every segment that is due; return the last of them, None where none is.

    Raises CannotDrop where the log is not whole or this role of the database may not.
    """
    due = [segment for segment in segments(years, today) if segment.due]
    if not due:
        return None
    findings = verify()
    if findings:
        raise CannotDrop("findings", findings)
    try:
        with transaction.atomic():
            _cut(due[-1])
    except DatabaseError as refusal:
        raise CannotDrop("role") from refusal
    return due[-1]


def _cut(last: Segment) -> None:
    """Everything up to the end of a segment, in the caller's transaction, with its own entry."""
    gone = AuditLink.objects.filter(position__lte=last.last)
    entries = AuditEntry.objects.filter(link__position__lte=last.last)
    pks = list(entries.values_list("pk", flat=True))
    record(
        CUT,
        "admin_module.auditentry:all",
        by=None,
        detail={
            "position": last.last,
            "digest": last.digest,
            "entries": len(pks),
            "month": f"{last.month:%Y-%m}",
        },
    )
    alone = connection.vendor == "sqlite"  # it knows no roles: the guards come off and on again
    for table in TABLES if alone else ():
        append_only.release(connection, table)
    gone._raw_delete(gone.db)
    for start in range(0, len(pks), 500):
        some = AuditEntry.objects.filter(pk__in=pks[start : start + 500])
        some._raw_delete(some.db)
    for table in TABLES if alone else ():
        append_only.guard(connection, table)


def _segment(closing: Checkpoint, first: int, month: date, *, kept: bool, due: bool) -> Segment:
    closed = date.fromisoformat(closing.day)
    return Segment(month, first, closing.position, closed, closing.digest, kept=kept, due=due)


def _months(day: date) -> int:
    return day.year * YEAR + day.month
