"""From the hints that a person was sent to the inbox that their devices show.

What stands in it is what was handed over by the channel of the app, or should have been: a hint may
get lost, the message does not (messaging.models.IN_INBOX).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import escape

from messaging.channels.base import News, StatusUpdate, fill
from messaging.engine import receipts
from messaging.models import IN_INBOX, Delivery
from messaging.steps import follow_ups
from messaging.steps.follow_ups import Mark
from messaging.texts import opened_texts
from messaging.texts.opened_texts import Attached, OpenedText
from messaging.texts.placeholders import values_for
from recipients.feed import changes
from recipients.models import Device

ACCEPTED, IGNORED = "accepted", "ignored"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person. `text` is plain, `body` Markdown, `html` safe."""

    id: UUID
    klass: str
    language: str
    title: str = field(repr=False)
    summary: str = field(repr=False)
    text: str = field(repr=False)
    body: str = field(repr=False)
    html: str = field(repr=False)
    sender: str
    topic: int | None
    public: bool
    sent_at: datetime
    expires_at: datetime | None
    read_at: datetime | None
    follows: tuple[UUID, str] | None = None  # what it puts right or calls off, and which of both
    followed_by: Mark | None = None
    attachments: tuple[Attached, ...] = ()
    attachments_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What a device says about a message: `event` is delivered or read, by its own clock."""

    id: UUID
    event: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in an inbox, unopened."""

    uid: UUID
    message: int
    read_at: datetime | None


def rows(device: Device, uids: Collection[UUID]) -> list[Row]:
    """Those of these messages that stand in the inbox of the device's person, the latest first."""
    return _latest(_seen(_deliveries(device, uids)))


def page(device: Device, *, before: int | None, limit: int) -> tuple[list[Letter], int | None]:
    """The next messages, and the key of the last one where there are more."""
    asked = _deliveries(device)
    if before is not None:
        asked = asked.filter(message__lt=before)
    wanted, seen = limit + 1, _seen(asked[: limit + 1])
    found = _latest(seen)
    # A message may have come to each of the cards that were merged: then look further.
    while len(found) <= limit and len(seen) == wanted:
        wanted *= 2
        seen = _seen(asked[:wanted])
        found = _latest(seen)
    more = found[limit - 1].message if len(found) > limit else None
    return letters(device, found[:limit]), more


def _deliveries(device: Device, uids: Collection[UUID] | None = None) -> QuerySet[Delivery]:
    """Every hint to the person that was settled, the latest message first."""
    found = Delivery.objects.filter(
        recipient__in=changes.cards_of(device),
        channel="push",
        state__in=IN_INBOX,
        message__isnull=False,
        message__drill=False,
    )
    if uids is not None:
        found = found.filter(message__uid__in=uids)
    return found.order_by("-message", "recipient")


Seen = tuple[int, UUID, str, datetime]


def _seen(found: QuerySet[Delivery]) -> list[Seen]:
    return list(found.values_list("message_id", "message__uid", "state", "changed_at"))


def _latest(seen: Collection[Seen]) -> list[Row]:
    """One for each message; what was read on one card was read."""
    latest: dict[int, Row] = {}
    for key, uid, state, at in seen:
        row = Row(uid, key, at if state == Delivery.State.READ else None)
        if row.read_at or key not in latest:
            latest[key] = row
    return list(latest.values())


def letters(device: Device, found: Collection[Row]) -> list[Letter]:
    """With names in braces become the person's own words."""
    reads = device.recipient.reads if device.recipient is not None else device.locale
    texts = opened_texts.opened((row.uid for row in found), reads)
    names = {name for text in texts.values() for name in text.names}
    values: dict[str, str] = {}
    if names and device.recipient is not None:
        person = device.recipient
        values = values_for(names, person.identity, person.address, language=reads)
    marks = follow_ups.marks_in({row.message: texts[row.uid].root for row in found})
    return [_letter(texts[row.uid], row, values, marks.get(row.message)) for row in found]


def _letter(text: OpenedText, row: Row, values: Mapping[str, str], mark: Mark | None) -> Letter:
    escaped = {name: escape(values[name]) for name in text.names} if text.names else {}
    return Letter(
        id=row.uid,
        klass=text.klass,
        language=text.language,
        title=fill(text.title, values),
        summary=fill(text.summary, values),
        text=fill(text.text, values),
        body=fill(text.body, values),
        html=fill(text.html, escaped),
        sender=text.sender,
        topic=text.topic,
        public=text.public,
        sent_at=text.sent_at,
        expires_at=text.expires_at,
        read_at=row.read_at,
        attachments=text.attachments,
        attachments_url=text.attachments_url,
        follows=text.follows,
        followed_by=mark,
    )


def hear(device: Device, told: Collection[Told]) -> list[str]:
    """Keep what a device says about messages; ACCEPTED or IGNORED for each, in order.

    Nobody says anything about others' messages. A device's clock may be wrong: nothing is delivered
    before it was sent or later than now. Telling it twice, or out of order, changes nothing.
    """
    mine = _mine(device, {one.id for one in told})
    known = [(one, mine[one.id]) for one in told if one.id in mine]
    receipts.store("push", [_update(one, row) for one, row in known])
    return [ACCEPTED if one.id in mine else IGNORED for one in told]


def _mine(device: Device, uids: Collection[UUID]) -> dict[UUID, Delivery]:
    """Deliveries of these messages to this person, the one to the card that was merged last."""
    found = _deliveries(device, uids).select_related("message")
    known = found.only("salt", "recipient", "message__uid", "message__sent_at")
    return {row.message.uid: row for row in known if row.message is not None}


def _update(told: Told, row: Delivery) -> StatusUpdate:
    sent = row.message.sent_at if row.message is not None else None
    at = min(told.at, timezone.now())
    if sent is not None:
        at = max(at, sent)
    reference = row.reference
    return StatusUpdate(
        reference=reference,
        provider_id="",
        news=News(told.event),
        event_id=f"app:{reference}:{told.event}",
        at=at,
    )
