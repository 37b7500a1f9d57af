"""From a message that went out to what the holder of its SMS may read: official text, date, state."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from messaging.channels.base import fill
from messaging.models import Message
from messaging.texts.formatting import to_html
from messaging.texts.placeholders import OF_MESSAGE, PLACEHOLDERS
from messaging.texts.rendering import sender, sms_text

_S = Message.Status
OUT = (_S.SENDING, _S.PAUSED, _S.SENT, _S.SENT_WITH_FAILURES, _S.CANCELLED, _S.EXPIRED)


@dataclass(frozen=True, slots=True)
class Followed:
    """A correction or a call-off that went to the same people."""

    kind: str
    at: datetime | None
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What everybody with the code sees. `html` is safe; nothing is filled with anybody's particulars."""

    klass: str
    title: str
    sms: str
    html: str
    sender: str
    sms_sender: str
    at: datetime
    ended: bool
    called_off: bool
    followed: tuple[Followed, ...]
    drill: bool
    personal: bool


def of(message: Message) -> Proof:
    """The message must have gone out: it has a code."""
    text, blanks = message.text, _blanks()
    followed = tuple(_followed(message))
    sms = fill(sms_text(text), blanks)
    return Proof(
        klass=message.klass,
        title=fill(text.title, blanks),
        sms=sms,
        html=to_html(fill(text.long, blanks)),
        sender=sender(message, "push") or _("the office"),
        sms_sender=sender(message, "sms"),
        at=message.due_at or message.sent_at or message.created_at,
        ended=message.status == _S.EXPIRED,
        called_off=message.withdrawn_at is not None
        or any(one.kind == "call_off" for one in followed),
        followed=followed,
        drill=message.drill,
        personal=sms != sms_text(text),
    )


def _followed(message: Message) -> Iterator[Followed]:
    rows = message.follow_ups.filter(status__in=OUT).order_by("sent_at")
    for row in rows.defer("people", "audience"):
        text, blanks = row.text, _blanks()
        yield Followed(
            row.follow_kind, row.sent_at, fill(text.title, blanks), fill(sms_text(text), blanks)
        )


def _blanks() -> dict[str, str]:
    """What stands where an SMS has somebody's own word, or a link that is only for its readers."""
    labels = {name: place.label for name, place in PLACEHOLDERS.items()} | OF_MESSAGE
    return {name: f"[{label}]" for name, label in labels.items()}
