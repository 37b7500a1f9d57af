"""What killed workers, lost hints and passed hours leave behind."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from admin_module import configuration
from messaging import sweeping
from messaging.engine import claiming
from messaging.ledger import closing, counting
from messaging.models import Attempt, Counter, Delivery, Message
from messaging.steps import braking, sending
from messaging.tests import flow
from messaging.tests.conftest import Fake
from tests import make

pytestmark = pytest.mark.django_db
S, Status = Delivery.State, Message.Status
LONG_AGO = timezone.now() - timedelta(days=4)


def two_people_and_a_message(**fields: Any) -> Message:
    about = make.topic()
    for _number in range(2):
        make.recipient(topics=(about,), kinds=("email",))
    return flow.sent(make.message(about=about, **fields))


def test_an_expired_intent_becomes_unknown_and_the_message_ends() -> None:
    message = two_people_and_a_message()
    claiming.intend(claiming.look("email", 3, 10), "email")
    Delivery.objects.update(lease_until=LONG_AGO)
    sweeping.sweep()
    assert flow.states(message) == {"unknown": 2} == flow.counted(message)
    assert set(Attempt.objects.values_list("outcome", "code")) == {("unknown", "lease_expired")}
    message.refresh_from_db()
    assert message.status == Status.SENT_WITH_FAILURES


def test_an_alarm_of_a_killed_worker_goes_once_more() -> None:
    message = two_people_and_a_message(klass="alarm")
    for expected in ("queued", "unknown"):
        claiming.intend(claiming.look("email", 0, 10), "email")
        Delivery.objects.update(lease_until=LONG_AGO)
        sweeping.sweep()
        assert flow.states(message) == {expected: 2} == flow.counted(message)


def test_cancelling_leaves_out_the_rest_bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "BATCH", 1)
    message = two_people_and_a_message()
    braking.cancel(message, by=message.author)
    assert flow.states(message) == {"suppressed": 1, "queued": 1}
    assert sweeping.close_messages() == 1
    assert flow.reasons(message) == {"cancelled": 2}
    assert flow.counted(message) == {"suppressed": 2}
    assert sweeping.close_messages() == 0


def test_a_message_past_its_end_expires() -> None:
    message = two_people_and_a_message()
    Message.objects.update(expires_at=LONG_AGO)
    sweeping.sweep()
    message.refresh_from_db()
    assert message.status == Status.EXPIRED
    assert flow.reasons(message) == {"expired": 2}


def test_three_days_without_news(fake: Fake) -> None:
    fake()
    message = two_people_and_a_message()
    flow.drain()
    sweeping.sweep()
    assert flow.states(message) == {"accepted": 2}
    Delivery.objects.update(changed_at=LONG_AGO)
    Message.objects.update(sent_at=LONG_AGO)
    sweeping.sweep()
    assert flow.states(message) == {"no_receipt": 2} == flow.counted(message)


def test_the_office_says_for_each_channel_how_long_news_is_waited_for(fake: Fake) -> None:
    fake()
    message = two_people_and_a_message()
    flow.drain()
    configuration.write(configuration.Receipts(email_hours=6), by=make.staff(), revision=0)
    five, seven = (timezone.now() - timedelta(hours=hours) for hours in (5, 7))
    Message.objects.update(sent_at=seven)
    Delivery.objects.update(changed_at=five)
    assert sweeping.end_without_news() == 0
    Delivery.objects.update(changed_at=seven)
    configuration.write(configuration.Receipts(sms_hours=6), by=make.staff(), revision=1)
    assert sweeping.end_without_news() == 0
    configuration.write(configuration.Receipts(email_hours=6), by=make.staff(), revision=2)
    assert sweeping.end_without_news() == 2
    assert flow.states(message) == {"no_receipt": 2} == flow.counted(message)


def test_the_tick_starts_what_is_due_and_not_what_is_not() -> None:
    now = sending.send(make.message(), by=make.clerk())
    tomorrow = timezone.now() + timedelta(days=1)
    later = sending.send(make.message(due_at=tomorrow), by=make.clerk())
    sweeping.tick()
    now.refresh_from_db()
    later.refresh_from_db()
    assert (now.status, later.status) == (Status.SENT, Status.SCHEDULED)


def test_counters_are_mended_at_night() -> None:
    message = two_people_and_a_message()
    Counter.objects.update(number=7)
    counting.add({(message.pk, "email", "read"): 3})
    assert sweeping.reconcile() == 1
    assert flow.counted(message) == {"queued": 2}
    assert sweeping.reconcile() == 0
