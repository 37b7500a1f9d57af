"""Of a filter only the part that the person fits is told."""

from datetime import date

import pytest

from recipients.filtering import filters
from recipients.filtering.filters import (
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
    SexIs,
    Streets,
)
from recipients.filtering.why_meant import Facts, reduced
from recipients.models import Address, Identity

DAY = date(2026, 11, 20)
HOME = Address("ul. Sportowa", "12A", street_id=3, district_id=2, point_id=40)
ANNA = Identity("Anna", "Próbna", date(1960, 11, 20), "F")
FACTS = Facts(7, ANNA, HOME, frozenset({5}), {6: Age(60, None, None), 8: Groups((8,))})


def house(low: int | None, high: int | None, parity: str = "all", street: int = 3) -> Houses:
    return Houses(street, low, high, parity)


@pytest.mark.parametrize(
    ("term", "told"),
    [
        (Everyone(), Everyone()),
        (People((1, 7, 9)), People((7,))),
        (People((1, 9)), None),
        (Groups((4, 5)), Groups((5,))),
        (Groups((6,)), Groups((6,))),  # a dynamic one: from 60 years
        (Groups((8,)), None),  # one that leads back to itself
        (Streets((1, 2, 3)), Streets((3,))),
        (Districts((2, 9)), Districts((2,))),
        (Points((40, 41)), Points((40,))),
        (Points((41,)), None),
        (SexIs("F"), SexIs("F")),
        (SexIs("M"), None),
        (Age(66, None, None), Age(66, None, None)),  # the birthday is today
        (Age(67, None, None), None),
        (Age(None, 66, None), Age(None, 66, None)),
        (Age(None, 65, None), None),
        (Age(66, 66, date(2026, 11, 19)), None),
        (house(1, 12, "even"), house(1, 12, "even")),
        (house(1, 12, "odd"), None),
        (house(13, None), None),
        (house(None, None, street=4), None),
        (Not(People((7,))), None),
        (All((SexIs("F"), Not(Groups((4,))))), SexIs("F")),
        (All((SexIs("F"), Groups((4,)))), None),
        (All((Not(Groups((4,))),)), Everyone()),
        (Any((Groups((4,)), Streets((3,)))), Streets((3,))),
        (Any((People((7,)), Streets((3,)))), Streets((3,))),
        (Any((Groups((5,)), SexIs("F"))), Any((Groups((5,)), SexIs("F")))),
        (Any((Groups((4,)), SexIs("M"))), None),
    ],
)
def test_the_part_that_fits(term: Filter, told: Filter | None) -> None:
    assert reduced(term, FACTS, DAY) == told


def test_the_erased_fit_no_place_and_no_age() -> None:
    nobody = Facts(7, None, None, frozenset())
    for term in (Streets((3,)), Age(1, None, None), SexIs("F"), filters.Points((40,))):
        assert reduced(term, nobody, DAY) is None
