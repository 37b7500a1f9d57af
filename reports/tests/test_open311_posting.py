"""GeoReport v2 by raw requests: what programs bring, and what is refused."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from admin_module.models import AuditEntry
from reports.models import (
    Open311Receipt,
    Report,
    ReportCategory,
    ReportPhoto,
)
from reports.open311 import keys
from reports.tests import asking, pictures
from reports.tests.georeport import BASE, FORM, both, public, told, xml
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def category() -> ReportCategory:
    return asking.category(unit=make.unit(), keywords="jezdnia, wyrwa")


# --- New reports -----------------------------------------------------------------------------------------


def test_a_program_brings_a_report(client: Client, key: str) -> None:
    form = FORM | {
        "api_key": key,
        "first_name": "Żaneta",
        "last_name": "Kowalska",
        "email": "zaneta@poczta.example",
        "phone": "600 100 200",
        "device_id": "abc",
        "attribute[depth]": "12,5",
        "extensions": "true",
    }
    root = xml(client.post(BASE + "requests.xml", form), 201)
    row = Report.objects.get()
    assert root.findtext("request/service_request_id") == row.number.replace("/", "-")
    assert (row.origin, row.state, row.visibility) == ("open311", "received", "pending")
    details = row.details
    assert (details.description, details.answers) == (
        FORM["description"],
        {"danger": "no", "depth": 12.5},
    )
    contact = details.contact
    assert (contact.last_name, contact.email) == ("Kowalska", "zaneta@poczta.example")
    token = root.findtext("request/extended_attributes/token")
    _root, found = both(client, f"tokens/{token}")
    assert found == [{"token": token, "service_request_id": row.number.replace("/", "-")}]
    assert Open311Receipt.objects.get().key.label == "Aplikacja Zażółcin"
    both(client, f"requests/{row.number.replace('/', '-')}", status=404)  # nobody has looked yet


def test_posted_again_it_is_the_same_report(client: Client, key: str) -> None:
    form = FORM | {"api_key": key}
    answers = [client.post(BASE + "requests.json", form) for _time in range(3)]
    assert len({told(answer, 201)[0]["service_request_id"] for answer in answers}) == 1
    client.post(BASE + "requests.json", form | {"description": "Inna dziura"})
    assert Report.objects.count() == 2


def test_a_photo_comes_along(client: Client, key: str) -> None:
    photo = SimpleUploadedFile("x.jpg", pictures.jpeg())
    told(client.post(BASE + "requests.json", FORM | {"api_key": key, "media": photo}), 201)
    [kept] = ReportPhoto.objects.all()
    assert (kept.report, kept.visibility) == (Report.objects.get(), "private")
    for raw in (b"<svg/>", b"", pictures.bomb(9000, 9000)):
        file = SimpleUploadedFile("y.jpg", raw)
        form = FORM | {"api_key": key, "media": file, "description": "Druga"}
        xml(client.post(BASE + "requests.xml", form), 400)
    again = {"media": SimpleUploadedFile("x.jpg", pictures.jpeg())}
    told(client.post(BASE + "requests.json", FORM | {"api_key": key} | again), 201)
    wrong = again | {"media": SimpleUploadedFile("x.jpg", pictures.webp()), "lat": "95"}
    xml(client.post(BASE + "requests.xml", FORM | {"api_key": key} | wrong), 400)
    assert ReportPhoto.objects.count() == Report.objects.count() == 1


def test_a_place_by_its_address(client: Client, key: str) -> None:
    house = make.point("Sportowa", 7)
    for where in ({"address_string": "Sportowa 7"}, {"address_id": str(house.pk)}):
        form = {**FORM, "lat": "", "long": "", "api_key": key, **where}
        told(client.post(BASE + "requests.json", form), 201)
    for row in Report.objects.all():
        assert (row.details.latitude, row.details.longitude) == (house.latitude, house.longitude)
    assert Report.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"service_code": ""}, 400),
        ({"service_code": "nie_ma"}, 404),
        ({"service_code": "\0"}, 404),
        ({"lat": "", "long": ""}, 400),
        ({"lat": "x"}, 400),
        ({"lat": "nan"}, 400),
        ({"lat": "1e999"}, 400),
        ({"lat": "", "long": "", "address_string": "Nieznana 1"}, 400),
        ({"lat": "", "long": "", "address_id": "9" * 50}, 400),
        ({"attribute[danger]": ""}, 400),
        ({"attribute[danger]": "yes"}, 400),
        ({"attribute[danger]": "maybe"}, 400),
        ({"attribute[depth]": "deep"}, 400),
        ({"attribute[nothing]": "1"}, 400),
        ({"attribute[danger][]": ["no", "yes"], "attribute[danger]": ""}, 400),
        ({"description": "x" * 4001}, 400),
        ({"description": "a\0b"}, 400),
        ({"media_url": "javascript:alert(1)"}, 400),
        ({"jurisdiction_id": "chicago.gov"}, 404),
        ({"api_key": ""}, 403),
        ({"api_key": "icp311_x_y"}, 403),
        ({"api_key": "\0"}, 403),
        ({"api_key": "ż" * 500}, 403),
    ],
    ids=str,
)
def test_a_wrong_form_is_refused_in_words(
    client: Client, key: str, change: dict[str, Any], status: int
) -> None:
    form = {**FORM, "api_key": key, **change}
    xml(client.post(BASE + "requests.xml", form), status)
    assert told(client.post(BASE + "requests.json", form), status)[0]["description"]
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"service_code": "x"}', "application/json"),
        (b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>", "text/xml"),
        (b"\xff\xfe\0", "application/x-www-form-urlencoded"),
        (b"--x\r\n", "multipart/form-data; boundary=y"),
        (b"&".join(b"a%d=1" % n for n in range(3000)), "application/x-www-form-urlencoded"),
    ],
    ids=["json", "xml", "no text", "no end", "too many"],
)
def test_a_body_that_is_no_form_does_no_harm(client: Client, body: bytes, kind: str) -> None:
    answer = client.post(BASE + "requests.xml", body, content_type=kind)
    assert answer.status_code in {400, 403, 413}
    assert not Report.objects.exists()


def test_a_revoked_key_brings_nothing(client: Client, key: str) -> None:
    row = keys.of_text(key)
    assert row is not None
    by = make.staff("administrator")
    assert keys.revoke(row, by=by)
    assert not keys.revoke(row, by=by)
    xml(client.post(BASE + "requests.xml", FORM | {"api_key": key}), 403)
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert {"open311_key.made", "open311_key.revoked"} <= set(actions)
    assert not any(key.rpartition("_")[2] in str(e.detail) for e in AuditEntry.objects.all())


def test_a_key_has_its_daily_limit(client: Client) -> None:
    _row, key = keys.make("Mała aplikacja", 2, by=make.staff("administrator"))
    answers = [
        client.post(BASE + "requests.json", FORM | {"api_key": key, "description": f"Dziura {n}"})
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[-1]["Retry-After"]


def test_whoever_guesses_keys_is_held_up(client: Client, key: str) -> None:
    for n in range(31):
        client.post(BASE + "requests.xml", FORM | {"api_key": f"icp311_{n}_x"})
    xml(client.post(BASE + "requests.xml", FORM | {"api_key": key}), 429)
    other = client.post(BASE + "requests.xml", FORM | {"api_key": key}, REMOTE_ADDR="203.0.113.9")
    xml(other, 201)


def test_signs_that_xml_cannot_hold_are_left_out(client: Client) -> None:
    row = public()
    row.public_text = "Dziura \x08\x1b\ufffe tu"
    row.save(update_fields=["public_text"])
    assert xml(client.get(BASE + "requests.xml")).findtext("request/description") == "Dziura  tu"
