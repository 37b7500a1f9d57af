"""From a chat that waits to an agent's, to another agent's, to its end; each step happens once."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import (
    ChatEvent,
    ChatInbox,
    ChatSeat,
    ChatSession,
    Conversation,
    Kind,
    RetentionPolicy,
    State,
)
from conversations.register.registering import expiry

from . import codes, log, seats

VISITOR, TIMEOUT = "visitor", "timeout"
Type, Author = ChatEvent.Type, ChatEvent.Author


class NoRoom(Exception):
    """The agent has as many chats as their seat takes."""


class NotYours(Exception):
    """The chat is not under way with this agent any more."""


@transaction.atomic
def take(conversation: Conversation, user: User) -> bool:
    """Make a waiting chat the agent's; False where somebody was quicker. Raises NoRoom."""
    _room_for(user)
    rows = Conversation.objects.filter(pk=conversation.pk, state=State.WAITING, agent=None)
    if not rows.update(agent=user, state=State.ACTIVE):
        return False
    _taken(conversation, user)
    return True


@transaction.atomic
def take_over(conversation: Conversation, user: User) -> bool:
    """Make a chat the agent's whose own agent is gone; False where that is not so any more."""
    _room_for(user)
    gone = seats.orphans().filter(pk=conversation.pk).exclude(agent=user)
    if not Conversation.objects.filter(pk__in=gone.values("pk")).update(agent=user):
        return False
    _taken(conversation, user)
    return True


@transaction.atomic
def transfer(conversation: Conversation, by: User, to: User | ChatInbox, *, note: str = "") -> None:
    """Hand a chat over to an agent, or back into the queue of an inbox, with a note among staff.

    Who was first in a queue stays so: `queued_at` does not move. The chat is kept for as long as those of
    the inbox where it lies now, counted from its beginning still (§ 6). Raises NotYours, and NoRoom where the other agent's seat is full.
    """
    if isinstance(to, ChatInbox):
        moved, code = _to_inbox(conversation, by, to), codes.HANDED_TO_INBOX
    else:
        _room_for(to)
        moved, code = _mine(conversation, by).update(agent=to), codes.HANDED_TO_AGENT
    if not moved:
        raise NotYours
    if note:
        log.append(conversation, Type.NOTE, Author.AGENT, body=note, user=by, internal=True)
    log.append(conversation, Type.TRANSFER, Author.SYSTEM, user=by, code=code)
    _unread_again(conversation)
    audit.record("chat.transferred", conversation, by=by, detail={"to": code, "id": to.pk})


@transaction.atomic
def close(conversation: Conversation, by: User | str, *, code: str = "") -> bool:
    """End a chat: by its agent, VISITOR or TIMEOUT; out of the queue it is ABANDONED.

    False where it had ended already. Raises NotYours where another agent has it.
    """
    row = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if row.state not in (State.WAITING, State.ACTIVE):
        return False
    if isinstance(by, User) and row.agent_id != by.pk:
        raise NotYours
    waited = row.state == State.WAITING
    who = "agent" if isinstance(by, User) else by
    row.state = State.ABANDONED if waited else State.CLOSED
    row.ended_at = timezone.now()
    row.save(update_fields=["state", "ended_at"])
    ChatSession.objects.filter(conversation=row).update(closed_by=who)
    said = codes.LEFT_QUEUE if waited else code or f"closed_by_{who}"
    user = by if isinstance(by, User) else None
    log.append(conversation, Type.CLOSE, Author.SYSTEM, user=user, code=said)
    audit.record("chat.closed", conversation, by=user, detail={"how": said})
    conversation.state, conversation.ended_at = row.state, row.ended_at
    return True


@transaction.atomic
def back_to_queue(conversation: Conversation) -> bool:
    """Put a chat whose agent is gone back where it came from; its place is by when it came."""
    gone = seats.orphans().filter(pk=conversation.pk)
    rows = Conversation.objects.filter(pk__in=gone.values("pk"))
    if not rows.update(agent=None, state=State.WAITING):
        return False
    log.append(conversation, Type.SYSTEM, Author.SYSTEM, code=codes.BACK_IN_QUEUE)
    _unread_again(conversation)
    audit.record("chat.returned", conversation, by=None)
    return True


def _room_for(user: User) -> None:
    """The seat's row stays locked, so that two tabs of one agent do not both take the last place."""
    seats.seat_of(user)
    seat = ChatSeat.objects.select_for_update().get(user=user)
    if seats.load(user) >= seat.capacity:
        raise NoRoom


def _mine(conversation: Conversation, by: User) -> QuerySet[Conversation]:
    return Conversation.objects.filter(pk=conversation.pk, state=State.ACTIVE, agent=by)


def _to_inbox(conversation: Conversation, by: User, inbox: ChatInbox) -> int:
    # A period that is being followed has seen the chat before this, or sees it where it lies after.
    list(RetentionPolicy.objects.select_for_update().filter(kind=Kind.CHAT, applied_at=None))
    moved = _mine(conversation, by).update(
        agent=None,
        state=State.WAITING,
        unit_id=inbox.unit_id,
        expires_at=expiry(conversation.originated_at, Kind.CHAT, inbox=inbox),
    )
    if moved:
        ChatSession.objects.filter(conversation=conversation).update(inbox=inbox)
    return moved


def _taken(conversation: Conversation, user: User) -> None:
    now = timezone.now()
    session = ChatSession.objects.filter(conversation=conversation)
    session.filter(taken_at=None).update(taken_at=now)
    # Silence counts from now: whoever waited long is not ended for having waited.
    session.update(visitor_spoke_at=now, warned_at=None, agent_read_seq=0)
    log.append(conversation, Type.JOIN, Author.AGENT, user=user, code=codes.JOINED)
    audit.record("chat.taken", conversation, by=user)
    conversation.agent, conversation.state = user, State.ACTIVE


def _unread_again(conversation: Conversation) -> None:
    ChatSession.objects.filter(conversation=conversation).update(agent_read_seq=0)
