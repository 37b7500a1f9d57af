"""From a draft to messages of the last two weeks that say something alike to the same people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.db.models import Q, QuerySet
from django.utils import timezone

from admin_module.models import User
from icp.encryption.canon import fold
from messaging.engine.expanding import Ids, unpack
from messaging.models import Message, MessageText
from recipients.filtering import audience

SINCE = timedelta(days=14)
AT_ONCE = timedelta(hours=1)  # the very same text within this long asks for a tick
ALIKE = 0.5  # of the shingles of both texts
MOST_LOOKED_AT = 300
READ = 1_500  # letters of each text
MOST_SHOWN = 5
SHINGLE = 4  # letters
_S = Message.Status
_NEVER = (_S.DRAFT, _S.REJECTED, _S.CANCELLED, _S.EXPIRED)


@dataclass(frozen=True, slots=True)
class Alike:
    """`text` and `people` in percent; `people` of the draft's audience, None where that is not told."""

    message: Message
    text: int
    people: int | None
    same_now: bool  # the very same text within the hour


def find(message: Message, *, by: User, hide_people: bool = False) -> list[Alike]:
    """The likest first, at most five; texts are opened in memory only."""
    wanted = shingles(_folded(message.text))
    found = []
    for other, text in _texts(message, by):
        likeness = _likeness(wanted, shingles(_folded(text)))
        if likeness >= ALIKE:
            found.append((likeness, other, _words(text) == _words(message.text)))
    found.sort(key=lambda one: (-one[0], -one[1]))
    return list(_shown(message, found[:MOST_SHOWN], hide_people=hide_people))


def shingles(text: str) -> frozenset[str]:
    """All runs of four letters of a folded text."""
    return frozenset(text[place : place + SHINGLE] for place in range(len(text) - SHINGLE + 1))


def _likeness(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / (len(one | two) or 1)


def _words(text: MessageText) -> tuple[str, str, str]:
    return text.title, text.short, text.long


def _folded(text: MessageText) -> str:
    return fold(f"{text.title} {text.short} {text.long}"[:READ])


def _texts(message: Message, by: User) -> Iterator[tuple[int, MessageText]]:
    recent = Q(sent_at__gte=timezone.now() - SINCE) | Q(status=_S.WAITING)
    rows: QuerySet[Message] = Message.objects.visible_to(by).filter(recent, drill=False)
    rows = rows.exclude(status__in=_NEVER).exclude(pk=message.pk)
    if message.follows_id:
        rows = rows.exclude(pk=message.follows_id)  # a correction is alike by its nature
    latest = list(rows.order_by("-pk").values_list("pk", flat=True)[:MOST_LOOKED_AT])
    opened: Iterator[tuple[int, MessageText]] = Message.objects.filter(pk__in=latest).opened("text")
    return opened


def _shown(
    message: Message, found: list[tuple[float, int, bool]], *, hide_people: bool
) -> Iterator[Alike]:
    rows = Message.objects.select_related("author").in_bulk([pk for _likeness, pk, _same in found])
    ours = None if hide_people or message.follows_id else _people(message)
    for likeness, pk, same in found:
        other = rows[pk]
        shared = None if ours is None else _shared(ours, other)
        if shared == 0:
            continue  # the same news for other people is no slip
        ordered = other.sent_at or timezone.now()
        same_now = same and ordered >= timezone.now() - AT_ONCE
        yield Alike(other, int(likeness * 100), shared, same_now)


def _people(message: Message) -> Ids | None:
    """Who is meant: the list that was stored when it went out, else whoever fits now."""
    if message.people is not None:
        return unpack(message.people)
    if not message.audience.filter:
        return None
    try:
        return audience.resolve(audience.parse(message.audience.filter))
    except audience.BadFilter:  # a street or a group that it named is gone
        return None


def _shared(ours: Ids, other: Message) -> int | None:
    theirs = _people(other)
    if theirs is None or not len(ours):
        return None
    both = np.intersect1d(ours, theirs, assume_unique=True).size
    return -(-both * 100 // len(ours))  # rounded up: one person in common is not none
