"""From days that have passed to reminders: of opinions, of the Director where one is late, of the last day."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.configuration import CustomerOffice, read
from conversations.models import AccessRequest, Opinion, Step

from . import steps, telling

SOON = timedelta(days=5)  # before the day by which the applicant has an answer


def daily() -> None:
    """Once a day; each part may run twice, the second finds nothing."""
    remind()
    escalate()
    warn()


def remind(on: date | None = None) -> int:
    """Opinions asked for some days ago and not given: whoever owes them is reminded once."""
    day = on or timezone.localdate()
    since = day - timedelta(days=read(CustomerOffice).opinion_reminder_days)
    rows = _waiting().filter(reminded_at=None, asked_at__date__lte=since)
    return sum(_tell(pk, "reminded_at") for pk in rows.values_list("pk", flat=True))


def escalate(on: date | None = None) -> int:
    """Opinions past their day: the Director is told. None is taken for given by silence (§ 4.3)."""
    rows = _waiting().filter(escalated_at=None, due_on__lt=on or timezone.localdate())
    return sum(_tell(pk, "escalated_at") for pk in rows.values_list("pk", flat=True))


def _waiting():  # type: ignore[no-untyped-def]
    return Opinion.objects.filter(
        given_at=None, superseded_at=None, request__step=Step.OPINIONS
    ).order_by("pk")


@transaction.atomic
def _tell(pk: int, column: str) -> bool:
    request = steps.locked(Opinion.objects.values_list("request_id", flat=True).get(pk=pk))
    row = _waiting().filter(pk=pk, **{column: None}).first()
    if row is None:
        return False
    setattr(row, column, timezone.now())
    row.save(update_fields=[column])
    if column == "reminded_at":
        telling.remind_of_opinion(row)
    else:
        telling.opinion_is_late(row)
    code = "access_request." + column.removesuffix("_at")
    audit.record(code, request, by=None, detail={"opinion": row.pk})
    return True


def warn(on: date | None = None) -> int:
    """Open requests whose last day is SOON away, told on that very day."""
    day = (on or timezone.localdate()) + SOON
    rows = [row for row in AccessRequest.objects.open().shut() if row.deadline == day]
    for row in rows:
        telling.due_soon(row)
    return len(rows)


__all__ = ["daily", "escalate", "remind", "warn"]
