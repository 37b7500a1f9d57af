"""From deliveries that are due to committed intents.

Looking takes nothing, so nothing has to be given back: the claim is the intent itself, and of two
workers that saw the same delivery one gets it.
"""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from messaging import channels, sql
from messaging.ledger import counting, escalating
from messaging.models import REFERENCES, Delivery, Message
from recipients.models import CONTACT_KINDS

# These end the whole message, or it perhaps came: nobody takes the place of a person left out.
_KEEPS_ITS_PLACE = {
    Delivery.Reason.CANCELLED,
    Delivery.Reason.EXPIRED,
    Delivery.Reason.LOST_ANSWER,
}


class Share(NamedTuple):
    """Which deliveries a worker looks at: every `of`-th, so that those woken together rarely meet."""

    number: int = 0
    of: int = 1


EVERYTHING = Share()


class Due(NamedTuple):
    """A delivery to hand over, with the sealed address that it goes to.

    `owner` fences one intent: an answer is written only while it still holds the lease.
    """

    owner: str
    reference: str
    id: int
    salt: int
    message: int | None
    letter: int | None
    recipient: int | None  # None: a letter to staff
    lane: int
    tries: int
    reason: str
    recipient_uid: bytes | str | None
    wrapped_key: bytes | None
    point_uid: bytes | str | None
    value: bytes | None

    def __repr__(self) -> str:
        return f"Due({self.id})"

    @property
    def work(self) -> tuple[int | None, bool]:
        """What one intent may take together: one message's deliveries, or letters."""
        return self.message, self.letter is not None


def intent_lease(channel: str) -> float:
    """Longer than the provider can take to answer the last envelope that still went out."""
    leases: dict[str, float] = settings.LEASE_SECONDS
    return leases["handing_over"] + channels.timeout_of(channel) + leases["margin"]


def look(
    channel: str, lane: int, limit: int, share: Share = EVERYTHING, *, drill: bool = False
) -> list[Due]:
    """Up to `limit` due deliveries of this lane or a more urgent one, urgent ones first; of drills
    only, or of none."""
    params = {
        "channel": channel,
        "lane": lane,
        "limit": limit,
        "share": share.number,
        "shares": share.of,
        "drill": drill,
    }
    rows, owner = sql.run("look", params), uuid.uuid4().hex
    references = REFERENCES.cover(row[:2] for row in rows)
    return [Due(owner, reference, *row) for reference, row in zip(references, rows, strict=True)]


def intent(group: Sequence[Due], channel: str, *, drill: bool = False) -> dict[str, object]:
    """What the statements `intend`, `intend_letters` and `turn` need to know about a group."""
    first = group[0]
    return {
        "next": sorted(item.id for item in group),
        "owner": first.owner,
        "message": first.message,
        "channel": channel,
        "kind": CONTACT_KINDS.index(channel),
        "lease": intent_lease(channel),
        "drill": drill,
    }


def intend(group: Sequence[Due], channel: str, *, drill: bool = False) -> set[int]:
    """Commit that these are about to be handed over; return those that may be.

    Consent, state of the person, of the message and of the channel, and whether the message is a
    drill, are checked by the same statement. The rest stays in the queue or is left out with a reason.
    """
    statement = "intend_letters" if group[0].message is None else "intend"
    passed = {row[0] for row in sql.run(statement, intent(group, channel, drill=drill))}
    set_aside(group, passed, channel)
    return passed


def set_aside(group: Sequence[Due], passed: set[int], channel: str) -> None:
    """Leave out the rest of a group for the reason that stands now, if one does."""
    ids = sorted(item.id for item in group if item.id not in passed)
    if ids:
        with transaction.atomic():
            _left_out(sql.run("set_aside", intent(group, channel) | {"ids": ids}))


def suppress(ids: list[int], reason: str) -> None:
    """Leave out due deliveries for a reason that only the worker could see."""
    with transaction.atomic():
        _left_out(sql.run("suppress", {"ids": sorted(ids), "reason": reason}))


def _left_out(rows: list[sql.Row]) -> None:
    """Count them, and let the next person at a shared address take a place that became free."""
    counting.moved(moved_aside(rows))
    escalating.hurry(pk for pk, _message, channel, _reason in rows if channel == escalating.FIRST)


def moved_aside(rows: list[sql.Row]) -> list[counting.Moved]:
    """What to count of rows (id, message, channel, reason) that were left out, and of their heirs."""
    moved = [
        (message, channel, "queued", counting.counted_as(_ended(reason), reason))
        for _pk, message, channel, reason in rows
    ]
    free = [pk for pk, _message, _channel, reason in rows if reason not in _KEEPS_ITS_PLACE]
    if free:
        heirs = sql.run("next_at_address", {"ids": free})
        moved += [(message, channel, "suppressed", state) for message, channel, state in heirs]
    return moved


def _ended(reason: str) -> str:
    lost = reason == Delivery.Reason.LOST_ANSWER
    return Delivery.State.UNKNOWN if lost else Delivery.State.SUPPRESSED


def promote_due(limit: int = 1000) -> set[tuple[str, int]]:
    """Queue again what waited for its next try; returns the channels and lanes that have work."""
    return {(channel, lane) for channel, lane in sql.run("promote", {"limit": limit})}


def drills_under_way() -> bool:
    """Whether an exercise is going on: hardly ever, and asked before each drain."""
    going = (Message.Status.EXPANDING, Message.Status.SENDING)
    return Message.objects.drills().filter(status__in=going).exists()


def channels_with_work(lane: int) -> dict[str, int]:
    """Channels that have something due in this lane or above, with their most urgent lane."""
    found: dict[str, int] = {}
    for channel, urgent in sql.run("work", {"lane": lane}):
        found[channel] = min(urgent, found.get(channel, urgent))
    return found
