"""GeoReport v2 by raw requests: what is told, in XML and as JSON."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from admin_module.models import User
from reports.models import (
    Report,
    ReportCategory,
    ReportPhoto,
    State,
    Visibility,
)
from reports.steps import moves
from reports.steps.acting import Actor
from reports.tests import asking
from reports.tests.asking import App
from reports.tests.georeport import BASE, CODE, both, public, told, xml
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def category() -> ReportCategory:
    return asking.category(unit=make.unit(), keywords="jezdnia, wyrwa")


# --- What can be reported ----------------------------------------------------------------------------


def test_discovery(client: Client, settings: Settings) -> None:
    root, found = both(client, "discovery")
    assert found["endpoints"][0]["url"].endswith("/open311/v2")
    assert found["endpoints"][0]["formats"] == ["text/xml", "application/json"]
    assert root.findtext("endpoints/endpoint/type") == "test"
    settings.SANDBOX = False
    assert told(client.get(BASE + "discovery.json"))["endpoints"][0]["type"] == "production"


def test_discovery_by_the_rules_of_a_validator(client: Client) -> None:
    """What SeeClickFix's validator asks: both formats say the same, nothing is empty or of the future."""
    root, found = both(client, "discovery")
    for name in ("contact", "key_service", "changeset"):
        assert found[name]
        assert root.findtext(name) == found[name]
    elements = root.findall("endpoints/endpoint")
    assert len(elements) == len(found["endpoints"]) > 0
    for element, endpoint in zip(elements, found["endpoints"], strict=True):
        for name in ("specification", "url", "changeset", "type"):
            assert element.findtext(name) == endpoint[name] != ""
        assert [one.text for one in element.iter("format")] == endpoint["formats"]
        assert "text/xml" in endpoint["formats"]
        assert datetime.fromisoformat(endpoint["changeset"]) < timezone.now()
    services = told(client.get(BASE + "services.json"))
    assert services
    for service in services:
        assert service["service_code"]
        if service["metadata"]:
            both(client, f"services/{service['service_code']}")


def test_services_and_their_questions(client: Client) -> None:
    root, found = both(client, "services")
    assert isinstance(found, list)  # the root disappears
    [mine] = [row for row in found if row["service_code"] == CODE]
    assert (mine["metadata"], mine["keywords"], mine["group"]) == (True, "jezdnia,wyrwa", "Drogi")
    assert CODE in [element.text for element in root.iter("service_code")]
    root, found = both(client, f"services/{CODE}")
    assert isinstance(found, dict)
    first = found["attributes"][0]
    assert (first["datatype"], first["required"], first["order"]) == ("singlevaluelist", True, 1)
    assert first["values"][1] == {"key": "yes", "name": "Tak"}
    assert "112" in first["datatype_description"]
    assert found["attributes"][1]["datatype"] == "number"


def test_a_service_without_questions_has_no_definition(client: Client) -> None:
    asking.category("bez_pytan", questions=[])
    both(client, "services/bez_pytan", status=404)
    both(client, "services/nie_ma", status=404)


# --- The public list -----------------------------------------------------------------------------------


def test_only_what_everybody_may_see_goes_out(client: Client) -> None:
    shown, hidden = public(address="Sekretna 7"), App.new().report()
    root, found = both(client, "requests")
    assert [row["service_request_id"] for row in found] == [shown.number.replace("/", "-")]
    assert (found[0]["description"], found[0]["status"]) == ("Dziura przed szkołą.", "open")
    assert found[0]["address"] is None
    assert (found[0]["lat"], found[0]["long"]) == (shown.lat, shown.lon)
    assert root.find("request/media_url").text is None
    for form in ("xml", "json"):
        raw = client.get(f"{BASE}requests.{form}?extensions=true").content.decode()
        assert not [word for word in ("600 100 200", "Sekretna", hidden["number"]) if word in raw]


def test_one_request_comes_as_a_list_of_one(client: Client) -> None:
    row = public()
    uid = row.number.replace("/", "-")
    _root, found = both(client, f"requests/{uid}")
    assert [one["service_request_id"] for one in found] == [uid]
    both(client, f"requests/{uid}", "?extensions=true")
    for gone in (Visibility.HIDDEN, Visibility.PENDING, Visibility.PRIVATE):
        Report.objects.update(visibility=gone)
        both(client, f"requests/{uid}", status=404)


def test_a_closed_one_says_why_and_when(client: Client, clerk: User) -> None:
    row = public()
    for to, more in (
        (State.ACCEPTED, {}),
        (State.REJECTED, {"reason": "not_found", "public_text": "Panie Janie, nic tam nie ma."}),
    ):
        moves.move(row, to, by=Actor.staff(clerk), version=row.version, **more)
    _root, [found] = both(client, "requests")
    assert found["status"] == "closed"
    assert found["updated_datetime"] == f"{row.closed_at:%Y-%m-%dT%H:%M:%SZ}"
    assert found["agency_responsible"] == str(row.unit)
    assert "Janie" not in json.dumps(found, ensure_ascii=False)


def test_photos_that_were_let_out_have_an_address(client: Client) -> None:
    app = App.new()
    uid = app.upload().json()["upload_id"]
    said = app.report(upload_ids=[uid])
    Report.objects.filter(uid=said["id"]).update(visibility=Visibility.PUBLIC)
    assert told(client.get(BASE + "requests.json"))[0]["media_url"] is None
    ReportPhoto.objects.update(visibility="public")
    url = told(client.get(BASE + "requests.json"))[0]["media_url"]
    assert url.startswith("http")
    assert client.get(url.partition("8000")[2] or url)["Content-Type"] == "image/jpeg"


def test_the_list_is_filtered(client: Client, clerk: User) -> None:
    asking.category("inna_w_testach")
    old, new = public(), public(category="inna_w_testach")
    done = public()
    moves.move(done, State.ACCEPTED, by=Actor.staff(clerk), version=done.version)
    moves.move(
        done, State.RESOLVED, by=Actor.staff(clerk), version=done.version,
        public_text="Gotowe.", work_order="1",
    )  # fmt: skip
    Report.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=100))
    uid = {
        name: row.number.replace("/", "-")
        for name, row in (("old", old), ("new", new), ("done", done))
    }
    start = f"{timezone.now() - timedelta(days=120):%Y-%m-%dT%H:%M:%SZ}"
    end = f"{timezone.now() - timedelta(days=95):%Y-%m-%dT%H:%M:%SZ}"

    def ids(query: str) -> list[str]:
        return [row["service_request_id"] for row in both(client, "requests", query)[1]]

    assert ids("") == [uid["done"], uid["new"]]  # the last 90 days, newest first
    assert ids("?service_code=&status=") == [uid["done"], uid["new"]]  # empty is absent
    assert ids(f"?service_code={CODE}") == [uid["done"]]
    assert ids(f"?service_code={CODE},inna_w_testach") == [uid["done"], uid["new"]]
    assert ids("?status=open") == [uid["new"]]
    assert ids("?status=open,closed") == [uid["done"], uid["new"]]
    assert ids(f"?start_date={start}&end_date={end}") == [uid["old"]]
    assert ids(f"?start_date={start}") == [uid["old"]]
    assert ids(f"?end_date={end.replace('Z', '%2B00:00')}") == [uid["old"]]
    assert ids(f"?service_request_id={uid['old']},{uid['done']}&status=open") == [
        uid["done"],
        uid["old"],
    ]
    assert ids("?page_size=1&page=2") == [uid["new"]]
    assert ids(f"?updated_before={start}") == []
    assert ids("?bbox=21.9,52.2,22.1,52.4") == [uid["done"], uid["new"]]
    assert ids("?bbox=0,0,1,1") == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?status=done", 400),
        ("?start_date=yesterday", 400),
        ("?start_date=2026-01-01", 400),
        ("?start_date=2026-01-01T00:00:00", 400),
        ("?start_date=2026-13-01T00:00:00Z", 400),
        ("?start_date=0001-01-01T00:00:00Z", 400),
        ("?end_date=9999-12-31T23:59:59Z", 400),
        ("?start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z", 400),
        ("?start_date=2026-06-01T00:00:00Z&end_date=2026-05-01T00:00:00Z", 400),
        ("?page=0", 400),
        ("?page_size=1001", 400),
        ("?page=99999999999999999999", 400),
        ("?page=%D9%A3", 400),
        ("?bbox=1,2,3", 400),
        ("?bbox=a,b,c,d", 400),
        ("?service_request_id=" + ",".join(map(str, range(101))), 400),
        ("?service_code=nie_ma", 404),
        ("?jurisdiction_id=chicago.gov", 404),
        ("?service_code=" + "x" * 3000, 404),
        ("?service_request_id=%00", 400),
        ("?service_request_id='%20OR%201=1--", 200),
        ("?bbox=nan,nan,nan,nan", 200),
        ("?bbox=1e400,0,1,1", 200),
    ],
)
def test_wrong_filters_are_refused_in_words(client: Client, query: str, status: int) -> None:
    answer = client.get(BASE + "requests.xml" + query)
    if answer["Content-Type"].startswith("text/html"):  # no such text reaches any view
        assert (answer.status_code, status) == (400, 400)
    else:
        xml(answer, status)


def test_several_things_wrong_are_several_errors(client: Client) -> None:
    _root, found = both(client, "requests", "?status=x&page=0", 400)
    assert [error["code"] for error in found] == [400, 400]


def test_the_jurisdiction_may_be_named(client: Client) -> None:
    both(client, "services", "?jurisdiction_id=")
    both(client, "services", "?jurisdiction_id=chicago.gov", 404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing.xml", 404),
        ("nothing.json", 404),
        ("services.csv", 404),
        ("requests/ZG-2026-999999.xml", 404),
        ("requests/%3Cx%3E.xml", 404),
        ("requests/..%2f..%2fetc%2fpasswd.xml", 404),
        ("tokens/x.xml", 404),
        ("tokens/00000000-0000-0000-0000-000000000001.xml", 404),
        ("services/%C5%BC.json", 404),
    ],
)
def test_what_is_not_there_is_said_in_the_format_asked_for(
    client: Client, path: str, status: int
) -> None:
    answer = client.get(BASE + path)
    if path.endswith(".json"):
        assert told(answer, status)[0]["code"] == status
    else:
        assert xml(answer, status).findtext("error/code") == str(status)


def test_other_methods_are_refused(client: Client) -> None:
    for answer in (client.post(BASE + "services.xml"), client.delete(BASE + "requests.xml")):
        xml(answer, 405)
        assert "GET" in answer["Allow"]
