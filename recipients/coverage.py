"""From the address register and the facet pages to one line per district: what is known, and how many."""

from dataclasses import dataclass

import numpy as np
from django.db.models import Count

from icp.encryption import pages

from .facets import FACETS
from .models import District

# Fewer could be somebody: whoever may not open cards sees "under 5" (docs/audience.md).
FEWEST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Covered:
    """A district's streets and houses in the register, and the people who live there."""

    name: str
    streets: int
    houses: int
    people: int

    @property
    def few(self) -> bool:
        return 0 < self.people < FEWEST_SHOWN


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


def coverage() -> Coverage:
    shot = pages.snapshot(FACETS)
    # Position: a district's id; ids of districts fit two bytes.
    people = np.bincount(shot.column("district"), minlength=1 << 16)
    rows = District.objects.annotate(
        streets=Count("points__street", distinct=True), houses=Count("points")
    )
    districts = [Covered(row.name, row.streets, row.houses, int(people[row.pk])) for row in rows]
    return Coverage(
        districts,
        streets=sum(one.streets for one in districts),
        houses=sum(one.houses for one in districts),
        people=len(shot.ids),
        outside=int(np.count_nonzero(shot.column("point") == 0)),
    )
