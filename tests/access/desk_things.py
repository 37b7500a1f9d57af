"""From the name of an address of the chat's desk to what fills it in; a part of CONVERSATION_THINGS."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from conversations.models import (
    AllowedOrigin,
    CannedResponse,
    ChatBlock,
    ChatInbox,
    Conversation,
    State,
)
from tests import make, make_conversations
from tests.access.thing import Thing
from tests.access.world import Holdings


def _inbox(of: Holdings) -> ChatInbox:
    return make_conversations.inbox(f"tabela-{of.unit.pk}", unit=of.unit, name="Skrzynka")


def _chat(of: Holdings, state: str) -> Conversation:
    """One chat of each unit in each state, about what only its own unit may read."""
    inbox = _inbox(of)
    known = Conversation.objects.filter(chat__inbox=inbox, state=state).first()
    return known or make_conversations.chat_with(f"Sprawa {of.mark}", to=inbox, state=state)


def _first(model: Any, **fields: Any) -> int:
    row = model.objects.first() or model.objects.create(**fields)
    return int(row.pk)


def _block() -> int:
    until = timezone.now() + timedelta(days=1)
    return _first(ChatBlock, device="d" * 64, until=until, reason="spam", by=make.clerk())


WAITING = Thing(lambda world, of: {"pk": _chat(of, State.WAITING).pk})
# Nobody of the table has it under way.
OWN = Thing(lambda world, of: {"pk": _chat(of, State.ACTIVE).pk}, there=False)
READY = Thing(
    lambda world, of: {"pk": _first(CannedResponse, shortcut="tabela", text="x")}, of_unit=False
)

DESK_THINGS: dict[str, Thing] = {
    "desk-take": WAITING,
    "chat-block-new": WAITING,
    "chat-message": Thing(lambda world, of: {"pk": _chat(of, State.OFFLINE).pk}),
    **dict.fromkeys(
        ("desk-talk", "desk-say", "desk-typing", "desk-transfer", "desk-close", "desk-case"), OWN
    ),
    # Says the same about a colleague's chat and about none.
    "desk-stream": Thing(lambda world, of: {"pk": _chat(of, State.ACTIVE).pk}, of_unit=False),
    **dict.fromkeys(
        ("chat-inbox-edit", "chat-inbox-close"), Thing(lambda world, of: {"pk": _inbox(of).pk})
    ),
    **dict.fromkeys(("chat-ready-edit", "chat-ready-delete"), READY),
    "chat-origin-remove": Thing(
        lambda world, of: {
            "pk": _first(AllowedOrigin, origin="https://a.example", added_by=make.clerk())
        },
        of_unit=False,
    ),
    "chat-block-lift": Thing(lambda world, of: {"pk": _block()}, of_unit=False),
}
