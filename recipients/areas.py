"""From the corners of an area on the map to the address points that lie in it."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .models import AddressPoint

Corners: TypeAlias = Sequence[tuple[float, float]]  # longitude, latitude in degrees (WGS 84)
Whole: TypeAlias = npt.NDArray[np.int64]
# Degrees as whole numbers of a centimetre: products of a town's differences fit 64 bits exactly.
SCALE = 10_000_000


def points_inside(corners: Corners) -> list[int]:
    """Primary keys of all address points in the area, also of houses that left the register.

    People may still live at such a house, so it counts as long as its row is there.
    """
    return [pk for pk, _district, _gone in _inside(corners)]


def houses_inside(corners: Corners) -> int:
    """How many addresses of today's register lie in the area."""
    return sum(gone is None for _pk, _district, gone in _inside(corners))


def districts_of(corners: Corners) -> set[int]:
    """Ids of the districts that the area has an address of."""
    return {district for _pk, district, gone in _inside(corners) if gone is None}


def _inside(corners: Corners) -> list[tuple[int, int, object]]:
    """Id, district and end of each point; the database leaves out what lies beyond the corners."""
    longs, lats = [each[0] for each in corners], [each[1] for each in corners]
    near = AddressPoint.objects.filter(
        longitude__range=(min(longs) - 1e-6, max(longs) + 1e-6),
        latitude__range=(min(lats) - 1e-6, max(lats) + 1e-6),
    ).order_by("pk")
    rows = list(near.values_list("pk", "district_id", "gone_since", "longitude", "latitude"))
    found = contains(corners, [(row[3], row[4]) for row in rows])
    return [row[:3] for row, within in zip(rows, found.tolist(), strict=True) if within]


def contains(corners: Corners, places: Corners) -> npt.NDArray[np.bool_]:
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


def _whole(places: Corners) -> tuple[Whole, Whole]:
    scaled = np.rint(np.array(places, np.float64).reshape(-1, 2) * SCALE).astype(np.int64)
    return scaled[:, 0], scaled[:, 1]
