"""From a conversation to the part of its card that says how long it stays, what holds it, or that it is gone."""

from typing import Any

from admin_module.models import User
from conversations.models import Conversation, PurgeState
from conversations.register.panels import Panel

from . import early, holds

TEMPLATE = "conversations/retention/_panel.html"


def context(conversation: Conversation, user: User) -> dict[str, Any] | None:
    """None for whoever does not see retention."""
    if not user.has_perm("conversations.view_retention"):
        return None
    return {
        "conversation": conversation,
        "kept": conversation.purge_state == PurgeState.KEPT,
        "stone": getattr(conversation, "tombstone", None),
        "holds": list(holds.standing(conversation).select_related("placed_by")),
        "proposals": list(conversation.hold_proposals.filter(decided_at=None)),
        "early": early.under_way(conversation),
    }


PANEL = Panel(TEMPLATE, context)
