"""From an audience to deliveries: everyone once, with a reason where one gets nothing."""

from typing import Any

import numpy as np
import pytest
from django.db import connection

from messaging.engine import expanding
from messaging.models import Delivery, Message, MessageText
from messaging.steps import braking, sending
from messaging.tests import flow
from messaging.tests.conftest import Fake
from recipients.contacts import permissions
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db


def shared(number: int, **fields: Any) -> list[Recipient]:
    """People of one household, with one telephone."""
    phone = {"sms": "+48512000000"}
    return [make.recipient(contacts=phone, **fields) for _person in range(number)]


def test_every_person_and_channel_gets_a_delivery_with_its_reason() -> None:
    about = make.topic()
    make.recipient(topics=(about,), kinds=("email", "sms"))
    make.recipient(topics=(), kinds=("email",))
    make.recipient(topics=(about,), kinds=("email",), active=False)
    suspended = make.recipient(topics=(about,), kinds=("email",))
    Recipient.objects.filter(pk=suspended.pk).update(state="suspended")
    message = flow.sent(make.message(about=about, channels=("email", "sms")))
    found = set(Delivery.objects.values_list("channel", "state", "reason"))
    assert found == {
        ("email", "queued", ""),
        ("sms", "queued", ""),
        ("email", "suppressed", "no_consent"),
        ("sms", "suppressed", "no_address"),
        ("email", "suppressed", "not_active"),
        ("sms", "suppressed", "not_active"),
        ("email", "suppressed", "suspended"),
        ("sms", "suppressed", "suspended"),
    }
    assert flow.counted(message) == {"queued": 2, "suppressed": 6}
    assert message.status == Message.Status.SENDING


@pytest.mark.parametrize("how", ["alarm", "mandatory"])
def test_alarms_and_mandatory_topics_need_no_consent(how: str) -> None:
    about = make.topic(mandatory=how == "mandatory")
    make.recipient(kinds=("email",))
    message = make.message(about=about, klass="alarm" if how == "alarm" else "information")
    assert flow.states(flow.sent(message)) == {"queued": 1}


def test_expanding_twice_adds_nothing() -> None:
    about = make.topic()
    make.recipient(topics=(about,))
    message = flow.sent(make.message(about=about))
    Message.objects.filter(pk=message.pk).update(status=Message.Status.EXPANDING, cursor=0)
    expanding.expand(message.pk)
    assert flow.states(message) == {"queued": 1} == flow.counted(message)


def test_chunks_and_cursor_go_on_where_they_stopped(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake("email")
    monkeypatch.setitem(expanding.CHUNK, connection.vendor, 2)
    about = make.topic()
    for _number in range(5):
        make.recipient(topics=(about,), kinds=("email",))
    message = sending.send(make.message(about=about), by=make.clerk())
    expanding.start(message.pk)
    expanding.resolve(message.pk)
    assert expanding.insert_chunk(message.pk, expanding.stored(message.pk))
    assert Delivery.objects.count() == 2
    assert flow.drain() == 2  # nobody waits for the end of the list, and it does not end here
    message.refresh_from_db()
    assert message.status == Message.Status.EXPANDING
    make.recipient(topics=(about,), kinds=("email",))
    expanding.expand(message.pk)
    message.refresh_from_db()
    assert (message.cursor, message.people_count) == (5, 5)
    assert flow.counted(message) == {"accepted": 2, "queued": 3}


def test_a_household_with_one_phone_gets_one_message(fake: Fake) -> None:
    channel = fake("sms")
    about = make.topic()
    shared(3, topics=(about,))
    message = flow.sent(make.message(about=about, channels=("sms",)))
    assert flow.states(message) == {"queued": 1, "suppressed": 2} == flow.counted(message)
    assert flow.reasons(message) == {"same_address": 2}
    flow.drain("sms")
    assert len(channel.got) == 1


def test_in_different_chunks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(expanding.CHUNK, connection.vendor, 1)
    about = make.topic()
    shared(3, topics=(about,))
    message = flow.sent(make.message(about=about, channels=("sms",)))
    assert flow.states(message) == {"queued": 1, "suppressed": 2}


def test_who_is_addressed_by_name_is_written_to_alone() -> None:
    about = make.topic()
    shared(2, topics=(about,))
    text = MessageText(title="Dzień dobry", short="Cześć, {imie}!", long="Cześć!")
    message = flow.sent(make.message(about=about, channels=("sms",), text=text))
    assert flow.states(message) == {"queued": 2}


def test_the_next_of_the_household_takes_the_place_of_who_is_left_out_late(fake: Fake) -> None:
    channel = fake("sms")
    about = make.topic()
    first, *_others = shared(3, topics=(about,))
    message = flow.sent(make.message(about=about, channels=("sms",)))
    permissions.set_bit(first.pk, about.bit, "sms", False)
    flow.drain("sms")
    assert len(channel.got) == 1
    assert flow.states(message) == {"accepted": 1, "suppressed": 2} == flow.counted(message)
    assert flow.reasons(message) == {"no_consent": 1, "same_address": 1}


def test_a_count_far_from_the_promised_one_stops_and_asks() -> None:
    about = make.topic()
    make.recipient(topics=(about,))
    message = flow.sent(make.message(about=about, expected_count=500))
    assert (message.status, message.problem) == (
        Message.Status.EXPANDING,
        expanding.COUNT_DIFFERS,
    )
    assert not Delivery.objects.exists()
    expanding.confirm_count(message, by=make.staff())
    expanding.expand(message.pk)
    assert flow.states(message) == {"queued": 1}


def test_nobody_at_all_ends_the_message() -> None:
    assert flow.sent(make.message()).status == Message.Status.SENT


def test_a_cancelled_message_is_not_expanded_further() -> None:
    about = make.topic()
    make.recipient(topics=(about,))
    message = sending.send(make.message(about=about), by=make.clerk())
    expanding.start(message.pk)
    expanding.resolve(message.pk)
    message.refresh_from_db()
    braking.cancel(message, by=make.clerk())
    assert not expanding.insert_chunk(message.pk, expanding.stored(message.pk))
    assert not Delivery.objects.exists()


def test_ids_are_packed_and_opened_again() -> None:
    ids = np.array([3, 4, 900, 1_000_000], np.int64)
    assert expanding.unpack(expanding.pack(ids)).tolist() == ids.tolist()
    assert expanding.unpack(expanding.pack(ids[:0])).tolist() == []
