"""Devices that nobody paired are told of public messages, one by one."""

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from messaging.channels import targets
from messaging.channels.base import Answer, Envelope, Outcome
from messaging.engine import device_hints
from messaging.models import ChannelPause, DeviceHint, HintRound, Message
from messaging.steps import braking, publishing
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.fakes import always
from messaging.tests.phones import EVER, LONG_AGO, phone, rung
from recipients.contacts import devices
from recipients.models import Device
from tests import make

pytestmark = pytest.mark.django_db
Klass = Message.Klass


def published(klass: str = Klass.INFORMATION, **fields: Any) -> Message:
    given: dict[str, Any] = {"public": True, "channels": ("push",), "klass": klass}
    return flow.sent(make.message(**(given | fields)))


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Let django's clock stand at a moment."""

    def stand(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return stand


# --- Public messages ------------------------------------------------------------------------------------


def test_devices_of_nobody_are_told_with_the_words_and_those_of_people_by_their_own_hint(
    fake: Fake,
) -> None:
    channel = fake("push")
    phone("nobody")
    make.paired_device(make.recipient(kinds=("email",)), "somebody")
    message = published()
    assert device_hints.tell() == 1
    assert rung(channel) == ["fcm:nobody"]
    content = channel.got[0].content
    assert (content.subject, content.text) == (message.text.title, message.text.short)
    assert content.hint
    assert (content.hint.kind, content.hint.uid) == ("announcement", str(message.uid))
    done = HintRound.objects.get(message=message)
    assert (done.told, done.lost, done.finished_at is not None) == (1, 0, True)
    assert device_hints.tell() == 0


@pytest.mark.parametrize(
    "fields",
    [{"public": False}, {"channels": ("email",)}],
    ids=["to people only", "not by the app"],
)
def test_nobody_is_told_of_what_does_not_go_by_the_app_to_everybody(
    fake: Fake, fields: dict[str, Any]
) -> None:
    channel = fake("push")
    phone("nobody")
    published(**fields)
    assert device_hints.tell() == 0
    assert channel.got == []


def test_topics_and_places_are_chosen_except_where_they_cannot_be(fake: Fake) -> None:
    channel = fake("push")
    waste, water = make.topic("Odpady"), make.topic("Woda")
    duty = make.topic("Ostrzeżenia", mandatory=True)
    here, there = make.district("Tu"), make.district("Tam")
    phone("waste", topics=[waste.pk])
    phone("water", topics=[water.pk])
    phone("here", areas=[here.pk])
    phone("there", areas=[there.pk])
    for klass, about, areas, told in (
        (Klass.INFORMATION, waste, [], ["here", "there", "waste"]),
        (Klass.INFORMATION, waste, [here.pk], ["here", "waste"]),
        (Klass.INFORMATION, duty, [], ["here", "there", "waste", "water"]),
        (Klass.ALARM, water, [there.pk], ["there", "waste", "water"]),
    ):
        message = published(klass, about=about)
        Message.objects.filter(pk=message.pk).update(areas=areas)
        channel.got.clear()
        device_hints.tell()
        assert rung(channel) == [f"fcm:{name}" for name in told], klass


def test_the_message_says_how_many_devices_of_nobody_were_told(fake: Fake, client: Client) -> None:
    fake("push")
    for number in range(2):
        phone(f"phone{number}")
    message = published()
    client.force_login(make.staff("editor", unit=message.unit))
    page = f"/wiadomosci/{message.pk}/"
    assert "Właśnie powiadamiane są kolejne" in client.get(page).content.decode()
    device_hints.tell()
    shown = client.get(page).content.decode()
    assert "Powiadomiono 2 urządzenia, których nikt nie połączył" in shown
    assert "kolejne" not in shown


def test_who_sleeps_is_told_in_the_morning_and_an_alarm_wakes_them(
    fake: Fake, at: Callable[[datetime], None]
) -> None:
    channel = fake("push")
    phone("sleeper", quiet_from=time(22), quiet_to=time(7))
    night = timezone.localtime().replace(hour=23, minute=0, second=0, microsecond=0)
    at(night)
    message = published(expires_at=night + timedelta(days=2))
    device_hints.tell()
    assert channel.got == []
    waiting = DeviceHint.objects.get()
    assert timezone.localtime(waiting.due_at).hour == 7
    at(night + timedelta(hours=8, minutes=1))
    assert device_hints.tell() == 1
    assert channel.got[0].content.hint
    assert channel.got[0].content.hint.uid == str(message.uid)
    at(night + timedelta(hours=24))
    published(Klass.ALARM)
    device_hints.tell()
    assert len(channel.got) == 2


def test_a_worker_that_is_killed_loses_a_window_and_rings_nobody_twice(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_hints, "WINDOW", 3)
    for number in range(10):
        phone(f"phone{number}")
    killed: list[Envelope] = []

    def kill(envelope: Envelope) -> Answer:
        killed.append(envelope)
        raise SystemExit

    channel = fake("push", kill)
    published()
    with pytest.raises(SystemExit):
        device_hints.tell()
    channel.rule = always(Outcome.ACCEPTED)
    channel.got.clear()
    assert device_hints.tell() == 7
    told = {envelope.address for envelope in channel.got}
    assert len(told) == 7
    assert not told & {envelope.address for envelope in killed}


def test_pausing_waits_and_calling_off_ends_it(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_hints, "WINDOW", 1)
    channel = fake("push")
    for number in range(4):
        phone(f"phone{number}")
    make.recipient(kinds=("email",))  # a mail waits, so that the message is still under way
    duty = make.topic("Ostrzeżenia", mandatory=True)
    message = published(channels=("email", "push"), about=duty)
    work = device_hints._next_of_a_round()
    assert work
    device_hints._send(work)
    braking.pause(message, by=message.author)
    assert device_hints.tell() == 0
    assert not HintRound.objects.get().finished_at
    braking.resume(message, by=message.author)
    work = device_hints._next_of_a_round()
    assert work
    braking.cancel(message, by=message.author)
    device_hints._send(work)
    assert device_hints.tell() == 0
    assert HintRound.objects.get().finished_at
    assert len(channel.got) == 2


def test_what_was_withdrawn_or_is_over_is_told_to_nobody_any_more(fake: Fake) -> None:
    channel = fake("push")
    phone("early", quiet_from=LONG_AGO, quiet_to=EVER)
    withdrawn, over = published(), published()
    device_hints.tell()
    assert DeviceHint.objects.count() == 2
    publishing.withdraw(withdrawn, by=make.staff())
    Message.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    DeviceHint.objects.update(due_at=timezone.now())
    assert device_hints.tell() == 0
    assert channel.got == []
    assert not DeviceHint.objects.exists()


def test_what_became_of_each_device(fake: Fake) -> None:
    """Dead ones are forgotten, a refusal that may pass is tried later, a lost answer never again."""
    outcomes = {
        "fcm:gone": Answer("", Outcome.REFUSED, code="UNREGISTERED", dead=("fcm:gone",)),
        "fcm:busy": Answer("", Outcome.RETRY, code="UNAVAILABLE"),
        "fcm:lost": Answer("", Outcome.UNKNOWN, code="no_reply"),
        "fcm:fine": Answer("", Outcome.ACCEPTED, code="200"),
    }
    channel = fake("push", lambda one: outcomes[one.address]._replace(reference=one.reference))
    phones = {name: phone(name.removeprefix("fcm:")) for name in outcomes}
    message = published()
    device_hints.tell()
    done = HintRound.objects.get(message=message)
    assert (done.told, done.lost) == (1, 2)
    left = Device.objects.get(pk=phones["fcm:gone"].pk)
    assert (left.push, left.push_kind) == (None, "")
    again = DeviceHint.objects.get()
    assert (again.device, again.tries) == (phones["fcm:busy"], 1)
    assert again.due_at > timezone.now() + timedelta(seconds=30)
    for _try in range(10):
        DeviceHint.objects.update(due_at=timezone.now())
        device_hints.tell()
    assert not DeviceHint.objects.exists()
    assert rung(channel).count("fcm:busy") == device_hints.MOST_TRIES
    assert rung(channel).count("fcm:lost") == 1


def test_what_no_app_confirmed_for_long_is_forgotten() -> None:
    fresh, stale = phone("fresh"), phone("stale")
    longer = timezone.now() - device_hints.STALE_AFTER - timedelta(minutes=1)
    Device.objects.filter(pk=stale.pk).update(push_seen_at=longer)
    assert device_hints.forget_stale() == 1
    assert device_hints.forget_stale() == 0
    rows = dict(Device.objects.values_list("pk", "push_kind"))
    assert rows == {fresh.pk: "fcm", stale.pk: ""}


def test_a_phone_that_registered_anew_meanwhile_is_kept(fake: Fake) -> None:
    device = phone("old")

    def anew(envelope: Envelope) -> Answer:
        devices.register_push(Device.objects.get(pk=device.pk), targets.fcm("new"))
        return Answer(envelope.reference, Outcome.REFUSED, dead=("fcm:old",))

    fake("push", anew)
    published()
    device_hints.tell()
    assert Device.objects.get(pk=device.pk).push == "fcm:new"


def test_refused_credentials_pause_the_channel_and_keep_everything(fake: Fake) -> None:
    channel = fake("push", always(Outcome.RETRY, "login", down=True))
    phone("nobody")
    published()
    device_hints.tell()
    assert ChannelPause.objects.filter(channel="push").exists()
    assert DeviceHint.objects.get().tries == 0
    DeviceHint.objects.update(due_at=timezone.now())
    assert device_hints.tell() == 0
    ChannelPause.objects.all().delete()
    channel.rule = always(Outcome.ACCEPTED)
    assert device_hints.tell() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_at_once_ring_everybody_once(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_hints, "WINDOW", 5)
    channel = fake("push")
    for number in range(60):
        phone(f"phone{number}", quiet_from=LONG_AGO, quiet_to=EVER if number % 3 else LONG_AGO)
    published()

    def work() -> None:
        while device_hints.has_work():
            device_hints.tell()
        connection.close()

    for _round in range(2):
        threads = [threading.Thread(target=work) for _each in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        DeviceHint.objects.update(due_at=timezone.now())
    assert rung(channel) == sorted(f"fcm:phone{number}" for number in range(60))
