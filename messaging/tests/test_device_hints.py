"""Devices that are told one by one: of public messages, of reports, and after their quiet hours."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from messaging import device_hints, publishing, sending
from messaging.channels import targets
from messaging.channels.base import Answer, Envelope, Outcome
from messaging.models import ChannelPause, DeviceHint, HintRound, Message
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.fakes import FakeChannel, always
from recipients import devices
from recipients.models import Device
from tests import make

pytestmark = pytest.mark.django_db
Klass = Message.Klass
LONG_AGO, EVER = time(0, 0), time(23, 59, 59)


def phone(token: str, **wishes: object) -> Device:
    """A device that nobody paired and that can be woken."""
    device = devices.enroll(platform="android")[0]
    devices.register_push(device, targets.fcm(token))
    for name, value in wishes.items():
        setattr(device, name, value)
    device.save(update_fields=list(wishes))
    return device


def published(klass: str = Klass.INFORMATION, **fields: Any) -> Message:
    given: dict[str, Any] = {"public": True, "channels": ("push",), "klass": klass}
    return flow.sent(make.message(**(given | fields)))


def rung(channel: FakeChannel) -> list[str]:
    return sorted(envelope.address for envelope in channel.got)


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
    sending.pause(message, by=message.author)
    assert device_hints.tell() == 0
    assert not HintRound.objects.get().finished_at
    sending.resume(message, by=message.author)
    work = device_hints._next_of_a_round()
    assert work
    sending.cancel(message, by=message.author)
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


# --- Reports --------------------------------------------------------------------------------------------


def test_a_reporter_is_told_by_every_device_that_wants_it(fake: Fake) -> None:
    channel, person = fake("push"), make.recipient(kinds=("email",))
    make.paired_device(person, "phone")
    tablet = make.paired_device(person, "tablet")
    Device.objects.filter(pk=tablet.pk).update(report_pushes=False)
    own = phone("own", locale="uk")
    uid = uuid.uuid4()
    assert device_hints.report_changed(uid, people=[person.pk], devices=[own.pk]) == 2
    assert device_hints.report_changed(uid, people=[person.pk], devices=[own.pk]) == 2
    assert device_hints.tell() == 2  # together
    assert rung(channel) == ["fcm:own", "fcm:phone"]
    said = {envelope.address: envelope.content for envelope in channel.got}
    assert "звернення" in said["fcm:own"].text
    hint = said["fcm:phone"].hint
    assert hint
    assert (hint.kind, hint.uid) == ("report", str(uid))
    assert hint.link.endswith(f"/app/r/{uid}")


def test_nobody_else_is_told_of_a_persons_report(fake: Fake) -> None:
    channel, person = fake("push"), make.recipient(kinds=("email",))
    sold, kept = make.paired_device(person, "sold"), make.paired_device(person, "kept")
    removed = make.paired_device(person, "removed")
    device_hints.report_changed(uuid.uuid4(), people=[person.pk])
    devices.unpair(Device.objects.get(pk=sold.pk))
    other = make.recipient(kinds=("email",))
    Device.objects.filter(pk=sold.pk).update(recipient=other, paired_at=timezone.now())
    devices.unpair(Device.objects.get(pk=kept.pk))
    devices.remove(Device.objects.get(pk=removed.pk))
    assert device_hints.tell() == 0
    assert channel.got == []


# --- People who sleep -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("read", "told"), [(False, 1), (True, 0)])
def test_a_person_is_told_after_the_quiet_hours_unless_they_read_it(
    fake: Fake, read: bool, told: int
) -> None:
    channel = fake("push")
    duty = make.topic("Ostrzeżenia", mandatory=True)
    person = make.recipient(kinds=("email",))
    phone_ = make.paired_device(person, "phone")
    make.paired_device(person, "tablet")
    Device.objects.filter(pk=phone_.pk).update(quiet_from=LONG_AGO, quiet_to=EVER)
    message = flow.sent(make.message(channels=("push",), about=duty))
    assert flow.drain("push") == 1
    (first,) = channel.got
    lines = targets.split(first.address)
    assert {one.kind for one in lines} == {"fcm", "app"}
    assert [one.value for one in lines if one.kind == "fcm"] == ["tablet"]
    if read:
        message.deliveries.update(state="read")
    DeviceHint.objects.update(due_at=timezone.now())
    assert device_hints.tell() == told
    assert [one.address for one in channel.got[1:]] == ["fcm:phone"] * told


def test_an_alarm_wakes_a_person_at_once(fake: Fake) -> None:
    channel, person = fake("push"), make.recipient(kinds=("email",))
    sleeper = make.paired_device(person, "phone")
    Device.objects.filter(pk=sleeper.pk).update(quiet_from=LONG_AGO, quiet_to=EVER)
    flow.sent(make.message(channels=("push",), klass=Klass.ALARM))
    assert flow.drain("push", 0) == 1
    assert "fcm:phone" in channel.got[0].address
    assert not DeviceHint.objects.exists()
