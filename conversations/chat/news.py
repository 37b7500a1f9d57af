"""From a cursor to what is new for the visitor, and from what they say to the log; asked without a hub."""

import time
import uuid
from typing import Any

from conversations.models import ChatEvent, ChatSession, Conversation, Kind, State
from icp import rate_limits

from . import board, log, queue
from .plain import fits, plain

MESSAGES, SECONDS = 30, 60  # of one chat
NEXT_MS = 3000
# Milliseconds for each open chat: 25 questions a second of all pages together, however many there are.
MS_FOR_EACH = 40
COUNTED_FOR = 10.0  # seconds


class Refused(Exception):
    """What a visitor sent is not taken; `code` names the sentence that says what to do."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.code, self.status = code, status


class Pace:
    """How often pages ask that have no stream: seldom enough for a small server, counted now and then."""

    def __init__(self) -> None:
        self.counted_at, self.milliseconds = 0.0, NEXT_MS

    def next_ms(self) -> int:
        now = time.monotonic()
        if not self.counted_at or now - self.counted_at > COUNTED_FOR:
            open_ones = Conversation.objects.filter(kind=Kind.CHAT, state__in=board.OPEN).count()
            self.counted_at, self.milliseconds = now, max(NEXT_MS, open_ones * MS_FOR_EACH)
        return self.milliseconds


_pace = Pace()


def since(session: ChatSession, after: int) -> dict[str, Any]:
    """Lines after the number, how the chat stands, and in how many milliseconds to ask again."""
    fresh = session.last_seq > after
    lines = log.since(session.conversation, after, internal=False) if fresh else []
    told = [board.told(line) for line in lines]
    return {"lines": told, "status": status(session), "next_ms": _pace.next_ms()}


def status(session: ChatSession) -> dict[str, Any]:
    """As `board.Seen.status` says it to a stream."""
    chat = session.conversation
    place = queue.place(chat) if chat.state == State.WAITING else 0
    return {"state": chat.state, "place": place, "typing": board.types(session.agent_typed_at)}


def mark(answer: dict[str, Any]) -> str:
    """Short words for how the chat stood: who waits for news says which of them is known."""
    said = answer["status"]
    return f"{said['state']}-{said['place']}-{int(said['typing'])}"


def again(session: ChatSession) -> ChatSession:
    """The same chat as it stands now."""
    found: ChatSession = ChatSession.objects.select_related("conversation", "inbox").get(
        pk=session.pk
    )
    return found


def say(session: ChatSession, typed: str, client_id: uuid.UUID | None) -> ChatEvent:
    """A line of the visitor. Raises Refused: `text`, `too-many`, `over`."""
    text = plain(typed)
    if not fits(text):
        raise Refused("text", 422)
    if rate_limits.tally("chat_say", str(session.conversation_id), SECONDS) > MESSAGES:
        raise Refused("too-many", 429)
    kind, author = ChatEvent.Type.MESSAGE, ChatEvent.Author.VISITOR
    try:
        return log.append(session.conversation, kind, author, body=text, client_id=client_id)
    except log.ChatOver:
        raise Refused("over", 409) from None
