"""Areas drawn on the map: whose house lies inside, by exact reckoning, and what the filter makes of it."""

import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.steps import publishing
from recipients.filter_editor import AudienceBuilder
from recipients.filtering import areas, audience, filters
from recipients.filtering.audience import BadFilter
from recipients.filtering.why_meant import Facts, reduced
from recipients.models import AddressPoint
from tests import make

CENTIMETRES = st.integers(-40, 40)
PLACES = st.tuples(CENTIMETRES, CENTIMETRES)
Place = tuple[int, int]


def by_fractions(corners: list[Place], place: Place) -> bool:
    """The same question answered slowly: a ray to the east, and the line itself."""
    x, y = map(Fraction, place)
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        within = min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)
        if within and (x2 - x1) * (y - y1) == (x - x1) * (y2 - y1):
            return True
        if (y1 > y) != (y2 > y):
            inside ^= x < x1 + Fraction(x2 - x1) * (y - y1) / (y2 - y1)
    return inside


@pytest.mark.dry
@settings(max_examples=300)
@given(st.lists(PLACES, min_size=3, max_size=9), st.lists(PLACES, min_size=1, max_size=20))
def test_inside_is_exact_also_on_the_line_and_where_lines_cross(
    corners: list[Place], places: list[Place]
) -> None:
    def degrees(one: Place) -> tuple[float, float]:
        return 22 + one[0] / areas.SCALE, 52 + one[1] / areas.SCALE

    found = areas.contains([degrees(one) for one in corners], [degrees(one) for one in places])
    assert found.tolist() == [by_fractions(corners, one) for one in places]


@pytest.mark.dry
@pytest.mark.parametrize(
    "bad",
    [
        "area",
        [],
        [[22, 52], [23, 52]],
        [[22, 52], [23, 52], [22, 52]],
        [[22, 52], [23, 52], [22, "53"]],
        [[22, 52], [23, 52], [22, 53, 0]],
        [[22, 52], [23, 52], [22, float("nan")]],
        [[22, 52], [23, 52], [22, float("inf")]],
        [[22, 52], [23, 52], [222, 53]],
        [[2, 52], [23, 52], [22, 53]],
        [[22, 52 + each / 1000] for each in range(201)],
    ],
)
def test_what_is_no_area_is_refused(bad: object) -> None:
    with pytest.raises(BadFilter) as caught:
        filters.parse({"polygon": bad})
    assert str(caught.value)


# East of the street 22.0, its houses one by one to the north: 52.3001, 52.3002, …
def square(low: int, high: int) -> dict[str, Any]:
    south, north = 52.3 + low / 10_000 - 0.00005, 52.3 + high / 10_000 + 0.00005
    return {"polygon": [[21.9, south], [22.1, south], [22.1, north], [21.9, north]]}


@pytest.mark.django_db
def test_people_of_the_houses_inside_are_meant_and_the_words_count_the_houses() -> None:
    pks = [
        make.recipient(kinds=(), address=make.address("Sportowa", house)).pk for house in (1, 2, 3)
    ]
    AddressPoint.objects.filter(number=2).update(gone_since=date(2026, 1, 1))
    term = audience.parse(square(1, 2))
    assert audience.resolve(term).tolist() == pks[:2]
    assert "1" in audience.describe(term)
    both = audience.parse({"any": [square(1, 1), square(3, 3)]})
    assert audience.resolve(both).tolist() == [pks[0], pks[2]]
    rest = audience.parse({"all": [{"everyone": True}, {"not": square(1, 2)}]})
    assert audience.resolve(rest).tolist() == [pks[2]]
    nobody = audience.parse(square(8, 9))
    assert audience.resolve(nobody).tolist() == []


@pytest.mark.django_db
def test_a_person_is_told_that_the_area_held_their_house() -> None:
    here, there = (make.address("Sportowa", house) for house in (2, 9))
    term = filters.parse(square(1, 3))
    assert reduced(term, Facts(1, None, here, frozenset()), date(2026, 11, 20)) == term
    assert reduced(term, Facts(1, None, there, frozenset()), date(2026, 11, 20)) is None


@pytest.mark.django_db
def test_an_area_names_the_districts_that_it_touches() -> None:
    make.point("Sportowa", 1)
    make.point("Sportowa", 2, district_name="Śródmieście")
    south, both = make.district(), make.district("Śródmieście")
    drawn = make.message(audience=square(1, 1))
    assert publishing.areas_of(drawn) == [south.pk]
    two = make.message(audience={"all": [{"any": [square(1, 1), square(2, 2)]}, {"sex": "F"}]})
    assert publishing.areas_of(two) == sorted([south.pk, both.pk])
    wide = make.message(audience={"any": [square(1, 1), {"sex": "F"}]})
    assert publishing.areas_of(wide) == []


# --- The editor ---------------------------------------------------------------------------------------


def editor_of(**fields: str) -> AudienceBuilder:
    posted = QueryDict(mutable=True)
    posted.update(fields)
    builder = AudienceBuilder(posted, by=make.staff("editor"))
    builder.is_valid()
    return builder


CORNERS = square(1, 2)["polygon"]
OTHER = square(5, 6)["polygon"]


@pytest.mark.django_db
@pytest.mark.parametrize("drawn", [[CORNERS], [CORNERS, OTHER]])
def test_areas_travel_through_the_editor_and_narrow_the_rest(drawn: list[Any]) -> None:
    builder = editor_of(areas=json.dumps(drawn), sex="F")
    assert builder.errors() == []
    shown = AudienceBuilder(stored=builder.filter, by=make.staff("editor"))
    assert not shown.raw
    assert shown.drawn.areas == drawn
    polygons: list[Any] = [{"polygon": one} for one in drawn]
    where = polygons[0] if len(drawn) == 1 else {"any": polygons}
    assert builder.filter == {"all": [{"sex": "F"}, where]}


@pytest.mark.django_db
@pytest.mark.parametrize("bad", ["[[", "7", "[7]", "[[[1, 2]]]", json.dumps([CORNERS] * 21)])
def test_areas_that_cannot_be_read_are_refused_in_words(bad: str) -> None:
    assert editor_of(areas=bad).errors()


@pytest.mark.django_db
def test_without_scripts_an_area_can_be_taken_away() -> None:
    kept = {"areas": json.dumps([CORNERS]), "sex": "F"}
    assert editor_of(**kept, **{"areas-off": "1"}).filter == {"sex": "F"}
