"""Reports over the residents' API: new ones, one's own, foreign ones, photos, wrong clocks, bad input."""

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from icp.encryption.files import forget_expired
from recipients.contacts import devices
from reports.models import Report, ReportEvent, ReportPhoto
from reports.tests import asking, pictures
from reports.tests.asking import App, new_report
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _category() -> None:
    asking.category()


@pytest.fixture
def app() -> App:
    return App.new()


def slug(answer: Any) -> str:
    assert answer["Content-Type"].startswith("application/problem+json"), answer.content
    return str(answer.json()["type"]).rpartition("/")[2]


def pointers(answer: Any) -> set[str]:
    return {error["pointer"] for error in answer.json()["errors"]}


# --- Categories ------------------------------------------------------------------------------------


def test_everybody_reads_the_categories_in_their_language(app: App) -> None:
    app.token = ""
    polish, ukrainian = app.get("categories"), app.get("categories", Accept_Language="uk, pl;q=0.5")
    [found] = [row for row in polish.json()["items"] if row["code"] == "dziury_w_testach"]
    assert found["questions"][0]["choices"][1]["call"] == "112"
    assert found["questions"][1]["choices"] == []
    [other] = [row for row in ukrainian.json()["items"] if row["code"] == "dziury_w_testach"]
    assert (found["name"], other["name"], other["group"]) == ("Dziura w jezdni", "Яма", "Дороги")
    assert polish["ETag"] != ukrainian["ETag"]
    again = app.get("categories", If_None_Match=polish["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_the_version_changes_with_a_category(app: App) -> None:
    before = app.get("categories").json()["version"]
    asking.category("inna_w_testach")
    assert app.get("categories").json()["version"] != before


# --- Photos ----------------------------------------------------------------------------------------


def test_a_photo_is_sent_seen_by_its_sender_and_taken_back(app: App) -> None:
    answer = app.upload()
    assert answer.status_code == 201
    said = answer.json()
    assert (said["width"], said["height"]) == pictures.SIZE
    stranger = App.new()
    assert stranger.delete(f"uploads/{said['upload_id']}").status_code == 404
    assert app.delete(f"uploads/{said['upload_id']}").status_code == 204
    assert app.delete(f"uploads/{said['upload_id']}").status_code == 404
    assert not ReportPhoto.objects.exists()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 422),
        (b"<svg/>", 415),
        (b"%PDF-1.7", 415),
        (pictures.jpeg()[:300], 422),
        (pictures.bomb(9000, 9000), 422),
        (b"\xff\xd8\xff" + bytes(12 * 2**20), 413),
    ],
    ids=["empty", "svg", "pdf", "half", "bomb", "too large"],
)
def test_what_is_no_photo_is_refused_in_words(app: App, raw: bytes, status: int) -> None:
    answer = app.upload(raw)
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert not ReportPhoto.objects.exists()


def test_a_photo_that_no_report_took_is_swept_away(app: App) -> None:
    uid = app.upload().json()["upload_id"]
    ReportPhoto.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    path = ReportPhoto.objects.get().path
    answer = app.post("reports", new_report(upload_ids=[uid]))
    assert (answer.status_code, pointers(answer)) == (422, {"#/upload_ids"})
    assert path.exists()
    assert forget_expired() == 1
    assert not ReportPhoto.objects.exists()


def test_a_report_takes_its_photos_and_shows_them_to_nobody_else(app: App) -> None:
    uids = [app.upload().json()["upload_id"] for _photo in range(2)]
    said = app.report(upload_ids=uids)
    assert [photo["id"] for photo in said["photos"]] == uids
    large = app.get(said["photos"][0]["href"])
    small = app.get(said["photos"][0]["href"] + "?size=small")
    for answer in (large, small):
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("inline; filename=")
        assert answer["Cache-Control"] == "private, no-cache"
        with Image.open(io.BytesIO(answer.content)) as shown:
            assert shown.format == "JPEG"
    assert large["ETag"] != small["ETag"]
    again = app.get(said["photos"][0]["href"], If_None_Match=large["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    stranger = App.new()
    assert stranger.get(said["photos"][0]["href"]).status_code == 404
    assert app.delete(f"uploads/{uids[0]}").status_code == 404
    taken = app.post("reports", new_report(upload_ids=uids[:1]))
    assert taken.status_code == 422


def test_another_devices_photo_cannot_be_taken(app: App) -> None:
    uid = App.new().upload().json()["upload_id"]
    assert app.post("reports", new_report(upload_ids=[uid])).status_code == 422
    assert not Report.objects.exists()


def test_six_photos_are_too_many(app: App) -> None:
    answer = app.post("reports", new_report(upload_ids=[str(uuid.uuid4())] * 6))
    assert (answer.status_code, pointers(answer)) == (422, {"#/upload_ids"})


def test_nothing_of_a_photo_lies_readable_on_the_disk(app: App) -> None:
    app.upload(pictures.saved(pictures.drawn((300, 200)), "JPEG"))
    raw = ReportPhoto.objects.get().path.read_bytes()
    assert b"JFIF" not in raw
    assert raw.startswith(b"ICPS")


# --- A new report ----------------------------------------------------------------------------------


def test_a_report_of_a_device_that_nobody_paired(app: App) -> None:
    body = new_report()
    answer = app.post("reports", body)
    assert answer.status_code == 201
    said = answer.json()
    assert answer["Location"] == f"/api/v1/reports/{said['id']}"
    assert (said["state"], said["role"]) == ("received", "reporter")
    assert (said["lat"], said["client_uuid"]) == (body["lat"], body["client_uuid"])
    assert said["actions"] == ["reply", "withdraw"]
    row = Report.objects.get()
    assert (row.device, row.reporter, row.origin) == (app.device, None, "app")
    assert app.get(f"reports/{said['id']}").json() == said
    events = app.get(f"reports/{said['id']}/events").json()["items"]
    assert [(event["before"], event["after"]) for event in events] == [(None, "received")]


def test_sent_again_it_is_the_same_report(app: App) -> None:
    body, key = new_report(), str(uuid.uuid4())
    first, again = app.post("reports", body, key), app.post("reports", body, key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    late = app.post("reports", body)  # the key is forgotten by now, the report's own name is not
    assert (late.status_code, late.json()["id"]) == (200, first.json()["id"])
    other = app.post("reports", new_report(), key)
    assert (other.status_code, slug(other)) == (422, "idempotency-key-reused")
    assert Report.objects.count() == 1


def test_another_device_cannot_learn_of_a_report_by_its_name(app: App) -> None:
    body = new_report()
    app.post("reports", body)
    answer = App.new().post("reports", body)
    assert (answer.status_code, pointers(answer)) == (422, {"#/client_uuid"})
    assert "ZG/" not in answer.content.decode()


def test_danger_is_no_report(app: App) -> None:
    answer = app.post("reports", new_report(answers={"danger": "yes"}))
    assert (answer.status_code, slug(answer)) == (422, "not-a-report")
    assert (answer.json()["detail"], answer.json()["call"]) == ("Zadzwoń pod numer 112.", "112")
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"category": "nie_ma"}, "#/category"),
        ({"answers": {}}, "#/answers/danger"),
        ({"answers": {"danger": "no", "hm": 1}}, "#/answers/hm"),
        ({"answers": {"danger": "no", "depth": "bardzo"}}, "#/answers/depth"),
        ({"answers": []}, "#/answers"),
        ({"answers": {str(n): 1 for n in range(60)}}, "#/answers"),
        ({"description": "", "answers": {"danger": "no"}, "lat": 91}, "#/lat"),
        ({"description": "x" * 4001}, "#/description"),
        ({"description": "a\0b"}, "#/description"),
        ({"lat": "52.1"}, "#/lat"),
        ({"lat": 0, "lon": 0}, "#/lat"),
        ({"client_uuid": "1"}, "#/client_uuid"),
        ({"upload_ids": ["1"]}, "#/upload_ids/0"),
        ({"captured_at": "yesterday"}, "#/captured_at"),
        ({"captured_at": "0001-01-01T00:00:00+14:00"}, "#/captured_at"),
        ({"visibility_wish": "secret"}, "#/visibility_wish"),
        ({"accuracy_m": -1}, "#/accuracy_m"),
        ({"description": "\ud800"}, "#/description"),
    ],
    ids=str,
)
def test_bad_input_is_pointed_at(app: App, change: dict[str, Any], pointer: str) -> None:
    answer = app.post("reports", new_report(**change))
    assert answer.status_code == 422, answer.content
    assert pointer in pointers(answer)
    assert not Report.objects.exists()


def test_without_a_token_or_a_key_nothing_is_reported(app: App) -> None:
    assert slug(app.post("reports", new_report(), key=" ")) == "idempotency-key-missing"
    app.token = ""
    assert app.post("reports", new_report()).status_code == 401
    assert app.upload().status_code == 401


@pytest.mark.parametrize("off", [timedelta(days=-366), timedelta(days=366), timedelta(hours=25)])
def test_a_clock_that_is_wrong_by_a_year_does_no_harm(app: App, off: timedelta) -> None:
    said = app.report(captured_at=(timezone.now() + off).isoformat())
    row = Report.objects.get(uid=said["id"])
    assert abs(row.captured_at - timezone.now()) < timedelta(minutes=1)
    assert abs(row.created_at - timezone.now()) < timedelta(minutes=1)


def test_a_report_that_waited_in_an_outbox_keeps_its_time(app: App) -> None:
    then = timezone.now() - timedelta(days=3)
    said = app.report(captured_at=then.isoformat())
    assert Report.objects.get(uid=said["id"]).captured_at == then


# --- Whose reports ---------------------------------------------------------------------------------


def test_all_devices_of_a_person_see_the_persons_reports(app: App) -> None:
    person = make.recipient()
    before = app.report()
    app.pair(person)
    other = App.new(person)
    said = app.report()
    assert other.get(f"reports/{said['id']}").status_code == 200
    assert other.get(f"reports/{before['id']}").status_code == 404  # made by nobody's device
    assert app.get(f"reports/{before['id']}").status_code == 200
    assert [row["id"] for row in app.get("reports").json()["items"]] == [said["id"], before["id"]]
    devices.unpair(app.device)
    assert app.get(f"reports/{said['id']}").status_code == 404
    assert [row["id"] for row in app.get("reports").json()["items"]] == [before["id"]]
    assert other.get(f"reports/{said['id']}/events").status_code == 200


def test_foreign_reports_are_not_there(app: App) -> None:
    said, stranger = app.report(), App.new(make.recipient())
    for path in ("", "/events"):
        answer = stranger.get(f"reports/{said['id']}{path}")
        assert (answer.status_code, slug(answer)) == (404, "not-found")
    assert stranger.get("reports").json() == {"items": [], "cursor": None}


def test_a_list_is_read_page_by_page(app: App) -> None:
    made = [app.report()["id"] for _report in range(5)]
    first = app.get("reports?limit=2").json()
    second = app.get(f"reports?limit=2&cursor={first['cursor']}").json()
    third = app.get(f"reports?limit=2&cursor={second['cursor']}").json()
    found = [row["id"] for page in (first, second, third) for row in page["items"]]
    assert found == made[::-1]
    assert third["cursor"] is None
    assert slug(app.get(f"reports?cursor={first['cursor'][:-2]}xx")) == "cursor-invalid"


def test_a_report_that_did_not_change_travels_once(app: App) -> None:
    said = app.report()
    answer = app.get(f"reports/{said['id']}")
    assert app.get(f"reports/{said['id']}", If_None_Match=answer["ETag"]).status_code == 304


# --- Limits ----------------------------------------------------------------------------------------


def test_the_eleventh_report_within_an_hour_waits(app: App, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    answers = [app.post("reports", new_report()) for _report in range(11)]
    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert slug(answers[-1]) == "too-many-requests"
    assert int(answers[-1]["Retry-After"]) > 0
    assert App.new().post("reports", new_report()).status_code == 201


def test_a_flood_from_one_device_ends_at_thirty_a_day(app: App, settings: Settings) -> None:
    """Where the counting cache is away, the database still holds the limit."""
    settings.RATE_LIMITS = False
    answers = [app.post("reports", new_report()).status_code for _report in range(40)]
    assert answers == [201] * 30 + [429] * 10
    assert Report.objects.count() == ReportEvent.objects.count() == 30
