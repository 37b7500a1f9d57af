"""From what a clerk typed to a message and its audience."""

from .message import CHANNEL_NAMES, MessageForm

__all__ = ["CHANNEL_NAMES", "MessageForm"]
