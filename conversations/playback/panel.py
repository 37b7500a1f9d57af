"""From a conversation to the part of its card that opens it, and that says who opened it before."""

from typing import Any

from admin_module.models import User
from conversations.models import Conversation
from conversations.register.panels import Panel

from . import rights

SHOWN = 20
TEMPLATE = "conversations/playback/_panel.html"


def context(conversation: Conversation, user: User) -> dict[str, Any] | None:
    """None for whoever neither opens conversations nor supervises those who do."""
    listens = user.has_perm(rights.LISTEN) or user.has_perm(rights.BREAK_GLASS)
    supervises = user.has_perm("conversations.supervise_conversation")
    if not (listens or supervises):
        return None
    offered = rights.may_open(user, conversation) if listens else []
    opened = conversation.sessions.select_related("user").order_by("-began_at")
    return {
        "conversation": conversation,
        "offered": offered,
        "why_not": rights.why_not(user, conversation) if listens and not offered else "",
        "opened": list((opened if supervises else opened.filter(user=user))[:SHOWN]),
        "listens": listens,
    }


PANEL = Panel(TEMPLATE, context)
