"""From a message that was cancelled or expired to deliveries that are left out, bit by bit."""

from django.db import transaction

from messaging import sql

from . import counting

BATCH = 1000


def close_batch(message_id: int, reason: str) -> int:
    """Leave out the next thousand that were not handed over; how many it were.

    What may have been handed over before (an alarm goes once more after a lost answer) is unknown.
    """
    with transaction.atomic():
        rows = sql.run("close", {"message": message_id, "reason": reason, "limit": BATCH})
        counting.moved((message, channel, "queued", state) for message, channel, state in rows)
    return len(rows)


def close(message_id: int, reason: str) -> int:
    """All of them."""
    closed = 0
    while True:
        number = close_batch(message_id, reason)
        closed += number
        if number < BATCH:
            return closed
