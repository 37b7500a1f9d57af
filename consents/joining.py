"""From the consents of two cards that are merged to those of one person; every yes and no stays as proof.

The acts are append-only: those of the card that goes stay with its row, which leads to the other.
"""

from icp.encryption.handing_over import hand_over
from recipients.contacts import permissions
from recipients.models import Recipient

from .models import Consent, ConsentForm, Scan


def join_consents(stays: Recipient, goes: Recipient) -> None:
    """Move forms and their scans, and write what the person agrees to now; both rows are locked."""
    ConsentForm.objects.filter(recipient=goes).update(recipient=stays)
    hand_over(Scan.objects.filter(recipient=goes).order_by("pk"), stays)
    permissions.replace_bits(stays.pk, joined_bits(stays, goes))


def joined_bits(stays: Recipient, goes: Recipient) -> int:
    """What either card agrees to, but what the person's last word took back."""
    merged = Recipient.objects.filter(merged_into__in=(stays, goes)).values_list("pk", flat=True)
    acts = Consent.objects.filter(recipient__in=[stays.pk, goes.pk, *merged])
    last: dict[tuple[int, str], str] = {}
    # Of a yes and a no at the same moment the no counts: "withdraw" comes after "grant".
    ordered = acts.order_by("at", "act", "pk").values_list("topic__bit", "channel", "act")
    for bit, channel, act in ordered:
        last[bit, channel] = act
    bits = stays.consents | goes.consents
    for (bit, channel), act in last.items():
        if act == Consent.Act.WITHDRAW:
            bits &= ~permissions.bit(bit, channel)
    return bits
