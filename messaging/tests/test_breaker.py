"""The circuit breaker: one provider rests, the other works; a test, one message, then all again."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from admin_module.models import AuditEntry
from messaging import channels, sweeping
from messaging.channels.base import (
    Answer,
    Balance,
    ChannelError,
    Envelope,
    News,
    Outcome,
    StatusUpdate,
)
from messaging.channels.failing_over import FailingOver
from messaging.engine import asking, breaker, claiming, providers, receipts, watching
from messaging.models import Attempt, ChannelPause, Delivery, HandedOver, Letter, ProviderState
from messaging.tests import flow
from messaging.tests.fakes import FakeChannel, accept, always
from tests import make

pytestmark = pytest.mark.django_db

State = ProviderState.State
Patch = pytest.MonkeyPatch


class Two:
    """SMS by two providers that answer as told."""

    def __init__(self, monkeypatch: Patch) -> None:
        self.one, self.other = FakeChannel("sms"), FakeChannel("sms")
        self.channel = FailingOver("sms", {"twilio": self.one, "smsapi": self.other})
        monkeypatch.setitem(channels._made, "sms", channels.Made(self.channel))


@pytest.fixture
def two(monkeypatch: Patch) -> Two:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.0)
    return Two(monkeypatch)


def message_to(number: int) -> Any:
    topic = make.topic()
    for _each in range(number):
        make.recipient(kinds=("sms",), topics=(topic,))
    return flow.sent(make.message(about=topic, channels=("sms",)))


def later() -> None:
    """The rest is over."""
    past = timezone.now() - timedelta(seconds=1)
    ProviderState.objects.filter(until__isnull=False).update(until=past)
    Delivery.objects.filter(state="queued").update(due_at=past)


def state(provider: str) -> str:
    return ProviderState.objects.get(channel="sms", provider=provider).state


def test_credit_that_ran_out_rests_that_provider_only(two: Two) -> None:
    two.one.rule = always(Outcome.RETRY, "30002", down=True)
    boss = make.staff("administrator")
    message = message_to(8)
    flow.drain("sms")
    assert flow.counted(message) == {"accepted": 8}
    assert state("twilio") == State.RESTING
    assert not ChannelPause.objects.exists()
    assert len(two.other.got) == 8
    (letter,) = Letter.objects.filter(staff=boss)
    assert letter.text is not None
    assert "Twilio" in letter.text.subject
    assert "SMS" not in letter.text.long.partition("Provider")[0]
    told = AuditEntry.objects.filter(action="provider.rested").values_list("subject", flat=True)
    assert list(told) == ["messaging.provider:sms-twilio"]


def test_both_without_credit_keep_the_queue_and_double_nobody(two: Two) -> None:
    two.one.rule = always(Outcome.RETRY, "30002", down=True)
    two.other.rule = always(Outcome.RETRY, "smsapi:103", down=True)
    message = message_to(5)
    flow.drain("sms")
    assert ChannelPause.objects.get().channel == "sms"
    assert flow.states(message) == {"queued": 5} == flow.counted(message)
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    before = len(two.one.got) + len(two.other.got)
    assert flow.drain("sms") == 0
    assert len(two.one.got) + len(two.other.got) == before


def test_after_a_rest_a_test_then_one_message_then_all(two: Two) -> None:
    two.one.rule = always(Outcome.RETRY, "30002", down=True)
    two.other.rule = always(Outcome.RETRY, "smsapi:103", down=True)
    message = message_to(6)
    flow.drain("sms")
    two.one.got.clear()
    two.one.rule = accept
    later()
    ProviderState.objects.filter(provider="smsapi").update(
        until=timezone.now() + timedelta(hours=1)
    )
    assert breaker.look_again() == 1
    assert state("twilio") == State.TRYING
    assert not ChannelPause.objects.exists()
    sizes: list[int] = []
    two.one.before = lambda envelopes: sizes.append(len(envelopes))
    for _round in range(4):
        later_due()
        flow.drain("sms")
    assert sizes[0] == 1  # one alone, before anybody else
    assert state("twilio") == State.WORKING
    assert flow.counted(message) == {"accepted": 6}
    assert len(two.one.got) == 6
    assert AuditEntry.objects.filter(action="provider.recovered").count() == 1


def later_due() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(state="queued").update(due_at=past)


def test_a_trial_that_fails_rests_twice_as_long_and_writes_no_second_letter(two: Two) -> None:
    make.staff("administrator")
    two.one.rule = always(Outcome.RETRY, "30002", down=True)
    message = message_to(4)
    flow.drain("sms")
    first = ProviderState.objects.get(provider="twilio")
    later()
    assert breaker.look_again() == 1
    more = message_to(4)
    flow.drain("sms")
    again = ProviderState.objects.get(provider="twilio")
    assert again.state == State.RESTING
    assert again.rests == first.rests + 1
    assert again.until is not None
    assert again.until - timezone.now() > timedelta(seconds=90)
    assert flow.counted(message) == {"accepted": 4}
    assert flow.counted(more) == {"accepted": 8}
    assert Letter.objects.filter(staff__isnull=False).count() == 1


def test_a_test_that_fails_goes_on_resting(two: Two, monkeypatch: Patch) -> None:
    breaker.trip("sms", "20003", "twilio")

    def check() -> str:
        raise ChannelError("wrong", "20003")

    monkeypatch.setattr(two.one, "check", check)
    later()
    assert breaker.look_again() == 1
    assert state("twilio") == State.RESTING
    assert breaker.look_again() == 0


def test_an_empty_account_is_not_believed_by_its_login(two: Two, monkeypatch: Patch) -> None:
    left = Decimal(0)
    monkeypatch.setattr(two.other, "balance", lambda: Balance(left, "pkt"), raising=False)
    breaker.trip("sms", "smsapi:103", "smsapi")
    later()
    breaker.look_again()
    assert state("smsapi") == State.RESTING
    left = Decimal(10)
    later()
    breaker.look_again()
    assert state("smsapi") == State.TRYING


def test_only_one_worker_gets_the_trial(two: Two) -> None:
    breaker.trip("sms", "30002", "twilio")
    later()
    breaker.look_again()
    assert [breaker.take_trial("sms") for _worker in range(3)] == ["twilio", "", ""]
    later()
    breaker.look_again()  # that worker was killed: another one may
    assert state("twilio") == State.TRYING


def test_half_faults_among_enough_answers_let_a_provider_rest(two: Two) -> None:
    watch = watching.Watch(two.channel)
    good = Answer("r", Outcome.ACCEPTED, provider="twilio")
    bad = Answer("r", Outcome.RETRY, code="503", provider="twilio")
    for _pair in range(watching.LEAST_ANSWERS // 2 - 1):
        watch.hear(good)
        watch.hear(bad)
    assert not ProviderState.objects.exists()
    watch.hear(good)
    watch.hear(bad)
    row = ProviderState.objects.get()
    assert (row.provider, row.code) == ("twilio", providers.FAULTS)
    assert providers.by_section()["sms"].why


def test_being_too_fast_or_a_bad_number_is_no_fault(two: Two) -> None:
    watch = watching.Watch(two.channel)
    for outcome, slower in ((Outcome.RETRY, True), (Outcome.REFUSED, False)):
        for _each in range(60):
            watch.hear(Answer("r", outcome, slower=slower, provider="twilio"))
    assert not ProviderState.objects.exists()


def test_passed_over_ones_count_against_who_refused(two: Two) -> None:
    two.one.rule = always(Outcome.RETRY, "503")
    message = message_to(watching.LEAST_ANSWERS + 10)
    flow.drain("sms")
    assert state("twilio") == State.RESTING
    assert flow.counted(message) == {"accepted": watching.LEAST_ANSWERS + 10}


def test_staff_switch_a_provider_off_and_let_it_in_again(two: Two) -> None:
    staff = make.staff()
    breaker.switch_off("sms", "twilio", by=staff)
    breaker.trip("sms", "30002", "twilio")
    assert state("twilio") == State.OFF
    message = message_to(3)
    flow.drain("sms")
    assert (len(two.one.got), len(two.other.got)) == (0, 3)
    breaker.switch_off("sms", "smsapi", by=staff)
    assert ChannelPause.objects.exists()
    breaker.reopen("sms", by=staff, provider="twilio")
    assert not ChannelPause.objects.exists()
    assert state("smsapi") == State.OFF
    assert flow.counted(message) == {"accepted": 3}


def test_changed_settings_let_it_begin_anew(two: Two) -> None:
    breaker.trip("sms", "30002", "twilio")
    breaker.trip("sms", "smsapi:103", "smsapi")
    assert ChannelPause.objects.exists()
    breaker.changed("smsapi")
    assert (state("twilio"), state("smsapi")) == (State.RESTING, State.WORKING)
    assert not ChannelPause.objects.exists()
    breaker.changed("quiet_hours")
    assert state("twilio") == State.RESTING


def test_each_try_and_each_message_say_who_took_it(two: Two) -> None:
    two.one.rule = lambda e: (
        accept(e) if e.address.endswith(("0", "2", "4", "6", "8")) else refused(e)
    )
    message = message_to(6)
    flow.drain("sms")
    took = dict(HandedOver.objects.values_list("provider", "number"))
    assert sum(took.values()) == 6
    assert took == {name: Attempt.objects.filter(provider=name).count() for name in took}
    assert {row[1] for row in providers.took(message)} <= {"Twilio", "SMSAPI"}
    health = {one.provider: one for one in providers.health() if one.channel == "sms"}
    assert health["twilio"].answers == 6


def refused(envelope: Envelope) -> Answer:
    return Answer(envelope.reference, Outcome.RETRY, code="503")


def test_a_channel_with_one_provider_pauses_as_a_whole(monkeypatch: Patch) -> None:
    fake = FakeChannel("push")
    monkeypatch.setitem(channels._made, "push", channels.Made(fake))
    assert breaker.trip("push", "credentials")
    assert ChannelPause.objects.get().channel == "push"
    past = timezone.now() - timedelta(seconds=1)
    ProviderState.objects.update(until=past)
    breaker.look_again()  # its connection works again: it goes on by itself
    assert not ChannelPause.objects.exists()
    assert ProviderState.objects.get().state == State.WORKING


def test_what_a_killed_worker_had_goes_again_where_the_provider_knows_our_key(two: Two) -> None:
    message = message_to(3)
    items = claiming.look("sms", 3, 10)
    claiming.intend(items, "sms")
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.update(lease_until=past)
    two.other.knows_repeats = two.one.knows_repeats = True  # type: ignore[attr-defined]
    assert sweeping.give_up_expired() == 3
    assert flow.states(message) == {"queued": 3} == flow.counted(message)
    claiming.intend(claiming.look("sms", 3, 10), "sms")
    Delivery.objects.update(lease_until=past)
    two.other.knows_repeats = False  # type: ignore[attr-defined]
    assert sweeping.give_up_expired() == 3
    assert flow.states(message) == {"unknown": 3} == flow.counted(message)


def test_silent_ones_are_asked_for(two: Two, monkeypatch: Patch) -> None:
    message = message_to(2)
    code = "smsapi:200"
    two.one.rule = lambda e: Answer(e.reference, Outcome.RETRY, code="503")
    two.other.rule = lambda e: Answer(
        e.reference, Outcome.ACCEPTED, provider_id=f"id-{e.reference}", code=code
    )
    flow.drain("sms")
    asked: list[list[str]] = []

    def look_up(_self: FakeChannel, ids: list[str]) -> list[StatusUpdate]:
        asked.append(ids)
        return [StatusUpdate(i.removeprefix("id-"), i, News.DELIVERED) for i in ids]

    monkeypatch.setattr(FakeChannel, "look_up", look_up, raising=False)
    assert asking.ask() == 0  # they may still be on their way
    Delivery.objects.update(changed_at=timezone.now() - timedelta(hours=2))
    assert asking.ask() == 2
    assert len(asked[0]) == 2
    receipts.apply()
    assert flow.counted(message) == {"delivered": 2}


def test_a_trial_that_had_nothing_to_try_is_there_for_the_next_round(two: Two) -> None:
    breaker.trip("sms", "30002", "twilio")
    later()
    breaker.look_again()
    assert flow.drain("sms") == 0
    assert state("twilio") == State.TRYING
    message = message_to(3)
    flow.drain("sms")
    assert state("twilio") == State.WORKING
    assert flow.counted(message) == {"accepted": 3}
