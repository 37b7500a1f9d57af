"""Look, intend, hand over, settle: what one drain does with every kind of answer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from messaging.channels.base import Answer, Envelope, Outcome
from messaging.engine import claiming, delivering, outcomes
from messaging.engine.claiming import Share
from messaging.ledger import epoch, finishing
from messaging.models import (
    Attempt,
    ChannelPause,
    Delivery,
    Message,
    MessageText,
    ReceiptNews,
)
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.fakes import always
from recipients.contacts import permissions
from recipients.models import ContactPoint, Recipient, SuppressedAddress
from tests import make

pytestmark = pytest.mark.django_db
S = Delivery.State


def three_people_and_a_message(**fields: Any) -> Message:
    return people_and_a_message(3, **fields)


def people_and_a_message(number: int, **fields: Any) -> Message:
    about = make.topic()
    for _each in range(number):
        make.recipient(topics=(about,), kinds=("email",))
    return flow.sent(make.message(about=about, **fields))


def test_everybody_gets_it_once_and_the_message_ends(fake: Fake) -> None:
    channel = fake()
    message = three_people_and_a_message()
    assert flow.drain() == 3
    assert flow.drain() == 0
    assert len({envelope.address for envelope in channel.got}) == 3
    assert flow.states(message) == {"accepted": 3} == flow.counted(message)
    message.refresh_from_db()
    assert message.status == Message.Status.SENT
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"accepted"}
    assert Attempt.objects.count() == 3


def test_an_intent_comes_before_the_provider(fake: Fake) -> None:
    channel = fake()
    message = three_people_and_a_message()
    items = claiming.look("email", 3, 10)
    assert flow.states(message) == {"queued": 3}
    assert claiming.intend(items, "email") == {item.id for item in items}
    assert flow.states(message) == {"submitting": 3}
    assert flow.counted(message) == {"queued": 3}
    assert not channel.got


def test_of_two_workers_that_saw_the_same_one_gets_it(fake: Fake) -> None:
    fake()
    message = three_people_and_a_message()
    mine, theirs = claiming.look("email", 3, 10), claiming.look("email", 3, 10)
    assert [item.id for item in mine] == [item.id for item in theirs]
    assert len(claiming.intend(mine[:2], "email")) == 2
    assert claiming.intend(theirs, "email") == {theirs[2].id}
    assert flow.states(message) == {"submitting": 3}


def test_workers_that_are_woken_together_look_at_different_ones(fake: Fake) -> None:
    fake()
    three_people_and_a_message()
    seen = [
        item.id for share in range(2) for item in claiming.look("email", 3, 10, Share(share, 2))
    ]
    assert sorted(seen) == sorted(Delivery.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("outcome", "state", "reason"),
    [
        (Outcome.DELIVERED, S.DELIVERED, ""),
        (Outcome.REFUSED, S.FAILED, "refused"),
        (Outcome.RETRY, S.RETRY_WAIT, ""),
        (Outcome.NOT_SENT, S.QUEUED, ""),
        (Outcome.UNKNOWN, S.UNKNOWN, "lost_answer"),
    ],
)
def test_answers_lead_to_states(fake: Fake, outcome: Outcome, state: str, reason: str) -> None:
    fake(rule=always(outcome, "451"))
    message = three_people_and_a_message()
    flow.drain()
    assert flow.states(message) == {state: 3}
    delivery = Delivery.objects.first()
    assert delivery is not None
    assert (delivery.reason, delivery.lease_owner) == (reason, None)
    waiting = {"retry_wait": "queued"}.get(state, str(state))
    assert flow.counted(message) == {waiting: 3}
    if outcome is Outcome.NOT_SENT:
        assert delivery.tries == 0
        assert not Attempt.objects.exists()


def test_an_envelope_that_gets_no_answer_is_unknown_and_never_sent_again(fake: Fake) -> None:
    channel = fake(rule=lambda _envelope: None)
    message = three_people_and_a_message()
    flow.drain()
    assert flow.states(message) == {"unknown": 3}
    flow.drain()
    assert len(channel.got) == 3
    message.refresh_from_db()
    assert message.status == Message.Status.SENT_WITH_FAILURES


def test_an_alarm_whose_answer_was_lost_goes_once_more(fake: Fake) -> None:
    channel = fake(rule=lambda _envelope: None)
    message = three_people_and_a_message(klass="alarm")
    flow.drain(lane=0)
    flow.drain(lane=0)
    assert len(channel.got) == 6
    assert flow.states(message) == {"unknown": 3} == flow.counted(message)
    assert set(Delivery.objects.values_list("tries", flat=True)) == {2}


def test_a_channel_that_raises_leaves_unknown_behind(fake: Fake) -> None:
    channel = fake()

    def breaks(_envelopes: Sequence[Envelope]) -> None:
        raise RuntimeError

    channel.before = breaks
    message = three_people_and_a_message()
    flow.drain()
    assert flow.states(message) == {"unknown": 3}


def test_tries_end(fake: Fake) -> None:
    fake(rule=always(Outcome.RETRY))
    message = three_people_and_a_message()
    Delivery.objects.update(tries=9)
    flow.drain()
    assert flow.reasons(message) == {"too_many_tries": 3}
    assert flow.states(message) == {"failed": 3}


def test_retries_come_due_by_themselves(fake: Fake) -> None:
    channel = fake(rule=always(Outcome.RETRY))
    message = three_people_and_a_message()
    flow.drain()
    assert flow.drain() == 0
    due = Delivery.objects.values_list("due_at", flat=True).first()
    assert due is not None
    assert due > timezone.now()
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert claiming.promote_due() == {("email", 3)}
    channel.rule = always(Outcome.ACCEPTED)
    flow.drain()
    assert flow.states(message) == {"accepted": 3}


def test_consent_withdrawn_after_expansion_is_respected(fake: Fake) -> None:
    channel = fake()
    message = three_people_and_a_message()
    first = Delivery.objects.order_by("pk").first()
    assert first is not None
    assert first.recipient_id is not None
    assert message.topic is not None
    permissions.set_bit(first.recipient_id, message.topic.bit, "email", False)
    flow.drain()
    assert len(channel.got) == 2
    assert flow.reasons(message) == {"no_consent": 1}
    assert flow.states(message) == {"accepted": 2, "suppressed": 1} == flow.counted(message)


@pytest.mark.parametrize("state", ["restricted", "suspended"])
def test_a_person_whose_state_changed_is_left_out(fake: Fake, state: str) -> None:
    channel = fake()
    message = three_people_and_a_message()
    chosen = Recipient.objects.order_by("pk")[:1].values_list("pk", flat=True)
    Recipient.objects.filter(pk__in=list(chosen)).update(state=state)
    flow.drain()
    assert len(channel.got) == 2
    assert flow.reasons(message) == {state: 1}


def test_an_address_that_vanished_is_left_out(fake: Fake) -> None:
    channel = fake()
    message = three_people_and_a_message()
    point = ContactPoint.objects.order_by("pk").first()
    assert point is not None
    point.delete()
    flow.drain()
    assert len(channel.got) == 2
    assert flow.reasons(message) == {"no_address": 1}
    assert flow.counted(message) == {"accepted": 2, "suppressed": 1}


def test_paused_and_cancelled_messages_do_not_leave(fake: Fake) -> None:
    channel = fake()
    message = three_people_and_a_message()
    Message.objects.filter(pk=message.pk).update(status=Message.Status.PAUSED)
    assert flow.drain() == 0
    Message.objects.filter(pk=message.pk).update(status=Message.Status.SENDING)
    items = claiming.look("email", 3, 10)
    Message.objects.filter(pk=message.pk).update(status=Message.Status.CANCELLED)
    assert claiming.intend(items, "email") == set()
    assert flow.reasons(message) == {"cancelled": 3}
    assert not channel.got


def test_a_message_that_expired_between_look_and_intent_stays(fake: Fake) -> None:
    fake()
    message = three_people_and_a_message()
    items = claiming.look("email", 3, 10)
    past = timezone.now() - timedelta(seconds=1)
    Message.objects.filter(pk=message.pk).update(expires_at=past)
    assert claiming.intend(items, "email") == set()
    assert flow.reasons(message) == {"expired": 3}


def test_a_paused_message_stays_in_the_queue(fake: Fake) -> None:
    fake()
    message = three_people_and_a_message()
    items = claiming.look("email", 3, 10)
    Message.objects.filter(pk=message.pk).update(status=Message.Status.PAUSED)
    assert claiming.intend(items, "email") == set()
    assert flow.states(message) == {"queued": 3} == flow.counted(message)


def test_the_circuit_breaker_keeps_the_queue(fake: Fake) -> None:
    channel = fake(rule=always(Outcome.REFUSED, "20003", down=True))
    message = three_people_and_a_message()
    flow.drain()
    assert ChannelPause.objects.get().code == "20003"
    assert flow.states(message) == {"queued": 3} == flow.counted(message)
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    channel.got.clear()
    assert flow.drain() == 0
    assert not channel.got


def test_a_dead_address_is_held(fake: Fake) -> None:
    fake(rule=always(Outcome.REFUSED, "UNREGISTERED", gone=True))
    message = three_people_and_a_message()
    flow.drain()
    assert flow.states(message) == {"failed": 3}
    assert SuppressedAddress.objects.filter(held=True).count() == 3


def test_a_lost_fence_goes_into_the_inbox(fake: Fake) -> None:
    fake()
    message = three_people_and_a_message()
    items = claiming.look("email", 3, 10)
    claiming.intend(items, "email")
    Delivery.objects.update(state=S.UNKNOWN, lease_owner=None, lease_until=None)
    outcomes.write(
        [(item, Answer(item.reference, Outcome.ACCEPTED, "p1")) for item in items], "email"
    )
    assert ReceiptNews.objects.filter(news="accepted", applied_at=None).count() == 3
    assert flow.states(message) == {"unknown": 3}


def test_no_more_than_the_window_stands_in_submitting(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = people_and_a_message(12)
    fake(window=4)
    most = 0
    intend = claiming.intend

    def watch(group: Sequence[claiming.Due], channel: str, *, drill: bool) -> set[int]:
        nonlocal most
        passed = intend(group, channel, drill=drill)
        most = max(most, Delivery.objects.filter(state=S.SUBMITTING).count())
        return passed

    monkeypatch.setattr(claiming, "intend", watch)
    flow.drain()
    assert 0 < most <= 4
    assert flow.states(message) == {"accepted": 12}


def test_a_restored_database_sends_nothing_until_somebody_confirms(fake: Fake) -> None:
    channel = fake()
    message = three_people_and_a_message()
    epoch.outside_path().write_text("77", encoding="ascii")
    assert delivering.drain("email", 3) == delivering.Drained()
    assert not channel.got
    epoch.confirm(by=message.author)
    assert not epoch.locked()
    assert flow.drain() == 3


def test_finishing_waits_for_the_last_one(fake: Fake) -> None:
    fake(rule=always(Outcome.RETRY))
    message = three_people_and_a_message()
    flow.drain()
    finishing.finish([message.pk])
    message.refresh_from_db()
    assert message.status == Message.Status.SENDING


def test_placeholders_are_filled_per_person(fake: Fake) -> None:
    channel = fake()
    about = make.topic()
    make.recipient(topics=(about,), kinds=("email",), first_name="Święcisława")
    make.recipient(topics=(about,), kinds=("email",), first_name="Bożydar", sex="M")
    text = MessageText(title="Dzień dobry", short="Cześć {imie}", long="Dzień dobry, {imie}!")
    flow.sent(make.message(about=about, text=text))
    flow.drain()
    assert {envelope.values["imie"] for envelope in channel.got} == {"Święcisława", "Bożydar"}


def test_an_alarm_overtakes_a_newsletter_in_any_drain(fake: Fake) -> None:
    channel = fake()
    about = make.topic()
    for _number in range(3):
        make.recipient(topics=(about,), kinds=("email",))
    flow.sent(make.message(about=about))
    alarm = flow.sent(make.message(klass="alarm", about=about))
    flow.drain()
    first = {envelope.reference for envelope in channel.got[:3]}
    assert first == {delivery.reference for delivery in Delivery.objects.filter(message=alarm)}


def test_one_intent_is_cut_over_the_streams(fake: Fake) -> None:
    channel = fake(window=6, groups=1)
    parts, intents = list[int](), list[int]()
    channel.before = lambda envelopes: parts.append(len(envelopes))
    turned = outcomes.turn

    def turn(*arguments: Any, **more: Any) -> set[int]:
        intents.append(len(passed := turned(*arguments, **more)))
        return passed

    message = people_and_a_message(9)
    with mock.patch.object(outcomes, "turn", turn):
        assert flow.drain() == 9
    assert intents == [6, 3]
    assert sorted(parts) == [1, 2, 3, 3]
    assert flow.states(message) == {"accepted": 9} == flow.counted(message)
