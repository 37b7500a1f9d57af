"""Short words for the tests of the engine: send, drain, and say what became of everybody."""

import threading
from collections import Counter as Tally

from messaging.engine import delivering, expanding
from messaging.models import Counter, Delivery, Message
from messaging.steps import sending
from tests import make


def sent(message: Message) -> Message:
    """Give the order and make the list; a second person approves where the class asks."""
    sending.send(message, by=message.author)
    if message.status == Message.Status.WAITING:
        sending.approve(message, by=make.staff())
    expanding.expand(message.pk)
    message.refresh_from_db()
    return message


def drain(channel: str = "email", lane: int = 3) -> int:
    done = delivering.drain(channel, lane)
    return done.answered + (drain(channel, lane) if done.more and done.answered else 0)


def states(message: Message) -> dict[str, int]:
    rows = Delivery.objects.filter(message=message).values_list("state", flat=True)
    return dict(Tally(str(state) for state in rows))


def reasons(message: Message) -> dict[str, int]:
    rows = Delivery.objects.filter(message=message).exclude(reason="")
    return dict(Tally(str(reason) for reason in rows.values_list("reason", flat=True)))


def counted(message: Message) -> dict[str, int]:
    """What the counters say, the zeros left away."""
    rows = Counter.objects.filter(message=message)
    tally: Tally[str] = Tally()
    for state, number in rows.values_list("state", "number"):
        tally[state] += number
    return {state: number for state, number in tally.items() if number}


def never() -> threading.Event:
    """What stops a drain, and is not set."""
    return threading.Event()
