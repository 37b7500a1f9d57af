"""The restore guard: from a number kept inside and outside the database to "may we send?".

A database that came back from a backup remembers messages as unsent that went out since. The number
is raised at the start of every message, the outside copy first; where the two differ, sending is
locked until a person confirms.
"""

import os
from pathlib import Path

from django.conf import settings
from django.db import transaction

from admin_module import audit
from admin_module.models import User
from messaging.models import Message, SendingEpoch

ROW = 1
RESTORED = "restored"  # the `problem` of a message that came due while sending was locked


class Restored(Exception):
    """The database is older than what was sent from it: a person must look before anything goes."""


def outside_path() -> Path:
    return Path(settings.DATA_DIR) / "epoch"


def inside() -> int:
    return SendingEpoch.objects.filter(pk=ROW).values_list("number", flat=True).first() or 0


def outside() -> int:
    """The copy outside; 0 where there is none (a new installation, or one that lost its files)."""
    try:
        return int(outside_path().read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0


def locked() -> bool:
    return inside() != outside()


def raise_both() -> None:
    """Raise the number in the caller's transaction; raises Restored where the copies differ."""
    SendingEpoch.objects.get_or_create(pk=ROW)
    row = SendingEpoch.objects.select_for_update(no_key=True).get(pk=ROW)
    if row.number != outside():
        raise Restored
    row.number += 1
    _write(row.number)
    row.save(update_fields=["number"])


def confirm(*, by: User | None) -> None:
    """A person looked at what went out: bring both copies to one number and unlock sending."""
    with transaction.atomic():
        SendingEpoch.objects.get_or_create(pk=ROW)
        row = SendingEpoch.objects.select_for_update(no_key=True).get(pk=ROW)
        row.number = max(row.number, outside()) + 1
        _write(row.number)
        row.save(update_fields=["number"])
        Message.objects.filter(problem=RESTORED).update(problem="")
        audit.record("sending.unlocked", row, by=by, detail={"epoch": row.number})


def _write(number: int) -> None:
    path = outside_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    with fresh.open("w", encoding="ascii") as file:
        file.write(str(number))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
