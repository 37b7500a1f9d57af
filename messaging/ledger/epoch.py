"""The restore guard: from a number kept inside and outside the database to "may we send?".

A database that came back from a backup remembers messages as unsent that went out since. The number
is raised at the start of every message and after every round of sending, the outside copy first;
where the two differ, sending is locked until a person confirms.

The file holds two numbers while one is being raised: whoever is killed before the commit, or loses
the database in it, leaves sending unlocked.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from admin_module import audit
from admin_module.models import User
from messaging.models import Message, SendingEpoch
from recipients.feed import changes

ROW = 1
RESTORED = "restored"  # the `problem` of a message that came due while sending was locked


class Restored(Exception):
    """The database is older than what was sent from it: a person must look before anything goes."""


def outside_path() -> Path:
    return Path(settings.DATA_DIR) / "epoch"


def inside() -> int:
    return SendingEpoch.objects.filter(pk=ROW).values_list("number", flat=True).first() or 0


def outside() -> tuple[int, ...]:
    """The copy outside; 0 where there is none (a new installation, or one that lost its files)."""
    try:
        return tuple(map(int, outside_path().read_text(encoding="ascii").split()))
    except FileNotFoundError:
        return (0,)


def locked() -> bool:
    if inside() in outside():
        return False
    with transaction.atomic():
        # Perhaps somebody raised it between the two looks: look again while nobody can.
        row = SendingEpoch.objects.select_for_update(no_key=True).filter(pk=ROW).first()
        return (row.number if row else 0) not in outside()


def raise_both() -> None:
    """Raise the number in the caller's transaction; raises Restored where the copies differ."""
    row = _held()
    before = row.number
    if before not in outside():
        raise Restored
    row.number += 1
    with _file_lock():
        _write(before, row.number)
    row.save(update_fields=["number"])
    transaction.on_commit(partial(_settle, before, row.number))


@contextmanager
def locking(restored: int) -> Iterator[None]:
    """Lock sending before a database that counts `restored` starts takes this one's place.

    Where it does not come to that, the lock that was laid is taken away again.
    """
    with _file_lock():
        before = outside()
        _write(max(restored, *before) + 1)
    try:
        yield
    except BaseException:
        with _file_lock():
            _write(*before)
        raise


def confirm(*, by: User | None) -> None:
    """A person looked at what went out: bring both copies to one number and unlock sending."""
    with transaction.atomic():
        row = _held()
        row.number = max(row.number, *outside()) + 1
        with _file_lock():
            _write(row.number)
        row.save(update_fields=["number"])
        Message.objects.filter(problem=RESTORED).update(problem="")
        changes.begin_anew()
        audit.record("sending.unlocked", row, by=by, detail={"epoch": row.number})


def _held() -> SendingEpoch:
    SendingEpoch.objects.get_or_create(pk=ROW)
    return SendingEpoch.objects.select_for_update(no_key=True).get(pk=ROW)


def _settle(before: int, after: int) -> None:
    """Committed: the old number no longer counts, unless somebody is already raising the new one."""
    with _file_lock():
        if outside() == (before, after):
            _write(after)


@contextmanager
def _file_lock() -> Iterator[None]:
    path = outside_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write(*numbers: int) -> None:
    path = outside_path()
    fresh = path.with_suffix(f".{os.getpid()}")
    with fresh.open("w", encoding="ascii") as file:
        file.write(" ".join(map(str, numbers)))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
