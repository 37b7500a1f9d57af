"""From an order to write to many people to the seconds in which it can still be stopped."""

from datetime import datetime, timedelta

from django.utils import timezone

from admin_module.configuration import Approval, read
from messaging.models import Message

# A message that leaves this soon shows the seconds and the button that stops it.
SOON = timedelta(seconds=120)


def earliest(message: Message, now: datetime) -> datetime:
    """When it may leave at the earliest: at once, or after the pause before a mass release.

    Alarms never wait; neither does what nobody gets (a drill).
    """
    rules = read(Approval)
    if message.klass == Message.Klass.ALARM or message.drill:
        return now
    if message.expected_count <= rules.cooldown_people:
        return now
    return now + timedelta(seconds=rules.cooldown_seconds)


def seconds_left(message: Message) -> int | None:
    """Whole seconds until it leaves, for one that leaves soon and can still be stopped; else None."""
    if message.status != Message.Status.SCHEDULED or message.problem or message.due_at is None:
        return None
    left = message.due_at - timezone.now()
    return max(0, round(left.total_seconds())) if left <= SOON else None


def was_at_once(message: Message) -> bool:
    """Whether the hour of a scheduled message is just that of the order (and of the pause after it)."""
    if message.due_at is None or message.sent_at is None:
        return message.due_at is None
    return message.due_at <= message.sent_at + timedelta(seconds=read(Approval).cooldown_seconds)
