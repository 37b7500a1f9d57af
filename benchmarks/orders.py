"""From a database full of people to an order to write to some of them, and to when it was done."""

import time
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from messaging.models import Attempt, Message, MessageText
from messaging.steps import sending
from recipients.models import Recipient, RecipientGroup
from tests import make

SENTENCE = "Jutro od godz. 8 do 14 nie będzie wody na ulicy Sportowej i w jej okolicach. "
TEXT = MessageText(
    title="Przerwa w dostawie wody",
    short="Jutro od 8 do 12 nie bedzie wody na Osiedlu Slonecznym.",
    long=f"Szanowni Państwo,\n\n{SENTENCE * 9}\n\n**Przepraszamy** za utrudnienia.",
)
PATIENCE = 1800.0
LOOK_SECONDS = 0.05
ENDED = {Message.Status.SENT, Message.Status.SENT_WITH_FAILURES}


def first_people(number: int) -> RecipientGroup:
    """The first so many of the crowd, as a group."""
    group, fresh = RecipientGroup.objects.get_or_create(name=f"Pierwsze {number}")
    if fresh:
        group.members.add(*Recipient.objects.order_by("pk").values_list("pk", flat=True)[:number])
    return group


def draft(number: int, channel: str = "email", klass: str = "information") -> Message:
    audience: dict[str, object] = {"groups": [first_people(number).pk]}
    return make.message(channels=(channel,), audience=audience, text=TEXT, klass=klass)


def give(message: Message) -> datetime:
    """Order it sent, by a second person where the class asks; returns when that was committed."""
    sending.send(message, by=message.author)
    if message.status == Message.Status.WAITING:
        sending.approve(message, by=make.staff(login="kierownik@zazolcin.example"))
    return timezone.now()


def seconds_until_finished(message: Message, ordered: datetime) -> float:
    """From the order to the message's own end, as the workers wrote it down."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        row = Message.objects.only("status", "finished_at").get(pk=message.pk)
        if row.finished_at and row.status in ENDED:
            if row.status != Message.Status.SENT:
                raise RuntimeError("some were not accepted")
            return (row.finished_at - ordered).total_seconds()
        time.sleep(LOOK_SECONDS)
    raise RuntimeError("the message did not finish")


def deliver(number: int, channel: str = "email") -> float:
    """The whole way of one message; returns people a second."""
    message = draft(number, channel)
    return number / seconds_until_finished(message, give(message))


def seconds_until_last_accepted(message: Message, ordered: datetime) -> float:
    seconds_until_finished(message, ordered)
    tried = Attempt.objects.filter(delivery__message=message, outcome="accepted")
    last = tried.aggregate(last=Max("at"))["last"]
    return float((last - ordered).total_seconds())
