"""From what was said in a chat to a numbered line of its log, and from a cursor to what came after it.

The log is the truth: desks, widgets and streams only read it. A number is given under the lock of the chat's
session, so a reader who has seen N finds everything after it (a table's own id has gaps that fill up later).
"""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from admin_module.models import User
from conversations.models import ChatEvent, ChatSession, Conversation, State

from . import waking

OVER = {State.CLOSED, State.ABANDONED}


class ChatOver(Exception):
    """The chat has ended: nobody writes there any more."""


@transaction.atomic
def append(  # noqa: PLR0913 - what a line consists of
    conversation: Conversation,
    type: str,  # noqa: A002 - the column's name
    author: str,
    *,
    body: str | None = None,
    user: User | None = None,
    code: str = "",
    internal: bool = False,
    client_id: uuid.UUID | None = None,
) -> ChatEvent:
    """The next line of the chat; one with a `client_id` that is there already is given back instead.

    `body` is plain text, at most BODY_LETTERS; `code` names a sentence that each side reads in its language.
    Raises ChatOver for a message to a chat that has ended.
    """
    # The conversation first, as whoever moves it does: two who want both never wait for each other.
    rows = Conversation.objects.select_for_update(no_key=True).filter(pk=conversation.pk)
    state = rows.values_list("state", flat=True).get()
    session = ChatSession.objects.select_for_update().get(conversation=conversation)
    events = ChatEvent.objects.filter(conversation=conversation)
    if client_id is not None and (known := events.filter(client_id=client_id).first()):
        return known
    if type == ChatEvent.Type.MESSAGE and state in OVER:
        raise ChatOver
    session.last_seq += 1
    session.save(update_fields=["last_seq", *_spoken(session, type, author)])
    event = ChatEvent.objects.create(
        conversation=conversation,
        seq=session.last_seq,
        type=type,
        author=author,
        user=user,
        body=body,
        code=code,
        internal=internal,
        client_id=client_id,
    )
    waking.wake(conversation.pk)
    return event


def since(conversation: Conversation, after: int, *, internal: bool) -> list[ChatEvent]:
    """The lines after number `after`, in order; those among staff only for staff."""
    rows = ChatEvent.objects.filter(conversation=conversation, seq__gt=after).order_by("seq")
    return list(rows if internal else rows.filter(internal=False))


def _spoken(session: ChatSession, type: str, author: str) -> list[str]:  # noqa: A002
    """A visitor who writes is there, and is not warned of silence any more."""
    if (type, author) != (ChatEvent.Type.MESSAGE, ChatEvent.Author.VISITOR):
        return []
    changed: dict[str, Any] = {
        "visitor_spoke_at": timezone.now(),
        "visitor_seen_at": timezone.now(),
        "visitor_typed_at": None,
        "warned_at": None,
    }
    for name, value in changed.items():
        setattr(session, name, value)
    return list(changed)
