"""What rooms above put on a conversation's card: each adds its own in `ties`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from admin_module.models import User
from conversations.models import Conversation


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the card: a template and what it is filled with; `context` gives None for no panel."""

    template: str
    context: Callable[[Conversation, User], dict[str, Any] | None]


PANELS: dict[str, Panel] = {}
