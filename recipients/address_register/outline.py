"""From the address register to the town's outline as GeoJSON (RFC 7946): districts and lines of streets."""

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.db.models import Count, Max, Sum

from recipients.models import AddressPoint, District, Street

from .coverage_map import Point, hull

METRES = 111_320.0  # a degree of latitude
LEAST_STEP = 25.0  # metres: corners nearer to the one before are left out
DIGITS = 5  # a metre
_CORNERS = 3

Feature = dict[str, Any]


def state() -> str:
    """Another text whenever the register of addresses is another one."""
    points = AddressPoint.objects.filter(gone_since=None)
    told = points.aggregate(Max("pk"), Count("pk"), Sum("latitude"), Sum("longitude"))
    names = ",".join(District.objects.order_by("pk").values_list("name", flat=True))
    return hashlib.sha256(f"{sorted(told.items())}{names}".encode()).hexdigest()[:32]


def outline() -> bytes:
    """A FeatureCollection: `kind` is district (with `id` and `name`) or street (with `name`)."""
    return _kept(state())


@lru_cache(maxsize=1)
def _kept(_state: str) -> bytes:
    return json.dumps(drawn(), ensure_ascii=False, separators=(",", ":")).encode()


def drawn() -> Feature:
    """The same before it is written down. Positions are longitude, latitude."""
    rows = AddressPoint.objects.filter(gone_since=None).order_by("street", "number", "letter")
    places: dict[int, list[Point]] = defaultdict(list)
    streets: dict[int, list[tuple[int, Point]]] = defaultdict(list)
    for district, street, number, east, north in rows.values_list(
        "district_id", "street_id", "number", "longitude", "latitude"
    ):
        places[district].append((east, north))
        streets[street].append((number, (east, north)))
    return {
        "type": "FeatureCollection",
        "features": [*_districts(places), *_streets(streets)],
    }


def _districts(places: Mapping[int, list[Point]]) -> Iterable[Feature]:
    names = dict(District.objects.values_list("pk", "name"))
    for pk, points in places.items():
        corners = hull(points)
        if len(corners) >= _CORNERS:
            ring = [_rounded(point) for point in (*corners, corners[0])]
            yield _feature("Polygon", [ring], kind="district", id=pk, name=names[pk])


def _streets(streets: Mapping[int, list[tuple[int, Point]]]) -> Iterable[Feature]:
    """Along the odd side, where that has more than a house: numbers change sides."""
    names = {street.pk: str(street) for street in Street.objects.filter(pk__in=streets)}
    for pk, houses in streets.items():
        odd = [point for number, point in houses if number % 2]
        line = _without_steps(odd if len(odd) > 1 else [point for _number, point in houses])
        if len(line) > 1:
            yield _feature("LineString", list(map(_rounded, line)), kind="street", name=names[pk])


def _feature(shape: str, coordinates: Sequence[Any], **properties: object) -> Feature:
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _rounded(point: Point) -> tuple[float, float]:
    return round(point[0], DIGITS), round(point[1], DIGITS)


def _without_steps(points: Sequence[Point]) -> list[Point]:
    kept = list(points[:1])
    for _before, here in pairwise(points):
        if metres_between(kept[-1], here) >= LEAST_STEP:
            kept.append(here)
    return kept


def metres_between(one: Point, two: Point) -> float:
    """Between two places given as longitude and latitude; right for a town, not for a continent."""
    narrow = math.cos(math.radians((one[1] + two[1]) / 2))
    return METRES * math.hypot((one[0] - two[0]) * narrow, one[1] - two[1])
