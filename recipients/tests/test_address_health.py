"""Addresses that messages come back from: held, counted, let go again, forgotten."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from admin_module.models import AuditEntry
from icp.encryption.models import DataKey
from recipients.account import rights
from recipients.contacts import address_health, contacts
from recipients.lookup import facets
from recipients.models import ContactPoint, Recipient, SuppressedAddress
from tests import make

pytestmark = pytest.mark.django_db
Reason = SuppressedAddress.Reason


@pytest.fixture
def person() -> Recipient:
    return make.recipient(contacts={"email": "adresat@przyklad.example", "sms": "+48512000111"})


def point(person: Recipient, kind: str = "email") -> ContactPoint:
    return person.contact_points.get(kind=kind)


def reachable(person: Recipient) -> int:
    """The kinds of contact as those see them who count people."""
    record = np.frombuffer(facets.load([person.pk])[person.pk], facets.RECORD)
    return int(record["kinds"][0])


def test_a_hard_refusal_holds_the_address_of_everybody_who_has_it(person: Recipient) -> None:
    twin = make.recipient(contacts={"email": "Adresat@Przyklad.example"})
    assert address_health.of(point(person)).state == "good"
    assert address_health.hold({person.pk: "5.1.1"}, "email", Reason.HARD) == 1
    for one in (person, twin):
        health = address_health.of(point(one))
        assert health.is_held
        assert health.row
        assert (health.row.reason, health.row.code) == ("hard", "5.1.1")
    assert address_health.of(point(person, "sms")).state == "good"
    entry = AuditEntry.objects.get(action="address.held")
    assert entry.detail == {"kind": "email", "reason": "hard", "code": "5.1.1", "people": 2}
    assert address_health.hold({twin.pk: "5.1.1"}, "email", Reason.HARD) == 0


def test_the_fifth_soft_refusal_in_a_row_holds_for_a_month(person: Recipient) -> None:
    for _time in range(4):
        assert address_health.came_back({person.pk: "5.2.2"}, "email") == 0
    assert address_health.of(point(person)).state == "doubtful"
    assert address_health.came_back({person.pk: "5.2.2"}, "email") == 1
    row = SuppressedAddress.objects.get()
    assert (row.reason, row.soft_count) == ("soft", 5)
    assert row.until
    SuppressedAddress.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert address_health.end_passed() == 1
    assert address_health.of(point(person)).state == "good"


def test_what_arrives_makes_soft_refusals_forgotten(person: Recipient) -> None:
    address_health.came_back({person.pk: "4.2.2"}, "email")
    assert address_health.doubtful_kinds() == {"email"}
    address_health.got_through([person.pk], "email")
    assert address_health.of(point(person)).state == "good"


def test_a_lasting_reason_is_not_replaced_by_a_passing_one(person: Recipient) -> None:
    address_health.hold({person.pk: ""}, "email", Reason.COMPLAINT)
    for _time in range(6):
        address_health.came_back({person.pk: "5.2.2"}, "email")
    row = SuppressedAddress.objects.get()
    assert (row.reason, row.until) == ("complaint", None)


def test_whoever_counts_reachable_people_leaves_the_address_out(person: Recipient) -> None:
    assert reachable(person) == 0b11
    address_health.hold({person.pk: "5.1.1"}, "email", Reason.HARD)
    assert reachable(person) == 0b10
    address_health.lift(SuppressedAddress.objects.get(), by=make.staff())
    assert reachable(person) == 0b11


def test_staff_let_it_go_again_once(person: Recipient) -> None:
    address_health.hold({person.pk: "5.1.1"}, "email", Reason.HARD)
    row = SuppressedAddress.objects.get()
    assert address_health.lift(row, by=make.staff(), reason="dzwonił, że działa")
    assert not address_health.lift(row, by=make.staff())
    assert AuditEntry.objects.filter(action="address.lifted").count() == 1


def test_a_new_address_begins_in_good_health(person: Recipient) -> None:
    address_health.hold({person.pk: "5.1.1"}, "email", Reason.HARD)
    point(person).delete()
    ContactPoint.objects.create(recipient=person, kind="email", value="nowy@przyklad.example")
    assert address_health.of(point(person)).state == "good"


def test_erasing_forgets_what_nobody_else_has_with_its_key(person: Recipient) -> None:
    make.recipient(contacts={"sms": "+48512000111"})
    address_health.hold({person.pk: "5.1.1"}, "email", Reason.HARD)
    address_health.hold({person.pk: "30005"}, "sms", Reason.HARD)
    gone = SuppressedAddress.objects.get(kind="email").uid
    rights.erase(person, by=make.staff(), reason="na wniosek")
    assert SuppressedAddress.objects.get().kind == "sms"
    assert not DataKey.objects.filter(pk=gone).exists()


def test_an_address_that_nobody_has_is_forgotten_after_a_year(person: Recipient) -> None:
    address_health.hold({person.pk: "5.1.1"}, "email", Reason.HARD)
    point(person).delete()
    assert address_health.forget_unused() == 0
    SuppressedAddress.objects.update(last_at=timezone.now() - timedelta(days=366))
    assert address_health.forget_unused() == 1


def test_a_dead_address_stays_on_the_card_and_a_dead_device_does_not(person: Recipient) -> None:
    ContactPoint.objects.create(recipient=person, kind="push", value="token")
    assert contacts.are_dead({person.pk: "5.1.1"}, "email") == 1
    assert contacts.are_dead({person.pk: "UNREGISTERED"}, "push") == 1
    assert set(person.contact_points.values_list("kind", flat=True)) == {"email", "sms"}


def test_the_address_stands_nowhere_in_the_open(person: Recipient) -> None:
    address_health.hold({person.pk: "5.1.1"}, "email", Reason.HARD)
    row = SuppressedAddress.objects.shut().get()
    assert b"adresat" not in bytes(row.value.blob)
    assert "adresat" not in str(AuditEntry.objects.get(action="address.held").detail)
