"""From the hints that a person was sent to the inbox that their devices show.

What stands in it is what was handed over by the channel of the app, or should have been: a hint may
get lost, the message does not (messaging.models.IN_INBOX).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import escape

from messaging import receipts
from messaging.bulletin import body_of
from messaging.channels.base import News, StatusUpdate, fill
from messaging.formatting import to_html, to_text
from messaging.models import IN_INBOX, Delivery, Message
from messaging.placeholders import district_names, placeholders_in, values_for
from messaging.rendering import sender
from recipients import changes
from recipients.models import Device, Recipient

ACCEPTED, IGNORED = "accepted", "ignored"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person. `text` is plain, `body` Markdown, `html` safe."""

    id: UUID
    klass: str
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


@dataclass(frozen=True, slots=True)
class Told:
    """What a device says about a message: `event` is delivered or read, by its own clock."""

    id: UUID
    event: str
    at: datetime


def deliveries(device: Device, uids: Collection[UUID] | None = None) -> list[Delivery]:
    """What stands in the inbox of the device's person, one for each message, the latest first."""
    return _latest(_rows(device, uids))


def page(device: Device, *, before: int | None, limit: int) -> tuple[list[Letter], int | None]:
    """The next messages, and the key of the last one where there are more."""
    people = changes.people_of(device)
    rows = _rows(device)
    if before is not None:
        rows = rows.filter(message__lt=before)
    # A message may have come to each of the cards that were merged.
    found = _latest(rows[: (limit + 1) * max(1, len(people))])
    more = found[limit - 1].message_id if len(found) > limit else None
    return letters(device, found[:limit], whole=False), more


def _rows(device: Device, uids: Collection[UUID] | None = None) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(
        recipient__in=changes.people_of(device),
        channel="push",
        state__in=IN_INBOX,
        message__isnull=False,
    )
    if uids is not None:
        rows = rows.filter(message__uid__in=uids)
    # What was read on one card was read.
    return rows.order_by("-message", "recipient")


def _latest(rows: Iterable[Delivery]) -> list[Delivery]:
    found: dict[int | None, Delivery] = {}
    for row in rows:
        known = found.setdefault(row.message_id, row)
        if row.state == Delivery.State.READ and known.state != Delivery.State.READ:
            found[row.message_id] = row
    return list(found.values())


def letters(device: Device, rows: Collection[Delivery], *, whole: bool) -> list[Letter]:
    """`whole`: with the full text. Names in braces become the person's own words."""
    wanted = Message.objects.select_related("unit").defer("people", "audience")
    messages = {one.pk: one for one in wanted.filter(pk__in=[row.message_id for row in rows])}
    districts = district_names() if whole else {}
    return [
        _letter(row, messages[row.message_id], device.recipient, districts, whole=whole)
        for row in rows
        if row.message_id is not None
    ]


def _letter(
    row: Delivery,
    message: Message,
    person: Recipient | None,
    districts: Mapping[int, str],
    *,
    whole: bool,
) -> Letter:
    text = message.text
    body = body_of(message) if whole else ""
    names = placeholders_in(f"{text.title}\n{text.short}\n{body}")
    values: dict[str, str] = {}
    if names and person is not None:
        values = values_for(names, person.identity, person.address, districts=districts or None)
    escaped = {name: escape(value) for name, value in values.items()}
    read = row.state == Delivery.State.READ
    return Letter(
        id=message.uid,
        klass=message.klass,
        title=fill(text.title, values),
        summary=fill(text.short, values),
        text=fill(to_text(body), values) if whole else "",
        body=fill(body, values),
        html=fill(to_html(body), escaped) if whole else "",
        sender=sender(message, "push"),
        topic=message.topic_id,
        public=message.public,
        sent_at=message.sent_at or message.created_at,
        expires_at=message.expires_at,
        read_at=row.changed_at if read else None,
    )


def hear(device: Device, told: Collection[Told]) -> list[str]:
    """Keep what a device says about messages; ACCEPTED or IGNORED for each, in order.

    Nobody says anything about others' messages. A device's clock may be wrong: nothing is delivered
    before it was sent or later than now. Telling it twice, or out of order, changes nothing.
    """
    mine = {
        row.message.uid: row
        for row in _with_message(device, {one.id for one in told})
        if row.message is not None
    }
    known = [(one, mine[one.id]) for one in told if one.id in mine]
    receipts.store("push", [_update(one, row) for one, row in known])
    return [ACCEPTED if one.id in mine else IGNORED for one in told]


def _with_message(device: Device, uids: Collection[UUID]) -> list[Delivery]:
    rows = (
        _rows(device, uids)
        .select_related("message")
        .only("salt", "state", "changed_at", "recipient", "message__uid", "message__sent_at")
    )
    return _latest(rows)


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
