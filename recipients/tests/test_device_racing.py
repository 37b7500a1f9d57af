"""Two at once on PostgreSQL: a device is one person's, a code pairs one device, nothing dead comes back."""

from functools import partial

import pytest

from messaging.channels import targets
from recipients.account import rights
from recipients.contacts import devices, verification
from recipients.models import ContactPoint, Device, Recipient
from tests import make

from .test_racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def a_device() -> tuple[Device, str]:
    _row, token = devices.enroll(platform="web")
    device = devices.of_token(token)
    assert device is not None
    return device, token


def a_code(person: Recipient) -> str:
    return verification.draw_on_paper(person, by=make.clerk())[0]


def kinds(outcomes: list[object]) -> list[str]:
    return sorted("None" if it is None else type(it).__name__ for it in outcomes)


def test_a_code_a_device_and_a_token_are_taken_once() -> None:
    person = make.recipient()
    code = a_code(person)
    outcomes = at_once(*[partial(devices.pair, a_device()[0], code) for _each in range(4)])
    assert kinds(outcomes) == ["None", "None", "None", "Recipient"]
    assert Device.objects.filter(recipient=person).count() == 1
    Device.objects.update(recipient=None, paired_at=None)
    ContactPoint.objects.filter(kind="push").delete()
    _two_codes_on_one_device_make_it_one_persons()
    _a_token_changed_in_two_tabs_leaves_the_shown_one_and_one_new_one()


def _two_codes_on_one_device_make_it_one_persons() -> None:
    one, other = make.recipient(), make.recipient()
    codes = a_code(one), a_code(other)
    device, _token = a_device()
    outcomes = at_once(*[partial(devices.pair, Device.objects.get(pk=device.pk), c) for c in codes])
    assert kinds(outcomes) == ["AlreadyPaired", "Recipient"]
    points = ContactPoint.objects.filter(kind="push")
    assert [point.recipient for point in points] == [Device.objects.get(pk=device.pk).recipient]


def _a_token_changed_in_two_tabs_leaves_the_shown_one_and_one_new_one() -> None:
    _device, token = a_device()
    seen = [devices.of_token(token) for _tab in range(2)]
    outcomes = at_once(*[partial(devices.rotate, device) for device in seen if device])
    made = [outcome[0] for outcome in outcomes if isinstance(outcome, tuple)]
    assert len(made) == 2
    assert sorted(devices.of_token(new) is not None for new in made) == [False, True]
    assert devices.of_token(token) is not None


def test_who_removes_and_who_pairs_at_once_leave_no_half() -> None:
    for _round in range(5):
        person = make.recipient()
        device, token = a_device()
        code = a_code(person)
        mine, theirs = Device.objects.get(pk=device.pk), Device.objects.get(pk=device.pk)
        at_once(partial(devices.pair, mine, code), partial(devices.remove, theirs))
        row = Device.objects.get(pk=device.pk)
        has_app = ContactPoint.objects.filter(recipient=person, kind="push").exists()
        assert has_app == (row.recipient_id == person.pk)
        assert (devices.of_token(token) is None) == (row.revoked_at is not None)
    _who_is_erased_while_a_code_of_theirs_is_typed_is_nobody()


def _who_is_erased_while_a_code_of_theirs_is_typed_is_nobody() -> None:
    for _round in range(4):
        person, clerk = make.recipient(), make.clerk()
        device, token = a_device()
        at_once(
            partial(devices.pair, device, a_code(person)),
            partial(rights.erase, person, by=clerk, reason="na wniosek"),
        )
        assert Recipient.objects.get(pk=person.pk).state == "erased"
        seen = devices.of_token(token)
        assert seen is None or seen.recipient is None
        assert not ContactPoint.objects.filter(recipient=person).exists()
        assert not Device.objects.filter(recipient=person).exists()


def test_one_target_registered_by_two_devices_at_once_is_one_devices() -> None:
    one, other = make.recipient(), make.recipient()
    rows = [make.paired_device(person) for person in (one, other)]
    for number in range(5):
        target = targets.fcm(f"phone {number}")
        outcomes = at_once(*[partial(devices.register_push, row, target) for row in rows])
        assert outcomes == [None, None]
        held = Device.objects.filter(push_token=target.line)
        assert held.count() == 1
        for person in (one, other):
            value = ContactPoint.objects.get(recipient=person, kind="push").value
            assert (target.line in value) == (held.get().recipient_id == person.pk)
    _devices_of_one_person_that_register_at_once_are_all_hinted_at()


def _devices_of_one_person_that_register_at_once_are_all_hinted_at() -> None:
    person = make.recipient()
    rows = [make.paired_device(person) for _each in range(3)]
    at_once(*[partial(devices.register_push, row, targets.fcm(f"t{row.pk}")) for row in rows])
    value = ContactPoint.objects.get(recipient=person, kind="push").value
    assert value.split("\n")[:3] == sorted(f"fcm:t{row.pk}" for row in rows)
