"""What everybody sees of reports: pages, map and nearby; what was never let out, or is hidden, nowhere."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from messaging.models import Letter
from recipients.correspondence.telling import Words
from recipients.models import Recipient
from reports.models import Origin, Report, ReporterContact, State, Visibility
from reports.steps import answering, publishing, submitting
from reports.steps.acting import Actor
from reports.steps.submitting import NewReport
from tests import make

from .asking import App, category

pytestmark = pytest.mark.django_db
EXACT = (52.30117, 22.00031)  # rounded: 52.301, 22.0
SECRET = "Głęboka dziura, proszę dzwonić do mnie"
LET_OUT = "Głęboka dziura przed szkołą"


def a_report(**columns: Any) -> Report:
    make.point()  # a town with houses
    new = NewReport(
        category=columns.pop("category", None) or _holes(),
        description=SECRET,
        latitude=EXACT[0],
        longitude=EXACT[1],
        answers={"danger": "no"},
        address="Sportowa 11",
        contact=ReporterContact(email="anna@przyklad.example"),
    )
    row = submitting.submit(
        new, origin=Origin.DESK, client_uuid=uuid.uuid4(), user=make.staff("reports_handler")
    )
    Report.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row


def _holes() -> Any:
    from reports.models import ReportCategory

    return ReportCategory.objects.filter(code="dziury_w_testach").first() or category()


def shown(**columns: Any) -> Report:
    """A report that somebody at the office let out."""
    row = a_report(**columns)
    by = make.staff("reports_handler")
    return publishing.show(row, by=by, version=row.version, text=LET_OUT)


def everywhere(client: Client, row: Report) -> str:
    """Everything that anybody can ask about reports, in one text."""
    west, south, east, north = 21.9, 52.2, 22.1, 52.4
    answers = [
        client.get("/zgloszenia/publiczne/"),
        client.get("/zgloszenia/publiczne/?state=otwarte&days=30"),
        client.get(f"/zgloszenia/publiczne/{row.uid}/"),
        client.get(f"/api/v1/map/reports?bbox={west},{south},{east},{north}"),
        client.get(f"/api/v1/reports/nearby?lat={EXACT[0]}&lon={EXACT[1]}"),
        client.get(f"/api/v1/reports/nearby?lat={row.lat}&lon={row.lon}&category=dziury_w_testach"),
    ]
    assert {answer.status_code for answer in answers} <= {200, 404}
    return "".join(answer.content.decode() for answer in answers if answer.status_code == 200)


def test_everybody_reads_what_was_let_out_and_nothing_else(client: Client) -> None:
    row = shown()
    seen = everywhere(client, row)
    assert LET_OUT in seen
    assert row.number in seen
    for secret in (SECRET, "Sportowa 11", "anna@przyklad.example", "52.30117", "22.00031"):
        assert secret not in seen, secret
    page = client.get(f"/zgloszenia/publiczne/{row.uid}/").content.decode()
    assert str(State.RECEIVED.label) in page


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.PENDING, Visibility.HIDDEN])
def test_what_is_not_public_is_nowhere(client: Client, visibility: str) -> None:
    row = a_report(visibility=visibility)
    seen = everywhere(client, row)
    assert row.number not in seen
    assert str(row.uid) not in seen
    assert client.get(f"/zgloszenia/publiczne/{row.uid}/").status_code == 404


def test_what_was_withdrawn_forgotten_or_never_confirmed_is_nowhere(client: Client) -> None:
    now = timezone.now()
    rows = [
        shown(state=State.WITHDRAWN, closed_at=now),
        shown(state=State.AWAITING, token_until=now),
        shown(forgotten_at=now),
    ]
    for row in rows:
        assert row.number not in everywhere(client, row)


def test_what_the_office_hides_is_gone_with_the_next_request(client: Client) -> None:
    row = shown()
    before = client.get("/api/v1/map/reports?bbox=21,52,23,53")
    assert before["Cache-Control"] == "public, no-cache"
    known = {"If-None-Match": before["ETag"]}
    assert client.get("/api/v1/map/reports?bbox=21,52,23,53", headers=known).status_code == 304
    assert "no-cache" in client.get("/zgloszenia/publiczne/")["Cache-Control"]
    publishing.hide(row, by=make.staff("reports_handler"), version=row.version)
    after = client.get("/api/v1/map/reports?bbox=21,52,23,53", headers=known)
    assert after.json()["items"] == []
    assert row.number not in everywhere(client, row)


def test_the_map_asks_for_a_part_and_for_what_is_new(client: Client) -> None:
    row = shown()
    found = client.get("/api/v1/map/reports?bbox=21.9,52.2,22.1,52.4").json()
    assert [item["id"] for item in found["items"]] == [str(row.uid)]
    assert (found["items"][0]["lat"], found["items"][0]["lon"]) == (52.301, 22.0)
    assert (found["items"][0]["open"], found["more"]) == (True, False)
    assert client.get("/api/v1/map/reports?bbox=10,50,11,51").json()["items"] == []
    late = (timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = f"/api/v1/map/reports?bbox=21.9,52.2,22.1,52.4&since={late}"
    assert client.get(path).json()["items"] == []


@pytest.mark.parametrize(
    "asked",
    ["", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=22,52,21,53", "bbox=21,53,22,52", "bbox=21,52,22,nan",
     "bbox=21,52,22,95", "bbox=-inf,52,22,53", "bbox=21,52,22,53&since=wczoraj"],
)  # fmt: skip
def test_a_part_of_no_map_is_refused_in_words(client: Client, asked: str) -> None:
    answer = client.get(f"/api/v1/map/reports?{asked}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] in {"bbox", "since"}


def test_who_is_about_to_report_sees_the_like_ones_and_can_follow(client: Client) -> None:
    row = shown()
    other = category("latarnie_w_testach", name="Latarnia")
    place = f"lat={EXACT[0]}&lon={EXACT[1]}"
    near = client.get(f"/api/v1/reports/nearby?{place}&category=dziury_w_testach").json()
    (item,) = near["items"]
    assert (item["id"], item["description"]) == (str(row.uid), LET_OUT)
    assert item["metres"] < 50
    for query in (f"category={other.code}", "category=nie_ma", "radius=10"):
        assert client.get(f"/api/v1/reports/nearby?{place}&{query}").json()["items"] == []
    assert client.get("/api/v1/reports/nearby?lat=52.4&lon=22").json()["items"] == []
    app = App.new()
    assert app.put(f"reports/{row.uid}/follow").status_code == 200
    assert app.get(f"reports/{row.uid}").json()["role"] == "follower"


def test_what_is_done_is_no_longer_near_but_on_the_map(client: Client) -> None:
    row = shown(state=State.RESOLVED, closed_at=timezone.now())
    path = f"/api/v1/reports/nearby?lat={row.lat}&lon={row.lon}"
    assert client.get(path).json()["items"] == []
    (item,) = client.get("/api/v1/map/reports?bbox=21,52,23,53").json()["items"]
    assert (item["state"], item["open"]) == ("resolved", False)
    assert row.number in client.get("/zgloszenia/publiczne/?state=zakonczone").content.decode()
    assert row.number not in client.get("/zgloszenia/publiczne/?state=otwarte").content.decode()


def test_words_of_the_reporter_are_theirs_also_after_they_were_answered(client: Client) -> None:
    person: Recipient = make.recipient()
    row = shown(reporter=person)
    row.refresh_from_db()
    by = Actor.reporter(recipient=person)
    answering.reply(row, "Mój telefon to 512 000 111", by=by, version=row.version)
    assert "512 000 111" not in everywhere(client, row)


def test_filters_that_make_no_sense_filter_nothing(client: Client) -> None:
    row = shown()
    for query in ("state=x&category=abc&district=-1&days=ile", "page=999", "category=999999"):
        answer = client.get(f"/zgloszenia/publiczne/?{query}")
        assert answer.status_code == 200
        assert row.number in answer.content.decode()


# --- A report without an account ---------------------------------------------------------------------------


def filled(**changes: Any) -> dict[str, Any]:
    return {
        "form_key": str(uuid.uuid4()),
        "q_danger": "no",
        "description": "Dziura w jezdni, jeden metr.",
        "address": "Sportowa 1",
        "email": "jan@przyklad.example",
        "wants_public": "on",
        **changes,
    }


@pytest.fixture
def form(client: Client) -> str:
    category()
    make.point()
    assert "dziury_w_testach" in client.get("/zgloszenia/nowe/").content.decode()
    path = "/zgloszenia/nowe/dziury_w_testach/"
    assert client.get(path).status_code == 200
    return path


def test_a_report_by_anybody_waits_for_the_link_and_counts_from_then(
    client: Client, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports.steps import verifying

    tokens: list[str] = []
    words = verifying._words

    def seen(row: Report, token: str) -> Words:
        tokens.append(token)
        return words(row, token)

    monkeypatch.setattr(verifying, "_words", seen)
    assert client.post(form, filled())["Location"] == "/zgloszenia/nowe/wyslane/"
    row = Report.objects.get()
    assert (row.state, row.origin) == (State.AWAITING, Origin.WEB)
    assert Letter.objects.filter(recipient=None, staff=None).exists()
    link = f"/zgloszenia/potwierdz/{tokens[0]}/"
    assert client.get(link).status_code == 200
    assert (
        Report.objects.get().state == State.AWAITING
    )  # a program that reads mail confirms nothing
    done = client.post(link).content.decode()
    assert row.number in done
    assert Report.objects.get().state != State.AWAITING
    assert client.post("/zgloszenia/potwierdz/nonsense/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"q_danger": "yes"}, "q_danger"),
        ({"q_danger": ""}, "q_danger"),
        ({"email": "nikt"}, "email"),
        ({"address": "ulica Której Nie Ma 7"}, "address"),
        ({"address": "", "latitude": "10", "longitude": "10"}, "address"),
        ({"latitude": "95", "longitude": "10"}, "latitude"),
        ({"description": "x" * 4001}, "description"),
    ],
)
def test_what_is_no_report_comes_back_with_what_was_typed(
    client: Client, form: str, changes: dict[str, str], field: str
) -> None:
    answer = client.post(form, filled(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "jan@przyklad.example" in page or "email" in changes
    assert ("Zadzwoń pod numer 112" in page) is True  # before anything else
    assert not Report.objects.exists()


def test_pressing_twice_reports_once(client: Client, form: str) -> None:
    body = filled()
    assert {client.post(form, body).status_code for _each in range(2)} == {302}
    assert Report.objects.count() == 1


def test_nobodys_mailbox_is_flooded_through_us(client: Client, form: str) -> None:
    codes = [client.post(form, filled()).status_code for _each in range(5)]
    assert codes == [302, 302, 302, 422, 422]
    assert Report.objects.count() == 3


def test_of_several_likely_places_the_person_is_asked_for_one(client: Client, form: str) -> None:
    make.point("Kwiatowa", 1)
    make.point("Kwiatowa Dolna", 1)
    answer = client.post(form, filled(address="Kwiatowa"))
    assert answer.status_code == 422
    assert "Kwiatowa Dolna" in str(answer.context["form"].errors["address"])
