"""From a provider's word that an address is dead to a contact point that is gone."""

from collections.abc import Collection

from django.db import transaction

from . import facets
from .models import ContactPoint


def remove_dead(people: Collection[int], kind: str) -> int:
    """Remove the contact points of one kind that will never work again; returns how many."""
    with transaction.atomic():
        points = ContactPoint.objects.filter(recipient__in=people, kind=kind)
        gone = sorted(points.values_list("recipient_id", flat=True))
        points.delete()
        facets.changed(gone)
    return len(gone)
