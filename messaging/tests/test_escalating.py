"""The app first, an SMS later: who waits, who is spared it, and who need not wait any more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from messaging import sweeping
from messaging.channels.base import News, Outcome, StatusUpdate
from messaging.engine import claiming, expanding, receipts
from messaging.ledger import counting, escalating
from messaging.ledger.escalating import Escalation
from messaging.models import Delivery, Message
from messaging.steps import braking, sending
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.fakes import FakeChannel, always
from recipients.models import ContactPoint, Recipient
from tests import make

pytestmark = pytest.mark.django_db
S, Status = Delivery.State, Message.Status
PLAN = Escalation(30).as_json()


@pytest.fixture
def phones(fake: Fake) -> tuple[FakeChannel, FakeChannel]:
    """Channels that take everything: (push, sms)."""
    return fake("push"), fake("sms")


def town(*, both: int = 2, sms_only: int = 1, **fields: Any) -> Message:
    about = make.topic()
    for kinds, number in (("push", "sms"), both), (("sms",), sms_only):
        for _each in range(number):
            make.recipient(topics=(about,), kinds=kinds)
    every: dict[str, Any] = {"escalation": PLAN, "sms_parts": 2} | fields
    return flow.sent(make.message(about=about, channels=("push", "sms"), **every))


def of(message: Message, channel: str) -> list[Delivery]:
    return list(message.deliveries.filter(channel=channel).order_by("recipient_id"))


def drain() -> None:
    flow.drain("push")
    flow.drain("sms")


def tell(delivery: Delivery, news: News) -> None:
    update = StatusUpdate(delivery.reference, "", news, event_id=f"{delivery.pk}:{news}")
    receipts.store(delivery.channel, [update])
    while receipts.apply():
        pass


def half_an_hour_later(message: Message) -> None:
    later = message.deliveries.filter(channel="sms", due_at__gt=timezone.now())
    later.update(due_at=timezone.now() - timedelta(seconds=1))


def test_who_has_no_app_gets_the_sms_at_once_and_the_others_wait(phones: Any) -> None:
    push, sms = phones
    message = town()
    drain()
    assert (len(push.got), len(sms.got)) == (2, 1)
    message.refresh_from_db()
    assert message.status == Status.SENDING
    assert message.escalates_at is not None
    left = message.escalates_at - timezone.now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    assert {row.due_at for row in of(message, "sms")[:2]} != {of(message, "sms")[2].due_at}
    half_an_hour_later(message)
    drain()
    assert len(sms.got) == 3
    message.refresh_from_db()
    assert message.status == Status.SENT


def test_who_opened_it_is_spared_the_sms_at_once(phones: Any) -> None:
    _push, sms = phones
    message = town()
    drain()
    tell(of(message, "push")[0], News.READ)
    spared = of(message, "sms")[0]
    assert (spared.state, spared.reason) == (S.SUPPRESSED, "opened_before")
    assert flow.counted(message)[counting.SPARED] == 1
    half_an_hour_later(message)
    drain()
    assert len(sms.got) == 2
    assert not counting.reconcile(message.pk)


@pytest.mark.parametrize(("until", "sent"), [("read", 3), ("delivered", 2)])
def test_delivered_is_enough_only_where_somebody_said_so(
    phones: Any, until: str, sent: int
) -> None:
    message = town(escalation=Escalation(30, until).as_json())
    drain()
    tell(of(message, "push")[0], News.DELIVERED)
    half_an_hour_later(message)
    drain()
    assert len(phones[1].got) == sent


def test_a_read_between_the_look_and_the_intent_stops_the_sms(phones: Any) -> None:
    message = town(sms_only=0)
    flow.drain("push")
    half_an_hour_later(message)
    seen = claiming.look("sms", 3, 10)
    assert len(seen) == 2
    # As a receipt that is committed by another worker just now, before it spares anybody.
    message.deliveries.filter(pk=of(message, "push")[0].pk).update(state=S.READ)
    assert len(claiming.intend(seen, "sms")) == 1
    assert of(message, "sms")[0].reason == "opened_before"
    assert flow.counted(message)[counting.SPARED] == 1


def test_a_read_after_the_intent_is_too_late_and_harms_nothing(phones: Any) -> None:
    message = town(both=1, sms_only=0)
    flow.drain("push")
    half_an_hour_later(message)
    claiming.intend(claiming.look("sms", 3, 10), "sms")
    tell(of(message, "push")[0], News.READ)
    assert of(message, "sms")[0].state == S.SUBMITTING


@pytest.mark.parametrize("news", [None, News.UNDELIVERED])
def test_an_app_that_cannot_be_reached_is_not_waited_for(fake: Fake, news: News | None) -> None:
    sms = fake("sms")
    fake("push", always(Outcome.REFUSED, "404") if news is None else always(Outcome.ACCEPTED))
    message = town(both=1, sms_only=0)
    flow.drain("push")
    if news is not None:
        assert flow.drain("sms") == 0
        tell(of(message, "push")[0], news)
    flow.drain("sms")
    assert len(sms.got) == 1


def test_who_lost_the_app_meanwhile_does_not_wait(phones: Any) -> None:
    message = town(both=1, sms_only=0)
    ContactPoint.objects.filter(kind="push").delete()
    drain()
    assert of(message, "push")[0].reason == "no_address"
    flow.drain("sms")
    assert of(message, "sms")[0].state == S.ACCEPTED


def test_a_provider_of_the_app_that_is_down_does_not_hold_the_sms(fake: Fake) -> None:
    sms = fake("sms")
    fake("push", always(Outcome.REFUSED, "401", down=True))
    message = town(both=1, sms_only=0)
    drain()
    assert not sms.got
    half_an_hour_later(message)
    drain()
    assert len(sms.got) == 1


def without_consent(message: Message) -> None:
    Recipient.objects.update(consents=0)


def restricted(message: Message) -> None:
    Recipient.objects.update(state=Recipient.State.RESTRICTED)


def cancelled(message: Message) -> None:
    braking.cancel(message, by=message.author)
    sweeping.close_messages()


def expired(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    sweeping.expire_messages()
    sweeping.close_messages()


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (without_consent, "no_consent"),
        (restricted, "restricted"),
        (cancelled, "cancelled"),
        (expired, "expired"),
    ],
)
def test_what_ends_a_sending_ends_its_second_step(
    phones: Any, happens: Callable[[Message], None], reason: str
) -> None:
    message = town(both=1, sms_only=0)
    flow.drain("push")
    happens(message)
    half_an_hour_later(message)
    flow.drain("sms")
    assert not phones[1].got
    assert of(message, "sms")[0].reason == reason
    assert not counting.reconcile(message.pk)


def test_a_pause_before_the_app_was_told_gives_its_whole_time_afterwards(phones: Any) -> None:
    message = town()
    braking.pause(message, by=message.author)
    half_an_hour_later(message)
    Message.objects.filter(pk=message.pk).update(escalates_at=timezone.now() - timedelta(minutes=1))
    message.refresh_from_db()
    braking.resume(message, by=message.author)
    drain()
    assert len(phones[1].got) == 1
    message.refresh_from_db()
    assert message.escalates_at is not None
    assert message.escalates_at > timezone.now() + timedelta(minutes=29)


def test_a_number_shared_with_somebody_without_the_app_waits_for_nobody(phones: Any) -> None:
    _push, sms = phones
    about, shared = make.topic(), "+48510009999"
    make.recipient(topics=(about,), contacts={"push": "app-token-1", "sms": shared})
    make.recipient(topics=(about,), contacts={"sms": shared})
    message = flow.sent(make.message(about=about, channels=("push", "sms"), escalation=PLAN))
    drain()
    assert len(sms.got) == 1
    assert flow.states(message) == {"accepted": 2, "suppressed": 2}


def test_a_number_shared_with_who_opened_it_still_rings_for_the_other(phones: Any) -> None:
    _push, sms = phones
    about, shared = make.topic(), "+48510009999"
    for number in (1, 2):
        contacts = {"push": f"app-token-{number}", "sms": shared}
        make.recipient(topics=(about,), contacts=contacts)
    message = flow.sent(make.message(about=about, channels=("push", "sms"), escalation=PLAN))
    drain()
    assert not sms.got
    tell(of(message, "push")[0], News.READ)
    half_an_hour_later(message)
    drain()
    assert len(sms.got) == 1
    assert [row.reason for row in of(message, "sms")] == ["opened_before", ""]
    assert not counting.reconcile(message.pk)


def test_without_an_escalation_both_go_at_once(phones: Any) -> None:
    town(escalation={}, klass="warning")
    drain()
    assert len(phones[1].got) == 3


def test_listing_it_twice_postpones_nobody_twice(phones: Any) -> None:
    message = town()
    due = [row.due_at for row in of(message, "sms")]
    Message.objects.filter(pk=message.pk).update(status=Status.EXPANDING, cursor=0)
    expanding.expand(message.pk)
    assert len(of(message, "sms")) == 3
    again = [row.due_at for row in of(message, "sms")]
    assert all(abs(b - a) < timedelta(seconds=5) for a, b in zip(due, again, strict=True))


def test_a_message_that_ends_before_its_sms_is_refused() -> None:
    soon = timezone.now() + timedelta(minutes=20)
    message = make.message(channels=("push", "sms"), escalation=PLAN, expires_at=soon)
    with pytest.raises(sending.CannotSend):
        sending.send(message, by=message.author)


@pytest.mark.parametrize("stored", [{}, None])
def test_nothing_stored_is_no_escalation(stored: dict[str, object] | None) -> None:
    assert escalating.read(stored or {}) is None


def test_a_stored_wait_is_kept_within_bounds() -> None:
    for minutes, kept in ((0, 5), (7, 7), (10**6, 1440)):
        plan = escalating.read({"after_minutes": minutes, "until": "other"})
        assert plan == Escalation(kept, "read")
