"""From an erased person to the end of the letters that they were sent."""

from icp.encryption.erasing import erase_key
from messaging.models import Delivery, Letter
from recipients.models import Recipient

from . import upps


def erase_letters(person: Recipient) -> None:
    """Delete what was written to the person and its receipts, with the data keys; runs in the erasure's transaction.

    A letter has a key of its own, so the end of the person's key alone would leave it readable in
    a backup.
    """
    upps.erase(person)
    letters = Letter.objects.filter(recipient=person)
    # In id order, as workers lock them: one may be writing down what became of a delivery.
    held = Delivery.objects.select_for_update(of=("self",)).filter(letter__recipient=person)
    list(held.order_by("pk").values_list("pk", flat=True))
    for uid in letters.order_by("uid").values_list("uid", flat=True):
        erase_key(uid)
    letters.delete()
