"""Devices on the person's card, and their removal by staff."""

import pytest
from django.test import Client

from admin_module.models import AuditEntry
from messaging.channels import targets
from recipients.contacts import devices
from recipients.models import ContactPoint, Device
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.staff("recipients_clerk"))
    return client


def test_the_card_shows_devices_and_nothing_that_lets_anybody_in(desk: Client) -> None:
    person = make.recipient(kinds=("sms",))
    empty = desk.get(f"/odbiorcy/{person.pk}/").content.decode()
    assert "Żadne urządzenie nie jest połączone" in empty
    make.paired_device(person, "wakes-the-phone")
    make.paired_device(person, platform="web")
    page = desk.get(f"/odbiorcy/{person.pk}/").content.decode()
    assert "2 urządzenia z aplikacją" in page
    assert "bez powiadomień" in page
    assert "wakes-the-phone" not in page
    assert f"app:{person.uid.hex}" not in page


def test_staff_end_a_lost_device_after_asking(desk: Client) -> None:
    person = make.recipient(kinds=("sms",))
    device = make.paired_device(person, "lost")
    address = f"/odbiorcy/{person.pk}/urzadzenia/{device.pk}/usun/"
    asked = desk.get(address)
    assert "nowym kodem" in asked.content.decode()
    assert Device.objects.get(pk=device.pk).is_live
    assert desk.post(address).status_code == 302
    assert not Device.objects.get(pk=device.pk).is_live
    assert not ContactPoint.objects.filter(recipient=person, kind="push").exists()
    entry = AuditEntry.objects.get(action="recipient.device_removed")
    assert (entry.detail["why"], entry.detail["device"]) == ("staff", device.pk)
    assert "urządzenie odbiorcy z aplikacją usunięte" in desk.get(f"/odbiorcy/{person.pk}/").content.decode()  # fmt: skip
    assert desk.post(address).status_code == 404  # pressed twice


def test_a_device_is_removed_from_its_own_persons_card_only(desk: Client) -> None:
    person, other = make.recipient(), make.recipient()
    theirs = make.paired_device(other)
    anonymous, _token = devices.enroll(platform="ios")
    devices.register_push(anonymous, targets.fcm("x"))
    for pk in (theirs.pk, anonymous.pk):
        assert desk.post(f"/odbiorcy/{person.pk}/urzadzenia/{pk}/usun/").status_code == 404
    assert Device.objects.live().count() == 2


def test_who_only_reads_sees_no_way_to_remove(client: Client) -> None:
    person = make.recipient()
    device = make.paired_device(person)
    client.force_login(make.staff("data_protection_officer"))
    assert "/usun/" not in client.get(f"/odbiorcy/{person.pk}/").content.decode()
    assert client.post(f"/odbiorcy/{person.pk}/urzadzenia/{device.pk}/usun/").status_code == 403
