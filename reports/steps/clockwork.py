"""From days that have passed to what they mean for a report: missed, asked in vain, to be reminded of."""

import logging
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from icp.days import working_days_after
from messaging.correspondence import letters
from messaging.models import LetterText
from reports.models import OPEN, Deadline, EventKind, Report, State

from . import clusters, guards, moves, recording, verifying
from .acting import Actor

log = logging.getLogger(__name__)
BATCH = 200
REMIND_EVERY = 5  # working days, while an outside body is silent


def tick() -> None:
    """Every half a minute; each part looks at rows and may run anywhere, any time, twice."""
    mark_breached()
    bring_back()
    remind()
    clusters.find()
    clusters.tell_published()
    verifying.purge_expired()


def mark_breached(on: date | None = None) -> int:
    """Deadlines that passed unnoticed are missed from the next day on; returns how many."""
    day = on or timezone.localdate()
    late = Report.objects.filter(state__in=OPEN, deadline=Deadline.RUNNING, due_on__lt=day)
    return int(late.update(deadline=Deadline.BREACHED))


def bring_back(on: date | None = None) -> int:
    """Nobody answered our question in time: the report is in hand again; returns how many."""
    day = on or timezone.localdate()
    rows = Report.objects.filter(state=State.NEEDS_INFO, back_on__lt=day)
    done = 0
    for row in rows.order_by("pk")[:BATCH]:
        try:
            moves.move(row, State.ACCEPTED, by=Actor.clock(), version=row.version)
        except (moves.NotAllowed, moves.Stale):
            log.info("report %s was moved by somebody else", row.pk)
        else:
            done += 1
    return done


def remind(on: date | None = None) -> int:
    """The outside body's day has passed: whoever has the report asks there; again after REMIND_EVERY."""
    day = on or timezone.localdate()
    rows = Report.objects.filter(state=State.FORWARDED, back_on__lt=day)
    return sum(
        _remind(pk, day) for pk in list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    )


@transaction.atomic
def _remind(pk: int, day: date) -> bool:
    row = recording.locked(pk)
    if row.state != State.FORWARDED or row.back_on is None or row.back_on >= day:
        return False
    facts: dict[str, object] = {"outside": row.outside_id, "back_on": row.back_on.isoformat()}
    row.back_on = working_days_after(day, REMIND_EVERY)
    recording.write(row, EventKind.REMINDED, Actor.clock(), facts=facts, fields=("back_on",))
    audit.record("report.reminded", row, by=None, detail=facts)
    person = row.assigned_to
    if person is not None and person.is_active:
        letters.post_to_staff(person, _reminder(row))
    return True


def _reminder(row: Report) -> LetterText:
    words = _(
        "The report %(number)s was forwarded to %(outside)s. The day by which they were to answer has "
        "passed. Please ask them, or take the report back into hand."
    ) % {"number": row.number, "outside": row.outside}
    return LetterText(_("Report %(number)s: no answer yet") % {"number": row.number}, words, words)


def last_days(row: Report) -> dict[str, date]:
    """Until when the reporter may confirm and dispute; nothing where the report is not closed."""
    if row.closed_at is None:
        return {}
    closed = timezone.localdate(row.closed_at)
    return {
        "confirm": date.fromordinal(closed.toordinal() + guards.CONFIRM_DAYS),
        "dispute": date.fromordinal(closed.toordinal() + guards.DISPUTE_DAYS),
    }
