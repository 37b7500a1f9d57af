"""From a call that somebody noted to a registered one: where no exchange tells of it, or an exchange was out of order."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from admin_module import audit
from admin_module.models import User
from conversations.models import (
    Call,
    Conversation,
    Direction,
    Kind,
    Line,
    NoticeDelivery,
    NoticeVersion,
    Party,
    Source,
)
from conversations.register import notices, recordings
from conversations.register.audio import Sniffed
from conversations.register.phones import e164
from conversations.register.registering import NewConversation, register
from conversations.register.spooling import Spooled


@dataclass(frozen=True, slots=True)
class Noted:
    """What somebody wrote down; `name` is made with the form, so that sent twice it is one call."""

    name: str
    line: Line
    direction: str
    began_at: datetime
    ended_at: datetime
    phone: str  # E.164; empty: `caller_id` says why
    caller_id: str
    answered: bool
    told: bool  # the words of the notice were said, or heard
    case_number: str = ""


def words_of(line: Line | None, direction: str) -> NoticeVersion:
    """What is said before such a call."""
    if direction == Direction.OUTGOING or line is None:
        part = NoticeVersion.Part.OUTGOING if direction == Direction.OUTGOING else "short"
        return notices.current(Kind.CALL, part)
    return notices.before_call(line)


@transaction.atomic
def enter(
    noted: Noted, *, by: User, sound: Spooled | None = None, found: Sniffed | None = None
) -> Conversation:
    """Register it with its notice; raises AlreadyExpired. `found` is what the sound was seen to be."""
    conversation, new = register(
        NewConversation(
            kind=Kind.CALL,
            source=Source.MANUAL,
            external_id=noted.name,
            originated_at=noted.began_at,
            ended_at=noted.ended_at,
            unit=noted.line.unit,
            direction=noted.direction,
            party=Party(phone=noted.phone),
            caller_id=noted.caller_id,
            agent=by,
            line=noted.line,
        )
    )
    if not new:
        return conversation
    if noted.case_number:
        conversation.case_number = noted.case_number
        conversation.save(update_fields=["case_number"])
    Call.objects.create(
        conversation=conversation,
        line=noted.line,
        disposition="answered" if noted.answered else "no_answer",
        choice=Call.Choice.RECORDED if sound else Call.Choice.UNRECORDED,
    )
    if noted.told:
        version = words_of(noted.line, noted.direction)
        outgoing = noted.direction == Direction.OUTGOING
        outcome = NoticeDelivery.Outcome.SAID if outgoing else NoticeDelivery.Outcome.CONTINUED
        notices.deliver(conversation, version, outcome, by=by)
    detail: dict[str, object] = {"line": noted.line.pk, "direction": noted.direction}
    audit.record("call.entered", conversation, by=by, detail=detail)
    if sound is not None and found is not None:
        kept = recordings.keep(conversation, sound.file, found=found)
        about: dict[str, object] = {"recording": str(kept.uid), "bytes": kept.size}
        audit.record("recording.kept", conversation, by=by, detail=about)
    return conversation


def phone_of(text: str) -> str:
    """E.164, or nothing where it is no number."""
    return e164(text)
