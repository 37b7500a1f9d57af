"""From a report whose time is over, or whose reporter is erased, to what may stay of it.

What stays is a tombstone without words, place of the house, names or links: enough for numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from admin_module import audit
from icp.encryption import rotation
from icp.encryption.erasing import erase_key, hold_key
from icp.encryption.errors import EncryptionError
from recipients.models import Recipient
from reports.models import (
    CLOSED,
    ActorKind,
    Details,
    QuestionType,
    Report,
    ReportCategory,
    Visibility,
)
from reports.pictures import photos

from . import recording

BATCH = 200
DAYS_A_MONTH = 365.2425 / 12


@dataclass(frozen=True, slots=True)
class Due:
    """Reports of a category whose time is over, as the dry run shows them."""

    category: ReportCategory
    number: int
    closed_before: date


def due(on: date | None = None) -> list[Due]:
    """What the next run forgets, by category; nothing is done."""
    day = on or timezone.localdate()
    found = []
    for category in ReportCategory.objects.all():
        number = _over(category, day).count()
        if number:
            found.append(Due(category, number, _border(category, day)))
    return found


def forget_due(on: date | None = None, *, limit: int = BATCH) -> int:
    """Forget reports that were closed longer ago than their category keeps them; returns how many."""
    day = on or timezone.localdate()
    done = 0
    for category in ReportCategory.objects.all():
        for pk in list(_over(category, day).order_by("pk").values_list("pk", flat=True)):
            if done >= limit:
                return done
            done += _forget(pk, day)
    return done


def forget_all_due() -> None:
    """Daily."""
    while forget_due():
        pass


def _over(category: ReportCategory, day: date) -> QuerySet[Report]:
    rows: QuerySet[Report] = Report.objects.filter(
        category=category,
        state__in=CLOSED,
        forgotten_at=None,
        closed_at__date__lt=_border(category, day),
    )
    return rows


def _border(category: ReportCategory, day: date) -> date:
    return day - timedelta(days=round(category.retention_months * DAYS_A_MONTH))


@transaction.atomic
def _forget(pk: int, day: date) -> bool:
    row = recording.locked(pk)
    if row.forgotten_at is not None or row.state not in CLOSED:
        return False
    photos.forget(row)
    row.followers.all().delete()
    erase_key(row.uid)  # texts of events and details are noise now, in backups too
    Report.objects.filter(pk=pk).update(
        details=None,
        public_text=None,
        reporter=None,
        device=None,
        visibility=Visibility.PRIVATE if row.visibility != Visibility.HIDDEN else row.visibility,
        forgotten_at=timezone.now(),
    )
    audit.record("report.forgotten", row, by=None, detail={"category": row.category_id, "on": day})
    return True


# --- the reporter is erased ----------------------------------------------------------------------------


def forget_person(person: Recipient) -> None:
    """What becomes of reports of a person who is being erased (recipients.account.rights.erasers).

    The link and all that only they told us go; what everybody was shown stays, and so does where something
    is to be repaired. The reports get new keys, so that older backups open the words no more.
    """
    person.followed_reports.all().delete()
    for row in Report.objects.filter(reporter=person).order_by("pk"):
        hold_key(row.uid, alone=True)
        _without_reporter(recording.locked(row.pk))


def _without_reporter(row: Report) -> None:
    public = row.visibility == Visibility.PUBLIC
    row.reporter = row.device = None
    if row.forgotten_at is None:
        row.details = _impersonal(row, public)
        for event in row.events.filter(actor=ActorKind.REPORTER, public_text__isnull=False):
            event.public_text = None
            event.save(update_fields=["public_text"])
        if not public:
            photos.forget(row)
    row.save(update_fields=["reporter", "device", "details", "public_text"])
    if row.forgotten_at is None:
        rotation.reseal_owner(row.uid)
    audit.record("report.unlinked", row, by=None, detail={"public": public})


def _impersonal(row: Report, public: bool) -> Details:
    """Of what was told: choices and the rounded place; of a public report its public words."""
    try:
        told, shown = row.details or Details(), row.public_text or ""
    except EncryptionError:  # a restored backup whose keys are newer: nothing can be read any more
        row.public_text, told, shown = None, Details(), ""
    free = {q.code for q in row.category.asked if q.type == QuestionType.TEXT}
    kept: Mapping[str, object] = {c: v for c, v in told.answers.items() if c not in free}
    return replace(
        told,
        description=shown if public else "",
        answers=dict(kept),
        latitude=row.lat,
        longitude=row.lon,
        accuracy_m=0,
        address="",
        contact=None,
    )


def join_reports(stays: Recipient, goes: Recipient) -> None:
    """Two cards of one person become one: its reports and what it follows (recipients.same_person.joining.joiners)."""
    Report.objects.filter(reporter=goes).update(reporter=stays)
    already = stays.followed_reports.values("report")
    goes.followed_reports.filter(report__in=list(already.values_list("report", flat=True))).delete()
    goes.followed_reports.update(recipient=stays)
