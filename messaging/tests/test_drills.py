"""A drill walks the whole path into a sink, and nothing of it reaches anybody."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import settings

from messaging import channels
from messaging.channels.base import Channel
from messaging.channels.drill import DrillChannel
from messaging.channels.drill import held as held_sink
from messaging.engine import claiming, delivering, outcomes
from messaging.models import Attempt, Delivery, Message, ProviderPulse
from messaging.tests import flow
from messaging.tests.conftest import Fake
from recipients.models import CONTACT_KINDS
from tests import make

pytestmark = pytest.mark.django_db


def a_drill(number: int = 3, **fields: Any) -> Message:
    about = make.topic()
    for _each in range(number):
        make.recipient(topics=(about,), kinds=tuple(CONTACT_KINDS))
    every: dict[str, Any] = {"channels": list(CONTACT_KINDS), "drill": True} | fields
    return flow.sent(make.message(about=about, **every))


@pytest.fixture
def no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes a real channel fails the test."""

    def refuse(config: Mapping[str, Any]) -> Channel:
        raise AssertionError("a real channel was made for a drill")

    channels.close_channels()
    for name in CONTACT_KINDS:
        monkeypatch.setitem(channels.CHANNELS, name, refuse)


@pytest.mark.usefixtures("no_provider")
def test_a_drill_ends_without_a_provider_being_so_much_as_made() -> None:
    message = a_drill()
    for channel in CONTACT_KINDS:
        flow.drain(channel)
    assert flow.states(message) == {"accepted": 12} == flow.counted(message)
    message.refresh_from_db()
    assert message.status == Message.Status.SENT
    assert set(Attempt.objects.values_list("code", flat=True)) == {"drill"}
    assert not ProviderPulse.objects.exists()


def test_a_provider_is_given_what_is_real_and_a_sink_what_is_not(fake: Fake) -> None:
    provider = fake("email")
    drill, real = a_drill(2, channels=["email"]), a_drill(2, channels=["email"], drill=False)
    assert flow.drain() == 2 + 4  # those of the drill are meant by the other, too
    references = {one.reference for one in Delivery.objects.filter(message=real)}
    assert {envelope.reference for envelope in provider.got} == references
    assert (flow.states(drill), flow.states(real)) == ({"accepted": 2}, {"accepted": 4})


def test_no_intent_of_a_provider_takes_a_drill(fake: Fake) -> None:
    fake("email")
    message = a_drill(2, channels=["email"])
    assert claiming.look("email", 3, 10) == []
    due = claiming.look("email", 3, 10, drill=True)
    assert claiming.intend(due, "email") == set()
    assert outcomes.turn([], due, "email") == set()
    assert flow.states(message) == {"queued": 2}
    assert claiming.intend(due, "email", drill=True) == {item.id for item in due}


def test_a_sink_takes_nothing_that_is_real(fake: Fake) -> None:
    fake("email")
    message = a_drill(2, channels=["email"], drill=False)
    with held_sink("email", {}) as sink:
        round_ = delivering.Drain(sink, 3, claiming.EVERYTHING, flow.never())
        assert round_.run().answered == 0
    due = claiming.look("email", 3, 10)
    assert claiming.intend(due, "email", drill=True) == set()
    assert flow.states(message) == {"queued": 2}


def test_a_sink_keeps_to_the_channels_own_limit() -> None:
    sink = DrillChannel("sms", {"rate": 40})
    with held_sink("sms", {"rate": 40}) as one, held_sink("sms", {"rate": 40}) as same:
        assert one is same
    assert sink.pace.rate == 40
    assert set(settings.CHANNELS) >= set(CONTACT_KINDS)
