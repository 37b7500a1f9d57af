"""From an erasure to the last letter about it, and to the end of the addresses that it carried.

The confirmation must go out after the person's key is gone, so it carries the addresses itself, under
the letter's own key, which is destroyed once the letter was handed over everywhere, or after DAYS.
"""

import uuid
from collections import Counter as Tally
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from admin_module import audit
from icp.encryption.erasing import erase_key
from icp.encryption.errors import KeyErased
from messaging.models import OPEN, Delivery, Farewell, Letter, LetterText
from recipients.correspondence.telling import Words
from recipients.models import Recipient

from . import letters

KEPT = timedelta(days=3)


def post(recipient: Recipient, words: Words) -> Letter | None:
    """Write the last letter to a person who is being erased; None where they gave no address.

    Runs in the erasure's transaction, before the contact points go.
    """
    points = recipient.contact_points.filter(kind__in=letters.LETTER_KINDS)
    addresses = {point.kind: point.value for point in points}
    if not addresses:
        return None
    letter = Letter(
        farewell=Farewell(recipient=recipient.pk, **addresses),
        text=LetterText(words.subject, words.short, words.long),
        expires_at=timezone.now() + KEPT,
    )
    letter.save(force_insert=True)
    letters.deliver([(letter, kind) for kind in sorted(addresses)])
    return letter


def post_to_address(words: Words, *, form_key: uuid.UUID | None = None, **addresses: str) -> Letter:
    """Write to somebody who is in no register, by kind of contact; the addresses end with the letter.

    The same `form_key` gives the letter that was posted the first time.
    """
    with transaction.atomic():
        posted = Letter.objects.filter(form_key=form_key).first() if form_key else None
        if posted is not None:
            return posted
        letter = Letter(
            farewell=Farewell(recipient=0, **addresses),
            text=LetterText(words.subject, words.short, words.long),
            form_key=form_key,
            expires_at=timezone.now() + KEPT,
        )
        letter.save(force_insert=True)
        letters.deliver([(letter, kind) for kind in sorted(addresses)])
    return letter


def end(limit: int = 500) -> int:
    """Destroy the last letters that nobody waits for any more; returns how many."""
    going = Delivery.objects.filter(state__in=OPEN, letter__isnull=False).values("letter")
    over = Q(created_at__lt=timezone.now() - KEPT) | ~Q(pk__in=going)
    carrying = Letter.objects.filter(over, farewell__isnull=False).order_by("pk")
    ended = 0
    for pk in list(carrying.values_list("pk", flat=True)[:limit]):
        ended += _end(pk)
    return ended


@transaction.atomic
def _end(pk: int) -> bool:
    # In id order, as workers lock them: one may be writing down what became of a delivery.
    held = Delivery.objects.select_for_update(of=("self",)).filter(letter=pk).order_by("pk")
    states = Tally(held.values_list("state", flat=True))
    letter = Letter.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if letter is None:
        return False
    tombstone = _tombstone(letter)
    erase_key(letter.uid)
    letter.delete()
    if tombstone:
        detail: dict[str, object] = {"states": dict(states)}
        audit.record("recipient.told_of_erasure", tombstone, by=None, detail=detail)
    return True


def _tombstone(letter: Letter) -> str:
    """Whose last letter it was; empty for nobody of the register, and where a restore brought the
    letter back without its key."""
    try:
        person = letter.farewell.recipient
    except KeyErased:
        return ""
    return f"recipients.recipient:{person}" if person else ""
