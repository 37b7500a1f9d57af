"""What the card of a call says of its recording: that no browser plays it yet."""

from typing import Any

from admin_module.models import User
from conversations.models import Conversation
from conversations.register.panels import Panel

from . import converting


def _context(conversation: Conversation, _user: User) -> dict[str, Any] | None:
    waiting = converting.waiting().filter(conversation=conversation).first()
    return None if waiting is None else {"codec": waiting.codec}


PANEL = Panel("conversations/calls/_panel.html", _context)
