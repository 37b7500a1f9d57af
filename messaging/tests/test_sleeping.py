"""Reporters are told of their reports, and people who sleep of their messages when they wake."""

import uuid

import pytest
from django.utils import timezone

from messaging.channels import targets
from messaging.engine import device_hints
from messaging.models import DeviceHint, Message
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.phones import EVER, LONG_AGO, phone, rung
from recipients.contacts import devices
from recipients.models import Device
from tests import make

pytestmark = pytest.mark.django_db
Klass = Message.Klass


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
