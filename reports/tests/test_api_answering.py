"""What a reporter or a follower does with a report over the API, and two who change it at the same time."""

from typing import Any

import pytest

from admin_module.models import User
from reports.models import Report, ReportPhoto, State, Visibility
from reports.steps import moves
from reports.steps.acting import Actor
from reports.tests import asking
from reports.tests.asking import App
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _category() -> None:
    asking.category(unit=make.unit())


@pytest.fixture
def app() -> App:
    return App.new()


def moved(said: dict[str, Any], to: State, clerk: User, **more: Any) -> Report:
    row: Report = Report.objects.get(uid=said["id"])
    moves.move(row, to, by=Actor.staff(clerk), version=row.version, **more)
    return row


def done(said: dict[str, Any], clerk: User) -> Report:
    moved(said, State.ACCEPTED, clerk)
    return moved(said, State.RESOLVED, clerk, public_text="Załatane.", work_order="7/2026")


def slug(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


def test_a_question_is_answered_with_words_and_a_photo(app: App, clerk: User) -> None:
    said = app.report()
    moved(said, State.NEEDS_INFO, clerk, public_text="Po której stronie ulicy?")
    seen = app.get(f"reports/{said['id']}").json()
    assert seen["state"] == "needs_info"
    assert "reply" in seen["actions"]
    uid = app.upload().json()["upload_id"]
    answer = app.post(f"reports/{said['id']}/replies", {"text": "Po lewej.", "upload_ids": [uid]})
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    events = app.get(f"reports/{said['id']}/events").json()["items"]
    assert [event["text"] for event in events] == ["", "Po której stronie ulicy?", "Po lewej."]
    assert [photo["id"] for photo in events[-1]["photos"]] == [uid]


def test_a_reply_without_words_and_photos_is_no_reply(app: App) -> None:
    answer = app.post(f"reports/{app.report()['id']}/replies", {"text": " "})
    assert (answer.status_code, slug(answer)) == (409, "move-not-allowed")


def test_internal_notes_reach_nobody(app: App, clerk: User) -> None:
    said = app.report()
    moved(said, State.ACCEPTED, clerk, internal_text="Sprawdzić u Kowalskiego")
    for path in ("", "/events"):
        assert "Kowalskiego" not in app.get(f"reports/{said['id']}{path}").content.decode()


def test_repaired(app: App, clerk: User) -> None:
    said = app.report()
    done(said, clerk)
    assert "confirm" in app.get(f"reports/{said['id']}").json()["actions"]
    answer = app.post(f"reports/{said['id']}/confirm", {"ok": True})
    assert (answer.status_code, answer.json()["state"]) == (200, "resolved")
    assert answer.json()["confirmed_at"]
    assert "confirm" not in answer.json()["actions"]


def test_still_broken(app: App, clerk: User) -> None:
    said = app.report()
    done(said, clerk)
    answer = app.post(f"reports/{said['id']}/confirm", {"ok": False, "text": "Znów się zapadło."})
    assert (answer.status_code, answer.json()["state"]) == (200, "disputed")


def test_disputed(app: App, clerk: User) -> None:
    said = app.report()
    done(said, clerk)
    empty = app.post(f"reports/{said['id']}/dispute", {})
    assert (empty.status_code, slug(empty)) == (409, "move-not-allowed")
    uid = app.upload().json()["upload_id"]
    answer = app.post(f"reports/{said['id']}/dispute", {"upload_ids": [uid]})
    assert (answer.status_code, answer.json()["state"]) == (200, "disputed")


def test_withdrawn_once_and_only_before_work(app: App, clerk: User) -> None:
    said, other = app.report(), app.report()
    assert app.post(f"reports/{said['id']}/withdraw").json()["state"] == "withdrawn"
    again = app.post(f"reports/{said['id']}/withdraw")
    assert (again.status_code, slug(again)) == (409, "move-not-allowed")
    assert again.json()["detail"]
    moved(other, State.ACCEPTED, clerk)
    moved(other, State.IN_PROGRESS, clerk)
    assert app.post(f"reports/{other['id']}/withdraw").status_code == 409


def test_repeated_with_its_key_it_is_one_reply(app: App) -> None:
    said = app.report()
    path, key = f"reports/{said['id']}/replies", "reply-1-of-this-app"
    first = app.post(path, {"text": "Pilne."}, key)
    again = app.post(path, {"text": "Pilne."}, key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert len(app.get(f"reports/{said['id']}/events").json()["items"]) == 2


def test_what_was_changed_meanwhile_is_not_overwritten(app: App, clerk: User) -> None:
    said = app.report()
    old = app.get(f"reports/{said['id']}")["ETag"]
    moved(said, State.ACCEPTED, clerk)
    for action in ("withdraw", "replies"):
        refused = app.post(f"reports/{said['id']}/{action}", {"text": "Już nie."}, If_Match=old)
        assert (refused.status_code, slug(refused)) == (412, "precondition-failed")
    new = app.get(f"reports/{said['id']}")["ETag"]
    assert app.post(f"reports/{said['id']}/withdraw", If_Match=new).status_code == 200


def test_foreign_reports_cannot_be_acted_upon(app: App) -> None:
    said, stranger = app.report(), App.new(make.recipient())
    for action in ("replies", "confirm", "dispute", "withdraw"):
        answer = stranger.post(f"reports/{said['id']}/{action}", {"text": "Ha!", "ok": False})
        assert (action, answer.status_code, slug(answer)) == (action, 404, "not-found")
    for ask in (stranger.put, stranger.delete):
        assert ask(f"reports/{said['id']}/follow").status_code == 404
    assert Report.objects.get().version == 1


# --- Following -------------------------------------------------------------------------------------


@pytest.fixture
def public(app: App) -> dict[str, Any]:
    """A report that somebody at the office let out, with two photos, one of them for everybody."""
    uids = [app.upload().json()["upload_id"] for _photo in range(2)]
    said = app.report(upload_ids=uids, address="Sekretna 7")
    row = Report.objects.get(uid=said["id"])
    row.visibility, row.public_text = Visibility.PUBLIC, "Dziura przed szkołą."
    row.save(update_fields=["visibility", "public_text"])
    ReportPhoto.objects.filter(uid=uids[0]).update(visibility="public")
    return said


def test_a_follower_sees_what_everybody_sees(app: App, public: dict[str, Any], clerk: User) -> None:
    neighbour = App.new()
    assert neighbour.get(f"reports/{public['id']}").status_code == 404
    seen = neighbour.put(f"reports/{public['id']}/follow").json()
    assert (seen["role"], seen["description"]) == ("follower", "Dziura przed szkołą.")
    assert (seen["client_uuid"], seen["address"], seen["answers"]) == (None, "", {})
    assert (seen["lat"], seen["lon"]) == (52.301, 22.0)  # the middle of a cell of 50 m
    assert [photo["id"] for photo in seen["photos"]] == [public["photos"][0]["id"]]
    assert neighbour.get(public["photos"][0]["href"]).status_code == 200
    assert neighbour.get(public["photos"][1]["href"]).status_code == 404
    app.post(f"reports/{public['id']}/replies", {"text": "Mój telefon to 600 100 200."})
    moved(public, State.ACCEPTED, clerk, public_text="Zajmiemy się tym.")
    told = neighbour.get(f"reports/{public['id']}/events").content.decode()
    assert "Zajmiemy się tym." in told
    assert "600 100 200" not in told
    assert neighbour.post(f"reports/{public['id']}/withdraw").status_code == 409
    assert neighbour.get("reports?role=reporter").json()["items"] == []
    assert [row["id"] for row in neighbour.get("reports?role=follower").json()["items"]] == [
        public["id"]
    ]


def test_what_is_hidden_is_gone_for_its_followers_at_once(app: App, public: dict[str, Any]) -> None:
    neighbour = App.new()
    neighbour.put(f"reports/{public['id']}/follow")
    Report.objects.update(visibility=Visibility.HIDDEN)
    for path in ("", "/events", f"/photos/{public['photos'][0]['id']}"):
        assert neighbour.get(f"reports/{public['id']}{path}").status_code == 404
    assert app.get(f"reports/{public['id']}").status_code == 200


def test_following_ends(public: dict[str, Any]) -> None:
    neighbour = App.new(make.recipient())
    neighbour.put(f"reports/{public['id']}/follow")
    for _time in range(2):
        assert neighbour.delete(f"reports/{public['id']}/follow").status_code == 204
    assert neighbour.get(f"reports/{public['id']}").status_code == 404


def test_everybody_sees_photos_that_were_let_out_and_no_others(
    app: App, public: dict[str, Any], clerk: User
) -> None:
    first, second = (photo["id"] for photo in public["photos"])
    pages = app.client
    shown = pages.get(f"/zgloszenia/publiczne/zdjecia/{first}/?rozmiar=maly")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert (shown["Cache-Control"], shown["X-Content-Type-Options"]) == (
        "public, no-cache",
        "nosniff",
    )
    assert pages.get(f"/zgloszenia/publiczne/zdjecia/{second}/").status_code == 404
    assert pages.get(f"/zgloszenia/zdjecia/{second}/").status_code == 302
    pages.force_login(clerk)
    assert pages.get(f"/zgloszenia/zdjecia/{second}/").status_code == 200
    Report.objects.update(visibility=Visibility.PENDING)
    assert pages.get(f"/zgloszenia/publiczne/zdjecia/{first}/").status_code == 404


def test_staff_of_another_unit_see_no_photo(app: App, public: dict[str, Any]) -> None:
    school = make.staff("reports_handler", unit=make.municipal_unit())
    app.client.force_login(school)
    photo = public["photos"][1]["id"]
    assert app.client.get(f"/zgloszenia/zdjecia/{photo}/").status_code == 404
    app.client.force_login(make.staff("editor"))
    assert app.client.get(f"/zgloszenia/zdjecia/{photo}/").status_code == 403
