"""From messages that a whole town asks for to texts that are opened once, not for each phone.

In an alarm everybody's phone asks for the same message within a minute. What is kept are the words as they were
written, names in braces unfilled, in this process's memory and for minutes only; a sent message's text does
not change. Nothing about a person is ever kept here.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from messaging.models import Message, MessageText

from . import attachments, enclosing
from .formatting import to_html, to_text
from .placeholders import placeholders_in
from .rendering import sender
from .variants import POLISH, language_for, text_for

SECONDS, MOST = 300.0, 300


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes along; `number` is its place, `size` in bytes."""

    number: int
    name: str = field(repr=False)
    media_type: str
    size: int


@dataclass(frozen=True)
class OpenedText:
    """A message as it was written. `text` is plain, `body` Markdown, `html` safe; `until`: of keeping it."""

    id: UUID
    klass: str
    language: str
    title: str = field(repr=False)
    summary: str = field(repr=False)
    body: str = field(repr=False)
    sender: str
    topic: int | None
    public: bool
    sent_at: datetime
    expires_at: datetime | None
    root: int  # the first message of its family: itself, mostly
    follows: tuple[UUID, str] | None  # what it puts right or calls off, and which of both
    until: float
    attachments: tuple[Attached, ...] = ()
    attachments_url: str = field(default="", repr=False)

    @cached_property
    def html(self) -> str:
        return to_html(self.body)

    @cached_property
    def text(self) -> str:
        return to_text(self.body)

    @cached_property
    def names(self) -> frozenset[str]:
        """What must be filled in for each person."""
        return frozenset(placeholders_in(f"{self.title}\n{self.summary}\n{self.body}"))


_kept: dict[tuple[UUID, str], OpenedText] = {}


def opened(uids: Iterable[UUID], language: str = POLISH) -> Mapping[UUID, OpenedText]:
    """The texts of sent messages in one language; those that are not at hand in one query."""
    wanted, now = set(uids), time.monotonic()
    found = {
        uid: known for uid in wanted if (known := _kept.get((uid, language))) and known.until > now
    }
    missing = wanted - found.keys()
    if missing:
        rows = Message.objects.select_related("unit").defer("people", "audience")
        found |= {row.uid: keep(row, language) for row in rows.filter(uid__in=missing)}
    return found


def of(message: Message, language: str = POLISH) -> OpenedText:
    """The text of one that is at hand as a row."""
    known = _kept.get((message.uid, language))
    return known if known and known.until > time.monotonic() else keep(message, language)


def keep(message: Message, language: str = POLISH) -> OpenedText:
    text: MessageText = text_for(message, language)
    made = OpenedText(
        id=message.uid,
        klass=message.klass,
        language=language_for(message, language),
        title=text.title,
        summary=enclosing.fill_link(message, text.short),
        # The full version where there is one; a message by SMS only has just the short.
        body=text.long.strip() or enclosing.fill_link(message, text.short).strip(),
        sender=sender(message, "push"),
        topic=message.topic_id,
        public=message.public,
        sent_at=message.sent_at or message.created_at,
        expires_at=message.expires_at,
        root=message.follows_id or message.pk,
        follows=_followed(message),
        until=time.monotonic() + SECONDS,
        attachments=tuple(
            Attached(row.place, row.name, row.media_type, row.size)
            for row in attachments.files_of(message)
        ),
        attachments_url=attachments.link_of(message),
    )
    while len(_kept) >= MOST:
        _kept.pop(next(iter(_kept)), None)
    _kept.pop((message.uid, language), None)
    _kept[message.uid, language] = made
    return made


def _followed(message: Message) -> tuple[UUID, str] | None:
    if message.follows_id is None:
        return None
    uid = Message.objects.values_list("uid", flat=True).get(pk=message.follows_id)
    return uid, message.follow_kind
