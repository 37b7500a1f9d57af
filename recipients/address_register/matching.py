"""From an address as somebody wrote it to the house of the register that is meant, and how surely."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError

from recipients.models import Address, AddressPoint, Street
from recipients.values import checks

from . import address_text
from .street_names import StreetNames

# Sums of what differences cost (street_names). Surely meant is what is written like the name, or
# shortened, or inflected; a slip of the pen needs the postal code to say the same. The second best
# must be clearly worse.
CERTAIN, PROPOSED, CLEARLY = 0.35, 1.0, 0.1
CODE_AGREES, CODE_DIFFERS = -0.2, 0.4
MOST = 3  # proposals


@dataclass(frozen=True, slots=True)
class Match:
    """What an address means. `point_id` is 0 where there is no such house, `street_id` where there
    is no such street; `proposals` are primary keys of points, the likeliest first."""

    is_certain: bool = False
    street_id: int = 0
    point_id: int = 0
    proposals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _House:
    point_id: int
    postal_code: str


class Matcher:
    """The register as it stands now, held for as many addresses as there are to match."""

    @cached_property
    def _names(self) -> StreetNames:
        streets = Street.objects.filter(gone_since=None)
        return StreetNames(streets.values_list("pk", "prefix", "name"))

    @cached_property
    def _houses(self) -> Mapping[int, dict[tuple[int, str], _House]]:
        """Of streets that were asked for; loaded street by street."""
        return defaultdict(dict)

    @cached_property
    def _points(self) -> dict[int, dict[int, AddressPoint]]:
        return {}

    def match(self, address: Address | str) -> Match:
        """The one house that is meant, or proposals; a text in one line is taken apart first."""
        parts = address_text.read(address) if isinstance(address, str) else address
        if parts is None:
            return Match()
        parts = address_text.parted(parts)
        try:
            number, letter = checks.house(parts.house)
        except ValidationError:
            return Match()
        streets = self._names.near(parts.street)
        found: list[tuple[float, int, int]] = []  # cost, street, point
        for near in streets:
            house = self._house(near.street_id, number, letter)
            if house is not None:
                cost = near.cost + _of_codes(parts.postal_code, house.postal_code)
                found.append((cost, near.street_id, house.point_id))
        found.sort()
        if not found:
            exact = [near for near in streets if near.cost <= CERTAIN]
            return Match(street_id=exact[0].street_id if len(exact) == 1 else 0)
        alone = len(found) == 1 or found[1][0] - found[0][0] > CLEARLY
        sure = alone and found[0][0] <= CERTAIN
        proposals = tuple(point for cost, _street, point in found[:MOST] if cost <= PROPOSED)
        _cost, street, point = found[0]
        return Match(sure, street, point if sure else 0, proposals)

    def point(self, street_id: int, point_id: int) -> AddressPoint:
        """A house of a street that was asked for; the houses of the street are loaded once."""
        points = self._points.get(street_id)
        if points is None or point_id not in points:
            rows = AddressPoint.objects.filter(street_id=street_id)
            points = {row.pk: row for row in rows.select_related("street", "district")}
            self._points[street_id] = points
        return points[point_id]

    def _house(self, street_id: int, number: int, letter: str) -> _House | None:
        if street_id not in self._houses:
            points = AddressPoint.objects.filter(street_id=street_id, gone_since=None)
            rows = points.values_list("number", "letter", "pk", "postal_code")
            self._houses[street_id].update(
                {(no, sign): _House(pk, code) for no, sign, pk, code in rows}
            )
        return self._houses[street_id].get((number, letter))


def _of_codes(written: str, known: str) -> float:
    if not written or not known:
        return 0.0
    return CODE_AGREES if written == known else CODE_DIFFERS
