"""From the messages of this month to the SMS parts that are left, for the office and for a unit.

Counted are messages that were ordered in the calendar month: their parts times the deliveries that were
not left out or refused; what is not listed yet counts as the check page promised. Letters with codes are
not counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from admin_module.configuration import Budgets, read
from admin_module.models import Unit
from messaging.ledger import counting
from messaging.models import Counter, Delivery, Message

S, Status = Delivery.State, Message.Status
NOT_PAID = (S.SUPPRESSED, S.FAILED, counting.SPARED)
NOT_LISTED = (Status.SCHEDULED, Status.EXPANDING)
_LOCK = 0x1CB0D6E7  # among PostgreSQL's advisory locks


@dataclass(frozen=True, slots=True)
class Budget:
    """SMS parts of a calendar month; `unit` is None for the whole office."""

    limit: int
    used: int
    unit: Unit | None = None

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


def office_budget(now: datetime | None = None) -> Budget | None:
    """The whole office's; None where there is no limit."""
    limit = read(Budgets).sms_parts
    return Budget(limit, used(now)) if limit else None


def unit_budget(unit: Unit, now: datetime | None = None) -> Budget | None:
    """A unit's own; None where it has none."""
    if unit.sms_budget is None:
        return None
    return Budget(unit.sms_budget, used(now, unit), unit)


def budgets_of(message: Message) -> Iterator[Budget]:
    """Those that a message with SMS draws on."""
    if "sms" in message.channels and not message.drill:
        for budget in (office_budget(), unit_budget(message.unit)):
            if budget is not None:
                yield budget


def exceeded_by(message: Message) -> Budget | None:
    """The first budget that does not hold what the check page promised for this message."""
    over = (budget for budget in budgets_of(message) if message.sms_planned > budget.left)
    return next(over, None)


def stops(message: Message) -> bool:
    """Whether a budget that is used up keeps this message back: warnings ask, alarms are only marked."""
    return message.klass == Message.Klass.INFORMATION


def forbids(message: Message) -> bool:
    return stops(message) and exceeded_by(message) is not None


def limit_of(message: Message) -> int | None:
    """The most SMS parts of this one message; an alarm has no limit."""
    return None if message.klass == Message.Klass.ALARM else message.sms_limit


def over_own_limit(message: Message) -> bool:
    """Whether the check page promised more parts than the message may take."""
    limit = limit_of(message)
    return "sms" in message.channels and limit is not None and message.sms_planned > limit


def listed_parts(message: Message) -> int:
    """SMS parts of the deliveries that were listed so far and not left out."""
    rows = Counter.objects.filter(message=message, channel="sms").exclude(state__in=NOT_PAID)
    return message.sms_parts * int(rows.aggregate(all=Sum("number"))["all"] or 0)


def lock(message: Message) -> None:
    """Let one transaction at a time look at the budgets and then give the order.

    SQLite's write transactions stand in one row anyway.
    """
    if "sms" in message.channels and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def used(now: datetime | None = None, unit: Unit | None = None) -> int:
    """Parts that were ordered in the month of `now` (by the clock in the town)."""
    real = Message.objects.real()
    ordered = real.filter(sent_at__gte=month_of(now or timezone.now()), sms_parts__gt=0)
    if unit is not None:
        ordered = ordered.filter(unit=unit)
    planned = ordered.filter(status__in=NOT_LISTED).aggregate(parts=Sum("sms_planned"))["parts"]
    counted = Counter.objects.filter(
        message__in=ordered.exclude(status__in=NOT_LISTED), channel="sms"
    ).exclude(state__in=NOT_PAID)
    rows = counted.values_list("message__sms_parts", "number")
    return int(planned or 0) + sum(parts * number for parts, number in rows)


def month_of(now: datetime) -> datetime:
    """The first moment of the month."""
    return timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
