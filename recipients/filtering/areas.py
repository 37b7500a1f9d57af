"""From the corners of an area on the map to the address points that lie in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from django.db.models import Count, Max, Sum

from recipients.models import AddressPoint

Corners: TypeAlias = Sequence[tuple[float, float]]  # longitude, latitude in degrees (WGS 84)
Whole: TypeAlias = npt.NDArray[np.int64]
# Degrees as whole numbers of a centimetre: products of a town's differences fit 64 bits exactly.
SCALE = 10_000_000
_LINE = 1e-6  # degrees: more than rounding to that moves anything


def points_inside(corners: Corners) -> list[int]:
    """Primary keys of all address points in the area, also of houses that left the register.

    People may still live at such a house, so it counts as long as its row is there.
    """
    register = _register()
    found: list[int] = register.ids[register.inside(corners)].tolist()
    return found


def houses_inside(corners: Corners) -> int:
    """How many addresses of today's register lie in the area."""
    register = _register()
    return int((register.inside(corners) & register.stands).sum())


def districts_of(corners: Corners) -> set[int]:
    """Ids of the districts that the area has an address of."""
    register = _register()
    return set(register.districts[register.inside(corners) & register.stands].tolist())


@dataclass(frozen=True, slots=True)
class _Points:
    """The register of addresses, column by column."""

    ids: Whole
    districts: Whole
    stands: npt.NDArray[np.bool_]  # in today's register
    places: npt.NDArray[np.float64]

    def inside(self, corners: Corners) -> npt.NDArray[np.bool_]:
        box = np.array(corners)
        near: npt.NDArray[np.bool_] = (
            (self.places >= box.min(0) - _LINE) & (self.places <= box.max(0) + _LINE)
        ).all(1)
        near[near] = contains(corners, self.places[near])
        return near


def _register() -> _Points:
    """The same as long as the register is the same; a page asks several times."""
    told = AddressPoint.objects.aggregate(
        Max("pk"),
        Count("pk"),
        Count("gone_since"),
        Sum("district_id"),
        Sum("latitude"),
        Sum("longitude"),
    )
    return _read(str(sorted(told.items())))


@lru_cache(maxsize=1)
def _read(_state: str) -> _Points:
    rows = list(
        AddressPoint.objects.order_by("pk").values_list(
            "pk", "district_id", "gone_since", "longitude", "latitude"
        )
    )
    return _Points(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] is None for row in rows], bool),
        np.array([row[3:] for row in rows], np.float64).reshape(-1, 2),
    )


def contains(corners: Corners, places: Corners | npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which places lie in the area by the even-odd rule; whoever stands on its line is inside.

    Reckoned in whole numbers, so that no rounding moves a house over the line.
    """
    x, y = _whole(places)
    inside, on_line = np.zeros(len(x), bool), np.zeros(len(x), bool)
    ends = np.stack(_whole(corners), axis=1).tolist()
    for (x1, y1), (x2, y2) in zip(ends, [*ends[1:], ends[0]], strict=True):
        side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
        between = (np.minimum(x1, x2) <= x) & (x <= np.maximum(x1, x2))
        between &= (np.minimum(y1, y2) <= y) & (y <= np.maximum(y1, y2))
        on_line |= (side == 0) & between
        inside ^= ((y1 > y) != (y2 > y)) & ((side > 0) == (y2 > y1))
    return inside | on_line


def _whole(places: Corners | npt.NDArray[np.float64]) -> tuple[Whole, Whole]:
    scaled = np.rint(np.array(places, np.float64).reshape(-1, 2) * SCALE).astype(np.int64)
    return scaled[:, 0], scaled[:, 1]
