"""What ePUAP hands over to the office, the same by pull and by push."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A document, and what ePUAP says of it. Nothing of it is proved but that ePUAP said it."""

    content: bytes = field(repr=False)
    file_name: str = field(default="", repr=False)
    box: str = ""  # the office's own, /podmiot/skrytka
    sent_at: datetime | None = None
    sender_pesel: str = field(default="", repr=False)
    sender_name: str = field(default="", repr=False)
    reply_to: str = field(default="", repr=False)  # the sender's box
    trial: bool = False


def aware(moment: datetime) -> datetime:
    """ePUAP's clock is Poland's where it names no zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=WARSAW)
