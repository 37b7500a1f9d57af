"""From a provider's word that an address is dead to a contact point that is gone."""

from collections.abc import Collection, Mapping

from django.db import transaction

from messaging.channels import targets

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


def drop_dead(dead: Mapping[int, Collection[str]]) -> None:
    """Forget devices that will never be reached again; lines of messaging.channels.targets."""
    with transaction.atomic():
        points = ContactPoint.objects.select_for_update().filter(recipient__in=dead, kind="push")
        for point in points.select_related("recipient"):
            lines = targets.split(point.value)
            left = [one for one in lines if one.line not in dead[point.recipient_id]]
            point.value = targets.join(left, owner=point.recipient.uid)
            point.save()
