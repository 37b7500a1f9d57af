"""News from providers: kept once, applied forwards only, at home in any order."""

from itertools import pairwise, permutations
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from messaging.channels.base import Answer, BadCallback, News, Outcome, StatusUpdate
from messaging.engine import claiming, outcomes, receipts
from messaging.models import DELIVERY_MOVES, Attempt, Delivery, Message, ReceiptNews
from messaging.tests import flow
from messaging.tests.conftest import Fake
from tests import make

pytestmark = pytest.mark.django_db
S = Delivery.State


def one_delivery(fake: Fake, *, drained: bool = True) -> Delivery:
    fake("sms")
    about = make.topic()
    make.recipient(topics=(about,), kinds=("sms",))
    flow.sent(make.message(about=about, channels=("sms",)))
    if drained:
        flow.drain("sms")
    return Delivery.objects.get()


def tell(delivery: Delivery, news: News, **more: Any) -> None:
    receipts.store("sms", [StatusUpdate(delivery.reference, "SM1", news, **more)])
    receipts.apply()
    delivery.refresh_from_db()


def test_news_moves_a_state_and_its_counter(fake: Fake) -> None:
    delivery = one_delivery(fake)
    tell(delivery, News.DELIVERED)
    assert delivery.state == S.DELIVERED
    assert delivery.message is not None
    assert flow.counted(delivery.message) == {"delivered": 1}
    assert Attempt.objects.filter(outcome="news:delivered").count() == 1


def test_the_same_event_is_kept_once(fake: Fake) -> None:
    delivery = one_delivery(fake)
    for _time in range(3):
        tell(delivery, News.DELIVERED)
        tell(delivery, News.UNDELIVERED, event_id="e1")
    assert ReceiptNews.objects.count() == 2


STATES = (News.ACCEPTED, News.DELIVERED, News.UNDELIVERED, News.READ)


@pytest.mark.parametrize("order", list(permutations(STATES)))
def test_any_order_ends_at_the_highest(fake: Fake, order: tuple[News, ...]) -> None:
    delivery = one_delivery(fake)
    for news in order:
        before = delivery.state
        tell(delivery, news)
        assert delivery.state == before or delivery.state in DELIVERY_MOVES[before]
    assert delivery.state == S.READ


def test_a_late_bounce_is_kept_and_changes_nothing(fake: Fake) -> None:
    delivery = one_delivery(fake)
    tell(delivery, News.DELIVERED)
    tell(delivery, News.UNDELIVERED, code="30003")
    assert delivery.state == S.DELIVERED
    assert ReceiptNews.objects.get(news="undelivered").outcome == receipts.LATE
    assert Attempt.objects.filter(outcome="news:undelivered", code="30003").exists()


def test_news_before_the_acceptance_is_committed(fake: Fake) -> None:
    delivery = one_delivery(fake, drained=False)
    items = claiming.look("sms", 3, 10)
    claiming.intend(items, "sms")
    tell(delivery, News.DELIVERED)
    assert (delivery.state, delivery.lease_owner) == (S.DELIVERED, None)
    outcomes.write([(items[0], Answer(items[0].reference, Outcome.ACCEPTED))], "sms")
    receipts.apply()
    delivery.refresh_from_db()
    assert delivery.state == S.DELIVERED


def test_late_news_settles_unknown(fake: Fake) -> None:
    delivery = one_delivery(fake)
    Delivery.objects.update(state=S.UNKNOWN)
    tell(delivery, News.ACCEPTED)
    assert delivery.state == S.ACCEPTED


def test_news_of_an_earlier_try_stops_the_next(fake: Fake) -> None:
    delivery = one_delivery(fake, drained=False)
    tell(delivery, News.DELIVERED)
    assert delivery.state == S.DELIVERED
    assert flow.drain("sms") == 0


def test_what_was_surely_not_sent_is_queued_again(fake: Fake) -> None:
    delivery = one_delivery(fake, drained=False)
    items = claiming.look("sms", 3, 10)
    claiming.intend(items, "sms")
    Delivery.objects.update(state=S.UNKNOWN, lease_owner=None, lease_until=None)
    outcomes.write([(items[0], Answer(items[0].reference, Outcome.NOT_SENT))], "sms")
    receipts.apply()
    delivery.refresh_from_db()
    assert delivery.state == S.QUEUED


def test_news_of_nobody_is_marked_and_harms_nothing(fake: Fake) -> None:
    one_delivery(fake)
    receipts.store("sms", [StatusUpdate("no reference", "SM404", News.DELIVERED)])
    receipts.store("sms", [StatusUpdate("0" * 32, "SM405", News.DELIVERED)])
    assert receipts.apply() == 2
    assert set(ReceiptNews.objects.values_list("outcome", flat=True)) == {receipts.UNMATCHED}
    assert receipts.apply() == 0


def test_news_without_our_reference_is_found_by_the_provider_s_id(fake: Fake) -> None:
    delivery = one_delivery(fake)
    receipts.store("sms", [StatusUpdate("", delivery.provider_id, News.READ)])
    receipts.apply()
    delivery.refresh_from_db()
    assert delivery.state == S.READ


def test_a_callback_is_kept_and_answered_at_once(fake: Fake, client: Client) -> None:
    delivery = one_delivery(fake)
    channel = fake("sms")
    channel.news = [StatusUpdate(delivery.reference, "SM1", News.DELIVERED)]
    answer = client.post(f"/callbacks/sms/{delivery.reference}", {"MessageStatus": "x"})
    assert answer.status_code == 200
    assert ReceiptNews.objects.get().applied_at is None


def test_a_forged_callback_is_refused(
    fake: Fake, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forged(_callback: object) -> list[StatusUpdate]:
        raise BadCallback

    monkeypatch.setattr(fake("sms"), "read_callback", forged)
    assert client.post("/callbacks/sms/").status_code == 400
    assert client.get("/callbacks/sms/").status_code == 400  # SMSAPI asks by GET
    assert client.put("/callbacks/sms/").status_code == 405
    assert client.post("/callbacks/pigeon/").status_code == 404
    assert not ReceiptNews.objects.exists()


def test_no_news_moves_a_final_state_back() -> None:
    ranks = ["queued", "submitting", "accepted", "undelivered", "delivered", "read"]
    for lower, higher in pairwise(ranks[2:]):
        assert receipts.state_after(higher, lower) is None
    for state in (S.FAILED, S.SUPPRESSED):
        assert all(receipts.state_after(state, news) in {None, "queued"} for news in News)


def test_sending_goes_on_while_news_of_another_message_waits(fake: Fake) -> None:
    delivery = one_delivery(fake)
    tell(delivery, News.DELIVERED)
    assert Message.objects.get().status == Message.Status.SENT
    assert ReceiptNews.objects.filter(applied_at__lte=timezone.now()).exists()
