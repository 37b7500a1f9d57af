"""From an agent to what lies on their desk: who waits, the chats of their own, those nobody looks after."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from admin_module.models import User
from conversations.models import (
    ChatEvent,
    ChatInbox,
    ChatSeat,
    Conversation,
    Kind,
    State,
)

from . import left_messages, seats

# So long after the end an agent still reads the chat, to write a note or the number of a case.
WRAP_UP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The queue of one inbox, who came first first."""

    inbox: ChatInbox
    chats: list[Conversation]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the left of the desk."""

    seat: ChatSeat
    own: list[Conversation]
    queues: list[Waiting]
    orphans: list[Conversation]
    left: int  # messages left out of hours that nobody answered

    @property
    def unread(self) -> int:
        return sum(getattr(chat, "unread", 0) for chat in self.own)

    @property
    def waiting(self) -> int:
        return sum(len(queue.chats) for queue in self.queues)

    @property
    def under_way(self) -> int:
        return sum(chat.state == State.ACTIVE for chat in self.own)

    @property
    def full(self) -> bool:
        return self.under_way >= self.seat.capacity


def desk_of(user: User) -> Desk:
    """Asked every few seconds by every open desk, so that the agent is known to be here."""
    return Desk(
        seat=seats.beat(user),
        own=list(own(user).order_by("-state", "originated_at")),
        queues=_queues(user),
        orphans=list(_chats(user).filter(pk__in=seats.orphans().values("pk")).exclude(agent=user)),
        left=left_messages.unanswered_count(user),
    )


def own(user: User) -> QuerySet[Conversation]:
    """Under way with the agent, or ended a moment ago; with `unread` messages of the visitor."""
    lately = Q(state=State.CLOSED, ended_at__gt=timezone.now() - WRAP_UP)
    unread = Q(events__type=ChatEvent.Type.MESSAGE, events__author=ChatEvent.Author.VISITOR)
    unread &= Q(events__seq__gt=F("chat__agent_read_seq"))
    rows = Conversation.objects.kept().filter(kind=Kind.CHAT, agent=user)
    rows = rows.filter(Q(state=State.ACTIVE) | lately)
    return rows.select_related("chat", "chat__inbox").annotate(unread=Count("events", unread))


def inboxes_of(user: User) -> QuerySet[ChatInbox]:
    """The open inboxes that the agent's unit may answer."""
    rows = ChatInbox.objects.filter(closed_at=None).order_by("name")
    return rows if user.scope is None else rows.filter(unit__in=user.scope)


def waiting_for(user: User) -> QuerySet[Conversation]:
    """Chats that the agent may take."""
    return _chats(user).filter(state=State.WAITING)


def waiting_count(user: User) -> int:
    """The number beside the desk in the menu."""
    return waiting_for(user).count()


def _queues(user: User) -> list[Waiting]:
    by_inbox: dict[int, list[Conversation]] = {}
    for chat in waiting_for(user).order_by("chat__queued_at", "chat__pk"):
        by_inbox.setdefault(chat.chat.inbox_id, []).append(chat)
    # A closed inbox may still have somebody in its queue.
    offered = Q(pk__in=inboxes_of(user).values("pk")) | Q(pk__in=by_inbox)
    inboxes = ChatInbox.objects.filter(offered).order_by("name")
    return [Waiting(inbox, by_inbox.get(inbox.pk, [])) for inbox in inboxes]


def _chats(user: User) -> QuerySet[Conversation]:
    rows = Conversation.objects.kept().filter(kind=Kind.CHAT).visible_to(user)
    return rows.select_related("chat", "chat__inbox", "agent")
