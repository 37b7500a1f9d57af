"""From the chats that are open now to what their readers wait for: one look for all of them."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from conversations.models import ChatEvent, ChatSession, State
from icp.encryption.errors import KeyErased

TYPES_FOR = timedelta(seconds=6)  # a stroke of a key means so long that somebody types
OPEN = (State.WAITING, State.ACTIVE)
COLUMNS = (
    "conversation_id",
    "inbox_id",
    "queued_at",
    "last_seq",
    "token_round",
    "agent_typed_at",
    "visitor_typed_at",
    "conversation__state",
    "conversation__agent_id",
    "conversation__uid",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One chat as it stood at the last look; `place` is 0 where it does not wait."""

    state: str
    place: int
    last_seq: int
    round: int
    agent: int | None
    inbox: int
    uid: str
    agent_types: bool
    visitor_types: bool

    def status(self) -> dict[str, Any]:
        """What the visitor is told beside the lines."""
        return {"state": self.state, "place": self.place, "typing": self.agent_types}


def look(ids: Iterable[int] = ()) -> dict[int, Seen]:
    """Chats that wait or are under way, and those of `ids` whatever became of them."""
    wanted = Q(conversation__state__in=OPEN) | Q(conversation_id__in=list(ids))
    rows = ChatSession.objects.filter(wanted).order_by("queued_at", "pk").values(*COLUMNS)
    now, places = timezone.now(), dict[int, int]()
    return {row["conversation_id"]: _seen(row, now, places) for row in rows}


def _seen(row: Mapping[str, Any], now: datetime, places: dict[int, int]) -> Seen:
    """`places` counts on in the order of the queue."""
    state, inbox = row["conversation__state"], row["inbox_id"]
    waits = state == State.WAITING
    if waits:
        places[inbox] = places.get(inbox, 0) + 1
    return Seen(
        state=state,
        place=places[inbox] if waits else 0,
        last_seq=row["last_seq"],
        round=row["token_round"],
        agent=row["conversation__agent_id"],
        inbox=inbox,
        uid=str(row["conversation__uid"]),
        agent_types=types(row["agent_typed_at"], now),
        visitor_types=types(row["visitor_typed_at"], now),
    )


def types(at: datetime | None, now: datetime | None = None) -> bool:
    """Whether whoever struck a key then still types."""
    return at is not None and (now or timezone.now()) - at < TYPES_FOR


def lines(after: Mapping[int, int]) -> dict[int, list[dict[str, Any]]]:
    """What visitors may read after the given number of each chat."""
    wanted = Q()
    for conversation, seq in after.items():
        wanted |= Q(conversation_id=conversation, seq__gt=seq)
    if not after:
        return {}
    found: dict[int, list[dict[str, Any]]] = {}
    rows = ChatEvent.objects.filter(wanted, internal=False).order_by("conversation", "seq")
    for event in rows:
        with suppress(KeyErased):  # the conversation was deleted meanwhile
            found.setdefault(event.conversation_id, []).append(told(event))
    return found


def told(event: ChatEvent) -> dict[str, Any]:
    """A line as a visitor's page gets it: text and codes, never HTML, no name of staff."""
    return {
        "seq": event.seq,
        "type": event.type,
        "author": event.author,
        "text": event.body or "",
        "code": event.code,
        "at": event.at.isoformat(),
        "client_id": str(event.client_id) if event.client_id else "",
    }
