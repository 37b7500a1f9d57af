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

from messaging.formatting import to_html, to_text
from messaging.models import Message, MessageText
from messaging.placeholders import placeholders_in
from messaging.rendering import sender

SECONDS, MOST = 300.0, 300


@dataclass(frozen=True)
class OpenedText:
    """A message as it was written. `text` is plain, `body` Markdown, `html` safe; `until`: of keeping it."""

    id: UUID
    klass: str
    title: str = field(repr=False)
    summary: str = field(repr=False)
    body: str = field(repr=False)
    sender: str
    topic: int | None
    public: bool
    sent_at: datetime
    expires_at: datetime | None
    until: float

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


_kept: dict[UUID, OpenedText] = {}


def opened(uids: Iterable[UUID]) -> Mapping[UUID, OpenedText]:
    """The texts of sent messages; those that are not at hand in one query."""
    wanted, now = set(uids), time.monotonic()
    found = {uid: known for uid in wanted if (known := _kept.get(uid)) and known.until > now}
    missing = wanted - found.keys()
    if missing:
        rows = Message.objects.select_related("unit").defer("people", "audience")
        found |= {row.uid: keep(row) for row in rows.filter(uid__in=missing)}
    return found


def of(message: Message) -> OpenedText:
    """The text of one that is at hand as a row."""
    known = _kept.get(message.uid)
    return known if known and known.until > time.monotonic() else keep(message)


def keep(message: Message) -> OpenedText:
    text: MessageText = message.text
    made = OpenedText(
        id=message.uid,
        klass=message.klass,
        title=text.title,
        summary=text.short,
        # The full version where there is one; a message by SMS only has just the short.
        body=text.long.strip() or text.short.strip(),
        sender=sender(message, "push"),
        topic=message.topic_id,
        public=message.public,
        sent_at=message.sent_at or message.created_at,
        expires_at=message.expires_at,
        until=time.monotonic() + SECONDS,
    )
    while len(_kept) >= MOST:
        _kept.pop(next(iter(_kept)), None)
    _kept.pop(message.uid, None)
    _kept[message.uid] = made
    return made
