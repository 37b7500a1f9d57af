"""Twilio's signed news over HTTP: early, late, twice, out of order, forged, of another account."""

from collections.abc import Callable
from itertools import permutations
from urllib.parse import urlencode

import pytest
from django.test import Client
from twilio.request_validator import RequestValidator

from messaging import channels
from messaging.channels.base import Answer, Outcome
from messaging.channels.sms.twilio import TwilioChannel
from messaging.engine import claiming, outcomes, receipts
from messaging.models import Attempt, Delivery, ReceiptNews
from messaging.tests import flow
from messaging.tests.conftest import Fake
from tests import make

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
ACCOUNT, TOKEN, SID = "AC" + "1" * 32, "zmyslony-token", "SM" + "7" * 32
Tell = Callable[..., int]


@pytest.fixture
def delivery(fake: Fake) -> Delivery:
    fake("sms")
    about = make.topic()
    make.recipient(topics=(about,), kinds=("sms",))
    flow.sent(make.message(about=about, channels=("sms",)))
    return Delivery.objects.get()


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch, delivery: Delivery) -> Tell:
    """Post a status as Twilio does; returns the response's status."""
    reader = TwilioChannel({"account": ACCOUNT, "token": TOKEN})

    def post(status: str, *, token: str = TOKEN, reference: str = "", **changes: str) -> int:
        monkeypatch.setitem(channels._made, "sms", channels.Made(reader))
        path = f"/callbacks/sms/{reference or delivery.reference}"
        fields = {"MessageSid": SID, "AccountSid": ACCOUNT, "MessageStatus": status, **changes}
        url = f"http://127.0.0.1:8000{path}"
        signature = RequestValidator(token).compute_signature(url, fields)
        proof = {"X-Twilio-Signature": signature}
        answer = Client().post(path, urlencode(fields), FORM, headers=proof)
        receipts.apply()
        delivery.refresh_from_db()
        return answer.status_code

    return post


def test_every_order_of_all_news_ends_delivered(delivery: Delivery, tell: Tell) -> None:
    flow.drain("sms")
    for order in permutations(("queued", "sent", "delivered")):
        Delivery.objects.update(state="accepted")
        ReceiptNews.objects.all().delete()
        for status in order:
            assert tell(status) == 200
        assert delivery.state == "delivered"


def test_news_twice_counts_once(delivery: Delivery, tell: Tell) -> None:
    flow.drain("sms")
    for _time in range(3):
        assert tell("undelivered", ErrorCode="30003") == 200
    assert ReceiptNews.objects.count() == 1
    assert Attempt.objects.filter(outcome="news:undelivered").count() == 1
    assert flow.counted(delivery.message) == {"undelivered": 1}  # type: ignore[arg-type]


def test_news_before_our_own_answer_is_written(delivery: Delivery, tell: Tell) -> None:
    items = claiming.look("sms", 3, 10)
    claiming.intend(items, "sms")
    assert tell("delivered") == 200
    answer = Answer(items[0].reference, Outcome.ACCEPTED, provider_id=SID)
    outcomes.write([(items[0], answer)], "sms")
    receipts.apply()
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert flow.counted(delivery.message) == {"delivered": 1}  # type: ignore[arg-type]


def test_news_after_we_gave_up_waiting(delivery: Delivery, tell: Tell) -> None:
    flow.drain("sms")
    Delivery.objects.update(state="no_receipt")
    assert tell("delivered") == 200
    assert delivery.state == "delivered"


def test_a_failure_after_delivered_is_kept_and_changes_nothing(
    delivery: Delivery, tell: Tell
) -> None:
    flow.drain("sms")
    tell("delivered")
    tell("failed", ErrorCode="30008")
    assert delivery.state == "delivered"
    assert ReceiptNews.objects.get(news="undelivered").outcome == receipts.LATE


@pytest.mark.parametrize(
    "change",
    [
        {"token": "inny-token"},
        {"AccountSid": "AC" + "2" * 32},
        {"MessageSid": ""},
        {"reference": "nie-nasze"},
    ],
)
def test_what_does_not_prove_itself_is_refused(
    delivery: Delivery, tell: Tell, change: dict[str, str]
) -> None:
    flow.drain("sms")
    assert tell("delivered", **change) == 400
    assert delivery.state == "accepted"
    assert not ReceiptNews.objects.exists()


def test_a_signed_word_about_no_delivery_of_ours_is_set_aside(
    delivery: Delivery, tell: Tell
) -> None:
    flow.drain("sms")
    assert tell("delivered", reference="0" * 32, MessageSid="SM404") == 200
    assert delivery.state == "accepted"
    assert ReceiptNews.objects.get().outcome == receipts.UNMATCHED


def test_a_word_that_we_do_not_know_is_no_news(delivery: Delivery, tell: Tell) -> None:
    flow.drain("sms")
    assert tell("teleported") == 200
    assert not ReceiptNews.objects.exists()
