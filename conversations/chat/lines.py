"""From an event of the log to a line on the desk's screen."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from admin_module.models import User
from conversations.models import ChatEvent

from .codes import STAFF_WORDS

Type = ChatEvent.Type


@dataclass(frozen=True, slots=True)
class Line:
    """`look` is a class of the style sheet; `said` the system's sentence where nobody wrote."""

    event: ChatEvent
    look: str
    mine: bool
    said: str | Promise = ""


def lines_of(events: Iterable[ChatEvent], reader: User) -> list[Line]:
    return [_line(event, reader) for event in events]


def _line(event: ChatEvent, reader: User) -> Line:
    mine = event.user_id == reader.pk
    if event.internal:
        return Line(event, "talk-note", mine)
    if event.type != Type.MESSAGE:
        return Line(event, "talk-system", mine, STAFF_WORDS.get(event.code, event.code))
    if event.author == ChatEvent.Author.VISITOR:
        return Line(event, "talk-visitor", mine)
    return Line(event, "talk-own" if mine else "talk-office", mine)
