"""From what an agent writes, notes or reads in a chat of their own to its log."""

import uuid
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from admin_module.models import User
from conversations.models import ChatEvent, ChatSession, Conversation, State

from . import desk_rows, log
from .steps import NotYours

TYPING = timedelta(seconds=6)  # a stroke of a key means so long that somebody types
Type, Author = ChatEvent.Type, ChatEvent.Author


@transaction.atomic
def say(chat: Conversation, user: User, body: str, *, client_id: uuid.UUID | None = None) -> None:
    """A message to the visitor; the same `client_id` says it once. Raises NotYours."""
    held = Conversation.objects.select_for_update().filter(agent=user, state=State.ACTIVE)
    if not held.filter(pk=chat.pk).exists():
        raise NotYours
    _write(chat, Type.MESSAGE, user, body, client_id)


@transaction.atomic
def note(chat: Conversation, user: User, body: str, *, client_id: uuid.UUID | None = None) -> None:
    """Words among staff, which the visitor never gets. Raises NotYours."""
    if not desk_rows.own(user).filter(pk=chat.pk).exists():
        raise NotYours
    _write(chat, Type.NOTE, user, body, client_id)


def typed(chat: Conversation) -> None:
    """The agent types now; nothing of what."""
    ChatSession.objects.filter(conversation=chat).update(agent_typed_at=timezone.now())


def visitor_types(session: ChatSession) -> bool:
    at = session.visitor_typed_at
    return at is not None and timezone.now() - at < TYPING


def mark_read(session: ChatSession) -> None:
    """The agent has the whole log before their eyes."""
    if session.agent_read_seq < session.last_seq:
        newest = {"agent_read_seq": session.last_seq}
        ChatSession.objects.filter(pk=session.pk, agent_read_seq__lt=session.last_seq).update(
            **newest
        )


def _write(
    chat: Conversation, kind: str, user: User, body: str, client_id: uuid.UUID | None
) -> None:
    append = partial(
        log.append, chat, kind, Author.AGENT, body=body, user=user, internal=kind == Type.NOTE
    )
    if append(client_id=client_id).body != body:
        # The answer to the first try was lost and the words were changed before the second.
        append()
