"""What the city says, and what became of it for every person."""

from .delivery import (
    ATTEMPT_OUTCOMES,
    DELIVERY_MOVES,
    FINAL_STATES,
    Attempt,
    ChannelPause,
    Counter,
    Delivery,
    ReceiptNews,
    SendingEpoch,
)
from .letter import Letter
from .message import Message, MessageText

__all__ = [
    "ATTEMPT_OUTCOMES",
    "DELIVERY_MOVES",
    "FINAL_STATES",
    "Attempt",
    "ChannelPause",
    "Counter",
    "Delivery",
    "Letter",
    "Message",
    "MessageText",
    "ReceiptNews",
    "SendingEpoch",
]
