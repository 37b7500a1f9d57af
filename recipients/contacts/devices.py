"""From a device that shows itself to whose it is: enrolled, paired by a code, unpaired, removed.

Every step that ends somebody's access takes the device out of the person's way "the app" (their contact
point of the kind "push") in the same transaction. Locks are taken in one order: the person's key and
row, then the device's.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from icp.encryption.erasing import erase_key, hold_key
from icp.encryption.models import DataKey
from recipients.models import Device, Recipient
from recipients.models.devices import IDLE_AFTER
from recipients.people import moves

from . import verification
from .app_addresses import (
    Gone,
    drop_dead,
    drop_push,
    held,
    keep_address,
    register_push,
    write_address,
)

MOST_DEVICES = 10  # of one person
ROTATED_LIVES = timedelta(
    minutes=10
)  # the token before, where the answer with the new one got lost
TOUCHED_EACH = timedelta(hours=1)
REMOVED_KEPT = timedelta(days=30)  # rows without content, which requests under way may still name
PREFIX = "icp1"
BATCH = 200
WISHES = frozenset(
    [
        "locale",
        "client_version",
        "topics",
        "areas",
        "quiet_from",
        "quiet_to",
        "home",
        "report_pushes",
    ]
)
_PARTS = 3

__all__ = [
    "AlreadyPaired",
    "Gone",
    "change",
    "drop_dead",
    "drop_push",
    "enroll",
    "join_devices",
    "keep_address",
    "of_token",
    "pair",
    "register_push",
    "remove",
    "rotate",
    "unpair",
]


class AlreadyPaired(Exception):
    """This device is somebody's: it must be unpaired before a code of anybody is entered."""


# --- What a device proves itself by ---------------------------------------------------------------------


def enroll(
    *, platform: str, locale: str = Device.Locale.PL, client_version: str = ""
) -> tuple[Device, str]:
    """A new device of nobody, and its token: `icp1_<public id>_<secret>`, known this once."""
    secret = secrets.token_urlsafe(32)
    device = Device(platform=platform, locale=locale, client_version=client_version)
    device.digest = device.shown = _digest(secret)
    device.save(force_insert=True)
    return device, _token(device, secret)


def of_token(text: str) -> Device | None:
    """The device that shows this token; None says the same for wrong, old, idle and removed ones."""
    parts = text.split("_", _PARTS - 1)
    if len(parts) != _PARTS or parts[0] != PREFIX:
        return None
    try:
        uid = UUID(hex=parts[1])
    except ValueError:
        return None
    shown = _digest(parts[2])
    device: Device | None = (
        Device.objects.live().select_related("recipient").filter(uid=uid).first()
    )
    if device is None or not _opens(device, shown):
        return None
    device.shown = shown
    if device.recipient is not None and device.recipient.state in Recipient.GONE:
        device.recipient = device.paired_at = None  # a tombstone is nobody
    _touch(device)
    return device


def rotate(device: Device) -> tuple[str, datetime]:
    """A new token, and until when the one that asked for it stays good. Raises Gone.

    Asked again with that one, because the answer got lost, what was lost is worth nothing.
    """
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        row = held(device.pk)
        if not _opens(row, device.shown):
            raise Gone
        if compare_digest(bytes(row.digest or b""), device.shown):
            row.previous_digest = row.digest
            row.previous_until = timezone.now() + ROTATED_LIVES
        row.digest = _digest(secret)
        row.save(update_fields=["digest", "previous_digest", "previous_until"])
        if row.recipient is not None:
            _record("recipient.device_rotated", row.recipient, row)
    return _token(device, secret), row.previous_until or timezone.now()


def change(device: Device, wishes: Mapping[str, object]) -> None:
    """Keep what the holder wants: columns of WISHES, checked by the caller."""
    for name, value in wishes.items():
        if name not in WISHES:
            raise ValueError(name)
        setattr(device, name, value)
    if not wishes:
        return
    with transaction.atomic():
        hold_key(device.uid)
        held(device.pk)
        device.save(update_fields=list(wishes))


def _opens(device: Device, shown: bytes) -> bool:
    """Whether a digest is the device's, or the one before within its time; compared in full."""
    now = compare_digest(bytes(device.digest or b""), shown)
    before = compare_digest(bytes(device.previous_digest or b""), shown)
    until = device.previous_until
    return now or (before and until is not None and until > timezone.now())


def _touch(device: Device) -> None:
    """Remember to the hour that it was used; a clock that was ahead is put right, too."""
    now = timezone.now()
    if abs(now - device.last_used_at) >= TOUCHED_EACH:
        Device.objects.filter(pk=device.pk, last_used_at=device.last_used_at).update(
            last_used_at=now
        )
        device.last_used_at = now


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _token(device: Device, secret: str) -> str:
    return f"{PREFIX}_{device.uid.hex}_{secret}"


# --- Whose it is ----------------------------------------------------------------------------------------


def pair(device: Device, code: str, *, address: str = "", source: str = "") -> Recipient | None:
    """Whose code was entered: from now on the device is theirs. None as in verification.redeem.

    Raises AlreadyPaired, Gone, attempts.TooManyTries. Of more than MOST_DEVICES the one that was
    used the longest ago is unpaired.
    """
    if device.recipient_id is not None:
        raise AlreadyPaired

    def attach(person: Recipient) -> Mapping[str, object]:
        row = held(device.pk)
        if row.recipient_id is not None:
            raise AlreadyPaired
        row.recipient, row.paired_at = person, timezone.now()
        row.save(update_fields=["recipient", "paired_at"])
        _make_room(person)
        write_address(person)
        return {"device": row.pk, "platform": row.platform}

    redeemed = verification.redeem(code, address=address, source=source, then=attach)
    device.refresh_from_db(fields=["recipient", "paired_at"])
    return redeemed.recipient if redeemed else None


def unpair(device: Device, *, by: User | None = None, why: str = "wish") -> bool:
    """The device is nobody's again, and stays enrolled; False where it was nobody's."""
    person = device.recipient_id
    if person is None:
        return False
    with transaction.atomic():
        owner = moves.locked(person)
        row = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
        if row.recipient_id != person:
            return False
        _let_go(row, owner, by, why)
        write_address(owner)
    device.recipient = device.paired_at = None
    return True


def remove(device: Device, *, by: User | None = None, why: str = "wish") -> bool:
    """Forget a device: no token lets it in, nothing reaches it, what it told is noise.

    False where it was removed before.
    """
    with transaction.atomic():
        seen = Device.objects.filter(pk=device.pk).values_list("recipient_id", flat=True)
        person: int | None = seen.get()
        owner = None if person is None else moves.locked(person)
        hold_key(device.uid, alone=True)
        row = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
        if row.revoked_at is not None:
            return False
        if row.recipient_id != person:
            raise Gone  # it changed hands this very moment; asked again, it works
        _forget(row, owner, by, why)
        if owner is not None:
            write_address(owner)
    device.recipient = device.paired_at = None
    return True


def _let_go(row: Device, owner: Recipient, by: User | None, why: str) -> None:
    row.recipient = row.paired_at = None
    row.save(update_fields=["recipient", "paired_at"])
    _record("recipient.device_unpaired", owner, row, by=by, why=why)


def _forget(row: Device, owner: Recipient | None, by: User | None, why: str) -> None:
    """Everything that a device is known by, and its key with it; the caller holds both."""
    Device.objects.filter(pk=row.pk).update(
        digest=None,
        previous_digest=None,
        previous_until=None,
        recipient=None,
        paired_at=None,
        topics=None,
        areas=None,
        quiet_from=None,
        quiet_to=None,
        home=None,
        push_kind="",
        push=None,
        push_token=None,
        push_seen_at=None,
        client_version="",
        revoked_at=timezone.now(),
    )
    erase_key(row.uid)
    if owner is not None:
        _record("recipient.device_removed", owner, row, by=by, why=why)


def _make_room(person: Recipient) -> None:
    theirs = Device.objects.live().filter(recipient=person).order_by("-last_used_at", "-pk")
    for row in list(theirs.select_for_update(of=("self",)))[MOST_DEVICES:]:
        _let_go(row, person, None, "too_many")


def _record(
    action: str, person: Recipient, device: Device, *, by: User | None = None, why: str = ""
) -> None:
    detail: dict[str, object] = {"device": device.pk, "platform": device.platform}
    audit.record(action, person, by=by, detail=detail | ({"why": why} if why else {}))


# --- What happens to them without their holder ------------------------------------------------------------


def forget_person(person: Recipient) -> None:
    """The person is being erased: their devices with them (rights.erasers; the row is held)."""
    for row in Device.objects.filter(recipient=person).order_by("pk"):
        hold_key(row.uid, alone=True)
        _forget(row, person, None, "erased")


def join_devices(stays: Recipient, goes: Recipient) -> None:
    """Two cards become one: so do their devices (joining.joiners; both rows are held)."""
    if Device.objects.filter(recipient=goes).update(recipient=stays):
        _make_room(stays)
        write_address(stays)


def tidy_up() -> int:
    """Daily: remove devices that showed no sign of life, forget rows of removed ones; how many."""
    now = timezone.now()
    Device.objects.filter(revoked_at__lt=now - REMOVED_KEPT).delete()
    idle = Device.objects.filter(revoked_at=None, last_used_at__lte=now - IDLE_AFTER)
    rows = list(idle.order_by("pk")[:BATCH])
    return sum(remove(row, why="idle") for row in rows)


def finish_removals() -> int:
    """After a restore: devices whose key was destroyed again are removed again; how many."""
    keyless = ~Exists(DataKey.objects.filter(uid=OuterRef("uid")))
    rows = Device.objects.filter(keyless, revoked_at=None).select_related("recipient")
    for row in rows:
        with transaction.atomic():
            _forget(row, row.recipient, None, "erased")
            if row.recipient is not None:
                write_address(row.recipient)
    return len(rows)
