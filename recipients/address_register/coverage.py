"""From the address register and the facet pages to how many people are registered where, and reachable how."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Count

from admin_module.models import User
from icp.encryption import pages
from recipients.lookup.facets import FACETS, STATE_CODES
from recipients.models import CONTACT_KINDS, AddressPoint, District, Recipient, Street

# Fewer could be somebody: whoever may not open cards sees "under 5" (docs/audience.md).
FEWEST_SHOWN = 5
LEVELS = 5
_IDS = 1 << 16  # ids of districts and streets fit two bytes

Ints = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Covered:
    """A district or a street: its houses in the register, the people there, the reachable by kind."""

    pk: int
    name: str
    streets: int
    houses: int
    people: int
    reached: Mapping[str, int] = field(default_factory=dict)

    @property
    def few(self) -> bool:
        return 0 < self.people < FEWEST_SHOWN

    @property
    def per_100(self) -> float | None:
        """People for 100 houses; None where that would tell of a few people."""
        return None if self.few or not self.houses else 100 * self.people / self.houses

    @property
    def by_kind(self) -> list[tuple[str, int, bool]]:
        """Kind, how many active people it reaches, and whether these are too few to be told."""
        return [(kind, n, 0 < n < FEWEST_SHOWN) for kind, n in self.reached.items()]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every district; `outside`: people whose house is not in the register."""

    districts: list[Covered]
    streets: int
    houses: int
    people: int
    outside: int

    @property
    def few_outside(self) -> bool:
        return 0 < self.outside < FEWEST_SHOWN


@dataclass(frozen=True, slots=True)
class _People:
    """Of the people counted: where they live, and bits of the kinds that reach them."""

    district: Ints
    street: Ints
    point: Ints
    kinds: Ints

    def counted(self, place: Ints, chosen: Ints | None = None) -> tuple[Ints, dict[str, Ints]]:
        """By id of the place: people, and of each kind the reachable."""
        among = slice(None) if chosen is None else chosen
        here, kinds = place[among], self.kinds[among]
        reached = {
            kind: np.bincount(here[(kinds >> bit) & 1 == 1], minlength=_IDS)
            for bit, kind in enumerate(CONTACT_KINDS)
        }
        return np.bincount(here, minlength=_IDS), reached


def _people(by: User | None) -> _People:
    shot = pages.snapshot(FACETS)
    among = shot.column("state") > 0
    if by is not None and by.scope is not None:
        seen = Recipient.objects.visible_to(by).values_list("pk", flat=True)
        among &= np.isin(shot.ids, np.fromiter(seen, np.int64))
    active = shot.column("state")[among] == STATE_CODES[Recipient.State.ACTIVE]
    return _People(
        district=shot.column("district")[among],
        street=shot.column("street")[among],
        point=shot.column("point")[among],
        kinds=shot.column("kinds")[among] * active,
    )


def coverage(by: User | None = None) -> Coverage:
    """The whole register, and those people whom `by` may see."""
    people = _people(by)
    number, reached = people.counted(people.district)
    rows = District.objects.annotate(
        streets=Count("points__street", distinct=True), houses=Count("points")
    )
    districts = [
        _covered(row.pk, row.name, row.streets, row.houses, number, reached) for row in rows
    ]
    return Coverage(
        districts,
        streets=sum(one.streets for one in districts),
        houses=sum(one.houses for one in districts),
        people=len(people.district),
        outside=int(np.count_nonzero(people.point == 0)),
    )


def streets_of(district: District, by: User) -> list[Covered]:
    """The streets of a district, with the people who live on its part of them."""
    people = _people(by)
    number, reached = people.counted(people.street, people.district == district.pk)
    houses = AddressPoint.objects.filter(district=district, gone_since=None)
    counts = dict(houses.values_list("street").annotate(n=Count("pk")).order_by())
    streets = Street.objects.filter(pk__in=counts)
    return [_covered(row.pk, str(row), 1, counts[row.pk], number, reached) for row in streets]


def _covered(
    pk: int, name: str, streets: int, houses: int, number: Ints, reached: Mapping[str, Ints]
) -> Covered:
    by_kind = {kind: int(counts[pk]) for kind, counts in reached.items()}
    return Covered(pk, name, streets, houses, int(number[pk]), by_kind)


@dataclass(frozen=True, slots=True)
class Scale:
    """Levels 1 to LEVELS of people for 100 houses, `step` each; 0 where the number is not told."""

    step: int

    def level(self, covered: Covered) -> int:
        ratio = covered.per_100
        return 0 if ratio is None else min(int(ratio // self.step) + 1, LEVELS)

    @property
    def ranges(self) -> list[tuple[int, int, int | None]]:
        """Level, from, below (None: and more)."""
        return [
            (level, (level - 1) * self.step, level * self.step if level < LEVELS else None)
            for level in range(1, LEVELS + 1)
        ]


def scale_of(places: Iterable[Covered]) -> Scale:
    """Round steps, so that the fullest place stands in the highest level."""
    fullest = max((place.per_100 or 0.0 for place in places), default=0.0)
    wanted = fullest / LEVELS
    size = 1
    while size * 10 <= wanted:
        size *= 10
    return Scale(next(size * n for n in (1, 2, 3, 4, 5, 6, 8, 10) if size * n >= wanted))
