"""From a message with nothing left to hand over to its end: sent, or sent with failures."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from messaging import sql
from messaging.models import Counter, Delivery, Message

from . import counting

S = Delivery.State
FAILURES = (S.FAILED, S.UNDELIVERED, S.UNKNOWN)


def finish(messages: Iterable[int]) -> None:
    """End those of the messages that have no open delivery left."""
    for message_id in sorted(messages):
        if not Counter.objects.filter(message=message_id).standing(counting.WAITING).exists():
            _finish_one(message_id)


def _finish_one(message_id: int) -> None:
    if sql.run("open_left", {"message": message_id}):
        return
    numbers = counts(message_id)
    failed = any(numbers.get(state, 0) for state in FAILURES)
    status = Message.Status.SENT_WITH_FAILURES if failed else Message.Status.SENT
    with transaction.atomic():
        done = Message.objects.filter(pk=message_id, status=Message.Status.SENDING).update(
            status=status, finished_at=timezone.now()
        )
        if done:
            audit.record(
                "message.finished",
                f"messaging.message:{message_id}",
                by=None,
                detail={"status": status.value, **numbers},
            )


def counts(message_id: int) -> dict[str, int]:
    """Deliveries of a message by state, all channels together, from the counters."""
    numbers: dict[str, int] = {}
    rows = Counter.objects.filter(message=message_id).values_list("state", "number")
    for state, number in rows:
        numbers[state] = numbers.get(state, 0) + number
    return {state: number for state, number in numbers.items() if number}
