"""From the rows of every app to the few numbers of the start page, in a handful of queries."""

from dataclasses import dataclass, field

from django.db.models import Count, Q

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
OPEN = ("queued", "claimed", "submitting", "retry_wait")
SHOWN = 8


@dataclass(frozen=True, slots=True)
class ActiveSend:
    message: Message
    done: int
    total: int

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class FirstStep:
    name: str
    done: bool


@dataclass(frozen=True, slots=True)
class Board:
    active: list[ActiveSend] = field(default_factory=list)
    drafts: int | None = None
    to_approve: int | None = None
    pending_people: int | None = None
    active_people: int | None = None
    first_steps: list[FirstStep] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return not all(step.done for step in self.first_steps)


def board(user: User) -> Board:
    """What this member of staff may see; None where they may not."""
    people, messages = _people(user), _messages(user)
    return Board(
        active=_active(user),
        drafts=messages.get("drafts"),
        to_approve=messages.get("to_approve"),
        pending_people=people.get("pending"),
        active_people=people.get("active"),
        first_steps=_first_steps(),
    )


def _people(user: User) -> dict[str, int]:
    if not user.has_perm("recipients.view_recipient"):
        return {}
    return Recipient.objects.aggregate(
        pending=Count("pk", filter=Q(state=Recipient.State.PENDING)),
        active=Count("pk", filter=Q(state=Recipient.State.ACTIVE)),
    )


def _messages(user: User) -> dict[str, int | None]:
    if not user.has_perm("messaging.view_message"):
        return {}
    counts = Message.objects.filter(
        status__in=[Message.Status.DRAFT, Message.Status.WAITING]
    ).aggregate(
        drafts=Count("pk", filter=Q(status=Message.Status.DRAFT)),
        to_approve=Count("pk", filter=Q(status=Message.Status.WAITING) & ~Q(author=user)),
    )
    if not user.has_perm("messaging.approve_message"):
        counts["to_approve"] = None
    return counts


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
    return [
        FirstStep("streets", AddressPoint.objects.exists()),
        FirstStep("topics", Topic.objects.exists()),
        FirstStep("people", Recipient.objects.exists()),
        FirstStep("message", Message.objects.filter(sent_at__isnull=False).exists()),
    ]
