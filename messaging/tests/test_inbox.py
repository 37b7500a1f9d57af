"""What a person's devices read: their messages by every way the API has, and nobody else's."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from messaging.channels.base import Outcome
from messaging.engine import receipts
from messaging.models import Delivery, Message, MessageText, ReceiptNews
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.fakes import always
from messaging.tests.reading import Phone
from recipients.account import rights
from recipients.models import Recipient
from recipients.same_person import joining
from tests import make

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def person() -> Recipient:
    return make.recipient(kinds=("push",), topics=(make.topic(),), first_name="Róża")


def text(
    title: str = "Woda", long: str = "**Nie będzie** wody. [Mapa](https://a.example)"
) -> MessageText:
    return MessageText(title=title, short="Krótko.", long=long)


def sent(title: str = "Woda", **fields: Any) -> Message:
    message = flow.sent(make.message(channels=("push",), **({"text": text(title)} | fields)))
    flow.drain("push")
    message.refresh_from_db()
    return message


def test_a_message_comes_to_the_inbox_when_its_hint_is_settled(
    fake: Fake, person: Recipient
) -> None:
    fake("push")
    phone = Phone(person)
    message = flow.sent(make.message(channels=("push",), text=text(long="{imie}, **ważne**")))
    assert phone.sync() == 0
    assert phone.get("messages").json()["items"] == []
    flow.drain("push")
    phone.sync()
    (data,) = phone.of("message").values()
    assert (data["title"], data["body"], data["class"]) == (
        "Woda",
        "Róża, **ważne**",
        "information",
    )
    assert data["html"] == "<p>Róża, <strong>ważne</strong></p>\n"
    assert data["text"] == "Róża, ważne"
    assert (data["id"], data["read_at"]) == (str(message.uid), None)


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_a_hint_that_got_lost_loses_no_message(fake: Fake, person: Recipient, state: str) -> None:
    phone = Phone(person)
    fake("push", always(Outcome.REFUSED))
    sent()
    if state == "unknown":
        Delivery.objects.update(state=State.UNKNOWN)
    phone.sync()
    assert phone.titles() == {"Woda"}
    assert len(phone.get("messages").json()["items"]) == 1


def test_the_list_goes_on_by_its_cursor_and_an_etag_saves_the_rest(
    fake: Fake, person: Recipient
) -> None:
    fake("push")
    phone = Phone(person)
    titles = [f"Nr {number}" for number in range(5)]
    for title in titles:
        sent(title)
    seen, path = [], "messages?limit=2"
    while path:
        said = phone.get(path).json()
        seen += [item["title"] for item in said["items"]]
        path = said["cursor"] and f"messages?limit=2&cursor={said['cursor']}"
    assert seen == titles[::-1]
    first = phone.get("messages")
    assert first["Cache-Control"] == "private, no-cache"
    assert phone.get("messages", **{"If-None-Match": first["ETag"]}).status_code == 304
    uid = first.json()["items"][0]["id"]
    one = phone.get(f"messages/{uid}")
    assert "<strong>" in one.json()["html"]
    assert phone.get(f"messages/{uid}", **{"If-None-Match": one["ETag"]}).status_code == 304


def test_read_on_one_device_is_learned_by_the_other(fake: Fake, person: Recipient) -> None:
    fake("push")
    message = sent()
    phone, tablet = Phone(person), Phone(person)
    phone.sync()
    tablet.sync()
    at = timezone.now()
    told = [
        {"id": str(message.uid), "event": e, "at": at.isoformat()} for e in ("delivered", "read")
    ]
    for _again in range(2):
        answer = phone.post("messages/receipts", {"receipts": told[::-1]})
        assert [item["result"] for item in answer.json()["items"]] == ["accepted", "accepted"]
        receipts.apply()
    assert Delivery.objects.get().state == State.READ
    assert flow.counted(message) == {"read": 1}
    tablet.sync()
    (data,) = tablet.of("message").values()
    assert data["read_at"] is not None
    assert phone.get(f"messages/{message.uid}").json()["read_at"] == data["read_at"]


@pytest.mark.parametrize(
    "clock", [timedelta(days=365), -timedelta(days=365), timedelta(days=-700_000)]
)
def test_a_wrong_clock_cannot_place_a_receipt_outside_of_the_messages_life(
    fake: Fake, person: Recipient, clock: timedelta
) -> None:
    fake("push")
    message = sent()
    at = (timezone.now() + clock).isoformat()
    phone = Phone(person)
    phone.post(
        "messages/receipts", {"receipts": [{"id": str(message.uid), "event": "read", "at": at}]}
    )
    news = ReceiptNews.objects.get()
    assert message.sent_at is not None
    assert message.sent_at <= news.at <= timezone.now()


def test_bad_receipts_are_refused_and_others_messages_ignored(
    fake: Fake, person: Recipient
) -> None:
    fake("push")
    other = make.recipient(kinds=("push",), topics=(make.topic(),))
    message = sent(audience={"people": [other.pk]})
    phone, now = Phone(person), timezone.now().isoformat()
    row = {"id": str(message.uid), "event": "read", "at": now}
    unknown = {"id": str(uuid.uuid4()), "event": "delivered", "at": now}
    answer = phone.post("messages/receipts", {"receipts": [row, unknown]})
    assert [item["result"] for item in answer.json()["items"]] == ["ignored", "ignored"]
    assert not ReceiptNews.objects.exists()
    wrong: tuple[object, ...] = (
        {"receipts": []},
        {"receipts": [row] * 201},
        {"receipts": [row | {"event": "burned"}]},
        {"receipts": [row | {"at": "wczoraj"}]},
        {"receipts": [row | {"id": 5}]},
        {"receipts": "x"},
        {},
    )
    for body in wrong:
        assert phone.post("messages/receipts", body).status_code == 422, body
    assert Phone().post("messages/receipts", {"receipts": [row]}).status_code == 403


Change = Callable[[Recipient, Phone], None]


def restricted(person: Recipient, _phone: Phone) -> None:
    rights.restrict(person, by=make.clerk(), reason="x")


def erased(person: Recipient, _phone: Phone) -> None:
    rights.erase(person, by=make.clerk(), reason="x")


def unpaired(_person: Recipient, phone: Phone) -> None:
    phone.pair(None)


def anothers(_person: Recipient, phone: Phone) -> None:
    phone.pair(make.recipient(kinds=("push",), topics=(make.topic(),), first_name="Inna"))


@pytest.mark.parametrize("become", [restricted, erased, unpaired, anothers])
def test_who_may_not_read_any_more_gets_nothing_by_any_endpoint(
    fake: Fake, person: Recipient, become: Change
) -> None:
    fake("push")
    phone = Phone(person)
    message = sent("Tajne")
    phone.sync()
    assert phone.titles() == {"Tajne"}
    become(person, phone)
    for path in ("messages", f"messages/{message.uid}", "sync", f"sync?cursor={phone.cursor}"):
        answer = phone.get(path)
        assert "Tajne" not in answer.content.decode(), path
    if become is not erased:  # whose device is gone with them
        phone.sync()
        assert phone.titles() == set()


def test_a_doubt_that_is_cleared_gives_everything_back(fake: Fake, person: Recipient) -> None:
    fake("push")
    phone = Phone(person)
    sent()
    phone.sync()
    rights.restrict(person, by=make.clerk(), reason="x")
    phone.sync()
    assert phone.titles() == set()
    rights.lift(person, by=make.clerk(), reason="x")
    phone.sync()
    assert phone.titles() == {"Woda"}


def test_who_rests_reads_what_came_before(fake: Fake, person: Recipient) -> None:
    fake("push")
    phone = Phone(person)
    sent()
    rights.suspend(person, by=make.clerk(), reason="x")
    phone.sync()
    assert phone.titles() == {"Woda"}


def test_two_cards_become_one_inbox(fake: Fake, person: Recipient) -> None:
    fake("push")
    goes = make.recipient(kinds=("push",), topics=(make.topic(),), pesel="", first_name="Rosa")
    phone, old = Phone(person), Phone(goes)
    both = sent("Obie")
    only = sent("Jedna", audience={"people": [goes.pk]})
    phone.sync()
    old.sync()
    person.refresh_from_db()
    goes.refresh_from_db()
    joining.join(person, goes, (), by=make.clerk(), revisions=(person.revision, goes.revision))
    for one in (phone, old):
        one.sync()
        assert one.titles() == {"Obie", "Jedna"}
        items = one.get("messages").json()["items"]
        assert [item["id"] for item in items] == [str(only.uid), str(both.uid)]


def test_a_cursor_is_for_one_device_and_damaged_ones_are_refused(person: Recipient) -> None:
    phone, tablet = Phone(person), Phone(person)
    phone.sync()
    assert tablet.get(f"sync?cursor={phone.cursor}").status_code == 410
    assert phone.get(f"sync?cursor={phone.cursor[:-2]}").status_code == 422
    listed = phone.get("messages?cursor=" + phone.cursor)
    assert (listed.status_code, listed.json()["type"].rpartition("/")[2]) == (422, "cursor-invalid")
    assert phone.get("sync?limit=0").status_code == 422
    assert Phone().get("sync").status_code == 200
    anonymous = Phone()
    anonymous.token = "icp1_x_y"
    assert anonymous.get("sync").status_code == 401


def test_the_clock_of_the_person_is_no_key_to_time() -> None:
    """A year that Python's calendar has not is a wrong value, not a fault."""
    phone = Phone(make.recipient(kinds=("push",)))
    row = {"id": str(uuid.uuid4()), "event": "read", "at": "0000-00-00T00:00:00Z"}
    assert phone.post("messages/receipts", {"receipts": [row]}).status_code == 422
    for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        body = {"receipts": [row | {"at": at}]}
        assert phone.post("messages/receipts", body).status_code in {200, 422}
