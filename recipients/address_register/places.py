"""From an address as somebody typed it to places on the map: houses, or the middle of a street."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from recipients.models import AddressPoint, Street

from .addresses import find_streets
from .matching import Matcher

LONGEST = 120  # characters of a question
MOST_STREETS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Latitude and longitude in degrees (WGS 84)."""

    label: str
    lat: float
    lon: float
    district_id: int


def find(text: str) -> list[Place]:
    """The likeliest first: "Dluga 5" is ul. Długa 5; without a number, streets by their middles."""
    asked = text.strip()[:LONGEST]
    proposals = Matcher().match(asked).proposals
    houses = AddressPoint.objects.select_related("street").in_bulk(proposals)
    if houses:
        return [_house(houses[pk]) for pk in proposals if pk in houses]
    found = [_middle(street) for street in find_streets(asked, MOST_STREETS)]
    return [place for place in found if place is not None]


def _house(point: AddressPoint) -> Place:
    return Place(str(point), point.latitude, point.longitude, point.district_id)


def _middle(street: Street) -> Place | None:
    points = list(street.points.filter(gone_since=None).order_by("number", "letter"))
    if not points:
        return None
    at = points[len(points) // 2]
    label = _("%(street)s, middle of the street") % {"street": street}
    return Place(label, at.latitude, at.longitude, at.district_id)
