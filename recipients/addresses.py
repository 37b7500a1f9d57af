"""From the public register of streets and address points to the house a person lives in."""

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from icp.encryption import canon

from . import checks
from .models import Address, AddressPoint, Street

# Words before a street's name that people leave out or spell in many ways.
_PREFIX_WORDS = frozenset(
    [
        "ul",
        "ulica",
        "al",
        "aleja",
        "aleje",
        "pl",
        "plac",
        "os",
        "osiedle",
        "rondo",
        "skwer",
        "bulwar",
        "rynek",
        "park",
        "droga",
    ]
)


def folded_words(text: str) -> list[str]:
    """The words of a street's name as they are compared: folded, without dots."""
    return re.findall(r"[^\W_]+", canon.fold(text))


def find_streets(text: str, limit: int = 10) -> list[Street]:
    """Streets with words that start with those typed: "spo" finds ul. Sportowa, best first."""
    words = folded_words(text)
    if len(words) > 1 and words[0] in _PREFIX_WORDS:
        words = words[1:]
    if not words:
        return []
    found = Street.objects.all()
    for word in words:
        found = found.filter(Q(folded__startswith=word) | Q(folded__contains=f" {word}"))
    first = list(found.filter(folded__startswith=words[0])[:limit])
    rest = found.exclude(folded__startswith=words[0])[: limit - len(first)]
    return [*first, *rest]


def find_points(street_id: int, house: str, limit: int = 20) -> QuerySet[AddressPoint]:
    """Houses of a street whose number starts with what was typed: "1" finds 1, 1A, 10, 11…"""
    digits = re.match(r"\s*(\d*)\s*([^\W\d_]*)", house)
    number, letter = digits.groups() if digits else ("", "")
    points = AddressPoint.objects.filter(street_id=street_id).select_related("street", "district")
    if letter:
        points = points.filter(number=int(number or 0), letter__startswith=letter.upper())
    elif number:
        points = points.filter(number__in=_numbers_starting_with(int(number)))
    return points.order_by("number", "letter")[:limit]


def _numbers_starting_with(number: int) -> Sequence[int]:
    longer = [range(number * 10**more, (number + 1) * 10**more) for more in (1, 2)]
    return [number, *longer[0], *longer[1]] if number else []


def match(street_text: str, house: str) -> AddressPoint | None:
    """The one address point that is meant, or None where the register does not tell."""
    words = folded_words(street_text)
    names = {" ".join(words)}
    if words and words[0] in _PREFIX_WORDS:
        names.add(" ".join(words[1:]))
    try:
        number, letter = checks.house(house)
    except ValidationError:
        return None
    points = AddressPoint.objects.select_related("street", "district").filter(
        street__folded__in=names, number=number, letter=letter
    )[:2]
    return points[0] if len(points) == 1 else None


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


def checked(address: Address) -> Address:
    """The same address, joined to the register where it fits; raises ValidationError.

    An address outside the register keeps its text and can be matched later.
    """
    if not address.street.strip():
        raise ValidationError(_("Choose the street, or type its name."), code="street_empty")
    checks.house(address.house)
    point = _given(address) or match(address.street, address.house)
    if point is None:
        return Address(
            address.street.strip(),
            address.house.strip(),
            address.flat.strip(),
            address.postal_code.strip(),
            address.town.strip(),
            street_id=_street_of(address),
        )
    return of_point(point, flat=address.flat.strip(), town=address.town.strip())


def _given(address: Address) -> AddressPoint | None:
    points = AddressPoint.objects.select_related("street", "district")
    return points.filter(pk=address.point_id).first() if address.point_id else None


def _street_of(address: Address) -> int:
    if address.street_id and Street.objects.filter(pk=address.street_id).exists():
        return address.street_id
    streets = [s for s in find_streets(address.street, 2) if s.folded in _names(address.street)]
    return streets[0].pk if len(streets) == 1 else 0


def _names(street_text: str) -> set[str]:
    words = folded_words(street_text)
    return {" ".join(words), " ".join(words[1:])} - {""}


def in_words(address: Address) -> str:
    """One line, as on an envelope: "ul. Sportowa 12A m. 3, 00-000 Zażółcin"."""
    house = f"{address.street} {address.house}"
    if address.flat:
        house = f"{house} m. {address.flat}"
    place = f"{address.postal_code} {address.town}".strip()
    return f"{house}, {place}" if place else house
