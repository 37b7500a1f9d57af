"""From single entries to one chain, in which none can be missed, moved or exchanged.

Chaining in the change's own transaction would make every change of the office wait for one lock.
"""

import uuid
from datetime import timedelta

from django.db import connection, models, transaction
from django.db.models import Max
from django.utils import timezone

from admin_module.models import AuditEntry, AuditLink
from icp.encryption.tokens import mac

from .checkpoints import write_checkpoint

LINK = "audit.link"
FIRST = bytes(32)  # what stands before the first link
BATCH = 500
# A transaction that commits late gets a smaller id than entries already linked. The linker looks
# this many ids back; the server's time-outs (15 s) end a transaction long before.
LATE = 10_000
LOCK = 0x1CA0D17  # the linker's, among PostgreSQL's advisory locks


def link_content(
    before: bytes, link: AuditLink, uid: uuid.UUID, entry_mac: bytes | memoryview
) -> bytes:
    """What a link's digest covers: all before it, its place, and the entry as it stands."""
    place = f"{link.position}:{link.entry_id}:".encode()
    return b"|".join((bytes(before).hex().encode(), place, uid.hex.encode(), bytes(entry_mac)))


def link_entries(*, reach: int | None = LATE) -> int:
    """Chain the entries that are in no chain yet, one batch; return how many there were.

    Called every second; the first links of a day bring its checkpoint. `reach`: how many ids back from the last link to look; None: all.
    """
    floor = _floor(reach)
    if not _unlinked(floor).exists():
        return 0
    with transaction.atomic():
        if not _only_linker():
            return 0
        last = AuditLink.objects.order_by("position").last()
        position, digest = (last.position, bytes(last.digest)) if last else (0, FIRST)
        links = []
        for pk, uid, entry_mac in _unlinked(floor).values_list("pk", "uid", "mac")[:BATCH]:
            position += 1
            link = AuditLink(position=position, entry_id=pk)
            link.digest = digest = mac(LINK, link_content(digest, link, uid, entry_mac))
            links.append(link)
        AuditLink.objects.bulk_create(links)
        transaction.on_commit(write_checkpoint)
    return len(links)


def oldest_unlinked_age() -> timedelta:
    """How long the oldest entry outside the chain has waited; the health check alarms on it."""
    oldest = _unlinked(_floor(LATE)).order_by("pk").values_list("at", flat=True).first()
    return timezone.now() - oldest if oldest else timedelta(0)


def _floor(reach: int | None) -> int:
    if reach is None:
        return 0
    highest: int | None = AuditLink.objects.aggregate(highest=Max("entry_id"))["highest"]
    return max((highest or 0) - reach, 0)


def _unlinked(floor: int) -> models.QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(pk__gt=floor, link__isnull=True).order_by("pk")


def _only_linker() -> bool:
    if connection.vendor != "postgresql":
        return True  # SQLite: the transaction is immediate, so there is one writer already
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])
