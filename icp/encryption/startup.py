"""From the keyring and the database to one question at the start: do they belong together?"""

from collections.abc import Iterator
from hmac import compare_digest

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, connections

from .errors import KeyringError, Tampered, UnknownKey
from .keyring import SECTIONS, hmac_sha256, ring
from .models import DataKey, KeyCanary
from .sealing import unwrap

WHAT_TO_DO = (
    "Give ICP the keyring that belongs to this database (ICP_KEYRING_CMD, ICP_KEYRING_FILE), "
    "or the database that belongs to this keyring; see docs/encryption.md."
)


def canary(section: str, key_id: int) -> bytes:
    """What only this key can make, and what says nothing about it."""
    return hmac_sha256(ring().subkey(section, key_id, "canary"), b"icp/canary")


def problems() -> list[str]:
    """Sentences that say why keyring and database do not fit; empty also where no table is yet."""
    try:
        ring()
    except KeyringError as problem:
        return [str(problem)]
    try:
        return [*_canary_problems(), *_key_problems()]
    except DatabaseError:
        # No server, or no table yet (migrate, makemigrations): those say so themselves.
        return []


def _canary_problems() -> Iterator[str]:
    for known in KeyCanary.objects.order_by("section", "key_id"):
        name = f"Key {known.key_id} of section {known.section}"
        try:
            if not compare_digest(bytes(known.proof), canary(known.section, known.key_id)):
                yield f"{name} is not the key that this database was written with."
        except UnknownKey:
            yield f"{name} was used in this database and is not in the keyring."


def _key_problems() -> Iterator[str]:
    live = ring().live("enc")
    sample = DataKey.objects.first()
    if sample is not None:
        try:
            unwrap(bytes(sample.wrapped), sample.uid.bytes)
        except Tampered:
            yield "The keyring does not open the data keys of this database."
        except UnknownKey:
            pass  # named below, with all others
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT substr(wrapped, 2, 2) FROM encryption_datakey")
        used = sorted(int.from_bytes(bytes(key_id), "big") for (key_id,) in cursor.fetchall())
    for key_id in used:
        if key_id not in live:
            yield f"Data keys are wrapped with key {key_id} of enc, which the keyring lacks."


def record() -> None:
    """Leave a canary for every primary key that has none yet."""
    known = set(KeyCanary.objects.values_list("section", "key_id"))
    primaries = {(section, ring().primary(section)) for section in SECTIONS}
    KeyCanary.objects.bulk_create(
        [
            KeyCanary(section=section, key_id=key_id, proof=canary(section, key_id))
            for section, key_id in sorted(primaries - known)
        ],
        ignore_conflicts=True,
    )


def refuse_wrong_keyring() -> None:
    """Call where a server or worker starts, before it may fork; raises ImproperlyConfigured."""
    try:
        found = problems()
        if found:
            raise ImproperlyConfigured(" ".join([*found, WHAT_TO_DO]))
        try:
            record()
        except DatabaseError:
            return  # not migrated yet; the next start records
    finally:
        connections.close_all()
