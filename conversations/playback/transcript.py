"""From the events of a chat to the lines that somebody may read, in the order in which they were said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.models import ChatEvent, Conversation

Type, Author = ChatEvent.Type, ChatEvent.Author
WHO: dict[str, str | Promise] = {
    Author.VISITOR: _("Visitor"),
    Author.AGENT: _("Agent"),
    Author.SYSTEM: _("System"),
}
HAPPENED: dict[str, str | Promise] = {
    Type.JOIN: _("An agent took the chat."),
    Type.TRANSFER: _("The chat was handed over."),
    Type.CLOSE: _("The chat was ended."),
    Type.SYSTEM: _("A message of the system."),
}


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    who: str | Promise
    text: str | Promise = field(repr=False)
    author: str = ""
    note: bool = False  # among staff


def lines_of(
    conversation: Conversation, *, notes: bool, parts: Sequence[tuple[int, int]] = ()
) -> list[Line]:
    """All lines, or those said within the decided parts (milliseconds since the chat began).

    `notes`: whether what staff noted for themselves is shown, too. Raises KeyErased once the key is gone.
    """
    return [
        Line(event.at, WHO[event.author], _said(event), event.author, event.internal)
        for event in _events(conversation, notes)
        if not parts or _inside(event.at - conversation.originated_at, parts)
    ]


def _events(conversation: Conversation, notes: bool) -> Iterator[ChatEvent]:
    rows = conversation.events.order_by("seq")
    yield from rows if notes else rows.filter(internal=False).exclude(type=Type.NOTE)


def _said(event: ChatEvent) -> str | Promise:
    return event.body or HAPPENED.get(event.type, "")


def _inside(since: timedelta, parts: Sequence[tuple[int, int]]) -> bool:
    milliseconds = since / timedelta(milliseconds=1)
    return any(begin <= milliseconds < end for begin, end in parts)
