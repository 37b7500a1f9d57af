"""From what an exchange says of a call, and perhaps its sound, to a registered call: once, however often it comes.

What the line may not record, or the caller did not want recorded, is thrown away here and said so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import Unit, User
from conversations.models import (
    Call,
    CallerId,
    Conversation,
    Direction,
    Kind,
    Line,
    NoticeDelivery,
    NoticeVersion,
    Party,
    Recording,
    RecordingMode,
)
from conversations.register import notices, recordings
from conversations.register.audio import SENTENCES, AudioRefused, Sniffed, sniff
from conversations.register.phones import e164
from conversations.register.registering import AlreadyExpired, NewConversation, register
from conversations.register.spooling import Spooled
from icp.encryption.errors import KeyErased

from . import phones
from .metadata import CallMetadata
from .refusing import CallRefused

OF_SOUND = {*SENTENCES, "no_notice"}  # the call itself may be registered all the same
CLOCKS = timedelta(minutes=5)  # two clocks may differ so far


@dataclass(frozen=True, slots=True)
class Taken:
    """`recording` is what is kept of the sound; `discarded` the code of why nothing is."""

    conversation: Conversation
    new: bool  # the call or its recording was not there before
    recording: Recording | None = None
    discarded: str = ""


def take(
    said: CallMetadata, *, source: str, sound: Spooled | None = None, sha256: str = ""
) -> Taken:
    """Register the call and keep its sound; `sha256` is what the sender says of it.

    Raises CallRefused; nothing is kept then, and the sender may come again.
    """
    line = line_of(said)
    reason = not_recorded(line, said) if sound else ""
    found = None if sound is None or reason else look(sound, said, sha256)
    if found and not said.notice_version:
        raise CallRefused("no_notice", "notice_version")
    try:
        return _taken(said, line, source, sound, found, reason)
    except IntegrityError:  # the same call came at the same time: it is there now
        return _taken(said, line, source, sound, found, reason)
    except KeyErased:
        raise CallRefused("gone") from None


def attach(conversation: Conversation, sound: Spooled, sha256: str = "", codec: str = "") -> Taken:
    """Keep the sound of a call that is registered; raises CallRefused."""
    call = Call.objects.select_related("line__legal_basis").get(conversation=conversation)
    reason = not_recorded_then(call.line, conversation.originated_at, call.choice)
    found = None if reason else look(sound, codec, sha256)
    if found and not conversation.notices.exists():
        raise CallRefused("no_notice")
    try:
        with transaction.atomic():
            kept = _kept(conversation, sound, found, reason)
    except (IntegrityError, KeyErased):
        raise CallRefused("gone") from None
    return Taken(conversation, kept[1], kept[0], reason)


def line_of(said: CallMetadata) -> Line:
    """Which of the office's lines it came by; raises CallRefused."""
    number = e164(said.line) or said.line
    line = Line.objects.select_related("legal_basis", "unit").filter(number=number).first()
    if line is None:
        raise CallRefused("unknown_line", "line")
    return line


def not_recorded(line: Line, said: CallMetadata) -> str:
    """The code of why this call may have no recording; empty where it may."""
    choice = said.recording_choice
    if not choice and line.recording_mode != RecordingMode.OPT_IN:
        choice = Call.Choice.RECORDED
    return not_recorded_then(line, said.started_at, choice or Call.Choice.UNRECORDED)


def not_recorded_then(line: Line, moment: datetime, choice: str) -> str:
    """By the line and its legal basis at that moment, then by what the caller chose."""
    basis = line.legal_basis
    off = line.recording_mode == RecordingMode.OFF or basis is None or basis.approved_at is None
    if off or basis is None or basis.approved_at is None or basis.approved_at > moment:
        return "line_off"
    if basis.withdrawn_at is not None and basis.withdrawn_at <= moment:
        return "line_off"
    return "unrecorded" if choice == Call.Choice.UNRECORDED else ""


def look(sound: Spooled, said: CallMetadata | str, sha256: str) -> Sniffed:
    """What the sound is; raises CallRefused where it changed on its way or is not taken."""
    if sha256 and sha256.lower() != sound.sha256:
        raise CallRefused("digest")
    try:
        return sniff(sound.file, said=said if isinstance(said, str) else said.codec)
    except AudioRefused as refused:
        raise CallRefused(refused.code) from None


def _taken(
    said: CallMetadata,
    line: Line,
    source: str,
    sound: Spooled | None,
    found: Sniffed | None,
    reason: str,
) -> Taken:
    with transaction.atomic():
        conversation, new = _registered(said, line, source)
        kept, added = _kept(conversation, sound, found, reason)
        return Taken(conversation, new or added, kept, reason)


def _registered(said: CallMetadata, line: Line, source: str) -> tuple[Conversation, bool]:
    if said.started_at > timezone.now() + CLOCKS:
        raise CallRefused("future", "started_at")
    wanted = _wanted(said, line, source)
    try:
        conversation, new = register(wanted)
    except AlreadyExpired:
        raise CallRefused("expired", "started_at") from None
    if new:
        _complete(conversation, said, line)
    elif not _same(conversation, wanted):
        raise CallRefused("differs")
    return conversation, new


def _wanted(said: CallMetadata, line: Line, source: str) -> NewConversation:
    other = said.caller_number if said.direction == Direction.INCOMING else said.called_number
    shown = said.caller_presentation if said.direction == Direction.INCOMING else ""
    caller_id = shown or phones.presentation(other)
    phone = e164(other) if caller_id == CallerId.ALLOWED else ""
    return NewConversation(
        kind=Kind.CALL,
        source=source,
        external_id=said.name,
        originated_at=said.started_at,
        ended_at=said.ended_at,
        unit=_unit(said, line),
        direction=said.direction,
        party=Party(phone=phone),
        caller_id=caller_id if phone or caller_id != CallerId.ALLOWED else CallerId.UNAVAILABLE,
        agent=_agent(said.agent_login),
        line=line,
    )


def _unit(said: CallMetadata, line: Line) -> Unit:
    if not said.department:
        return line.unit
    unit = Unit.objects.open().filter(name=said.department).first()
    if unit is None:
        raise CallRefused("unknown_unit", "department")
    return unit


def _agent(login: str) -> User | None:
    """Nobody where the exchange knows somebody whom ICP does not."""
    return User.objects.filter(login_token=login).first() if login else None


def _complete(conversation: Conversation, said: CallMetadata, line: Line) -> None:
    """What only a call has, and the proof of its notice; in the transaction that registers it."""
    unwanted = not_recorded(line, said) != ""
    Call.objects.create(
        conversation=conversation,
        line=line,
        linked_id=said.linked_id,
        extension=said.extension,
        answered_at=said.answered_at,
        disposition=said.disposition,
        choice=Call.Choice.UNRECORDED if unwanted else Call.Choice.RECORDED,
    )
    if said.notice_version is not None:
        _delivered(conversation, said, said.notice_version)
    audit.record(
        "call.registered",
        conversation,
        by=None,
        detail={"source": conversation.source, "line": line.pk, "direction": said.direction},
    )


def _delivered(conversation: Conversation, said: CallMetadata, number: int) -> None:
    version = NoticeVersion.objects.filter(pk=number, channel=Kind.CALL).first()
    if version is None:
        raise CallRefused("unknown_notice", "notice_version")
    outcome = NoticeDelivery.Outcome.CONTINUED
    if said.full_notice_played:
        outcome = NoticeDelivery.Outcome.FULL_PLAYED
    if said.recording_choice == Call.Choice.UNRECORDED:
        outcome = NoticeDelivery.Outcome.OPTED_OUT
    if said.direction == Direction.OUTGOING:
        outcome = NoticeDelivery.Outcome.SAID
    notices.deliver(conversation, version, outcome, evidence={"exchange": said.source})


def _same(known: Conversation, wanted: NewConversation) -> bool:
    """Whether a call of this name is the call that was registered; what the purge took is not compared."""
    if (known.direction, known.originated_at) != (wanted.direction, wanted.originated_at):
        return False
    return known.party is None or known.party.phone == wanted.party.phone


def _kept(
    conversation: Conversation, sound: Spooled | None, found: Sniffed | None, reason: str
) -> tuple[Recording | None, bool]:
    """The recording, and whether it is new; the row of the conversation is locked against a purge."""
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    known = conversation.recordings.filter(role=Recording.Role.ORIGINAL).first()
    if sound is None:
        return known, False
    if reason:
        detail: dict[str, object] = {"reason": reason, "bytes": sound.size}
        audit.record("recording.discarded", conversation, by=None, detail=detail)
        return None, False
    assert found is not None  # noqa: S101 (whoever calls looked into the sound)
    if known is not None:
        if known.sha256 != sound.sha256:
            raise CallRefused("recording_differs")
        return known, False
    sound.file.seek(0)
    kept = recordings.keep(conversation, sound.file, found=found)
    detail = {"recording": str(kept.uid), "bytes": kept.size, "codec": kept.codec}
    audit.record("recording.kept", conversation, by=None, detail=detail)
    return kept, True
