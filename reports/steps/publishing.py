"""From a wish to be public to what everybody sees: nothing that looks personal before somebody looked."""

import re

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from reports.models import EventKind, Report, ReportCategory, Visibility

from . import recording, telling
from .acting import Actor

# What a text must not hold to be shown unseen: a telephone, PESEL or account number, an address of the
# internet, a number plate, somebody who is named.
PERSONAL = re.compile(
    r"\d(?:[ \-./]?\d){6}"
    r"|@|https?:|www\."
    r"|\b[A-Z]{2,3}[ -]?(?=[A-Z0-9]*\d)[A-Z0-9]{4,5}\b"
    r"|\b(?:[Pp]an(?:i|a|em|u|ią)?|[Ss]ąsiad\w*)\s+[A-ZĄĆĘŁŃÓŚŹŻ]\w+"
)


def looks_personal(text: str) -> bool:
    return PERSONAL.search(text) is not None


def decide(row: Report, *, wants_public: bool, with_photos: bool) -> None:
    """Whether a new report is shown, waits for somebody to look, or stays between us."""
    publishing = row.category.publishing
    if not wants_public or publishing == ReportCategory.Publishing.NEVER:
        row.visibility = Visibility.PRIVATE
        return
    row.visibility = Visibility.PENDING
    text = row.details.description
    if publishing == ReportCategory.Publishing.AT_ONCE and not looks_personal(text):
        row.visibility, row.public_text = Visibility.PUBLIC, text
    # A photo is never shown unseen: it waits on its own (ReportPhoto.visibility).


def show(report: Report, *, by: User, version: int, text: str | None = None) -> Report:
    """Show the report to everybody, with `text` in place of what was written; raises Stale."""
    return _decide(report, Visibility.PUBLIC, by, version, text)


def hide(report: Report, *, by: User, version: int) -> Report:
    """Take it from everybody's sight, at once; raises Stale."""
    return _decide(report, Visibility.HIDDEN, by, version, None)


def keep_private(report: Report, *, by: User, version: int) -> Report:
    """Leave it between the reporter and the office; raises Stale."""
    return _decide(report, Visibility.PRIVATE, by, version, None)


def _decide(report: Report, to: str, by: User, version: int, text: str | None) -> Report:
    with transaction.atomic():
        row = recording.locked(report.pk, version)
        before, row.visibility = row.visibility, to
        row.moderated_at, row.moderated_by = timezone.now(), by
        if to == Visibility.PUBLIC:
            row.public_text = (text if text is not None else row.details.description).strip()
        fields = ("visibility", "moderated_at", "moderated_by", "public_text")
        facts = {"before": before, "after": to}
        recording.write(row, EventKind.SHOWN, Actor.staff(by), facts=facts, fields=fields)
        audit.record("report.shown", row, by=by, detail={"before": before, "after": to})
        note(row)
    return row


def note(row: Report) -> None:
    """The apps that show it fetch it anew."""
    telling.note(row, *telling.concerned(row))
