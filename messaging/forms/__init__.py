"""From what a clerk typed to a message and its audience."""

from .audience import AudienceBuilder
from .message import CHANNEL_NAMES, MessageForm

__all__ = ["CHANNEL_NAMES", "AudienceBuilder", "MessageForm"]
