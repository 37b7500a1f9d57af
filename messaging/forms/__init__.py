"""From what a clerk typed to a message and its audience."""

from .audience import AudienceBuilder
from .message import MessageForm

__all__ = ["AudienceBuilder", "MessageForm"]
