"""From a filter to the words that staff read before they send."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from recipients.models import District, RecipientGroup, Sex, Street

from . import areas
from .filters import (
    Age,
    All,
    Any,
    Districts,
    Everyone,
    Filter,
    Groups,
    Houses,
    Not,
    People,
    Points,
    Polygon,
    SexIs,
    Streets,
    walk,
)

_MANY = 6  # of a longer list only the first few are named


@dataclass(slots=True)
class Names:
    """What the ids of one filter are called; an id without a name is unknown."""

    streets: dict[int, str] = field(default_factory=dict)
    districts: dict[int, str] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)


def names_in(term: Filter) -> Names:
    """Fetch the names of all streets, districts and groups of a filter (three queries at most)."""
    streets, districts, groups = ids_in(term)
    names = Names()
    if streets:
        names.streets = {s.pk: str(s) for s in Street.objects.filter(pk__in=streets)}
    if districts:
        names.districts = dict(District.objects.filter(pk__in=districts).values_list("pk", "name"))
    if groups:
        names.groups = dict(RecipientGroup.objects.filter(pk__in=groups).values_list("pk", "name"))
    return names


def ids_in(term: Filter) -> tuple[set[int], set[int], set[int]]:
    """Ids of streets, districts and groups that a filter names."""
    streets: set[int] = set()
    districts: set[int] = set()
    groups: set[int] = set()
    for each in walk(term):
        match each:
            case Streets(ids):
                streets.update(ids)
            case Houses(street):
                streets.add(street)
            case Districts(ids):
                districts.update(ids)
            case Groups(ids):
                groups.update(ids)
    return streets, districts, groups


def people_in(term: Filter) -> set[int]:
    """Ids of people whom a filter names one by one."""
    return {pk for each in walk(term) if isinstance(each, People) for pk in each.ids}


def describe(term: Filter) -> str:
    """The filter in words, for instance "women from 60 years, ul. Sportowa odd nos 1–33"."""
    return _words(term, names_in(term))


def describe_all(terms: Sequence[Filter]) -> list[str]:
    """Many filters in words, by no more queries than one of them takes."""
    names = names_in(Any(tuple(terms)))
    return [_words(term, names) for term in terms]


def _words(term: Filter, names: Names) -> str:
    match term:
        case All(terms):
            return _all(terms, names)
        case Any(terms):
            return pgettext("audience", " or ").join(_bracketed(each, names) for each in terms)
        case Not(inner):
            return _("except: %(what)s") % {"what": _bracketed(inner, names)}
        case SexIs() | Age():
            return _who([term])
    return _one(term, names)


def _bracketed(term: Filter, names: Names) -> str:
    words = _words(term, names)
    many = isinstance(term, All | Any) and len(term.terms) > 1
    return f"({words})" if many else words


def _all(terms: Iterable[Filter], names: Names) -> str:
    listed = list(terms)
    who = [each for each in listed if isinstance(each, SexIs | Age)]
    rest = [each for each in listed if each not in who]
    # "Except" reads best last.
    rest.sort(key=lambda each: isinstance(each, Not))
    parts = [_who(who)] if who else []
    for each in rest:
        parts.append(_bracketed(each, names) if isinstance(each, Any) else _words(each, names))
    return ", ".join(parts)


def _who(terms: list[SexIs | Age]) -> str:
    sexes = {each.sex for each in terms if isinstance(each, SexIs)}
    noun = {Sex.FEMALE: pgettext("audience", "women"), Sex.MALE: pgettext("audience", "men")}
    people = " + ".join(noun[Sex(sex)] for sex in sorted(sexes)) or pgettext("audience", "people")
    return " ".join([people, *(_age(each) for each in terms if isinstance(each, Age))])


def _age(term: Age) -> str:
    if term.low is None:
        high = term.high or 0
        words = ngettext("up to %(n)s year", "up to %(n)s years", high) % {"n": high}
    elif term.high is None:
        words = ngettext("from %(n)s year", "from %(n)s years", term.low) % {"n": term.low}
    elif term.low == term.high:
        words = ngettext("aged %(n)s year", "aged %(n)s years", term.low) % {"n": term.low}
    else:
        words = _("aged %(low)s–%(high)s years") % {"low": term.low, "high": term.high}
    if term.on is None:
        return words
    day = date_format(term.on, "DATE_FORMAT")
    return _("%(age)s (on %(day)s)") % {"age": words, "day": day}


def _one(term: Filter, names: Names) -> str:
    match term:
        case Everyone():
            return _("all recipients")
        case People(ids):
            return ngettext("%(n)s named person", "%(n)s named people", len(ids)) % {"n": len(ids)}
        case Points(ids):
            count = len(ids)
            return ngettext("%(n)s house on the map", "%(n)s houses on the map", count) % {
                "n": count
            }
        case Polygon(corners):
            count = areas.houses_inside(corners)
            return ngettext(
                "area on the map (%(n)s address)", "area on the map (%(n)s addresses)", count
            ) % {"n": count}
    return _place(term, names)


def _place(term: Filter, names: Names) -> str:
    match term:
        case Groups(ids):
            quoted = {
                pk: _("group “%(name)s”") % {"name": name} for pk, name in names.groups.items()
            }
            return _listed(ids, quoted)
        case Districts(ids):
            return _listed(ids, {pk: _short(name) for pk, name in names.districts.items()})
        case Streets(ids):
            return _listed(ids, names.streets)
        case Houses():
            return f"{names.streets.get(term.street, '?')} {_numbers(term)}".strip()
    raise TypeError(term)


def _short(district: str) -> str:
    return district.replace("Osiedle ", "os. ", 1) if district.startswith("Osiedle ") else district


def _listed(ids: tuple[int, ...], names: dict[int, str]) -> str:
    known = sorted(names.get(each, "?") for each in ids)
    shown = pgettext("audience", " or ").join(known[:_MANY])
    more = len(known) - _MANY
    if more <= 0:
        return shown
    return ngettext("%(names)s or %(n)s more", "%(names)s or %(n)s more", more) % {
        "names": shown,
        "n": more,
    }


def _numbers(term: Houses) -> str:
    parity = {
        "odd": pgettext("audience", "odd numbers"),
        "even": pgettext("audience", "even numbers"),
        "all": pgettext("audience", "numbers"),
    }[term.parity]
    if term.low is None and term.high is None:
        return "" if term.parity == "all" else parity
    if term.low is None:
        return _("%(numbers)s up to %(high)s") % {"numbers": parity, "high": term.high}
    if term.high is None:
        return _("%(numbers)s from %(low)s") % {"numbers": parity, "low": term.low}
    if term.low == term.high:
        return _("number %(low)s") % {"low": term.low}
    return _("%(numbers)s %(low)s–%(high)s") % {
        "numbers": parity,
        "low": term.low,
        "high": term.high,
    }
