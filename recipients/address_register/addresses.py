"""From the public register of streets and address points to the house a person lives in."""

import re
from collections.abc import Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from recipients.models import Address, AddressPoint, Street
from recipients.values import checks

from .address_text import parted
from .matching import Matcher
from .street_names import without_prefix, words_of


def find_streets(text: str, limit: int = 10) -> list[Street]:
    """Streets with words that start with those typed: "spo" finds ul. Sportowa, best first."""
    _prefix, words = without_prefix(words_of(text))
    if not words:
        return []
    found = Street.objects.filter(gone_since=None)
    for word in words:
        found = found.filter(Q(folded__startswith=word) | Q(folded__contains=f" {word}"))
    first = list(found.filter(folded__startswith=words[0])[:limit])
    rest = found.exclude(folded__startswith=words[0])[: limit - len(first)]
    return [*first, *rest]


def find_points(street_id: int, house: str, limit: int = 20) -> QuerySet[AddressPoint]:
    """Houses of a street whose number starts with what was typed: "1" finds 1, 1A, 10, 11…"""
    digits = re.match(r"\s*(\d*)\s*([^\W\d_]*)", house)
    number, letter = digits.groups() if digits else ("", "")
    points = AddressPoint.objects.filter(street_id=street_id, gone_since=None)
    points = points.select_related("street", "district")
    if letter:
        points = points.filter(number=int(number or 0), letter__startswith=letter.upper())
    elif number:
        points = points.filter(number__in=_numbers_starting_with(int(number)))
    return points.order_by("number", "letter")[:limit]


def _numbers_starting_with(number: int) -> Sequence[int]:
    longer = [range(number * 10**more, (number + 1) * 10**more) for more in (1, 2)]
    return [number, *longer[0], *longer[1]] if number else []


def of_point(point: AddressPoint, *, flat: str = "", town: str = "") -> Address:
    """The address of a flat in a house of the register."""
    return Address(
        street=str(point.street),
        house=point.house,
        flat=flat,
        postal_code=point.postal_code,
        town=town,
        street_id=point.street_id,
        point_id=point.pk,
        district_id=point.district_id,
    )


def checked(address: Address, matcher: Matcher | None = None) -> Address:
    """The same address, joined to the register where it surely fits; raises ValidationError.

    An address outside the register keeps its text and can be matched later. Who checks many
    addresses brings a `matcher`.
    """
    if not address.street.strip():
        raise ValidationError(_("Choose the street, or type its name."), code="street_empty")
    address = parted(address)
    checks.house(address.house)
    given = replace(
        address,
        street=address.street.strip(),
        house=address.house.strip(),
        flat=address.flat.strip(),
        postal_code=address.postal_code.strip(),
        town=address.town.strip(),
    )
    point = _given(given)
    if point is not None:
        return of_point(point, flat=given.flat, town=given.town)
    match = (matcher or Matcher()).match(replace(given, postal_code=""))
    if match.is_certain and matcher is not None:
        point = matcher.point(match.street_id, match.point_id)
        return of_point(point, flat=given.flat, town=given.town)
    if match.is_certain:
        return joined(given, match.point_id)
    street_id = match.street_id or _known_street(given.street_id)
    return replace(given, street_id=street_id, point_id=0, district_id=0)


def joined(address: Address, point_id: int) -> Address:
    """The address in the words of the register, at this house; the flat and the town stay."""
    point = AddressPoint.objects.select_related("street", "district").get(pk=point_id)
    return of_point(point, flat=parted(address).flat, town=address.town)


def _known_street(street_id: int) -> int:
    return street_id if street_id and Street.objects.filter(pk=street_id).exists() else 0


def _given(address: Address) -> AddressPoint | None:
    points = AddressPoint.objects.select_related("street", "district")
    return points.filter(pk=address.point_id).first() if address.point_id else None


def in_words(address: Address) -> str:
    """One line, as on an envelope: "ul. Sportowa 12A m. 3, 00-000 Zażółcin"."""
    house = f"{address.street} {address.house}"
    if address.flat:
        house = f"{house} m. {address.flat}"
    place = f"{address.postal_code} {address.town}".strip()
    return f"{house}, {place}" if place else house
