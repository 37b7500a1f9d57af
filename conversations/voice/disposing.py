"""From a recording that is kept here, or is not to be kept, to nothing of it left at Twilio.

A copy is read back from its first byte to its last before the original is deleted. Tried until
Twilio says that it is gone (204) or knows of none (404), however long that takes.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from admin_module import audit
from conversations.models import PurgeState, Source, SourceDisposal, VoiceRecording
from conversations.register.recordings import is_whole
from icp.encryption.errors import EncryptionError

from .provider import SourceFault, Twilio

log = logging.getLogger(__name__)
CLAIM = timedelta(minutes=5)
LONGEST_PAUSE_MINUTES = 360
# From so many tries on the page says that something is wrong.
TRIES_TO_TELL = 3


def due() -> QuerySet[SourceDisposal]:
    return undone().filter(due_at__lte=timezone.now())


def undone() -> QuerySet[SourceDisposal]:
    return SourceDisposal.objects.filter(source=Source.TWILIO, done_at=None)


def delete_due() -> Iterator[bool]:
    """Every deletion that is due, one by one: whether it was ours to do."""
    rows = due().order_by("due_at", "pk").values_list("pk", flat=True)
    return map(delete, list(rows))


def delete(pk: int) -> bool:
    """Delete one at its source, unless somebody else has just taken it up."""
    claimed = due().filter(pk=pk).update(due_at=timezone.now() + CLAIM, tries=F("tries") + 1)
    if not claimed:
        return False
    row = SourceDisposal.objects.select_related("recording", "conversation").get(pk=pk)
    if not is_safe(row):
        later(row, "read_back")
        return True
    try:
        Twilio().delete(row.remote_id)
    except SourceFault as fault:
        later(row, fault.code)
    else:
        done(row)
    return True


def is_safe(row: SourceDisposal) -> bool:
    """Whether nothing is lost by it: the copy is whole, or there is to be none."""
    if row.recording is None or row.conversation.purge_state != PurgeState.KEPT:
        return True
    try:
        return is_whole(row.recording)
    except (EncryptionError, OSError):
        return False


@transaction.atomic
def done(row: SourceDisposal) -> None:
    SourceDisposal.objects.filter(pk=row.pk).update(done_at=timezone.now(), error="")
    detail = {"source": row.source, "tries": row.tries}
    audit.record("conversation.source_deleted", row.conversation, by=None, detail=detail)


def later(row: SourceDisposal, code: str) -> None:
    """Again after a while that doubles; never given up, because § 6 knows no exception."""
    minutes = min(2 ** min(row.tries - 1, 10), LONGEST_PAUSE_MINUTES)
    due_at = timezone.now() + timedelta(minutes=minutes)
    SourceDisposal.objects.filter(pk=row.pk).update(due_at=due_at, error=code)
    log.warning("A recording could not be deleted at its source (%s); it is tried again.", code)


def reopen(sid: str) -> bool:
    """Twilio still holds what it said it had deleted: once more. False where no deletion was done."""
    rows = SourceDisposal.objects.filter(source=Source.TWILIO, remote_id=sid)
    return bool(rows.exclude(done_at=None).update(done_at=None, due_at=timezone.now()))


def failed_at_source() -> QuerySet[VoiceRecording]:
    """Recordings that nobody could fetch: they are still at Twilio, and a person must look."""
    return VoiceRecording.objects.filter(state=VoiceRecording.State.FAILED)
