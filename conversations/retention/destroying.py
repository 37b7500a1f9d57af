"""From a conversation whose time is over to its tombstone, in three steps that may each be the last of a process.

1. The key is destroyed, and the tombstone says so: from that commit on everything sealed is noise.
2. The sealed files are taken off the disk, and the source is told to hurry.
3. The rows go. Whoever was killed in between leaves PURGING, and the next run goes on from there.
"""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import (
    ChatInbox,
    ChatSession,
    Conversation,
    EarlyPurge,
    Line,
    PurgeRun,
    PurgeState,
    RetentionPolicy,
    SourceDisposal,
    State,
    Tombstone,
)
from conversations.models.retention import MONTHS
from conversations.register.registering import expiry
from icp.encryption import rotation
from icp.encryption.erasing import erase_key, hold_key
from icp.encryption.errors import Tampered
from icp.encryption.models import DataKey

from . import holds, leftovers

CHUNK = 1 << 20
ORDER = "zarządzenie nr 308/18, § 6"


class RunEnded(Exception):
    """Somebody closed this run meanwhile: its protocol is drawn, nothing may be added."""


# --- 1: the key ------------------------------------------------------------------------------------
def destroy_key(
    pk: int, run: PurgeRun, *, at: datetime | None = None, early: EarlyPurge | None = None
) -> bool:
    """Destroy the key of a conversation that is due; False where it is not due (any more).

    `early`: it was agreed to before its time. Also True for one whose key a restore left without:
    it had been deleted before the backup was loaded. Raises RunEnded.
    """
    uid = Conversation.objects.values_list("uid", flat=True).get(pk=pk)
    with transaction.atomic():
        if PurgeRun.objects.select_for_update().get(pk=run.pk).ended_at:
            raise RunEnded
        # The key before the row, as everybody takes them: whoever is placing a hold is waited for.
        hold_key(uid, alone=True)
        row = Conversation.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
        conversation = row.first()
        if conversation is None or not _is_due(conversation, at or timezone.now(), early):
            return False
        _close_chat(conversation)
        files = leftovers.sealed_files(conversation)
        policy = _policy(conversation, early)
        Tombstone.objects.create(
            conversation=conversation,
            kind=conversation.kind,
            originated_at=conversation.originated_at,
            policy=policy[:200],
            digests=[_digest(file) for file in files],
            size=sum(_size(file.path) for file in files),
            run=run,
        )
        for model in leftovers.OWN_KEY:
            for own in model.objects.filter(conversation=conversation).values_list(
                "uid", flat=True
            ):
                erase_key(own)
        erase_key(uid)
        conversation.purge_state = PurgeState.PURGING
        conversation.save(update_fields=["purge_state"])
        detail: dict[str, object] = {"run": run.pk, "files": len(files), "early": bool(early)}
        audit.record("conversation.key_destroyed", conversation, by=run.by, detail=detail)
    return True


def _is_due(row: Conversation, at: datetime, early: EarlyPurge | None) -> bool:
    """Looked at again behind the locks: what the list said may be old."""
    if row.purge_state != PurgeState.KEPT:
        return False
    if not DataKey.objects.filter(uid=row.uid).exists():
        return True  # only what the journal of erasures names comes here without a key
    if holds.standing(row).exists():
        return False
    return early is not None or (row.expires_at <= at and _expires_at(row) <= at)


def _expires_at(row: Conversation) -> datetime:
    """By the policy of this moment; a longer one than the row knows of is written down, not passed over."""
    line, inbox = _came_by(row)
    found = expiry(row.originated_at, row.kind, line=line, inbox=inbox)
    if found > row.expires_at:
        Conversation.objects.filter(pk=row.pk).update(expires_at=found)
    return found


def _came_by(row: Conversation) -> tuple[Line | None, ChatInbox | None]:
    call, chat = getattr(row, "call", None), getattr(row, "chat", None)
    return call.line if call else None, chat.inbox if chat else None


def _close_chat(row: Conversation) -> None:
    """A chat that nobody ended in six months is over."""
    ends = {State.ACTIVE: State.CLOSED, State.WAITING: State.ABANDONED}
    if row.state not in ends:
        return
    row.state, row.ended_at = ends[State(row.state)], timezone.now()
    row.save(update_fields=["state", "ended_at"])
    ChatSession.objects.filter(conversation=row).update(closed_by="timeout")


def _policy(row: Conversation, early: EarlyPurge | None) -> str:
    """In Polish, as everything that stands on the protocols."""
    if early is not None:
        return f"art. 17 ust. 1 RODO ({early.reason})"
    line, inbox = _came_by(row)
    policy = RetentionPolicy.objects.ruling(row.kind, line=line, inbox=inbox)
    months, basis = (policy.months, policy.legal_basis) if policy else (MONTHS, ORDER)
    return f"{months} mies.; {basis}"


def _digest(file: object) -> str:
    """SHA-256 of the sealed file: as it was written, else as it lies there; "" where it is missing."""
    known = getattr(file, "cipher_sha256", "")
    path: Path = file.path  # type: ignore[attr-defined]  # every sealed file has one
    if known or not path.exists():
        return str(known)
    found = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


# --- 2: the files ----------------------------------------------------------------------------------
def unlink_files(pk: int) -> None:
    """Take the sealed files off the disk, for good before the rows that name them go."""
    conversation = Conversation.objects.get(pk=pk)
    _forget_copies(conversation)
    paths = [file.path for file in leftovers.sealed_files(conversation)]
    for path in paths:
        path.unlink(missing_ok=True)
    _sync({path.parent for path in paths})
    now = timezone.now()
    SourceDisposal.objects.filter(conversation=pk, done_at=None, due_at__gt=now).update(due_at=now)


def _forget_copies(conversation: Conversation) -> None:
    """What was copied out of it into files of requests; these get new keys, so that no older dump opens the copy."""
    for copy in leftovers.copies(conversation):
        # A main dump restored beside newer keys: of this request nothing opens any more, the copy neither.
        with suppress(Tampered):
            rotation.reseal_owner(copy.request.uid)
        copy.forget()


def _sync(folders: Iterable[Path]) -> None:
    """Names that are gone stay gone after a power failure."""
    for folder in folders:
        if folder.exists():
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


# --- 3: the rows -----------------------------------------------------------------------------------
def delete_rows(pk: int, *, by: User | None = None) -> bool:
    """Delete what the conversation consisted of; False where another process did it."""
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=pk)
        if conversation.purge_state != PurgeState.PURGING:
            return False
        leftovers.clear(conversation)
        Conversation.objects.filter(pk=pk).update(
            party=None,
            number_token=None,
            case_number="",
            purge_state=PurgeState.PURGED,
            revision=conversation.revision + 1,
        )
        Tombstone.objects.filter(conversation=pk).update(purged_at=timezone.now())
        audit.record("conversation.purged", conversation, by=by)
    return True
