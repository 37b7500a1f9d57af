"""From deliveries that moved to the numbers that pages show; kept in the same transaction."""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Count

from messaging import sql
from messaging.models import OPEN, Counter, Delivery, Message

WAITING = "queued"  # everything still to be handed over counts as this
SPARED = "spared"  # left out because the first step of an escalation was opened: money saved
Key = tuple[int, str, str]  # message id, channel, state
Moved = tuple[int | None, str, str, str]  # message id, channel, state before, state after


def counted_as(state: str, reason: str = "") -> str:
    if state == Delivery.State.SUPPRESSED and reason == Delivery.Reason.OPENED_BEFORE:
        return SPARED
    return WAITING if state in OPEN else state


def moved(rows: Iterable[Moved]) -> None:
    """Count (message id, channel, state before, state after); letters (no message) have no counts."""
    deltas: Tally[Key] = Tally()
    for message, channel, before, after in rows:
        if message is not None and counted_as(before) != counted_as(after):
            deltas[message, channel, counted_as(before)] -= 1
            deltas[message, channel, counted_as(after)] += 1
    add(deltas)


def add(deltas: Mapping[Key, int]) -> None:
    # Sorted: two workers that count the same message lock its rows in one order.
    kept = sorted((*key, number) for key, number in deltas.items() if number)
    if not kept:
        return
    messages, channels, states, numbers = (list(column) for column in zip(*kept, strict=True))
    sql.run(
        "count",
        {"messages": messages, "channels": channels, "states": states, "numbers": numbers},
    )


def reconcile(message_id: int) -> bool:
    """Count the deliveries of a message afresh; true if its counters were wrong."""
    with transaction.atomic():
        # Nobody moves this message's counters while they are compared.
        Message.objects.select_for_update(no_key=True).filter(pk=message_id).values("pk").get()
        list(Counter.objects.select_for_update().filter(message=message_id).order_by("pk"))
        true: Tally[Key] = Tally()
        rows = Delivery.objects.filter(message=message_id).values_list("channel", "state", "reason")
        for channel, state, reason, number in rows.annotate(number=Count("pk")):
            true[message_id, channel, counted_as(state, reason)] += number
        shown: Tally[Key] = Tally()
        kept = Counter.objects.filter(message=message_id)
        for channel, state, number in kept.values_list("channel", "state", "number"):
            shown[message_id, channel, state] += number
        wrong = {
            key: true[key] - shown[key]
            for key in true.keys() | shown.keys()
            if true[key] != shown[key]
        }
        add(wrong)
    return bool(wrong)
