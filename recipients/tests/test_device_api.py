"""What a device and its person can ask at /api/v1: registered, paired, changed, removed; the account."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from consents import granting
from consents.models import Consent
from icp.days import months_after
from recipients.account import rights
from recipients.contacts import devices, verification
from recipients.models import ContactPoint, Device, Recipient, RightsRequest
from tests import make

pytestmark = pytest.mark.django_db
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/gAAAA"
KEYS = {"p256dh": "B" * 87, "auth": "A" * 22}


class App:
    """A client with a token, as an app is one."""

    def __init__(self, token: str = "") -> None:
        self.http, self.token = Client(), token

    def ask(self, method: str, path: str, data: object = None, **headers: str) -> Any:
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = {"data": data, "content_type": "application/json"} if data is not None else {}
        return getattr(self.http, method)(f"/api/v1/{path}", headers=headers, **body)


@pytest.fixture
def app() -> App:
    answer = App().ask("post", "devices", {"platform": "web", "locale": "uk"})
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    return App(answer.json()["token"])


def a_code(person: Recipient) -> str:
    return verification.draw_on_paper(person, by=make.clerk())[0]


def app_of(person: Recipient) -> App:
    app = App(devices.enroll(platform="android")[1])
    assert app.ask("post", "devices/pair", {"code": a_code(person)}).status_code == 200
    return app


def slug(answer: Any) -> str:
    assert answer["Content-Type"] == "application/problem+json"
    return str(answer.json()["type"].rpartition("/")[2])


def test_a_device_registers_and_says_what_it_wants(app: App) -> None:
    first = app.ask("get", "device").json()
    assert (first["platform"], first["locale"], first["paired"]) == ("web", "uk", False)
    assert first["topics"] is first["areas"] is first["quiet_hours"] is first["push"] is None
    topic, area = make.topic(), make.district()
    wishes = {
        "locale": "en",
        "topics": [topic.pk, topic.pk],
        "areas": [area.pk],
        "quiet_hours": {"begin": "22:00", "end": "06:30"},
        "home": {"lat": 52.16, "lon": 22.29},
        "report_pushes": False,
    }
    changed = app.ask("patch", "device", wishes)
    assert changed.status_code == 200
    assert changed.json() == first | wishes | {"topics": [topic.pk]}
    assert app.ask("patch", "device", {"quiet_hours": None, "home": None}).status_code == 200
    read = app.ask("get", "device")
    assert (read.json()["quiet_hours"], read.json()["home"]) == (None, None)
    assert app.ask("get", "device", **{"If-None-Match": read["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("wishes", "pointer"),
    [
        ({"topics": [987_654]}, "#/topics"),
        ({"areas": [987_654]}, "#/areas"),
        ({"home": {"lat": 91, "lon": 0}}, "#/home/lat"),
        ({"home": {"lat": 1}}, "#/home/lon"),
        ({"locale": "de"}, "#/locale"),
        ({"quiet_hours": {"begin": "22:00", "end": "25:00"}}, "#/quiet_hours/end"),
        ({"report_pushes": "tak"}, "#/report_pushes"),
        ({"topics": "3"}, "#/topics"),
    ],
)
def test_a_wish_that_makes_no_sense_is_named(app: App, wishes: object, pointer: str) -> None:
    answer = app.ask("patch", "device", wishes)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("body", [{}, {"platform": "symbian"}, {"platform": "web", "locale": 7}])
def test_a_device_that_says_nothing_sensible_is_not_registered(body: object) -> None:
    assert App().ask("post", "devices", body).status_code == 422
    assert not Device.objects.exists()


def test_a_wrong_code_a_used_one_and_an_unknown_one_are_answered_alike(app: App) -> None:
    person = make.recipient()
    used = a_code(person)
    app_of(person)
    verification.redeem(used)
    answers = [
        app.ask("post", "devices/pair", {"code": code, "address": address})
        for code, address in [(used, ""), ("00000-00000", ""), (used, "nikt@przyklad.example")]
    ]
    bodies = [{**answer.json(), "trace_id": ""} for answer in answers]
    assert {answer.status_code for answer in answers} == {422}
    assert bodies[0] == bodies[1] == bodies[2]
    assert slug(answers[0]) == "code-not-accepted"


def test_pairing_opens_the_account_and_unpairing_closes_it(app: App) -> None:
    person = make.recipient()
    assert slug(app.ask("get", "me")) == "not-paired"
    code = a_code(person)
    paired = app.ask("post", "devices/pair", {"code": code.lower(), "address": person.identifier})
    assert (paired.status_code, paired.json()["paired"]) == (200, True)
    me = app.ask("get", "me").json()
    assert (me["id"], me["last_name"], me["state"]) == (person.identifier, "Gżegżółka", "active")
    assert slug(app.ask("post", "devices/pair", {"code": code})) == "already-paired"
    assert app.ask("post", "devices/unpair").status_code == 204
    assert app.ask("post", "devices/unpair").status_code == 204
    assert slug(app.ask("get", "me")) == "not-paired"
    assert app.ask("get", "device").json()["paired"] is False


def test_guessing_is_slowed_down_by_address_and_by_source(app: App) -> None:
    make.recipient()
    seen = {app.ask("post", "devices/pair", {"code": "1"}).status_code for _try in range(10)}
    assert seen == {422}
    refused = app.ask("post", "devices/pair", {"code": "1"})
    assert (refused.status_code, slug(refused)) == (429, "too-many-requests")
    assert int(refused["Retry-After"]) > 0


def test_one_person_sees_and_ends_their_devices_and_nobody_elses(app: App) -> None:
    person, other = make.recipient(), make.recipient()
    one, two, foreign = app_of(person), app_of(person), app_of(other)
    rows = one.ask("get", "me/devices").json()["items"]
    assert [row["this"] for row in rows].count(True) == 1
    assert len(rows) == 2
    strangers = foreign.ask("get", "me/devices").json()["items"][0]["id"]
    assert slug(one.ask("delete", f"me/devices/{strangers}")) == "not-found"
    (lost,) = [row["id"] for row in rows if not row["this"]]
    assert one.ask("delete", f"me/devices/{lost}").status_code == 204
    assert slug(two.ask("get", "me")) == "unauthenticated"
    assert foreign.ask("get", "me").status_code == 200
    assert slug(app.ask("delete", f"me/devices/{strangers}")) == "not-paired"


def test_a_device_forgets_itself(app: App) -> None:
    assert app.ask("delete", "device").status_code == 204
    answer = app.ask("get", "device")
    assert (answer.status_code, slug(answer)) == (401, "unauthenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_is_changed_and_the_old_one_lives_on_for_a_moment(app: App) -> None:
    said = app.ask("post", "device/token/rotate").json()
    assert App(said["token"]).ask("get", "device").status_code == 200
    assert app.ask("get", "device").status_code == 200
    Device.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
    assert app.ask("get", "device").status_code == 401


def test_hints_are_registered_for_push_services_only(app: App) -> None:
    said = {"kind": "webpush", "endpoint": ENDPOINT, "keys": KEYS}
    done = app.ask("put", "device/push", said)
    assert (done.status_code, done.json()["push"]["kind"]) == (200, "webpush")
    assert app.ask("put", "device/push", {"kind": "fcm", "token": "abc:def"}).status_code == 200
    assert Device.objects.get().push == "fcm:abc:def"
    assert app.ask("delete", "device/push").status_code == 204
    assert app.ask("get", "device").json()["push"] is None


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"kind": "webpush", "endpoint": "https://127.0.0.1/x", "keys": KEYS}, "#/endpoint"),
        ({"kind": "webpush", "endpoint": "http://fcm.googleapis.com/x", "keys": KEYS}, "#/endpoint"),
        ({"kind": "webpush", "endpoint": "https://evil.example/fcm.googleapis.com", "keys": KEYS}, "#/endpoint"),
        ({"kind": "webpush", "endpoint": ENDPOINT}, "#/keys"),
        ({"kind": "webpush", "endpoint": ENDPOINT, "keys": KEYS | {"auth": "x"}}, "#/keys/auth"),
        ({"kind": "fcm"}, "#/token"),
        ({"kind": "fcm", "token": "dwie\nlinie"}, "#/token"),
        ({"kind": "fcm", "token": "x" * 513}, "#/token"),
        ({"kind": "smoke"}, "#/kind"),
    ],
)  # fmt: skip
def test_a_hint_to_anywhere_else_is_refused(app: App, said: object, pointer: str) -> None:
    answer = app.ask("put", "device/push", said)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert Device.objects.get().push is None


def test_a_consent_is_withdrawn_at_once_and_the_slip_undone() -> None:
    waste = make.topic()
    person = make.recipient(kinds=("email", "sms"), topics=(waste,))
    app = app_of(person)
    shown = app.ask("get", "me/channels").json()
    assert {"channel": "sms", "hint": "…" + shown["channels"][1]["hint"][1:], "confirmed": False} in shown["channels"]  # fmt: skip
    address = person.contact_points.get(kind="email").value
    assert address not in str(shown)
    assert shown["consents"][0]["agreed"] == ["email", "sms"]
    what = {"topic": waste.pk, "channel": "sms"}
    done = app.ask("post", "me/consents/withdraw", what)
    assert done.json()["agreed"] is False
    assert app.ask("post", "me/consents/withdraw", what).status_code == 200
    assert app.ask("get", "me/channels").json()["consents"][0]["agreed"] == ["email"]
    undone = app.ask("post", "me/consents/undo", what)
    assert undone.json() == what | {"agreed": True, "undo_until": None}
    acts = Consent.objects.filter(channel="sms").order_by("pk")
    assert list(acts.values_list("act", "how")) == [
        ("grant", "paper"),
        ("withdraw", "app"),
        ("grant", "app"),
    ]


def test_a_yes_that_was_never_there_needs_a_form() -> None:
    waste, alarms = make.topic(), make.topic("Alarmy", mandatory=True)
    person = make.recipient(kinds=("email",), topics=(waste,))
    app = app_of(person)
    mail = {"topic": waste.pk, "channel": "email"}
    assert slug(app.ask("post", "me/consents/undo", mail)) == "consent-needs-form"
    granting.withdraw(person, waste, "email", how="desk", by=make.clerk())
    assert slug(app.ask("post", "me/consents/undo", mail)) == "consent-needs-form"
    by_law = {"topic": alarms.pk, "channel": "email"}
    assert slug(app.ask("post", "me/consents/withdraw", by_law)) == "topic-by-law"
    nothing = {"topic": 987_654, "channel": "email"}
    assert app.ask("post", "me/consents/withdraw", nothing).status_code == 422


def test_a_day_later_the_slip_is_a_decision() -> None:
    waste = make.topic()
    person = make.recipient(kinds=("email",), topics=(waste,))
    app, what = app_of(person), {"topic": waste.pk, "channel": "email"}
    app.ask("post", "me/consents/withdraw", what)
    with pytest.MonkeyPatch.context() as clock:
        now = timezone.now()
        clock.setattr(timezone, "now", lambda: now + timedelta(hours=25))
        assert slug(app.ask("post", "me/consents/undo", what)) == "consent-needs-form"


def test_a_person_rests_and_comes_back() -> None:
    person = make.recipient()
    app = app_of(person)
    tomorrow = timezone.localdate() + timedelta(days=1)
    rests = app.ask("post", "me/suspend", {"until": tomorrow.isoformat()})
    assert (rests.json()["state"], rests.json()["until"]) == ("suspended", tomorrow.isoformat())
    assert slug(app.ask("post", "me/suspend", {})) == "account-state"
    assert app.ask("post", "me/resume").json()["state"] == "active"
    assert slug(app.ask("post", "me/resume")) == "account-state"
    assert app.ask("post", "me/suspend", {"until": "2001-01-01"}).status_code == 422
    done = RightsRequest.objects.filter(recipient=person).order_by("pk")
    assert list(done.values_list("kind", "how")) == [("suspend", "app"), ("resume", "app")]


def test_an_account_that_the_office_restricted_is_read_and_not_changed() -> None:
    person = make.recipient()
    app = app_of(person)
    rights.restrict(person, by=make.clerk(), reason="wątpliwość")
    assert app.ask("get", "me").json()["state"] == "restricted"
    assert slug(app.ask("post", "me/suspend", {})) == "account-state"
    assert app.ask("post", "me/data-export").status_code == 200


def test_the_wish_to_be_erased_is_confirmed_waits_for_the_office_and_can_be_taken_back() -> None:
    person = make.recipient()
    app = app_of(person)
    assert app.ask("post", "me/erase", {"confirm": False}).status_code == 422
    assert app.ask("post", "me/erase", {}).status_code == 422
    assert slug(app.ask("delete", "me/erase")) == "not-found"
    asked = app.ask("post", "me/erase", {"confirm": True})
    assert asked.status_code == 202
    assert app.ask("post", "me/erase", {"confirm": True}).json() == asked.json()
    assert app.ask("get", "me").json()["requests"] == [asked.json()]
    wish = RightsRequest.objects.get(recipient=person)
    assert (wish.kind, wish.how, wish.due_on) == (
        "erase", "app", months_after(timezone.localdate(), 1),
    )  # fmt: skip
    assert app.ask("delete", "me/erase").status_code == 204
    assert RightsRequest.objects.get(pk=wish.pk).outcome == "taken_back"
    app.ask("post", "me/erase", {"confirm": True})
    rights.erase(person, by=make.clerk(), reason="na wniosek")
    assert app.ask("get", "me").status_code == 401


def test_the_copy_of_data_says_everything_but_what_lets_somebody_in() -> None:
    person = make.recipient(kinds=("email",))
    app = app_of(person)
    app.ask("put", "device/push", {"kind": "fcm", "token": "wakes-the-phone"})
    answer = app.ask("post", "me/data-export")
    document = answer.json()
    assert answer["Cache-Control"] == "no-store"
    assert document["person"]["last_name"] == "Gżegżółka"
    assert [row["push"] for row in document["devices"]] == ["fcm"]
    secrets = ("wakes-the-phone", app.token, app.token.split("_", 2)[2])
    assert not [secret for secret in secrets if secret in answer.content.decode()]
    request = RightsRequest.objects.get(recipient=person, kind="view")
    assert (request.how, request.outcome) == ("app", "done")


def test_codes_of_people_who_may_not_be_written_to_pair_nothing(app: App) -> None:
    person = make.recipient()
    code = a_code(person)
    rights.suspend(person, by=make.clerk(), reason="urlop")
    assert slug(app.ask("post", "devices/pair", {"code": code})) == "code-not-accepted"
    assert not ContactPoint.objects.filter(recipient=person, kind="push").exists()


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Basic abc", "Bearer icp1_x_y", "icp1", "Bearer " + "ą" * 3, "Bearer " + "x" * 9000],
)  # fmt: skip
def test_whatever_else_is_sent_as_a_token_is_401(header: str) -> None:
    answer = Client().get("/api/v1/device", headers={"Authorization": header})
    assert (answer.status_code, slug(answer)) == (401, "unauthenticated")
