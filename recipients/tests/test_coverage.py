"""The map of coverage: people for houses, few people untold, units, a town without houses."""

import pytest
from django.test import Client

from recipients.address_register import coverage
from recipients.address_register.coverage_map import draw, hull
from recipients.models import District
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/odbiorcy/zasieg/"


def settle(people: int, street: str = "Sportowa", *, district: str = "Słoneczne") -> District:
    for number in (1, 2, 3, 4):
        make.point(street, number, district_name=district)
    for _person in range(people):
        make.recipient(kinds=("email",), address=make.address(street, 1, district_name=district))
    return District.objects.get(name=district)


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make.staff("editor"))
    return client


def text(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_people_for_a_hundred_houses_and_by_channel() -> None:
    district = settle(6)
    pending = make.address("Sportowa", 2, district_name="Słoneczne")
    make.recipient(kinds=("sms",), active=False, address=pending)
    [one] = coverage.coverage().districts
    assert (one.people, one.houses, one.per_100) == (7, 4, 175.0)
    assert one.reached == {"email": 6, "sms": 0, "epuap": 0, "push": 0}
    [street] = coverage.streets_of(district, make.clerk())
    assert (street.name, street.people) == ("ul. Sportowa", 7)


def test_few_people_are_not_told(editor: Client) -> None:
    settle(4)
    settle(5, "Wodna", district="Nad Rzeką")
    few, enough = sorted(coverage.coverage().districts, key=lambda one: one.people)
    assert (few.few, few.per_100) == (True, None)
    assert enough.per_100 == 125.0
    page = text(editor)
    assert page.count("mniej niż 5") >= 3  # the map, the people, their e-mail


def test_a_district_leads_to_its_streets(editor: Client) -> None:
    district = settle(5)
    page = text(editor)
    assert f"?osiedle={district.pk}" in page
    assert "map-area map-level-5" in page
    inside = text(editor, f"{PAGE}?osiedle={district.pk}")
    assert "ul. Sportowa" in inside
    assert "map-line map-level-5" in inside
    assert editor.get(f"{PAGE}?osiedle=99999").status_code == 404


def test_a_school_counts_its_own_people(client: Client) -> None:
    settle(6)
    school = make.staff("editor", unit=make.municipal_unit())
    assert coverage.coverage(school).people == 0
    for _person in range(5):
        make.recipient(kinds=(), by=school, address=make.address("Sportowa", 1))
    assert coverage.coverage(school).people == 5
    client.force_login(school)
    assert "5 osób zarejestrowanych" in text(client)


def test_a_town_without_houses_says_so(editor: Client) -> None:
    assert "town-map" not in text(editor)


def test_the_right_is_asked_for(client: Client) -> None:
    client.force_login(make.staff("reports_handler"))
    assert client.get(PAGE).status_code == 403


def test_levels_have_round_steps() -> None:
    def place(people: int) -> coverage.Covered:
        return coverage.Covered(1, "x", 1, 100, people)

    scale = coverage.scale_of([place(87), place(12)])
    assert scale.step == 20
    assert [scale.level(place(n)) for n in (0, 19, 20, 87, 500)] == [1, 1, 2, 5, 5]
    assert scale.level(place(4)) == 0
    assert coverage.scale_of([]).step == 1


def test_the_hull_has_the_outer_corners_only() -> None:
    square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
    assert set(hull([*square, (2.0, 2.0), (2.0, 0.0), (0.0, 0.0)])) == set(square)
    assert hull([(1.0, 1.0)]) == [(1.0, 1.0)]


def test_the_drawing_fits_its_paper() -> None:
    district = settle(0)
    settle(0, "Wodna", district="Nad Rzeką")
    drawing = draw()
    assert drawing is not None
    assert len(drawing.districts) == 2
    assert len(drawing.streets) == 2
    assert 0 < drawing.height <= 900
    part = draw(district)
    assert part is not None
    assert len(part.streets) == 1
    District.objects.filter(pk=district.pk).first()
    assert draw(District.objects.create(name="Puste")) is None
