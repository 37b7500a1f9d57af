"""From a conversation to the part of its card that opens it, and that says who opened it before."""

from typing import Any

from admin_module.models import User
from conversations.models import Conversation
from conversations.register.panels import Panel

from . import emergency_numbers, rights

SHOWN = 20
TEMPLATE = "conversations/playback/_panel.html"


def context(conversation: Conversation, user: User) -> dict[str, Any] | None:
    """None for whoever neither opens conversations nor supervises those who do."""
    listens = user.has_perm(rights.LISTEN) or user.has_perm(rights.BREAK_GLASS)
    supervises = user.has_perm("conversations.supervise_conversation")
    if not (listens or supervises):
        return None
    emergency = user.has_perm(rights.BREAK_GLASS)
    offered = rights.may_open(user, conversation) if listens else []
    opened = conversation.sessions.select_related("user").order_by("-began_at")
    return {
        "conversation": conversation,
        "offered": offered,
        "why_not": rights.why_not(user, conversation) if listens and not offered else "",
        "opened": list((opened if supervises else opened.filter(user=user))[:SHOWN]),
        "listens": listens,
        "number_in_emergency": emergency and not emergency_numbers.refusal(user, conversation),
    }


PANEL = Panel(TEMPLATE, context)
