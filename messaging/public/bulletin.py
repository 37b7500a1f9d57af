"""From published messages to what everybody reads: the alerts and the announcements of the town."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Min, Q
from django.utils import timezone

from messaging.models import Message
from messaging.models.message import HEEDED, MessageQuerySet
from messaging.steps import follow_ups
from messaging.steps.follow_ups import Mark
from messaging.steps.publishing import SHOWN_AFTERWARDS
from messaging.texts import opened_texts
from messaging.texts.opened_texts import Attached
from recipients.models import AddressPoint

MOST = 200  # alerts on one page: a month of a very bad winter
ACTIVE, ENDED, CANCELLED = "active", "ended", "cancelled"
# In a list what was called off is marked so; a call-off is read from there.
CALLS_OFF = Q(follow_kind=Message.FollowKind.CALL_OFF)
Box = tuple[float, float, float, float]  # west, south, east, north in degrees


@dataclass(frozen=True, slots=True)
class Item:
    """One published message as everybody reads it. `text` is plain, `body` Markdown, `html` safe."""

    id: UUID
    klass: str
    title: str
    summary: str
    text: str
    body: str
    html: str
    sender: str
    areas: tuple[int, ...]
    published_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    follows: tuple[UUID, str] | None = None  # what it puts right or calls off, and which of both
    followed_by: Mark | None = None
    attachments: tuple[Attached, ...] = ()
    attachments_url: str = ""
    # The same in other languages: its code, title, safe HTML.
    others: tuple[tuple[str, str, str], ...] = ()

    @property
    def status(self) -> str:
        if self.withdrawn_at is not None:
            return CANCELLED
        return ACTIVE if self.expires_at > timezone.now() else ENDED

    @property
    def changed_at(self) -> datetime:
        followed = self.followed_by.at if self.followed_by else self.published_at
        return max(self.withdrawn_at or self.published_at, followed)


def item_of(message: Message, mark: Mark | None = None) -> Item:
    """The message must be published."""
    if message.published_at is None or message.ends_at is None:
        raise ValueError("not published")
    said = opened_texts.of(message)
    return Item(
        id=message.uid,
        klass=message.klass,
        title=said.title,
        summary=said.summary,
        text=said.text,
        body=said.body,
        html=said.html,
        sender=said.sender,
        areas=tuple(message.areas),
        published_at=message.published_at,
        expires_at=_end_of(message, message.ends_at, mark),
        attachments=said.attachments,
        attachments_url=said.attachments_url,
        others=tuple(
            (code, text.title, text.html)
            for code in message.languages[1:]
            for text in (opened_texts.of(message, code),)
        ),
        withdrawn_at=message.withdrawn_at,
        follows=said.follows,
        followed_by=mark,
    )


def _end_of(message: Message, planned: datetime, mark: Mark | None) -> datetime:
    """What was corrected holds no more; a call-off is nothing to heed itself."""
    if message.follow_kind == Message.FollowKind.CALL_OFF and message.published_at:
        return message.published_at
    return min(planned, mark.at) if mark else planned


def items(messages: Iterable[Message]) -> list[Item]:
    rows = list(messages)
    marks = follow_ups.marks_in({row.pk: row.follows_id or row.pk for row in rows})
    return [item_of(row, marks.get(row.pk)) for row in rows]


def alerts(
    *, active: bool | None = None, area: int | None = None, box: Box | None = None
) -> list[Item]:
    """Alarms and warnings: those that go on, alarms first, then those of the past 30 days; of equals the
    latest first."""
    now = timezone.now()
    longest = max(HEEDED.values()) + SHOWN_AFTERWARDS
    lately = Q(published_at__gte=now - longest) | Q(expires_at__gte=now - SHOWN_AFTERWARDS)
    rows = (
        _whole(Message.objects.alerts())
        .filter(lately, ~CALLS_OFF)
        .order_by("-published_at", "-pk")[:MOST]
    )
    found = [one for one in items(rows) if one.expires_at >= now - SHOWN_AFTERWARDS]
    if active is not None:
        found = [one for one in found if (one.status == ACTIVE) is active]
    if area is not None:
        found = [one for one in found if not one.areas or area in one.areas]
    if box is not None:
        inside = _inside(box)
        found = [one for one in found if not one.areas or inside & set(one.areas)]
    return sorted(
        found,
        key=lambda one: (
            one.status != ACTIVE,
            one.status == ACTIVE and one.klass != Message.Klass.ALARM,
        ),
    )


def _whole(rows: MessageQuerySet) -> MessageQuerySet:
    return rows.select_related("unit").defer("people", "audience")


def _inside(box: Box) -> set[int]:
    """The districts of which a part lies in the box, as far as a rectangle around each can tell."""
    west, south, east, north = box
    edges = (
        AddressPoint.objects.filter(gone_since=None)
        .values("district")
        .annotate(
            west=Min("longitude"), east=Max("longitude"),
            south=Min("latitude"), north=Max("latitude"),
        )
    )  # fmt: skip
    meets = edges.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
    return set(meets.values_list("district", flat=True))


def announcements(*, before: tuple[datetime, int] | None, limit: int) -> list[Message]:
    """Information, the latest first; `before`: when the last one read was published, and its key."""
    rows = _whole(Message.objects.announcements()).exclude(CALLS_OFF)
    if before is not None:
        at, pk = before
        rows = rows.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=pk))
    return list(rows.order_by("-published_at", "-pk")[:limit])


def one(uid: UUID, *, alert: bool) -> Item | None:
    rows = Message.objects.alerts() if alert else Message.objects.announcements()
    message = _whole(rows).filter(uid=uid).first()
    return items([message])[0] if message is not None else None


def published(uids: Collection[UUID]) -> list[Item]:
    """Those of these messages that everybody may read."""
    return items(_whole(Message.objects.published()).filter(uid__in=uids))
