"""From an uploaded certificate to a sealed row, and from rows to what the ePUAP channel is made with.

What the office uploaded goes before the files named in the environment, each for itself: the own pair,
and each list of pinned certificates.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from messaging.channels.epuap.certificates import Described, Pair, described_pem, loaded
from messaging.channels.epuap.signers import Trusted
from messaging.models import EpuapKey

CHECK_SECONDS = 2.0
PINNED = {
    EpuapKey.Kind.TRUSTED: "trusted",
    EpuapKey.Kind.SEAL: "seals",
    EpuapKey.Kind.AUTHORITY: "authorities",
}
BEGIN = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Known:
    """What this process knows: when it looked, which rows there were, what they say."""

    looked: float
    rows: Sequence[UUID]
    config: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Shown:
    """A row for the screen."""

    pk: int
    described: Described
    days_left: int
    added_at: datetime


_known: Known | None = None


def channel_config() -> Mapping[str, bytes]:
    """`key`, `certificate` and the lists of PINNED in PEM, as far as the office uploaded them; from
    memory."""
    global _known  # noqa: PLW0603 - one memory for the process, exchanged as a whole
    known, now = _known, time.monotonic()
    if known is not None and now - known.looked < CHECK_SECONDS:
        return known.config
    try:
        rows = active_rows()
        config = known.config if known is not None and known.rows == rows else _load()
    except DatabaseError:
        if known is None:
            raise
        rows, config = known.rows, known.config
    _known = Known(now, rows, config)
    return config


def trusted_signers() -> Trusted:
    """Whose signatures under documents are believed; nobody's where nothing is set."""
    return Trusted(loaded(_pinned("seals")), loaded(_pinned("authorities")))


def pinned_platform() -> bytes:
    """The certificates, in PEM, with which ePUAP itself signs."""
    return _pinned("trusted")


def _pinned(name: str) -> bytes:
    file = settings.CHANNELS["epuap"][f"{name}_file"]
    return channel_config().get(name) or (Path(file).read_bytes() if file else b"")


def forget() -> None:
    """Look into the database at the next call."""
    global _known  # noqa: PLW0603
    _known = None


def active_rows() -> Sequence[UUID]:
    """What changes with every upload and every removal."""
    return list(
        EpuapKey.objects.filter(removed_at=None).order_by("pk").values_list("uid", flat=True)
    )


def shown(kind: str) -> list[Shown]:
    """The rows that hold, the newest first."""
    rows = EpuapKey.objects.filter(kind=kind, removed_at=None).order_by("-pk")
    now, found = timezone.now(), []
    for row in rows:
        said = described_pem(_certificate(row))
        found.append(Shown(row.pk, said, said.days_left(now), row.added_at))
    return found


@transaction.atomic
def keep_own(pair: Pair, *, by: User) -> EpuapKey:
    """Exchange the office's own key; the one before is gone for good."""
    for row in EpuapKey.objects.select_for_update().filter(kind="own", removed_at=None):
        _empty(row)
    row = _add("own", pair.key_pem + pair.certificate_pem, pair.described, by)
    audit.record("epuap.key_added", row, by=by, detail={"fingerprint": row.fingerprint})
    return row


@transaction.atomic
def trust(
    certificates: Sequence[tuple[str, Described]],
    *,
    by: User,
    kind: str = EpuapKey.Kind.TRUSTED,
) -> int:
    """Pin certificates of this kind; how many were new."""
    held = EpuapKey.objects.select_for_update().filter(kind=kind, removed_at=None)
    known = set(held.values_list("fingerprint", flat=True))
    fresh = {said.fingerprint: (pem, said) for pem, said in certificates}
    for fingerprint, (pem, said) in fresh.items():
        if fingerprint not in known:
            row = _add(kind, pem, said, by)
            detail: dict[str, object] = {"fingerprint": fingerprint, "kind": str(kind)}
            audit.record("epuap.trusted", row, by=by, detail=detail)
    return len(fresh.keys() - known)


@transaction.atomic
def remove(row: EpuapKey, *, by: User) -> None:
    """From now on nobody signs with it and nobody believes it."""
    if not _empty(row):
        return  # somebody else was quicker
    audit.record("epuap.key_removed", row, by=by, detail={"fingerprint": row.fingerprint})


def _add(kind: str, material: str, said: Described, by: User) -> EpuapKey:
    row = EpuapKey(
        kind=kind,
        material=material,
        fingerprint=said.fingerprint,
        valid_until=said.valid_until,
        added_at=timezone.now(),
        added_by=by,
    )
    row.save()
    transaction.on_commit(forget)
    return row


def _empty(row: EpuapKey) -> bool:
    held = EpuapKey.objects.filter(pk=row.pk, removed_at=None)
    transaction.on_commit(forget)
    return bool(held.update(removed_at=timezone.now(), material=None))


def _load() -> Mapping[str, bytes]:
    rows = list(EpuapKey.objects.filter(removed_at=None).order_by("pk"))
    config: dict[str, bytes] = {}
    for row in rows:
        if row.kind == EpuapKey.Kind.OWN:
            key = str(row.material).partition(BEGIN)[0]
            config |= {"key": key.encode(), "certificate": _certificate(row).encode()}
    for kind, name in PINNED.items():
        pinned = [_certificate(row) for row in rows if row.kind == kind]
        if pinned:
            config[name] = "".join(pinned).encode()
    return config


def _certificate(row: EpuapKey) -> str:
    _key, begin, rest = str(row.material).partition(BEGIN)
    return begin + rest
