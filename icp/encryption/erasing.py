"""From a person's uid to the end of everything sealed for them, remembered outside the database.

A restored backup holds the key again, so every erasure is journaled: `begun` is on disk before the
transaction can commit, `done` follows the commit. A restore replays what was done.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import router, transaction
from django.utils import timezone

from .owners import lock_keys

BEGUN, DONE = "begun", "done"


def journal_path() -> Path:
    return Path(settings.DATA_DIR) / "erasures.log"


def hold_key(uid: UUID, *, alone: bool = False) -> None:
    """Keep the person's data from being erased until the transaction ends; `alone`: from being
    written, too.

    Taken before any lock on the person's own rows, by everybody: whoever saves a sealed value of
    theirs holds the key first.
    """
    using = router.db_for_write(apps.get_model("encryption", "DataKey"))
    lock_keys([uid], using, "FOR UPDATE" if alone else "FOR SHARE")


def erase_key(uid: UUID) -> bool:
    """Destroy the data key of `uid` in the caller's transaction; False where it is gone already.

    Waits for those who are writing the person's data; whoever comes later finds no key.
    """
    key_model = apps.get_model("encryption", "DataKey")
    using = router.db_for_write(key_model)
    with transaction.atomic(using=using, savepoint=False):
        if not lock_keys([uid], using, "FOR UPDATE"):
            return False
        _write(BEGUN, uid)
        key_model._base_manager.using(using).filter(pk=uid).delete()
        transaction.on_commit(lambda: _write(DONE, uid), using=using)
    return True


def _write(word: str, uid: UUID) -> None:
    path = journal_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = f"{timezone.now().isoformat()} {word} {uid}\n"
    # O_APPEND: lines of several processes do not mix.
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def read_journal(lines: Iterable[str]) -> tuple[set[UUID], set[UUID]]:
    """Uids whose erasure was done, and those of which only the beginning is known."""
    words: dict[str, set[UUID]] = {BEGUN: set(), DONE: set()}
    for line in lines:
        _at, word, uid = line.split()
        words[word].add(UUID(uid))
    return words[DONE], words[BEGUN] - words[DONE]


def replay(done: Iterable[UUID]) -> int:
    """Destroy again the keys that a restore brought back; returns how many there were."""
    return sum(erase_key(uid) for uid in sorted(done))
