"""From a filter and one person to the part of the filter that meant them, without what it says of others.

Told to the person (GDPR art. 15 section 1 letters c and h) and to staff who answer for a sending.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from recipients.models import Address, GroupFilter, Identity, Recipient

from . import areas, filters
from .audience import MOST_NESTED, age_reached
from .filters import BadFilter, Filter
from .wording import describe_all

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters ask of one person, as it is now."""

    pk: int
    identity: Identity | None = field(repr=False)
    address: Address | None = field(repr=False)
    groups: frozenset[int] = field(repr=False)  # fixed ones
    saved: Mapping[int, Filter] = field(repr=False, default_factory=dict)  # of dynamic groups

    @classmethod
    def of(cls, person: Recipient, terms: Iterable[Filter]) -> "Facts":
        """With the dynamic groups that these terms name."""
        return cls(
            person.pk,
            person.identity,
            person.address,
            frozenset(person.groups.values_list("pk", flat=True)),
            _saved({pk for term in terms for pk in _groups_in(term)}),
        )


def _groups_in(term: Filter) -> set[int]:
    found = (each.ids for each in filters.walk(term) if isinstance(each, filters.Groups))
    return {pk for ids in found for pk in ids}


def _saved(groups: set[int]) -> dict[int, Filter]:
    """The filters of dynamic groups, and of the groups inside of those."""
    saved: dict[int, Filter] = {}
    asked: set[int] = set()
    for _level in range(MOST_NESTED + 1):
        wanted = groups - asked
        if not wanted:
            break
        asked |= wanted
        for row in GroupFilter.objects.filter(group__in=wanted):
            try:
                saved[row.group_id] = filters.parse(row.saved.filter)
            except BadFilter:
                continue
            groups = groups | _groups_in(saved[row.group_id])
    return saved


def words(
    person: Recipient, asked: Sequence[tuple[Mapping[str, object], date]]
) -> list[str | None]:
    """For each filter and its day the condition that the person fits, in words.

    None where the person does not fit it now: their data changed since. A handful of queries,
    however many filters there are.
    """
    terms = [_parsed(source) for source, _on in asked]
    facts = Facts.of(person, [term for term in terms if term is not None])
    parts: list[Filter | None] = [
        reduced(term, facts, on) if term is not None else None
        for term, (_source, on) in zip(terms, asked, strict=True)
    ]
    told = iter(describe_all([part for part in parts if part is not None]))
    return [None if part is None else _named(part, next(told)) for part in parts]


def _parsed(source: Mapping[str, object]) -> Filter | None:
    try:
        return filters.parse(source)
    except BadFilter:
        return None


def _named(part: Filter, told: str) -> str:
    return _("chosen by name") if isinstance(part, filters.People) else told


def reduced(term: Filter, facts: Facts, on: date | None = None) -> Filter | None:
    """The parts of `term` that the person fits on a day (today); None where they do not fit it."""
    day = on or timezone.localdate()
    match term:
        case filters.All(terms):
            return _all([reduced(each, facts, day) for each in terms])
        case filters.Any(terms):
            fitting = [part for each in terms if (part := reduced(each, facts, day)) is not None]
            return _first_by_name(fitting)
        case filters.Not(inner):
            return None if reduced(inner, facts, day) is not None else term
    return _leaf(term, facts, day)


def _all(parts: Sequence[Filter | None]) -> Filter | None:
    """Exceptions are left out: they speak of those who were not meant."""
    if any(part is None for part in parts):
        return None
    said = [part for part in parts if part is not None and not isinstance(part, filters.Not)]
    if not said:
        return filters.Everyone()
    return said[0] if len(said) == 1 else filters.All(tuple(said))


def _first_by_name(fitting: Sequence[Filter]) -> Filter | None:
    """Of several conditions that fit all are said; being named stands for itself."""
    if not fitting:
        return None
    said = [part for part in fitting if not isinstance(part, filters.People)] or fitting[:1]
    return said[0] if len(said) == 1 else filters.Any(tuple(said))


def _leaf(term: Filter, facts: Facts, on: date) -> Filter | None:
    match term:
        case filters.Everyone():
            return term
        case filters.People(ids):
            return filters.People((facts.pk,)) if facts.pk in ids else None
        case filters.Groups(ids):
            return _groups(ids, facts, on)
        case filters.SexIs(sex):
            return term if facts.identity and facts.identity.sex == sex else None
        case filters.Age():
            return term if _fits_age(term, facts, on) else None
    return _place(term, facts)


def _groups(ids: Sequence[int], facts: Facts, on: date) -> Filter | None:
    member = [pk for pk in ids if pk in facts.groups or _fits(pk, facts, on)]
    return filters.Groups(tuple(member)) if member else None


def _fits(group: int, facts: Facts, on: date) -> bool:
    """A group that leads back to itself is refused when it is saved; here it would never end."""
    if group not in facts.saved:
        return False
    rest = {pk: term for pk, term in facts.saved.items() if pk != group}
    return reduced(facts.saved[group], replace(facts, saved=rest), on) is not None


def _fits_age(term: filters.Age, facts: Facts, on: date) -> bool:
    if facts.identity is None:
        return False
    born, day = facts.identity.birth_date, term.on or on
    old_enough = term.low is None or born <= age_reached(term.low, day)
    return old_enough and (term.high is None or born > age_reached(term.high + 1, day))


def _place(term: Filter, facts: Facts) -> Filter | None:
    """Of a list of streets, districts or houses only the person's own is said."""
    address = facts.address
    if address is None:
        return None
    match term:
        case filters.Streets(ids):
            return filters.Streets((address.street_id,)) if address.street_id in ids else None
        case filters.Districts(ids):
            return filters.Districts((address.district_id,)) if address.district_id in ids else None
        case filters.Points(ids):
            return filters.Points((address.point_id,)) if address.point_id in ids else None
        case filters.Polygon(corners):
            return term if address.point_id in areas.points_inside(corners) else None
        case filters.Houses():
            return term if _fits_house(term, address) else None
    raise TypeError(term)


def _fits_house(term: filters.Houses, address: Address) -> bool:
    number = _NUMBER.match(address.house)
    if number is None or address.street_id != term.street:
        return False
    house = int(number[0])
    if not (term.low or 0) <= house <= (term.high or house):
        return False
    return term.parity == "all" or (house % 2 == 1) == (term.parity == "odd")
