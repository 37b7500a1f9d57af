"""From the counters to a picture of how far a message has come; no delivery is counted here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.models import Counter, Delivery, Message

from .counting import SPARED

_S = Delivery.State
_M = Message.Status
ASKED_ABOUT = timedelta(days=90)  # nobody decides about older deliveries any more


@dataclass(frozen=True, slots=True)
class Group:
    """States that mean the same to staff; `tone` colours them."""

    name: str
    label: Promise
    tone: str
    states: frozenset[str]


GROUPS = (
    Group("delivered", _("delivered"), "ok", frozenset({_S.DELIVERED, _S.READ})),
    Group("accepted", _("sent, waiting for confirmation"), "moving", frozenset({_S.ACCEPTED})),
    Group("no_receipt", _("sent, no confirmation came"), "primary", frozenset({_S.NO_RECEIPT})),
    Group("unknown", _("unknown"), "warn", frozenset({_S.UNKNOWN})),
    Group("failed", _("not delivered"), "danger", frozenset({_S.FAILED, _S.UNDELIVERED})),
    Group(
        "waiting",
        _("waiting"),
        "waiting",
        frozenset({_S.QUEUED, _S.SUBMITTING, _S.RETRY_WAIT}),
    ),
    # As the counters tell it: these deliveries are `suppressed`, with the reason `opened_before`.
    Group("spared", _("spared: opened in the app"), "push", frozenset({SPARED})),
    Group("left_out", _("left out"), "skipped", frozenset({_S.SUPPRESSED})),
)
GROUP_OF_STATE = {state: group.name for group in GROUPS for state in group.states}
STATES_OF_GROUP = {group.name: group.states for group in GROUPS}
# Nothing more happens to these messages; their pages need not ask again.
MOVING = frozenset(
    {
        Message.Status.SCHEDULED,
        Message.Status.EXPANDING,
        Message.Status.SENDING,
        Message.Status.PAUSED,
    }
)


@dataclass(frozen=True, slots=True)
class Slice:
    """One group of states and how many deliveries stand in it."""

    name: str
    label: Promise
    tone: str
    number: int


@dataclass(frozen=True, slots=True)
class Tally:
    """All deliveries of a message, or those of one channel (`kind`)."""

    kind: str
    slices: tuple[Slice, ...]

    @property
    def total(self) -> int:
        """Everybody, with those left out: the sum of all slices."""
        return sum(one.number for one in self.slices)

    @property
    def to_send(self) -> int:
        return self.total - self.of("left_out") - self.of("spared")

    def of(self, name: str) -> int:
        return next(one.number for one in self.slices if one.name == name)

    @property
    def shown(self) -> tuple[Slice, ...]:
        """Slices with anybody in them; the legend and the bar need no empty ones."""
        return tuple(one for one in self.slices if one.number)

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """The same for the stacked bar: (tone, words, number)."""
        return [(one.tone, str(one.label), one.number) for one in self.shown]

    @property
    def percent(self) -> int:
        """Delivered of those to be sent, rounded down: 100 % is said only when it is true."""
        return self.of("delivered") * 100 // self.to_send if self.to_send else 0

    @property
    def handed_over(self) -> int:
        """A provider took them: for e-mail the most that is ever known of a good one."""
        return self.of("delivered") + self.of("accepted") + self.of("no_receipt")

    @property
    def handed_over_percent(self) -> int:
        return self.handed_over * 100 // self.to_send if self.to_send else 0

    @property
    def delivered(self) -> int:
        return self.of("delivered")

    @property
    def on_the_way(self) -> int:
        return self.of("accepted")

    @property
    def waiting(self) -> int:
        return self.of("waiting")

    @property
    def failed(self) -> int:
        return self.of("failed")

    @property
    def unknown(self) -> int:
        return self.of("unknown")

    @property
    def spared(self) -> int:
        return self.of("spared")

    @property
    def left_out(self) -> int:
        return self.of("left_out")


@dataclass(frozen=True, slots=True)
class Progress:
    whole: Tally
    channels: tuple[Tally, ...]
    moving: bool


def progress_of(message: Message) -> Progress:
    """Read the counters: at most one row for each channel and state."""
    rows = list(Counter.objects.filter(message=message).values_list("channel", "state", "number"))
    channels = tuple(
        _tally(kind, ((state, number) for channel, state, number in rows if channel == kind))
        for kind in message.chosen_channels
    )
    return Progress(
        whole=_tally("", ((state, number) for _channel, state, number in rows)),
        channels=channels,
        moving=message.status in MOVING or (_has_open(rows) and not message.drill),
    )


def tallies_of(messages: Sequence[Message]) -> dict[int, Tally]:
    """The whole tally of each message, for a list: one query."""
    rows: dict[int, list[tuple[str, int]]] = {}
    found = Counter.objects.filter(message__in=messages).values_list("message", "state", "number")
    for pk, state, number in found:
        rows.setdefault(pk, []).append((state, number))
    return {pk: _tally("", numbers) for pk, numbers in rows.items()}


def needing_decision(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Those that stopped and ask, and those of the last weeks with deliveries that are unknown."""
    lately = Counter.objects.filter(message__sent_at__gte=timezone.now() - ASKED_ABOUT)
    unknown = lately.standing(_S.UNKNOWN)
    stopped = Q(status__in=[_M.SCHEDULED, _M.EXPANDING]) & ~Q(problem="")
    late = Q(status=_M.EXPIRED, problem="late")
    return messages.filter(stopped | late | Q(pk__in=unknown))


def _has_open(rows: Iterable[tuple[str, str, int]]) -> bool:
    """A finished message may still be waiting for its last confirmations."""
    return sum(number for _channel, state, number in rows if state == _S.ACCEPTED) > 0


def _tally(kind: str, rows: Iterable[tuple[str, int]]) -> Tally:
    numbers = dict.fromkeys(STATES_OF_GROUP, 0)
    for state, number in rows:
        numbers[GROUP_OF_STATE[state]] += number
    return Tally(
        kind=kind,
        slices=tuple(Slice(g.name, g.label, g.tone, numbers[g.name]) for g in GROUPS),
    )
