"""From the rows of every app to the few numbers of the start page, in a handful of queries."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from consents.models import Topic
from messaging.models import Counter, Message
from recipients.models import AddressPoint, Recipient

from .models import User

RUNNING = (
    Message.Status.SCHEDULED,
    Message.Status.EXPANDING,
    Message.Status.SENDING,
    Message.Status.PAUSED,
)
# Deliveries in these states still wait for something to happen.
OPEN = ("queued", "submitting", "retry_wait")
SHOWN = 8


@dataclass(frozen=True, slots=True)
class ActiveSend:
    message: Message
    done: int
    total: int

    @property
    def url(self) -> str:
        return reverse("message-progress", args=[self.message.pk])


@dataclass(frozen=True, slots=True)
class FirstStep:
    label: str | Promise
    done: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that leads to the list behind it."""

    label: str
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Board:
    """The start page; what this member of staff may not see is not there."""

    active: list[ActiveSend]
    figures: list[Figure]
    first_steps: list[FirstStep]


def board(user: User) -> Board:
    return Board(_active(user), [*_messages(user), *_people(user)], _first_steps())


def _messages(user: User) -> Iterator[Figure]:
    if not user.has_perm("messaging.view_message"):
        return
    address = reverse("message-list")
    drafts = Message.objects.filter(status=Message.Status.DRAFT).count()
    label = ngettext("draft of a message", "drafts of messages", drafts)
    yield Figure(label, drafts, f"{address}?status=draft")
    if user.has_perm("messaging.approve_message"):
        waiting = Message.objects.filter(status=Message.Status.WAITING).exclude(author=user).count()
        label = ngettext("message waits for approval", "messages wait for approval", waiting)
        yield Figure(label, waiting, f"{address}?status=waiting_approval")


def _people(user: User) -> Iterator[Figure]:
    if not user.has_perm("recipients.view_recipient"):
        return
    address = reverse("recipient-list")
    numbers = Recipient.objects.aggregate(
        pending=Count("pk", filter=Q(state=Recipient.State.PENDING)),
        active=Count("pk", filter=Q(state=Recipient.State.ACTIVE)),
    )
    pending, active = numbers["pending"], numbers["active"]
    label = ngettext("person waits for the signed form", "people wait for the signed form", pending)
    yield Figure(label, pending, f"{address}?state=pending")
    yield Figure(
        ngettext("active recipient", "active recipients", active), active, f"{address}?state=active"
    )


def _active(user: User) -> list[ActiveSend]:
    if not user.has_perm("messaging.view_message"):
        return []
    messages = list(Message.objects.filter(status__in=RUNNING).order_by("-pk")[:SHOWN])
    totals: dict[int, int] = {}
    done: dict[int, int] = {}
    counters = Counter.objects.filter(message__in=messages)
    for pk, state, number in counters.values_list("message_id", "state", "number"):
        totals[pk] = totals.get(pk, 0) + number
        done[pk] = done.get(pk, 0) + (0 if state in OPEN else number)
    return [
        ActiveSend(message, done.get(message.pk, 0), totals.get(message.pk, 0))
        for message in messages
    ]


def _first_steps() -> list[FirstStep]:
    """The way to the first message; nothing once one was sent."""
    if Message.objects.filter(sent_at__isnull=False).exists():
        return []
    return [
        FirstStep(_("Import the streets and house numbers."), AddressPoint.objects.exists()),
        FirstStep(_("Set up the topics people may agree to."), Topic.objects.exists()),
        FirstStep(_("Register the first person."), Recipient.objects.exists()),
        FirstStep(_("Send the first message."), False),
    ]
