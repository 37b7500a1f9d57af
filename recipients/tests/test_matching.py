"""Addresses as people write them: the house that is meant, proposals, and what is left alone."""

import pytest

from recipients.address_register import address_text
from recipients.address_register.matching import Match, Matcher
from recipients.address_register.street_names import slips_between
from recipients.models import Address, AddressPoint, Street
from tests import make

pytestmark = pytest.mark.django_db

TOWN = [
    ("ul.", "Sportowa", (12, "A"), (12, "")),
    ("ul.", "Generała Józefa Bema", (3, ""), (7, "")),
    ("ul.", "Jana Pawła II", (2, ""), (12, "")),
    ("al.", "Najświętszej Maryi Panny", (3, ""), (4, "")),
    ("ul.", "Trzeciego Maja", (5, ""), (6, "")),
    ("ul.", "Słoneczna", (1, ""), (2, "")),
    ("al.", "Słoneczna", (1, ""), (3, "")),
    ("ul.", "Długa", (7, ""), (8, "")),
    ("ul.", "Dłuża", (9, ""), (10, "")),
    ("ul.", "Księdza Jerzego Popiełuszki", (1, ""), (2, "")),
]


@pytest.fixture
def town() -> Matcher:
    for number, (prefix, name, *houses) in enumerate(TOWN):
        street = Street.objects.create(
            teryt=f"{number:05d}", prefix=prefix, name=name, folded=name.lower()
        )
        for house, letter in houses:
            AddressPoint.objects.create(
                street=street,
                district=make.district(),
                number=house,
                letter=letter,
                postal_code="00-002",
                latitude=52.0,
                longitude=22.0,
            )
    return Matcher()


def words(match: Match) -> str:
    return str(AddressPoint.objects.get(pk=match.point_id)) if match.point_id else ""


CERTAIN = {
    "Sportowa 12/4": "ul. Sportowa 12",
    "ul. sportowej 12a m. 4": "ul. Sportowa 12A",
    "UL.SPORTOWA 12 A": "ul. Sportowa 12A",
    "al. NMP 3": "al. Najświętszej Maryi Panny 3",
    "aleja Najświętszej Maryi Panny 3": "al. Najświętszej Maryi Panny 3",
    "Jana Pawła II 12": "ul. Jana Pawła II 12",
    "Jana Pawla 2 12 m. 5": "ul. Jana Pawła II 12",
    "Pawła Jana II 2": "ul. Jana Pawła II 2",
    "gen. Bema 3": "ul. Generała Józefa Bema 3",
    "Bema 7/1": "ul. Generała Józefa Bema 7",
    "Bema Józefa gen. 7": "ul. Generała Józefa Bema 7",
    "3 Maja 5": "ul. Trzeciego Maja 5",
    "3-go Maja 5": "",
    "III Maja 6": "ul. Trzeciego Maja 6",
    "al. Słoneczna 1": "al. Słoneczna 1",
    "Słoneczna 2": "ul. Słoneczna 2",
    "ul. Długiej 7": "ul. Długa 7",
    "ks. Popiełuszki 1": "ul. Księdza Jerzego Popiełuszki 1",
    "zam. przy ul. Długiej nr 7, 00-002 Zażółcin": "ul. Długa 7",
    "ul. Sporotwa 12, 00-002 Zażółcin": "ul. Sportowa 12",
    "ul. Popieluszko 1, 00-002": "",
}


@pytest.mark.parametrize(("typed", "meant"), CERTAIN.items(), ids=CERTAIN.keys())
def test_a_line_is_the_house_that_is_surely_meant(town: Matcher, typed: str, meant: str) -> None:
    match = town.match(typed)
    assert words(match) == meant
    assert match.is_certain == bool(meant)


ONLY_SIMILAR = {
    "a slip of the pen, no postal code": "ul. Sporotwa 12",
    "another postal code": "ul. Sportowa 12, 99-999 Gdzieindziej",
    "two streets of one name": "Słoneczna 1",
}


@pytest.mark.parametrize("typed", ONLY_SIMILAR.values(), ids=ONLY_SIMILAR.keys())
def test_what_is_only_similar_is_proposed(town: Matcher, typed: str) -> None:
    match = town.match(typed)
    assert not match.is_certain
    assert not match.point_id
    assert match.proposals


@pytest.mark.parametrize("typed", ["Nieznana 1", "Sportowa", "", "Sportowa bez numeru", "12", "?!"])
def test_what_nobody_can_tell_is_left_alone(town: Matcher, typed: str) -> None:
    match = town.match(typed)
    assert (match.is_certain, match.point_id, match.proposals) == (False, 0, ())


def test_a_street_is_known_though_the_house_is_not(town: Matcher) -> None:
    match = town.match(Address("ul. Sportowa", "99"))
    assert match.street_id
    assert not match.point_id


def test_parts_that_a_form_gave_need_no_taking_apart(town: Matcher) -> None:
    assert words(town.match(Address("Jana Pawła 2", "12"))) == "ul. Jana Pawła II 12"
    assert words(town.match(Address("sportowa", "12a/4"))) == "ul. Sportowa 12A"


def test_houses_that_are_gone_are_meant_by_nobody(town: Matcher) -> None:
    AddressPoint.objects.filter(number=7).update(gone_since="2026-01-01")
    assert not Matcher().match("Bema 7").is_certain


def test_the_flat_is_told_from_the_house() -> None:
    for typed in ("12/4", "12 m. 4", "12 m 4", "12 lok. 4", "12 mieszkanie 4"):
        parted = address_text.parted(Address("Sportowa", typed))
        assert (parted.house, parted.flat) == ("12", "4")
    assert address_text.parted(Address("Sportowa", "12", flat="7")).flat == "7"
    assert address_text.parted(Address("Sportowa", "12/4", flat="7")).house == "12/4"


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("kot", "kot", 0), ("kto", "kot", 1), ("kt", "kot", 1), ("koty", "kot", 1), ("abc", "xyz", 3)],
)
def test_slips_of_the_pen_are_counted(one: str, other: str, slips: int) -> None:
    assert min(slips_between(one, other, 2), 3) == slips
