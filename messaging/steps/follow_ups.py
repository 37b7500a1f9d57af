"""From a message to its family: what puts it right or calls it off, and whom that is for.

A family is the first message and everything that follows it. A follow-up of a follow-up follows the first
message, too, so that nobody whom an earlier correction did not reach is forgotten by the next one. It goes
to whom the family reached, by each channel that worked: the wrong words stand in every place they came
to, and what puts them right is to be found beside them.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db.models import Q
from django.db.models.functions import Coalesce

from messaging import sql
from messaging.models import Message
from recipients.feed import changes
from recipients.models import CONTACT_KINDS

Ids = npt.NDArray[np.int64]
Status, Kind = Message.Status, Message.FollowKind
# Their deliveries still move: who was reached is not known yet.
UNDER_WAY = (Status.SCHEDULED, Status.EXPANDING, Status.SENDING, Status.PAUSED)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message that was followed is marked with, everywhere it is read."""

    kind: str  # correction | call_off
    uid: UUID  # of the message that puts it right
    at: datetime
    pk: int
    public: bool  # everybody may read that one


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a follow-up would go to: by channel, and left out by channel and reason."""

    people: int
    anybody: int  # of them, whom at least one channel reaches
    by_channel: Mapping[str, int]
    left_out: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def root_of(message: Message) -> Message:
    """The first message of its family."""
    return message.follows if message.follows is not None else message


def family(message: Message) -> list[Message]:
    """The first message, then what follows it, the oldest first."""
    root = root_of(message)
    rows = root.follow_ups.select_related("author").defer("people", "audience")
    return [root, *rows.order_by("pk")]


def earlier(message: Message) -> list[int]:
    """The ids of those in its family that went out before this follow-up."""
    before = Q(pk=message.follows_id) | Q(follows=message.follows_id, begun_at__isnull=False)
    rows = Message.objects.filter(before).order_by("pk")
    if message.pk is not None:
        rows = rows.filter(pk__lt=message.pk)
    return list(rows.values_list("pk", flat=True))


def hinders(message: Message) -> Message | None:
    """What a follow-up waits for: one of its family that still goes out, or has deliveries in hand."""
    for one in Message.objects.filter(pk__in=earlier(message)).defer("people", "audience"):
        if one.status in UNDER_WAY or sql.run("open_left", {"message": one.pk}):
            return one
    return None


def reached(message: Message) -> Ids:
    """The sorted ids of whom the family of this follow-up reached on any channel."""
    rows = sql.run("reached", _params(message))
    return np.array([pk for (pk,) in rows], dtype=np.int64)


def reach(message: Message) -> Reach:
    """Count whom it would go to now, and whom not, without opening anybody's data."""
    ids = reached(message).tolist()
    params = _params(message) | expansion_of(message, ids, CONTACT_KINDS)
    params["chosen"] = message.chosen_channels
    by_channel: dict[str, int] = dict.fromkeys(CONTACT_KINDS, 0)
    left_out: dict[str, dict[str, int]] = defaultdict(dict)
    anybody = 0
    for channel, reason, number in sql.run("weigh_follow_up", params):
        if not channel:
            anybody = number
        elif reason:
            left_out[channel][reason] = number
        else:
            by_channel[channel] = number
    return Reach(len(ids), anybody, by_channel, dict(left_out))


def expansion_of(
    message: Message, ids: list[int], channels: Sequence[str] = ()
) -> dict[str, object]:
    """What weighing and expanding need to know of a message for these people; on its own channels
    unless told others."""
    kinds, topic = list(channels) or message.chosen_channels, message.topic
    free = message.klass == Message.Klass.ALARM or topic is None or topic.mandatory
    return {
        "ids": ids,
        "kinds": kinds,
        "places": [CONTACT_KINDS.index(kind) for kind in kinds],
        "bit": -1 if free or topic is None else topic.bit * len(CONTACT_KINDS),
    }


def expand(message: Message, ids: list[int]) -> list[sql.Row]:
    """Insert the deliveries of a follow-up for these people; rows (channel, state, number)."""
    params = _params(message) | expansion_of(message, ids)
    return sql.run("expand_follow_up", params | {"message": message.pk, "lane": message.lane})


def note(message: Message, ids: list[int]) -> None:
    """Tell the devices of these people that what they have of the family is marked now; in the
    transaction that lists them."""
    if not message.drill:
        changes.grow()
        sql.run("note_followed", {"family": earlier(message), "ids": ids})


def marks(messages: Collection[int]) -> dict[int, Mark]:
    """The latest word about each of these messages (ids)."""
    rows = Message.objects.filter(pk__in=messages).annotate(root=Coalesce("follows", "pk"))
    return marks_in(dict(rows.values_list("pk", "root")))


def marks_in(roots: Mapping[int, int]) -> dict[int, Mark]:
    """The same where the first message of each one's family is known; a call-off before all others."""
    found = Message.objects.filter(follows__in=set(roots.values()), begun_at__isnull=False)
    later: dict[int, list[Mark]] = defaultdict(list)
    columns = ("follows", "follow_kind", "uid", "begun_at", "pk", "published_at")
    for root, kind, uid, at, pk, published in found.order_by("pk").values_list(*columns):
        if root is not None and at is not None:
            later[root].append(Mark(kind, uid, at, pk, published is not None))
    marked = {pk: [one for one in later[root] if one.pk > pk] for pk, root in roots.items()}
    return {pk: _last(every) for pk, every in marked.items() if every}


def _last(every: list[Mark]) -> Mark:
    off = [one for one in every if one.kind == Kind.CALL_OFF]
    return (off or every)[-1]


def _params(message: Message) -> dict[str, object]:
    return {"family": earlier(message), "unknown": message.with_unknown}
