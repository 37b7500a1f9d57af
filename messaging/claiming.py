"""From deliveries that are due to leased ones, and from leased ones to committed intents."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction

from messaging import counting, sql
from messaging.models import Delivery
from recipients.models import CONTACT_KINDS

# These end the whole message, so nobody takes the place of a person left out.
_ENDS_ALL = {Delivery.Reason.CANCELLED, Delivery.Reason.EXPIRED}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A leased delivery with the sealed address that it goes to."""

    id: int
    owner: uuid.UUID
    reference: str
    message: int | None
    letter: int | None
    recipient: int
    lane: int
    tries: int
    reason: str
    recipient_uid: uuid.UUID
    wrapped_key: bytes | None = field(repr=False)
    point_uid: uuid.UUID | None
    value: bytes | None = field(repr=False)

    @property
    def work(self) -> tuple[int | None, bool]:
        """What one intent may take together: one message's deliveries, or letters."""
        return self.message, self.letter is not None


def intent_lease(channel: str) -> float:
    """Longer than the provider can take to answer the last envelope that still went out."""
    leases: dict[str, float] = settings.LEASE_SECONDS
    timeout = float(settings.CHANNELS[channel]["timeout"])
    return leases["handing_over"] + timeout + leases["margin"]


def claim(channel: str, lane: int, limit: int) -> list[Claimed]:
    """Lease up to `limit` due deliveries of this lane or a more urgent one, urgent ones first."""
    owner = uuid.uuid4()
    params = {
        "channel": channel,
        "lane": lane,
        "limit": limit,
        "owner": owner,
        "lease": settings.LEASE_SECONDS["claim"],
    }
    with transaction.atomic():
        rows = sql.run("claim", params)
    return [
        Claimed(
            pk, owner, _uuid(reference).hex, message, letter, recipient, urgency, tries, reason,
            _uuid(person), wrapped, _uuid(point) if point else None, value,
        )
        for pk, reference, message, letter, recipient, urgency, tries, reason,
            person, wrapped, point, value in rows
    ]  # fmt: skip


def intent(group: Sequence[Claimed], channel: str) -> dict[str, object]:
    """What the statements `intend`, `intend_letters` and `turn` need to know about a group."""
    first = group[0]
    return {
        "next": sorted(item.id for item in group),
        "owner": first.owner,
        "message": first.message,
        "channel": channel,
        "kind": CONTACT_KINDS.index(channel),
        "lease": intent_lease(channel),
    }


def intend(group: Sequence[Claimed], channel: str) -> set[int]:
    """Commit that these are about to be handed over; return those that may be.

    Consent, state of the person, of the message and of the channel are checked by the same
    statement. The rest goes back to the queue or is left out with a reason.
    """
    statement = "intend_letters" if group[0].message is None else "intend"
    passed = {row[0] for row in sql.run(statement, intent(group, channel))}
    set_aside(group, passed, channel)
    return passed


def set_aside(group: Sequence[Claimed], passed: set[int], channel: str) -> None:
    """Send the rest of a group back, or leave it out for the reason that stands now."""
    ids = sorted(item.id for item in group if item.id not in passed)
    if ids:
        with transaction.atomic():
            _left_out(sql.run("set_aside", intent(group, channel) | {"ids": ids}))


def suppress(ids: list[int], owner: uuid.UUID, reason: str) -> None:
    """Leave out claimed deliveries for a reason that only the worker could see."""
    with transaction.atomic():
        _left_out(sql.run("suppress", {"ids": ids, "owner": owner, "reason": reason}))


def _left_out(rows: list[sql.Row]) -> None:
    """Count them, and let the next person at a shared address take a place that became free."""
    counting.moved((message, channel, "queued", state) for _pk, message, channel, state, _ in rows)
    free = [
        pk for pk, _, _, state, reason in rows if state == "suppressed" and reason not in _ENDS_ALL
    ]
    if free:
        heirs = sql.run("next_at_address", {"ids": free})
        counting.moved((message, channel, "suppressed", state) for message, channel, state in heirs)


def release(claims: Sequence[Claimed]) -> None:
    """Give back what was claimed and will not be handed over now."""
    if claims:
        owners = sorted({item.owner for item in claims})
        sql.run("release", {"ids": sorted(item.id for item in claims), "owners": owners})


def promote_due(limit: int = 1000) -> set[tuple[str, int]]:
    """Queue again what waited for its next try; returns the channels and lanes that have work."""
    return {(channel, lane) for channel, lane in sql.run("promote", {"limit": limit})}


def channels_with_work(lane: int) -> dict[str, int]:
    """Channels that have something due in this lane or above, with their most urgent lane."""
    found: dict[str, int] = {}
    for channel, urgent in sql.run("work", {"lane": lane}):
        found[channel] = min(urgent, found.get(channel, urgent))
    return found


def _uuid(value: object) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
