"""From a receipt of ePUAP (UPP) to a sealed row beside the delivery that it proves."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from icp.encryption.erasing import erase_key
from messaging.channels.epuap.upp import read_upp
from messaging.models import Delivery, Upp
from recipients.models import Recipient

# What names no letter of ours proves nothing.
NAMELESS_KEPT = timedelta(days=30)


def keep(receipts: Iterable[tuple[bytes, str]]) -> int:
    """File receipts that are not filed yet, each with the letter's name at ePUAP (empty: the one in
    the receipt); returns how many were new.

    The caller has seen that they are ePUAP's own. Their deliveries need not be there yet: an
    answer may still be on the way.
    """
    made = [_row(content, document) for content, document in receipts]
    rows = {row.number: row for row in made if row is not None}
    for number in Upp.objects.filter(number__in=rows).values_list("number", flat=True):
        del rows[number]
    try:
        with transaction.atomic():
            Upp.objects.bulk_create(rows.values())
    except IntegrityError:  # another worker filed one of them just now
        return sum(_keep_one(row) for row in rows.values())
    return len(rows)


def _row(content: bytes, document: str) -> Upp | None:
    upp = read_upp(content)
    if upp is None:
        return None
    return Upp(
        number=upp.number[:100],
        document=(document or upp.document)[:100],
        content=content,
        arrived_at=timezone.now(),
    )


def _keep_one(row: Upp) -> int:
    fresh = Upp(
        number=row.number,
        document=row.document,
        content=row.content,
        arrived_at=row.arrived_at,
    )
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:
        return 0
    return 1


def of(delivery: Delivery) -> QuerySet[Upp]:
    """The receipts of one delivery, the first one first."""
    if delivery.channel != "epuap" or not delivery.provider_id:
        return Upp.objects.none()
    found: QuerySet[Upp] = Upp.objects.filter(document=delivery.provider_id).order_by("pk")
    return found


def erase(person: Recipient) -> None:
    """Forget the receipts of what was sent to the person; runs in the erasure's transaction, before
    their letters go."""
    sent = Delivery.objects.filter(recipient=person, channel="epuap").exclude(provider_id="")
    _forget(Upp.objects.filter(document__in=list(sent.values_list("provider_id", flat=True))))


def purge(limit: int = 500) -> int:
    """Forget receipts that are old, and those of letters that are not ours or are gone."""
    now = timezone.now()
    ours = Delivery.objects.filter(channel="epuap", provider_id=OuterRef("document"))
    old = Q(arrived_at__lt=now - timedelta(days=settings.EPUAP_DOCUMENTS_KEPT_DAYS))
    nameless = ~Exists(ours) & Q(arrived_at__lt=now - NAMELESS_KEPT)
    due = list(Upp.objects.filter(old | nameless).values_list("pk", flat=True)[:limit])
    with transaction.atomic():
        _forget(Upp.objects.filter(pk__in=due))
    return len(due)


def _forget(receipts: QuerySet[Upp]) -> None:
    for uid in receipts.order_by("uid").values_list("uid", flat=True):
        erase_key(uid)
    receipts.delete()
