"""From a point to the district it lies in: that of the nearest house of the register."""

import math
from typing import Any

from recipients.address_register.outline import metres_between
from recipients.models import AddressPoint, District

REACHES_M = (200.0, 2000.0)  # half a side of the squares that are searched for a house
METRES_PER_DEGREE = 111_320.0


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two points (latitude, longitude) of one town."""
    return metres_between((one[1], one[0]), (other[1], other[0]))


def box(latitude: float, longitude: float, reach_m: float) -> tuple[float, float, float, float]:
    """The bounds around a point, at least `reach_m` away: south, north, west, east."""
    high = reach_m / METRES_PER_DEGREE
    wide = high / max(math.cos(math.radians(latitude)), 0.01)
    return latitude - high, latitude + high, longitude - wide, longitude + wide


def within(
    rows: Any, bounds: tuple[float, float, float, float], lat: str = "lat", lon: str = "lon"
) -> Any:
    """Those rows of a queryset that lie within bounds; `lat`, `lon` name its columns."""
    south, north, west, east = bounds
    return rows.filter(**{f"{lat}__range": (south, north), f"{lon}__range": (west, east)})


def district_at(latitude: float, longitude: float) -> District | None:
    """None where no house stands within two kilometres."""
    houses = AddressPoint.objects.filter(gone_since=None)
    for reach in REACHES_M:
        around = within(houses, box(latitude, longitude, reach), "latitude", "longitude")
        rows = around.values_list("latitude", "longitude", "district_id")
        nearest = min(rows, key=lambda row: metres((latitude, longitude), row[:2]), default=None)
        if nearest is not None:
            return District.objects.get(pk=nearest[2])
    return None
