"""From the JSON of an audience to a tree of terms, refused where it says nothing clear."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from django.utils.translation import gettext as _

MAX_DEPTH = 8
MAX_TERMS = 300
MAX_IDS = 50_000  # a drawn area may hold every house of a town
MAX_AGE = 150
MAX_HOUSE = 9_999
FEWEST_CORNERS, MOST_CORNERS = 3, 200
WIDEST = 5.0  # degrees: an area lies in a town, and products of its differences fit 64 bits
_LARGEST_ID = 2**31 - 1
_LONGEST = 1_000_000  # characters of JSON


class BadFilter(ValueError):
    """The filter cannot be understood; the sentence is for a member of staff."""


@dataclass(frozen=True, slots=True)
class Everyone:
    pass


@dataclass(frozen=True, slots=True)
class People:
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Streets:
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Districts:
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """A set of address points."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Polygon:
    """An area on the map, by its corners (longitude, latitude): its address points when it is resolved."""

    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Age:
    """Completed years on a day, both ends included; `on` None is the day of resolving."""

    low: int | None
    high: int | None
    on: date | None


@dataclass(frozen=True, slots=True)
class SexIs:
    sex: str  # Sex


@dataclass(frozen=True, slots=True)
class Houses:
    """House numbers of a street, both ends included; `parity` is odd, even or all."""

    street: int
    low: int | None
    high: int | None
    parity: str


@dataclass(frozen=True, slots=True)
class All:
    terms: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Any:
    terms: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Not:
    term: "Filter"


Filter: TypeAlias = (
    Everyone
    | People
    | Groups
    | Streets
    | Districts
    | Points
    | Polygon
    | Age
    | SexIs
    | Houses
    | All
    | Any
    | Not
)


def parse(source: str | Mapping[str, object]) -> Filter:
    """Read a filter from JSON text or what JSON text was read to; raises BadFilter."""
    if isinstance(source, str):
        source = _loads(source)
    return _Reader().term(source, 1)


def _loads(text: str) -> Mapping[str, object]:
    if len(text) > _LONGEST:
        raise BadFilter(_("The filter is too long. Use a group instead of so many named people."))
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFilter(_("The filter is not valid JSON.")) from None
    if not isinstance(value, Mapping):
        raise BadFilter(_("Choose whom the message is for."))
    return value


def walk(term: Filter) -> list[Filter]:
    """The term and all terms inside it."""
    match term:
        case All(terms) | Any(terms):
            return [term, *(inner for each in terms for inner in walk(each))]
        case Not(inner):
            return [term, *walk(inner)]
    return [term]


class _Reader:
    """Reads one filter and counts its terms."""

    def __init__(self) -> None:
        self.terms = 0
        self.readers: dict[str, Callable[[object, int], Filter]] = {
            "everyone": self._everyone,
            "all": lambda value, depth: All(self._terms(value, depth)),
            "any": lambda value, depth: Any(self._terms(value, depth)),
            "not": lambda value, depth: Not(self.term(value, depth + 1)),
            "people": lambda value, _depth: People(_ids(value)),
            "groups": lambda value, _depth: Groups(_ids(value)),
            "street": lambda value, _depth: Streets(_ids(value)),
            "district": lambda value, _depth: Districts(_ids(value)),
            "points": lambda value, _depth: Points(_ids(value)),
            "polygon": lambda value, _depth: Polygon(_corners(value)),
            "age": lambda value, _depth: _age(value),
            "sex": lambda value, _depth: _sex(value),
            "houses": lambda value, _depth: _houses(value),
        }

    def term(self, value: object, depth: int) -> Filter:
        self.terms += 1
        if depth > MAX_DEPTH or self.terms > MAX_TERMS:
            raise BadFilter(
                _("The filter has too many conditions. Make it simpler or use a group.")
            )
        if not isinstance(value, Mapping) or not value:
            raise BadFilter(_("Choose whom the message is for."))
        if len(value) > 1:
            raise BadFilter(_("Each condition of the filter says one thing only."))
        [(key, inner)] = value.items()
        if key not in self.readers:
            raise BadFilter(
                _("The filter has an unknown condition: %(name)s.") % {"name": str(key)[:40]}
            )
        return self.readers[key](inner, depth)

    def _terms(self, value: object, depth: int) -> tuple[Filter, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str) or not value:
            raise BadFilter(_("Add at least one condition to the filter."))
        return tuple(self.term(each, depth + 1) for each in value)

    def _everyone(self, value: object, _depth: int) -> Filter:
        if value is not True:
            raise BadFilter(_("Choose whom the message is for."))
        return Everyone()


def _ids(value: object) -> tuple[int, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise BadFilter(_("A condition of the filter is empty: choose at least one item in it."))
    if len(value) > MAX_IDS:
        raise BadFilter(_("The filter is too long. Use a group instead of so many named people."))
    return tuple(sorted({_whole(each, 1, _LARGEST_ID) for each in value}))


def _corners(value: object) -> tuple[tuple[float, float], ...]:
    """Corners in their order; the first one need not be repeated at the end (RFC 7946 does it)."""
    unclear = _("An area on the map cannot be understood. Draw it again.")
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise BadFilter(unclear)
    if len(value) > MOST_CORNERS:
        raise BadFilter(
            _("An area on the map may have at most %(n)s corners.") % {"n": MOST_CORNERS}
        )
    corners = [_corner(each, unclear) for each in value]
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if len(set(corners)) < FEWEST_CORNERS:
        raise BadFilter(_("An area on the map needs at least three different corners."))
    if any(max(axis) - min(axis) > WIDEST for axis in zip(*corners, strict=True)):
        raise BadFilter(_("An area on the map is larger than a town. Draw it again."))
    return tuple(corners)


def _corner(value: object, unclear: str) -> tuple[float, float]:
    match value:
        case [int() | float() as east, int() | float() as north]:
            # Not a number is neither.
            if abs(east) <= 180 and abs(north) <= 90:  # noqa: PLR2004 - degrees
                return float(east), float(north)
    raise BadFilter(unclear)


def _whole(value: object, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadFilter(
            _("A number in the filter lies outside %(low)s–%(high)s.") % {"low": low, "high": high}
        )
    return value


def _parts(value: object, allowed: set[str]) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not set(value) <= allowed:
        raise BadFilter(_("A condition of the filter cannot be understood. Choose it again."))
    return {key: part for key, part in value.items() if part is not None}


def _range(parts: Mapping[str, object], low: int, high: int) -> tuple[int | None, int | None]:
    first = _whole(parts["from"], low, high) if "from" in parts else None
    last = _whole(parts["to"], low, high) if "to" in parts else None
    if first is not None and last is not None and first > last:
        raise BadFilter(_("“From” is greater than “to”: swap the two numbers."))
    return first, last


def _age(value: object) -> Age:
    parts = _parts(value, {"from", "to", "on"})
    low, high = _range(parts, 0, MAX_AGE)
    if low is None and high is None:
        raise BadFilter(_("Give the lowest or the highest age, or both."))
    return Age(low, high, _day(parts.get("on")))


def _day(value: object) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadFilter(_("The day for the age is not a date.")) from None


def _sex(value: object) -> SexIs:
    if value not in ("F", "M"):
        raise BadFilter(_("Choose women or men."))
    return SexIs(str(value))


def _houses(value: object) -> Houses:
    parts = _parts(value, {"street", "from", "to", "parity"})
    low, high = _range(parts, 1, MAX_HOUSE)
    parity = parts.get("parity", "all")
    if parity not in ("odd", "even", "all"):
        raise BadFilter(_("House numbers are odd, even or all."))
    return Houses(_whole(parts.get("street"), 1, _LARGEST_ID), low, high, str(parity))
