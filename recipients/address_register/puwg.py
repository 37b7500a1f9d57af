"""From metres on the state's maps (PUWG 1992 and 2000) to degrees of latitude and longitude.

Rozporządzenie w sprawie państwowego systemu odniesień przestrzennych (Dz.U. 2012 poz. 1247), annex 1.
The inverse of Krüger's series to n⁴ in the third flattening: errors stay under a millimetre.
ETRS89 is taken for WGS 84; they differ by less than a metre.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    semi_major: float  # metres
    inverse_flattening: float


GRS80 = Ellipsoid(6_378_137.0, 298.257222101)


@dataclass(frozen=True, slots=True)
class Grid:
    """A transverse Mercator projection; `meridian` in degrees, false origin in metres."""

    meridian: float
    scale: float
    false_east: float
    false_north: float
    origin: float = 0.0  # latitude of the origin, degrees
    ellipsoid: Ellipsoid = GRS80


PUWG_1992 = Grid(19.0, 0.9993, 500_000.0, -5_300_000.0)  # EPSG:2180
# EPSG:2176 to 2179, by the first digit of the distance to the east.
PUWG_2000 = {zone: Grid(3.0 * zone, 0.999923, zone * 1e6 + 500_000.0, 0.0) for zone in (5, 6, 7, 8)}
# In 1992 no place in Poland lies beyond a thousand kilometres, in 2000 none before five.
_LARGEST_1992 = 1_000_000.0
# East of zone 5 the distance to the east is the larger number, in zone 5 the smaller one.
_EAST_OF_ZONE_5 = 6_300_000.0


def degrees(grid: Grid, north: float, east: float) -> tuple[float, float]:
    """Latitude and longitude of a point of a grid."""
    flattening = 1 / grid.ellipsoid.inverse_flattening
    n = flattening / (2 - flattening)
    radius = _rectifying_radius(grid.ellipsoid.semi_major, n) * grid.scale
    xi = (north - grid.false_north) / radius + _mu(math.radians(grid.origin), n)
    eta = (east - grid.false_east) / radius
    inner_xi, inner_eta = xi, eta
    for order, beta in enumerate(_beta(n), 1):
        inner_xi -= beta * math.sin(2 * order * xi) * math.cosh(2 * order * eta)
        inner_eta -= beta * math.cos(2 * order * xi) * math.sinh(2 * order * eta)
    conformal = math.asin(math.sin(inner_xi) / math.cosh(inner_eta))
    longitude = math.atan2(math.sinh(inner_eta), math.cos(inner_xi))
    latitude = conformal + sum(
        delta * math.sin(2 * order * conformal) for order, delta in enumerate(_delta(n), 1)
    )
    return math.degrees(latitude), grid.meridian + math.degrees(longitude)


def _rectifying_radius(semi_major: float, n: float) -> float:
    return semi_major / (1 + n) * (1 + n**2 / 4 + n**4 / 64)


def _mu(latitude: float, n: float) -> float:
    """The rectifying latitude: how far from the equator, as a share of the meridian."""
    terms = (
        -3 * n / 2 + 9 * n**3 / 16,
        15 * n**2 / 16 - 15 * n**4 / 32,
        -35 * n**3 / 48,
        315 * n**4 / 512,
    )
    return latitude + sum(
        term * math.sin(2 * order * latitude) for order, term in enumerate(terms, 1)
    )


def _beta(n: float) -> tuple[float, float, float, float]:
    return (
        n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96 - n**4 / 360,
        n**2 / 48 + n**3 / 15 - 437 * n**4 / 1440,
        17 * n**3 / 480 - 37 * n**4 / 840,
        4397 * n**4 / 161_280,
    )


def _delta(n: float) -> tuple[float, float, float, float]:
    return (
        2 * n - 2 * n**2 / 3 - 2 * n**3 + 116 * n**4 / 45,
        7 * n**2 / 3 - 8 * n**3 / 5 - 227 * n**4 / 45,
        56 * n**3 / 15 - 136 * n**4 / 35,
        4279 * n**4 / 630,
    )


def of_poland(x: float, y: float, *, x_is_north: bool) -> tuple[float, float]:
    """Degrees of a point in PUWG 1992 or 2000; raises ValueError where it lies in neither.

    In 2000 the numbers themselves say which one is which; in 1992 they do not (`x_is_north`).
    """
    if max(x, y) < _LARGEST_1992:
        north, east = (x, y) if x_is_north else (y, x)
        return degrees(PUWG_1992, north, east)
    east = max(x, y) if max(x, y) > _EAST_OF_ZONE_5 else min(x, y)
    grid = PUWG_2000.get(int(east // 1e6))
    if grid is None:
        raise ValueError("neither PUWG 1992 nor PUWG 2000")
    return degrees(grid, x + y - east, east)
