"""A report taken down at the desk: category, questions, place by address or point, who reports."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from admin_module.models import User
from recipients.models import AddressPoint
from reports.models import Origin, Report, ReportCategory
from tests import make

from . import desk_things, pictures

pytestmark = pytest.mark.django_db
NEW = "/zgloszenia/przyjmij/"


@pytest.fixture
def user() -> User:
    # Who also knows people may look for the one that calls.
    return make.staff("reports_handler", "recipients_clerk")


@pytest.fixture
def at() -> str:
    return f"{NEW}?kategoria={desk_things.category().pk}"


def typed(**more: Any) -> dict[str, Any]:
    return {
        "form_key": str(uuid.uuid4()), "q_danger": "no", "q_depth": "12,5",
        "description": "Dziura przed szkołą", "latitude": "52.301", "longitude": "22.0",
        "who": "nikt", "wants_public": "on", **more,
    }  # fmt: skip


def test_the_category_comes_first(desk: Client, at: str) -> None:
    page = desk.get(NEW).content.decode()
    assert "Dziura w jezdni" in page
    page = desk.get(at).content.decode()
    assert "Zadzwoń pod numer 112." in page  # said before anything is typed
    assert desk.get(f"{NEW}?kategoria=999999").status_code == 404
    assert desk.get(f"{NEW}?kategoria=x").status_code == 200
    ReportCategory.objects.all().delete()
    assert "Nie ma jeszcze kategorii" in desk.get(NEW).content.decode()


def test_a_call_becomes_a_report_once(desk: Client, at: str, user: User) -> None:
    given = typed(photos=SimpleUploadedFile("a.jpg", pictures.jpeg()))
    again = given | {"photos": SimpleUploadedFile("a.jpg", pictures.jpeg())}
    first = desk.post(at, given)
    report = Report.objects.get()
    assert first["Location"] == f"/zgloszenia/{report.pk}/"
    assert (report.origin, report.reporter) == (Origin.DESK, None)
    assert report.details.answers == {"danger": "no", "depth": 12.5}
    assert report.photos.count() == 1
    assert desk.post(at, again)["Location"] == first["Location"]
    assert Report.objects.count() == 1


def test_a_known_address_marks_the_place(desk: Client, at: str) -> None:
    point = make.point("Sportowa", 7)
    AddressPoint.objects.filter(pk=point.pk).update(latitude=52.31, longitude=22.01)
    nowhere = {"latitude": "", "longitude": ""}
    assert desk.post(at, typed(address="sportowej 7", **nowhere)).status_code == 302
    details = Report.objects.get().details
    assert (details.latitude, details.longitude) == (52.31, 22.01)
    unknown = desk.post(at, typed(address="za sklepem", **nowhere))
    assert unknown.status_code == 422
    assert "Wskaż miejsce na mapie" in unknown.content.decode()


def test_somebody_of_the_register_is_found_and_chosen(desk: Client, at: str) -> None:
    person = make.recipient(last_name="Dzwoniąca")
    found = desk.post(at, typed(who="osoba", query="Dzwoniąca", find="1"))
    assert found.status_code == 200
    page = found.content.decode()
    assert "Dzwoniąca" in page
    assert "Dziura przed szkołą" in page  # what was typed stays
    assert desk.post(at, typed(who="osoba")).status_code == 422
    assert desk.post(at, typed(who="osoba", person=person.pk)).status_code == 302
    assert Report.objects.get().reporter == person


def test_whoever_may_not_see_people_chooses_none(client: Client, at: str) -> None:
    client.force_login(desk_things.handler())
    person = make.recipient()
    assert client.post(at, typed(who="osoba", person=person.pk)).status_code == 422
    assert client.post(at, typed(who="osoba", query="x", find="1")).status_code == 200


def test_somebody_else_leaves_a_way_to_answer(desk: Client, at: str) -> None:
    assert desk.post(at, typed(who="kontakt")).status_code == 422
    assert desk.post(at, typed(who="kontakt", email="to-nie-adres")).status_code == 422
    given = typed(who="kontakt", email="ola@poczta.example", first_name="Ola")
    assert desk.post(at, given).status_code == 302
    report = Report.objects.get()
    assert report.details.contact.email == "ola@poczta.example"
    assert "ola@poczta.example" not in desk.get(f"/zgloszenia/{report.pk}/").content.decode()
    shown = desk.post(f"/zgloszenia/{report.pk}/zglaszajacy/").content.decode()
    assert "ola@poczta.example" in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"q_danger": "yes"},
        {"q_danger": ""},
        {"q_danger": "nic"},
        {"q_depth": "głęboko"},
        {"latitude": "91"},
        {"latitude": "nan"},
        {"latitude": "1e400"},
        {"latitude": "10", "longitude": "10"},
        {"description": "x" * 4001},
        {"who": "kot"},
        {"form_key": "x"},
    ],
)
def test_what_is_wrong_comes_back_with_what_was_typed(
    desk: Client, at: str, wrong: dict[str, str]
) -> None:
    make.point("Sportowa", 7)  # there is a town that a place can be far from
    answer = desk.post(at, typed(**wrong))
    assert answer.status_code == 422
    assert Report.objects.count() == 0
    if "description" not in wrong:
        assert "Dziura przed szkołą" in answer.content.decode()
