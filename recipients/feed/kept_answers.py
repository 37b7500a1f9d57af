"""From a request that a device repeats to the answer it got the first time: once done, once paid.

A claim is a row, written before the work; the answer is written into it in the transaction of the work itself. So a
connection that was cut after the commit finds the answer, a worker killed before it leaves nothing but the claim, and
whoever comes after LEASE takes the claim over. Of two who believe in it, only the one it names can commit.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from icp.encryption import tokens
from recipients.models import Device, KeptAnswer, Recipient, Told

LEASE = timedelta(seconds=30)
KEPT_FOR = timedelta(days=4)  # three at least, and the sweep comes once a day
BATCH = 1000
_LABEL = "kept_answer.body"


class TakenOver(Exception):
    """Somebody else does this work now; what was done here must not stay."""


class AnotherRequest(Exception):
    """The key was used for something else, or by somebody else who held the device."""


class InProgress(Exception):
    """Somebody works on it; come back in a moment."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it is told from others."""

    device: Device
    method: str
    path: str
    key_digest: bytes
    body: bytes  # canonical


def claim(asked: Asked) -> KeptAnswer:
    """A row that is ours to work on (status None), or the finished one; see the exceptions."""
    run, now = uuid.uuid4(), timezone.now()
    row, new = KeptAnswer.objects.get_or_create(
        device=asked.device,
        method=asked.method,
        path=asked.path,
        key_digest=asked.key_digest,
        defaults={
            "recipient_id": asked.device.recipient_id,
            "body_digest": tokens.mac(_LABEL, asked.body),
            "run": run,
            "begun_at": now,
        },
    )
    if new:
        return row
    same_body = tokens.verify_mac(_LABEL, asked.body, bytes(row.body_digest))
    if not same_body or row.recipient_id != asked.device.recipient_id:
        raise AnotherRequest
    if row.status is not None:
        return row
    stale = KeptAnswer.objects.filter(
        pk=row.pk, run=row.run, status__isnull=True, begun_at__lte=now - LEASE
    )
    if not stale.update(run=run, begun_at=now):
        raise InProgress
    row.run, row.begun_at = run, now
    return row


def finish(row: KeptAnswer, status: int, told: Told) -> None:
    """Keep the answer, in the transaction of the work; raises TakenOver where the claim is not ours."""
    held = KeptAnswer.objects.select_for_update(of=("self",)).select_related("device")
    mine = held.filter(pk=row.pk, run=row.run, status__isnull=True).first()
    if mine is None:
        raise TakenOver
    mine.status, mine.told = status, told
    mine.save(update_fields=["status", "told"])


def release(row: KeptAnswer) -> None:
    """The work was refused or failed: the same key may try again."""
    KeptAnswer.objects.filter(pk=row.pk, run=row.run, status__isnull=True).delete()


def forget_person(person: Recipient) -> None:
    """What devices were told while they were this person's; in the transaction of an erasure."""
    KeptAnswer.objects.filter(recipient=person).delete()


def join(stays: Recipient, goes: Recipient) -> None:
    """Two cards become one (joining.joiners): what one was told, the other was."""
    KeptAnswer.objects.filter(recipient=goes).update(recipient=stays)


def purge() -> int:
    """Daily: answers older than KEPT_FOR; how many there were, at most BATCH."""
    old = KeptAnswer.objects.filter(begun_at__lte=timezone.now() - KEPT_FOR)
    with transaction.atomic():
        deleted: int = KeptAnswer.objects.filter(
            pk__in=list(old.values_list("pk", flat=True)[:BATCH])
        ).delete()[0]
    return deleted
