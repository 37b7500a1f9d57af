"""From "the app first, an SMS later" to who waits for the SMS, who is spared it, and who need not wait.

The second step's deliveries stand in the queue from the beginning, due later for whoever may still open
the first one. People without the app get the SMS at once. Every intent looks once more whether the first
step was opened (messaging/sql/escalation.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from messaging import sql
from messaging.hours.quieting import quiet_until
from messaging.models import Delivery, Message

from .waking import wake_drains

FIRST, THEN = "push", "sms"
READ, DELIVERED = "read", "delivered"
DEFAULT_MINUTES, FEWEST_MINUTES, MOST_MINUTES = 30, 5, 24 * 60
CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Escalation:
    """`until`: what the first step must reach in `after_minutes` for nobody to need the second."""

    after_minutes: int = DEFAULT_MINUTES
    until: str = READ
    first: str = FIRST
    then: str = THEN

    def as_json(self) -> dict[str, Any]:
        """As it stands in Message.escalation."""
        return asdict(self)


def read(stored: Mapping[str, Any]) -> Escalation | None:
    """From Message.escalation, or a template's; None where everything goes out at once."""
    if not stored:
        return None
    minutes = min(max(int(stored["after_minutes"]), FEWEST_MINUTES), MOST_MINUTES)
    return Escalation(minutes, DELIVERED if stored.get("until") == DELIVERED else READ)


def plan_of(message: Message) -> Escalation | None:
    """None also where a channel of it was taken off."""
    plan = read(message.escalation)
    return plan if plan is not None and {plan.first, plan.then} <= {*message.channels} else None


def second_at(message: Message, plan: Escalation, start: datetime) -> datetime:
    """When the second step comes due of what starts at `start`: not in the quiet hours."""
    due = start + timedelta(minutes=plan.after_minutes)
    return quiet_until(message.klass, due) or due


def ends_before_second(message: Message) -> bool:
    """Whether the message would expire before its second step, which then would never go out."""
    plan = plan_of(message)
    if plan is None or message.expires_at is None:
        return False
    start = max(message.due_at or timezone.now(), timezone.now())
    start = quiet_until(message.klass, start) or start
    return second_at(message, plan, start) >= message.expires_at


def waits(message: Message) -> bool:
    """Whether the time of the second step is still to come."""
    return message.escalates_at is not None and message.escalates_at > timezone.now()


# --- The list ------------------------------------------------------------------------------------


def postpone(message: Message, people: list[int]) -> None:
    """Let the second step of these people (ids) wait who were just listed for both; sets
    `escalates_at` of the message, which the caller saves."""
    plan = plan_of(message)
    if plan is None:
        return
    now = timezone.now()
    if message.escalates_at is None or message.escalates_at <= now:
        message.escalates_at = second_at(message, plan, now)
    wait = (message.escalates_at - now).total_seconds()
    params = {"message": message.pk, "first": plan.first, "then": plan.then, "wait": wait}
    sql.run("postpone", {**params, "ids": people})


def hasten_shared(message: Message, people: list[int]) -> None:
    """Whoever shares a number with somebody without the app: that number waits for nobody."""
    plan = plan_of(message)
    if plan is not None:
        sql.run("hasten_shared", {"message": message.pk, "then": plan.then, "ids": people})


def resumed(message: Message) -> bool:
    """After a pause: who was not even told by the first step gets its whole time; in the
    transaction that resumes. True where `escalates_at` moved."""
    plan = plan_of(message)
    if plan is None or message.escalates_at is None:
        return False
    told_later = message.deliveries.filter(channel=plan.first, state=Delivery.State.QUEUED)
    people = list(told_later.values_list("recipient_id", flat=True))
    if not people:
        return False
    message.escalates_at = None
    for start in range(0, len(people), CHUNK):
        postpone(message, people[start : start + CHUNK])
    return True


# --- News ----------------------------------------------------------------------------------------


def hurry(deliveries: Iterable[int]) -> None:
    """These (ids) of the first step ended without reaching anybody: their second steps go at once.

    A hint: where a kill comes between, the second step goes out at its time.
    """
    ids = sorted(deliveries)
    if ids:
        for channel, lane in set(sql.run("hasten", {"ids": ids})):
            wake_drains([channel], lane)


def spare(deliveries: Iterable[int]) -> list[sql.Row]:
    """Leave out the second steps of these (ids), where their first one was opened; returns rows
    (id, message, channel, reason), which the caller counts in the same transaction."""
    ids = sorted(deliveries)
    return sql.run("spare", {"ids": ids}) if ids else []
