"""Metres on the state's maps become degrees: known points, an arc integrated anew, both grids alike."""

import math

import pytest

from recipients.address_register.puwg import (
    GRS80,
    PUWG_1992,
    PUWG_2000,
    Ellipsoid,
    Grid,
    degrees,
    of_poland,
)

pytestmark = pytest.mark.dry

CENTIMETRE = 1e-7  # degrees, roughly


def meridian_arc(latitude: float, ellipsoid: Ellipsoid = GRS80, steps: int = 20_000) -> float:
    """Metres from the equator, by Simpson's rule over the radius of curvature: another way."""
    flattening = 1 / ellipsoid.inverse_flattening
    e2 = flattening * (2 - flattening)

    def radius(phi: float) -> float:
        return ellipsoid.semi_major * (1 - e2) / math.pow(1 - e2 * math.sin(phi) ** 2, 1.5)

    width = math.radians(latitude) / steps
    inner = sum((4 if step % 2 else 2) * radius(step * width) for step in range(1, steps))
    arc: float = (radius(0) + inner + radius(math.radians(latitude))) * width / 3
    return arc


@pytest.mark.parametrize("latitude", [49.0, 50.5, 52.0, 54.8])
def test_on_the_middle_meridian_the_arc_decides(latitude: float) -> None:
    north = 0.9993 * meridian_arc(latitude) - 5_300_000
    found = degrees(PUWG_1992, north, 500_000)
    assert found == pytest.approx((latitude, 19.0), abs=CENTIMETRE / 10)


def test_the_published_example_of_the_geodesists() -> None:
    # IOGP Guidance Note 7-2, transverse Mercator: the British National Grid on Airy's ellipsoid.
    airy = Ellipsoid(6_377_563.396, 299.32496)
    grid = Grid(-2.0, 0.9996012717, 400_000.0, -100_000.0, origin=49.0, ellipsoid=airy)
    found = degrees(grid, 69_740.50, 577_274.99)
    assert found == pytest.approx((50.5, 0.5), abs=CENTIMETRE)


def test_far_from_the_meridian_two_zones_agree() -> None:
    """The same place at 22.5° E in zones 7 and 8 lies 1.5° east of one and west of the other."""
    half = math.radians(1.5)
    # Any point on the border: by symmetry the distances to the two meridians are equal.
    east = 7_500_000 + 0.999923 * 6_378_137 * math.cos(math.radians(52.2)) * half
    latitude, longitude = degrees(PUWG_2000[7], 5_790_000, east)
    mirrored = degrees(PUWG_2000[8], 5_790_000, 8_500_000 - (east - 7_500_000))
    assert mirrored == pytest.approx((latitude, 45.0 - longitude), abs=CENTIMETRE)
    assert 52.1 < latitude < 52.3
    assert longitude == pytest.approx(22.5, abs=0.01)


@pytest.mark.parametrize("swapped", [False, True])
def test_the_numbers_say_which_is_which_in_2000(swapped: bool) -> None:
    for zone in (5, 6, 7, 8):
        north, east = 5_790_000.0, zone * 1e6 + 512_345.0
        x, y = (east, north) if swapped else (north, east)
        found = of_poland(x, y, x_is_north=True)
        assert found == pytest.approx(degrees(PUWG_2000[zone], north, east))
        assert 51 < found[0] < 53


def test_in_1992_somebody_must_say_it() -> None:
    one = of_poland(486_700, 637_000, x_is_north=True)
    assert one == of_poland(637_000, 486_700, x_is_north=False)
    assert 52 < one[0] < 53
    assert 20 < one[1] < 22


def test_a_point_of_no_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="PUWG"):
        of_poland(9_500_000, 100, x_is_north=True)
