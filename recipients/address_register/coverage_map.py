"""From address points to a drawn town: hulls of districts and lines of streets, in units of an SVG."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from recipients.models import AddressPoint, District

WIDTH, MARGIN, HIGHEST = 720.0, 40.0, 900.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A district (`path` closed) or a street; the label stands in the middle."""

    pk: int
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    districts: list[Shape]
    streets: list[Shape]

    @property
    def box(self) -> str:
        return f"0 0 {self.width:.0f} {self.height:.0f}"


@dataclass(frozen=True, slots=True)
class _House:
    district: int
    street: int
    number: int
    at: Point  # longitude and latitude


def draw(district: District | None = None) -> Drawing | None:
    """The town, or one of its districts; None where the register has no houses there."""
    points = AddressPoint.objects.filter(gone_since=None)
    if district is not None:
        points = points.filter(district=district)
    rows = points.order_by("street", "number", "letter").values_list(
        "district_id", "street_id", "number", "longitude", "latitude"
    )
    houses = [
        _House(place, street, number, (east, north)) for place, street, number, east, north in rows
    ]
    if not houses:
        return None
    view = _View([house.at for house in houses])
    return Drawing(
        view.width,
        view.height,
        [_hull(pk, points) for pk, points in _grouped(houses, view).items()],
        [_line(pk, each, view) for pk, each in _by_street(houses).items()],
    )


class _View:
    """Degrees onto the paper: a degree of longitude is shorter the farther north it lies."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.east = min(x for x, _y in points)
        self.north = max(y for _x, y in points)
        self.narrow = math.cos(math.radians(self.north))
        across = (max(x for x, _y in points) - self.east) * self.narrow
        down = self.north - min(y for _x, y in points)
        inner = WIDTH - 2 * MARGIN
        self.factor = min(
            inner / across if across else math.inf,
            (HIGHEST - 2 * MARGIN) / down if down else math.inf,
        )
        if not math.isfinite(self.factor):  # one house alone
            self.factor = 1.0
        self.width = across * self.factor + 2 * MARGIN
        self.height = down * self.factor + 2 * MARGIN

    def __call__(self, point: Point) -> Point:
        return (
            MARGIN + (point[0] - self.east) * self.narrow * self.factor,
            MARGIN + (self.north - point[1]) * self.factor,
        )


def _grouped(houses: Iterable[_House], view: _View) -> Mapping[int, list[Point]]:
    found: dict[int, list[Point]] = defaultdict(list)
    for house in houses:
        found[house.district].append(view(house.at))
    return found


def _by_street(houses: Iterable[_House]) -> Mapping[int, list[_House]]:
    found: dict[int, list[_House]] = defaultdict(list)
    for house in houses:
        found[house.street].append(house)
    return found


def _hull(pk: int, points: list[Point]) -> Shape:
    corners = hull(points)
    middle = [sum(values) / len(points) for values in zip(*points, strict=True)]
    return Shape(pk, f"{_path(corners)}Z", round(middle[0], 1), round(middle[1], 1))


def _line(pk: int, houses: list[_House], view: _View) -> Shape:
    """Along one side of the street, where that has more than a house: numbers change sides."""
    odd = [house for house in houses if house.number % 2]
    corners = [view(house.at) for house in (odd if len(odd) > 1 else houses)]
    x, y = corners[len(corners) // 2]
    return Shape(pk, _path(_without_steps(corners)), round(x, 1), round(y, 1))


def _without_steps(points: list[Point], least: float = 1.0) -> list[Point]:
    """Without points that nobody could tell from the one before."""
    kept = points[:1]
    for _before, here in pairwise(points):
        if math.dist(kept[-1], here) >= least:
            kept.append(here)
    return kept if len(kept) > 1 else [*kept, *kept]


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def hull(points: Iterable[Point]) -> list[Point]:
    """The corners of the smallest convex shape around points (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:  # noqa: PLR2004 - a line has no inside
        return ordered
    return [*_half(ordered), *_half(ordered[::-1])]


def _half(points: Sequence[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in points:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
            kept.pop()
        kept.append(point)
    return kept[:-1]


def _turn(one: Point, two: Point, three: Point) -> float:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])
