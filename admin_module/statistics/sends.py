"""From the messages under way to a line for each: what, when, how far."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from admin_module.models import User
from messaging.ledger.progress import MOVING, tallies_of
from messaging.models import Message

SHOWN = 8


@dataclass(frozen=True, slots=True)
class ActiveSend:
    """`total` is what was counted when the message was ordered, until its list is prepared."""

    message: Message
    done: int
    total: int

    @property
    def url(self) -> str:
        return reverse("message-progress", args=[self.message.pk])

    @property
    def planned(self) -> datetime | None:
        """When it begins; None once it has."""
        scheduled = self.message.status == Message.Status.SCHEDULED
        return self.message.due_at if scheduled else None


def active_sends(user: User) -> list[ActiveSend]:
    """What moves, the newest first, then what is planned, the nearest first."""
    mine = Message.objects.visible_to(user).real().filter(status__in=MOVING)
    planned = mine.filter(status=Message.Status.SCHEDULED).order_by("due_at")[:SHOWN]
    moving = mine.exclude(status=Message.Status.SCHEDULED).order_by("-pk")[:SHOWN]
    messages = [*moving, *planned]
    tallies = tallies_of(messages)
    sends = []
    for message in messages:
        tally = tallies.get(message.pk)
        done = tally.to_send - tally.waiting if tally else 0
        sends.append(ActiveSend(message, done, tally.to_send if tally else message.expected_count))
    return sends
