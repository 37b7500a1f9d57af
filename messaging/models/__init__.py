"""What the city says, and what became of it for every person."""

from .approval import ApprovalStep, SentAlone, Shown
from .archive import (
    DistrictFigure,
    EvidenceFile,
    MessageAccount,
    MessageCode,
    SavedView,
    SummaryReader,
    SummaryRound,
    ViewWords,
)
from .attachments import AttachmentLink, MessageAttachment
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
from .drills import DrillPlan, DrillTime
from .epuap import EpuapBox, EpuapKey
from .hints import DeviceHint, HintRound
from .letter import Farewell, Letter, LetterText
from .message import Audience, Message, MessageText, Variants
from .providers import HandedOver, ProviderState, RateSlot
from .records import (
    ATTEMPT_OUTCOMES,
    Attempt,
    ChannelPause,
    Counter,
    ProviderPulse,
    ReceiptNews,
    SendingEpoch,
)
from .returns import InboundWord, ReturnBox, ReturnedMail
from .templates import MessageTemplate, TemplateFolder, TemplateVersion
from .unsaved import Typed, UnsavedWork
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
    "ApprovalStep",
    "AttachmentLink",
    "Attempt",
    "Audience",
    "ChannelPause",
    "Counter",
    "Delivery",
    "DeviceHint",
    "DistrictFigure",
    "DrillPlan",
    "DrillTime",
    "EpuapBox",
    "EpuapKey",
    "EvidenceFile",
    "Farewell",
    "HandedOver",
    "HintRound",
    "InboundWord",
    "Letter",
    "LetterText",
    "Message",
    "MessageAccount",
    "MessageAttachment",
    "MessageCode",
    "MessageTemplate",
    "MessageText",
    "ProviderPulse",
    "ProviderState",
    "RateSlot",
    "ReceiptNews",
    "ReturnBox",
    "ReturnedMail",
    "SavedView",
    "SendingEpoch",
    "SentAlone",
    "Shown",
    "SummaryReader",
    "SummaryRound",
    "TemplateFolder",
    "TemplateVersion",
    "Typed",
    "UnsavedWork",
    "Upp",
    "Variants",
    "ViewWords",
]
