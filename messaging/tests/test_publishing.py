"""What everybody may read: published with the sending, refused where it names a person, withdrawn."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from rest_framework.exceptions import ValidationError

from admin_module.models import AuditEntry
from messaging.api.shapes import box
from messaging.forms import MessageForm
from messaging.models import Message, MessageText
from messaging.steps import braking, publishing, sending
from messaging.tests import flow
from messaging.tests.reading import Phone
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db
Klass = Message.Klass
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def person() -> Recipient:
    return make.recipient(kinds=("sms",), topics=(make.topic(),))


def published(title: str = "Burza", klass: str = Klass.WARNING, **fields: Any) -> Message:
    text = MessageText(title=title, short="Zamknij okna.", long="Zamknij **okna**.")
    asked: dict[str, Any] = {
        "text": text,
        "public": True,
        "klass": klass,
        "channels": ("sms",),
    } | fields
    return flow.sent(make.message(**asked))


def form(klass: str = Klass.WARNING, **fields: str) -> MessageForm:
    data = {
        "klass": klass, "title": "Burza", "short": "Zamknij okna.", "channels": ["sms"],
        "public_for": "information", "when": "now",
    }  # fmt: skip
    made = MessageForm(data | fields, user=make.staff("duty_officer"))
    made.full_clean()
    return made


@pytest.mark.parametrize(
    ("klass", "shown_for", "ticked", "becomes"),
    [
        ("information", "information", "", False),
        ("warning", "information", "", True),  # just chosen: its own default
        ("alarm", "", "", True),
        ("warning", "warning", "", False),  # somebody took the tick off
        ("information", "information", "on", True),
        ("information", "warning", "on", False),
    ],
)
def test_alarms_and_warnings_are_for_everybody_unless_somebody_says_otherwise(
    klass: str, shown_for: str, ticked: str, becomes: bool
) -> None:
    made = form(klass, public_for=shown_for, **({"public": ticked} if ticked else {}))
    assert "public" not in made.errors
    message = make.message()
    made.fill_in(message)
    assert message.public is becomes
    assert str(made["public"].value() or "") in ({"on", "True"} if becomes else {"", "False"})


def test_what_names_a_person_is_not_for_everybody() -> None:
    assert not form(short="{imie}, zamknij okna.").cleaned_data["public"]
    ticked = form(short="{imie}, zamknij okna.", public_for="warning", public="on")
    assert "public" in ticked.errors
    message = make.message(
        text=MessageText(title="a", short="b", long="Drogi {imie}"), public=True, channels=("sms",)
    )
    with pytest.raises(sending.CannotSend):
        sending.send(message, by=message.author)


def test_it_is_published_when_the_sending_begins_and_not_before() -> None:
    later = timezone.now() + timedelta(hours=2)
    message = make.message(public=True, klass=Klass.WARNING, channels=("sms",), due_at=later)
    sending.send(message, by=message.author)
    message.refresh_from_db()
    assert message.published_at is None
    assert Client().get("/api/v1/alerts").json()["items"] == []
    done = published()
    assert done.published_at is not None
    (item,) = Client().get("/api/v1/alerts?active=1").json()["items"]
    assert (item["id"], item["class"], item["status"]) == (str(done.uid), "warning", "active")
    assert (item["html"], item["text"]) == (
        "<p>Zamknij <strong>okna</strong>.</p>\n",
        "Zamknij okna.",
    )
    assert AuditEntry.objects.filter(action="message.published").count() == 1
    flow.sent(make.message(channels=("sms",)))  # one that is not public
    assert len(Client().get("/api/v1/announcements").json()["items"]) == 0


def test_an_information_is_an_announcement_and_the_list_goes_on() -> None:
    titles = [f"Nr {number}" for number in range(5)]
    for title in titles:
        published(title, Klass.INFORMATION)
    seen, path = [], "/api/v1/announcements?limit=2"
    while path:
        said = Client().get(path).json()
        seen += [item["title"] for item in said["items"]]
        path = said["cursor"] and f"/api/v1/announcements?limit=2&cursor={said['cursor']}"
    assert seen == titles[::-1]
    wrong = Client().get("/api/v1/announcements?cursor=x")
    assert wrong.json()["type"].endswith("/problems/cursor-invalid")
    uid = said["items"][0]["id"]
    assert Client().get(f"/api/v1/announcements/{uid}").status_code == 200
    assert Client().get(f"/api/v1/alerts/{uid}").status_code == 404


def test_anybodys_answers_may_be_kept_for_half_a_minute_and_read_by_other_sites() -> None:
    message = published()
    for path in ("alerts", f"alerts/{message.uid}", "announcements"):
        answer = Client().get(f"/api/v1/{path}")
        assert answer["Cache-Control"] == "public, max-age=30, stale-if-error=86400"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert not answer.cookies
        again = Client().get(f"/api/v1/{path}", headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304


def test_an_unpaired_device_learns_it_by_sync_and_its_end_too() -> None:
    phone = Phone()
    alarm, announced = published(), published("Festyn", Klass.INFORMATION)
    phone.sync()
    assert phone.titles("announcement") == {"Burza", "Festyn"}
    publishing.withdraw(alarm, by=alarm.author)
    publishing.withdraw(announced, by=announced.author)
    phone.sync()
    (left,) = phone.of("announcement").values()
    assert (left["title"], left["status"]) == ("Burza", "cancelled")
    assert Client().get("/api/v1/alerts?active=1").json()["items"] == []
    assert Client().get("/api/v1/alerts").json()["items"][0]["status"] == "cancelled"
    assert Client().get(f"/api/v1/announcements/{announced.uid}").status_code == 404
    with pytest.raises(publishing.CannotWithdraw):
        publishing.withdraw(alarm, by=alarm.author)


def test_cancelling_the_rest_calls_it_off_for_everybody() -> None:
    message = published()
    braking.cancel(message, by=message.author)
    message.refresh_from_db()
    assert message.withdrawn_at is not None


def test_staff_withdraw_it_on_a_page_that_says_what_that_means(client: Client) -> None:
    message = published()
    client.force_login(make.staff("duty_officer"))
    page = client.get(reverse("message-progress", args=[message.pk])).content.decode()
    address = reverse("message-withdraw", args=[message.pk])
    assert address in page
    assert reverse("alert", args=[message.uid]) in page
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    page = client.get(reverse("message-progress", args=[message.pk])).content.decode()
    assert address not in page
    assert AuditEntry.objects.filter(action="message.withdrawn").count() == 1


def test_without_an_end_a_warning_holds_for_two_days_and_is_shown_for_thirty_more() -> None:
    message = published()
    for days, active, listed in (
        (1, True, True),
        (3, False, True),
        (31, False, True),
        (33, False, False),
    ):
        at = timezone.now() - timedelta(days=days)
        Message.objects.filter(pk=message.pk).update(published_at=at)
        items = Client().get("/api/v1/alerts").json()["items"]
        assert [item["status"] for item in items] == (
            ["active" if active else "ended"] if listed else []
        )
    Message.objects.update(expires_at=timezone.now() + timedelta(days=9))
    assert len(Client().get("/api/v1/alerts?active=1").json()["items"]) == 1


def test_areas_come_from_the_districts_that_the_audience_names() -> None:
    near = make.point(district_name="Bliskie")
    far = make.district("Dalekie")
    message = published(audience={"district": [near.district_id]})
    assert message.areas == [near.district_id]
    town = published("Miasto")
    assert town.areas == []

    def asked(query: str) -> set[str]:
        answer = Client().get(f"/api/v1/alerts?{query}")
        assert answer.status_code == 200, answer.content
        return {item["title"] for item in answer.json()["items"]}

    assert asked(f"area={near.district_id}") == {"Burza", "Miasto"}
    assert asked(f"area={far.pk}") == {"Miasto"}
    east, north = near.longitude, near.latitude
    assert asked(f"bbox={east - 0.1},{north - 0.1},{east + 0.1},{north + 0.1}") == {
        "Burza",
        "Miasto",
    }
    assert asked("bbox=0,0,1,1") == {"Miasto"}


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "a,b,c,d", "3,1,2,4", "0,0,0,91", "nan,0,1,1", "0,0,inf,1"]
)
def test_what_is_no_box_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        box(text)
    if text:
        assert Client().get(f"/api/v1/alerts?bbox={text}").status_code == 422


def test_the_page_says_what_goes_on_without_signing_in() -> None:
    empty = Client().get("/alerty/")
    assert empty.status_code == 200
    message, over = published(), published("Mróz")
    publishing.withdraw(over, by=over.author)
    published("Festyn", Klass.INFORMATION)
    answer = Client().get("/alerty/")
    page = answer.content.decode()
    assert page.index("Burza") < page.index("Festyn") < page.index("Mróz")
    assert "<strong>okna</strong>" in page
    assert answer["Cache-Control"].startswith("public, max-age=30")
    assert "Cookie" in answer["Vary"]
    assert not answer.cookies
    one = Client().get(f"/alerty/{message.uid}/")
    assert "Burza" in one.content.decode()
    assert Client().get(f"/alerty/{uuid.uuid4()}/").status_code == 404
    hidden = flow.sent(make.message(channels=("sms",)))
    assert Client().get(f"/alerty/{hidden.uid}/").status_code == 404
    assert Client().post("/alerty/").status_code == 405
    staff = Client()
    staff.force_login(message.author)
    assert "public" not in staff.get("/alerty/").headers.get("Cache-Control", "")


def test_the_feed_is_atom_and_stays_the_same_until_something_happens() -> None:
    nothing = etree.fromstring(Client().get("/alerty/atom.xml").content)
    assert nothing.findtext(f"{ATOM}updated") == "2000-01-01T00:00:00Z"
    message = published("Burza \x0b& <grad>")
    answer = Client().get("/alerty/atom.xml")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    for tag in ("id", "title", "updated", "author"):  # RFC 4287, section 4.1.1
        assert root.find(f"{ATOM}{tag}") is not None
    (entry,) = root.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{message.uid}"
    assert entry.findtext(f"{ATOM}title") == "Burza & <grad>"
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert (content.get("type"), content.text) == (
        "html",
        "<p>Zamknij <strong>okna</strong>.</p>\n",
    )
    again = Client().get("/alerty/atom.xml", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    publishing.withdraw(message, by=message.author)
    changed = Client().get("/alerty/atom.xml", headers={"If-None-Match": answer["ETag"]})
    assert changed.status_code == 200
    assert (
        etree.fromstring(changed.content).findtext(f"{ATOM}entry/{ATOM}title") != "Burza & <grad>"
    )


def test_the_widget_is_a_script_for_any_site() -> None:
    answer = Client().get("/embed/v1/alerts.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert b"cookie" not in answer.content.replace(b"no cookie", b"")
    assert not answer.cookies
    again = Client().get("/embed/v1/alerts.js", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
