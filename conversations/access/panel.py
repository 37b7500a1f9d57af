"""From a conversation to the requests that are about it, on its card."""

from typing import Any

from admin_module.models import User
from conversations.models import Conversation
from conversations.register.panels import Panel

from .seeing import visible_to

VIEW = "conversations.view_accessrequest"


def context(conversation: Conversation, user: User) -> dict[str, Any] | None:
    """Nothing for whoever may not see requests, and where there is none."""
    if not user.has_perm(VIEW):
        return None
    rows = list(visible_to(user).filter(items__conversation=conversation).order_by("id"))
    return {"requests": rows} if rows else None


PANEL = Panel("conversations/access/_panel.html", context)
