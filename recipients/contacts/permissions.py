"""From a yes or no to the bits that deliveries are checked against: Recipient.consents.

The bit of a topic and a kind is topic.bit * 4 + the kind's place in CONTACT_KINDS. Only consents
call this; the proof is their own append-only rows.
"""

from django.db.models import F

from icp.encryption import pages
from recipients.lookup.facets import FACETS
from recipients.models import CONTACT_KINDS, Recipient


def bit(topic_bit: int, kind: str) -> int:
    """The mask of one topic and one kind of contact."""
    return 1 << (topic_bit * len(CONTACT_KINDS) + CONTACT_KINDS.index(kind))


def may(bits: int, topic_bit: int, kind: str) -> bool:
    """Whether these consents allow writing about the topic by this kind of contact."""
    return bool(bits & bit(topic_bit, kind))


def set_bit(recipient_id: int, topic_bit: int, kind: str, value: bool) -> None:
    """Set or clear one consent; two at once on one person lose nothing."""
    mask = bit(topic_bit, kind)
    change = F("consents").bitor(mask) if value else F("consents").bitand(~mask)
    Recipient.objects.filter(pk=recipient_id).update(consents=change)
    pages.mark_dirty(FACETS, [recipient_id])


def replace_bits(recipient_id: int, bits: int) -> None:
    """Write all consents of one person, whose row the caller holds."""
    Recipient.objects.filter(pk=recipient_id).update(consents=bits)
    pages.mark_dirty(FACETS, [recipient_id])


def set_bits(recipient_id: int, mask: int) -> None:
    """Set many consents of one person at once."""
    Recipient.objects.filter(pk=recipient_id).update(consents=F("consents").bitor(mask))
    pages.mark_dirty(FACETS, [recipient_id])
