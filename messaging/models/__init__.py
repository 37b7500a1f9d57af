"""What the city says, and what became of it for every person."""

from .delivery import (
    DELIVERY_MOVES,
    FINAL_STATES,
    IN_INBOX,
    LANES,
    NOT_THROUGH,
    OPEN,
    REFERENCES,
    Delivery,
)
from .epuap import EpuapBox, EpuapKey
from .hints import DeviceHint, HintRound
from .letter import Farewell, Letter, LetterText
from .message import Audience, Message, MessageText
from .records import (
    ATTEMPT_OUTCOMES,
    Attempt,
    ChannelPause,
    Counter,
    ProviderPulse,
    ReceiptNews,
    SendingEpoch,
)
from .upps import Upp

__all__ = [
    "ATTEMPT_OUTCOMES",
    "DELIVERY_MOVES",
    "FINAL_STATES",
    "IN_INBOX",
    "LANES",
    "NOT_THROUGH",
    "OPEN",
    "REFERENCES",
    "Attempt",
    "Audience",
    "ChannelPause",
    "Counter",
    "Delivery",
    "DeviceHint",
    "EpuapBox",
    "EpuapKey",
    "Farewell",
    "HintRound",
    "Letter",
    "LetterText",
    "Message",
    "MessageText",
    "ProviderPulse",
    "ReceiptNews",
    "SendingEpoch",
    "Upp",
]
