"""From news of a recording at Twilio to a sealed copy of it here, or to the reason why none is kept.

Nothing readable touches the disk. Whatever came of it, the recording is to be deleted at Twilio
(§ 6, docs/conversations.md): a copy that was kept, only after it was read back (disposing).
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from admin_module import audit
from conversations.models import (
    Call,
    PurgeState,
    Recording,
    Source,
    SourceDisposal,
    VoiceCall,
    VoiceRecording,
)
from conversations.register import recordings
from conversations.register.audio import AudioRefused, Sniffed, sniff
from conversations.register.spooling import TooLarge, spooled
from icp.encryption.errors import KeyErased

from .calls import line_of_call
from .provider import SID, SourceFault, Twilio

log = logging.getLogger(__name__)
State, Role = VoiceRecording.State, Recording.Role
MOST_TRIES = 12
# Twilio gives whole seconds, rounded; a shorter file than that was cut off on its way.
TOLERANCE_MS = 2000
CLAIM = timedelta(minutes=10)
LONGEST_PAUSE_MINUTES = 240
OPEN = (State.EXPECTED, State.WAITING)


class NotWhole(Exception):
    """What came is not what Twilio announced; `code` says in what."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def hear(call: VoiceCall, news: Mapping[str, str]) -> None:
    """What Twilio says of a recording, in whatever order and however often."""
    sid, status = news.get("RecordingSid", ""), news.get("RecordingStatus", "")
    if SID.fullmatch(sid):
        seconds = news.get("RecordingDuration", "")
        note(call, sid, status, int(seconds) if seconds.isdecimal() else 0)


@transaction.atomic
def note(call: VoiceCall, sid: str, status: str, seconds: int) -> None:
    """Keep the state of a recording; it never goes back, and only one that is complete is fetched."""
    row, _new = VoiceRecording.objects.get_or_create(sid=sid, defaults={"call": call})
    row = VoiceRecording.objects.select_for_update().get(pk=row.pk)
    if row.state not in OPEN:
        return
    words = {"completed": State.WAITING, "absent": State.ABSENT, "failed": State.FAILED}
    row.state = words.get(status, row.state)
    row.seconds = seconds or row.seconds
    if row.state == State.FAILED:
        row.error = "at_twilio"
    row.save(update_fields=["state", "seconds", "error"])
    if row.state in (State.ABSENT, State.FAILED):
        dispose(row, None)  # nothing may be left of what went wrong there, either


def fetch_due() -> Iterator[bool]:
    """Everything that waits to be fetched, one by one: whether it was ours to fetch."""
    rows = due().order_by("due_at", "pk")
    return map(fetch, list(rows.values_list("pk", flat=True)))


def due() -> QuerySet[VoiceRecording]:
    return VoiceRecording.objects.filter(state=State.WAITING, due_at__lte=timezone.now())


def fetch(pk: int) -> bool:
    """Fetch one, unless somebody else has just taken it up."""
    claimed = due().filter(pk=pk).update(due_at=timezone.now() + CLAIM, tries=F("tries") + 1)
    if not claimed:
        return False
    row = VoiceRecording.objects.select_related("call__conversation").get(pk=pk)
    try:
        problem = why_not(row) or keep(row)
    except (SourceFault, NotWhole) as fault:
        retry(row, fault.code)
    except TooLarge:
        give_up(row, "too_large")
    else:
        if problem:
            refuse(row, problem)
    return True


def why_not(row: VoiceRecording) -> str:
    """Why this recording may not be kept: the choice, the right to record, the time. Empty: it may."""
    conversation = row.call.conversation
    call = Call.objects.get(conversation=conversation)
    if call.choice != Call.Choice.RECORDED:
        return "not_agreed"
    if not line_of_call(row.call).records:
        return "no_legal_basis"
    if conversation.purge_state != PurgeState.KEPT or conversation.expires_at <= timezone.now():
        return "purged"
    return ""


def keep(row: VoiceRecording) -> str:
    """Fetch, look at and seal it; empty, or why it may not be kept after all."""
    with Twilio().media(row.sid) as media, spooled(media, most=settings.RECORDING_BYTES) as got:
        found = whole(got.file, row.seconds)
        return seal(row, got.file, found, got.sha256)


def whole(file: BinaryIO, seconds: int) -> Sniffed:
    """What it is by its content; raises NotWhole where it is no sound, or too little of it."""
    try:
        found = sniff(file)
    except AudioRefused as refusal:
        raise NotWhole(refusal.code) from None
    if found.duration_ms + TOLERANCE_MS < seconds * 1000:
        raise NotWhole("too_short")
    return found


@transaction.atomic
def seal(row: VoiceRecording, file: BinaryIO, found: Sniffed, sha256: str) -> str:
    """The right to keep it is asked once more, under the call's lock: it may have ended meanwhile."""
    VoiceCall.objects.select_for_update().get(pk=row.call_id)
    problem = why_not(VoiceRecording.objects.select_related("call__conversation").get(pk=row.pk))
    if problem:
        return problem
    conversation = row.call.conversation
    first = not conversation.recordings.filter(role=Role.ORIGINAL).exists()
    try:
        kept = recordings.keep(
            conversation, file, role=Role.ORIGINAL if first else Role.ATTACHMENT, found=found
        )
    except KeyErased:
        return "purged"
    except IntegrityError:
        raise NotWhole("already_there") from None
    if kept.sha256 != sha256:
        raise NotWhole("wrong_digest")
    VoiceRecording.objects.filter(pk=row.pk).update(state=State.KEPT, recording=kept, error="")
    dispose(row, kept)
    detail = {"recording": kept.pk, "size": kept.size, "source": "twilio"}
    audit.record("conversation.recording_kept", conversation, by=None, detail=detail)
    return ""


@transaction.atomic
def refuse(row: VoiceRecording, problem: str) -> None:
    """It is not kept, and is to be deleted at Twilio without having been opened here."""
    VoiceRecording.objects.filter(pk=row.pk).update(state=State.REFUSED, error=problem)
    dispose(row, None)
    _record("refused", row, problem)


def dispose(row: VoiceRecording, kept: Recording | None) -> None:
    """It is to be deleted at Twilio: as soon as the copy was read back, or at once without one."""
    SourceDisposal.objects.get_or_create(
        source=Source.TWILIO,
        remote_id=row.sid,
        defaults={"conversation_id": row.call.conversation_id, "recording": kept},
    )


def retry(row: VoiceRecording, code: str) -> None:
    """Later again, ever more rarely; after MOST_TRIES a person must look. It stays at Twilio till then."""
    if row.tries >= MOST_TRIES:
        give_up(row, code)
        return
    minutes = min(2 ** (row.tries - 1), LONGEST_PAUSE_MINUTES)
    due_at = timezone.now() + timedelta(minutes=minutes)
    VoiceRecording.objects.filter(pk=row.pk).update(due_at=due_at, error=code)
    log.warning("A recording could not be fetched (%s); it is tried again.", code)


def give_up(row: VoiceRecording, code: str) -> None:
    with transaction.atomic():
        VoiceRecording.objects.filter(pk=row.pk).update(state=State.FAILED, error=code)
        _record("failed", row, code)
    log.error("A recording could not be fetched (%s); a person must look at it.", code)


def _record(what: str, row: VoiceRecording, code: str) -> None:
    detail: dict[str, object] = {"code": code, "source": "twilio"}
    audit.record(f"conversation.recording_{what}", row.call.conversation, by=None, detail=detail)
