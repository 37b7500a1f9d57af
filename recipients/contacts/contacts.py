"""From a provider's word that an address is dead to an address that nothing is sent to any more."""

from collections.abc import Mapping

from django.db import transaction

from recipients.lookup import facets
from recipients.models import HELD_KINDS, ContactPoint, SuppressedAddress

from . import address_health


def are_dead(people: Mapping[int, str], kind: str) -> int:
    """These people's addresses of one kind will never work again; returns how many.

    `people`: by primary key, the provider's code. E-mail addresses and numbers are held and stay on the
    card, so that somebody asks for new ones; of what a device gave nothing can be asked, it is removed.
    """
    if kind in HELD_KINDS:
        return address_health.hold(people, kind, SuppressedAddress.Reason.HARD)
    with transaction.atomic():
        points = ContactPoint.objects.filter(recipient__in=people, kind=kind)
        gone = sorted(points.values_list("recipient_id", flat=True))
        points.delete()
        facets.changed(gone)
    return len(gone)
