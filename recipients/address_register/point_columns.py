"""From the head of a file of address points, whoever made it, to our columns and to degrees.

Read are ICP's own columns, files of the state register of boundaries (PRG, EMUiA) and what a town's own
map gives: house numbers with their letters, positions in degrees or in metres (PUWG 1992, 2000).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icp.encryption import canon

from . import puwg

Row = Mapping[str, str]

# Names of columns, folded and without anything but letters and digits.
MEANINGS: dict[str, frozenset[str]] = {
    "teryt": frozenset({"teryt", "symul", "idulicy", "ulicid", "terytulicy", "idul", "ulid"}),
    "street": frozenset(
        {"street", "ulica", "nazwaulicy", "ulicnazwa", "ulnazwa", "ulnazwaglowna", "nazwaul"}
    ),
    "number": frozenset(
        {
            "number", "numer", "nr", "numerporzadkowy", "nrporzadkowy", "numeradr", "nradr",
            "nrbudynku", "nrdomu", "numerdomu", "numerbudynku", "pktnumer",
        }
    ),
    "letter": frozenset({"letter", "litera"}),
    "postal_code": frozenset({"postalcode", "kod", "kodpocztowy", "pna", "pktkodpocztowy"}),
    "district": frozenset({"district", "osiedle", "dzielnica", "nazwaosiedla", "jednostka"}),
    "latitude": frozenset({"latitude", "lat", "szerokosc", "szerokoscgeograficzna"}),
    "longitude": frozenset({"longitude", "lon", "lng", "dlugosc", "dlugoscgeograficzna"}),
    "north": frozenset({"north", "northing"}),
    "east": frozenset({"east", "easting"}),
    "x": frozenset({"x", "wspx", "wspolrzednax", "xpuwg1992", "x1992", "pktx", "xpuwg2000"}),
    "y": frozenset({"y", "wspy", "wspolrzednay", "ypuwg1992", "y1992", "pkty", "ypuwg2000"}),
}  # fmt: skip
_PAIRS = (("latitude", "longitude"), ("north", "east"), ("x", "y"))
# Poland with a little around it, in degrees.
_SOUTH, _NORTH, _WEST, _EAST = 48.9, 55.0, 14.0, 24.3

AXES = {
    "auto": gettext_lazy("let ICP find out"),
    "north": gettext_lazy("X points north (as in the state’s register)"),
    "east": gettext_lazy("X points east (as on maps of a computer)"),
}


@dataclass(slots=True)
class Positions:
    """How the positions of one file are read; `middle` is where the town is known to lie.

    PUWG 1992 does not tell its axes apart: where `axes` is "auto", the first point decides by which
    of both readings lies nearer to the middle; without a middle X points north, as the law says.
    """

    axes: str = "auto"
    middle: tuple[float, float] | None = None
    _x_is_north: bool | None = field(default=None, init=False)

    def of(self, row: Row) -> tuple[float, float]:
        """Latitude and longitude; raises ValidationError, and ValueError for what is no number."""
        if row.get("latitude", "").strip():
            return _degrees(_number(row["latitude"]), _number(row["longitude"]))
        if row.get("north", "").strip():
            return _in_poland(
                puwg.of_poland(_number(row["north"]), _number(row["east"]), x_is_north=True)
            )
        x, y = _number(row["x"]), _number(row["y"])
        if _SOUTH <= x <= _NORTH and _WEST <= y <= _EAST:
            return x, y
        if _SOUTH <= y <= _NORTH and _WEST <= x <= _EAST:
            return y, x
        return _in_poland(puwg.of_poland(x, y, x_is_north=self._north(x, y)))

    def _north(self, x: float, y: float) -> bool:
        if self._x_is_north is None:
            self._x_is_north = self._decided(x, y)
        return self._x_is_north

    def _decided(self, x: float, y: float) -> bool:
        if self.axes != "auto" or self.middle is None:
            return self.axes != "east"
        ways = {
            north: _distance(self.middle, puwg.of_poland(x, y, x_is_north=north))
            for north in (True, False)
        }
        return ways[True] <= ways[False]


def renamed(columns: Sequence[str]) -> list[str]:
    """The columns by our names; those we do not know stay as they are."""
    names = [_meaning(column) for column in columns]
    # Of two columns that may mean the same, the first one counts.
    return [name if names.index(name) == at else f"{name}-{at}" for at, name in enumerate(names)]


def _meaning(column: str) -> str:
    plain = re.sub(r"[^a-z0-9]", "", canon.fold(column))
    return next((name for name, words in MEANINGS.items() if plain in words), column.strip())


def missing(columns: Sequence[str]) -> str:
    """In words which columns are missing; empty where a house can be read."""
    have = set(columns)
    gaps = [] if "number" in have else ["number"]
    if not have & {"teryt", "street"}:
        gaps.append(_("teryt or street"))
    if not any(set(pair) <= have for pair in _PAIRS):
        gaps.append(_("latitude and longitude, or x and y"))
    return ", ".join(gaps)


def _number(text: str) -> float:
    return float(text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", "."))


def _degrees(latitude: float, longitude: float) -> tuple[float, float]:
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - degrees
        raise ValidationError(_("The position is not on the Earth: check latitude and longitude."))
    return latitude, longitude


def _in_poland(position: tuple[float, float]) -> tuple[float, float]:
    if not (_SOUTH <= position[0] <= _NORTH and _WEST <= position[1] <= _EAST):
        raise ValidationError(
            _("The position is not in Poland: check the columns, and which axis points north.")
        )
    return position


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])
