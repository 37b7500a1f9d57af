"""Devices with the app: tokens, pairing, unpairing, removal, and what the contact point "the app" says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from admin_module.models import AuditEntry
from icp.encryption.errors import KeyErased
from icp.encryption.models import DataKey
from messaging.channels import targets
from messaging.models import Letter
from recipients.account import rights
from recipients.contacts import devices, verification
from recipients.models import ContactPoint, Device, HomePoint, Recipient
from recipients.same_person import joining
from tests import make

pytestmark = pytest.mark.django_db
Moved = Callable[[timedelta], None]


def a_code(person: Recipient) -> str:
    return verification.draw_on_paper(person, by=make.clerk())[0]


def a_device(platform: str = "web") -> tuple[Device, str]:
    _row, token = devices.enroll(platform=platform)
    device = devices.of_token(token)
    assert device is not None
    return device, token


def paired(person: Recipient) -> tuple[Device, str]:
    device, token = a_device()
    assert devices.pair(device, a_code(person)) == person
    return device, token


def app_of(person: Recipient) -> list[str] | None:
    point = ContactPoint.objects.filter(recipient=person, kind="push").first()
    return None if point is None else point.value.split("\n")


def sees(token: str) -> Recipient | None:
    device = devices.of_token(token)
    return device.recipient if device else None


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Moved:
    """The clock of everything that asks django's timezone."""
    now = timezone.now
    ahead = [timedelta()]

    def moved() -> datetime:
        return now() + ahead[0]

    monkeypatch.setattr(timezone, "now", moved)

    def by(step: timedelta) -> None:
        ahead[0] += step

    return by


def test_a_token_is_shown_once_and_only_its_digest_is_kept() -> None:
    device, token = devices.enroll(platform="ios", locale="uk", client_version="1.2")
    prefix, public, secret = token.split("_", 2)
    assert (prefix, public) == ("icp1", device.uid.hex)
    assert len(secret) >= 43  # 256 bits
    row = Device.objects.get(pk=device.pk)
    assert secret.encode() not in bytes(row.digest or b"")
    assert (row.locale, row.client_version, row.recipient) == ("uk", "1.2", None)
    assert devices.of_token(token) == device


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: token + "x",
        lambda token: token.replace("icp1", "icp2"),
        lambda token: token.rpartition("_")[0] + "_",
        lambda token: "icp1_" + "0" * 32 + "_" + token.split("_", 2)[2],
        lambda _token: "icp1_nonsense_nonsense",
        lambda _token: "",
    ],
)
def test_a_token_that_was_touched_is_nobodys(change: Callable[[str], str]) -> None:
    _device, token = a_device()
    assert devices.of_token(change(token)) is None


def test_a_code_makes_the_device_somebodys_and_gives_them_the_app() -> None:
    person = make.recipient(kinds=("email",))
    device, token = a_device()
    devices.register_push(device, targets.fcm("wakes-it"))
    assert sees(token) is None
    assert devices.pair(device, "00000-00000") is None
    assert devices.pair(device, a_code(person)) == person
    assert sees(token) == person
    assert app_of(person) == ["fcm:wakes-it", f"app:{person.uid.hex}"]
    entry = AuditEntry.objects.get(action="recipient.paired")
    assert entry.detail["device"] == device.pk
    assert Letter.objects.filter(recipient=person).exists()  # by the ways that are not this device


def test_a_paired_device_takes_no_second_code_and_the_code_stays_good() -> None:
    one, other = make.recipient(), make.recipient()
    device, _token = paired(one)
    code = a_code(other)
    with pytest.raises(devices.AlreadyPaired):
        devices.pair(device, code)
    stale = Device.objects.get(pk=device.pk)
    stale.recipient = None  # as a request sees it that came in at the same moment
    with pytest.raises(devices.AlreadyPaired):
        devices.pair(stale, code)
    fresh, token = a_device()
    assert devices.pair(fresh, code) == other
    assert sees(token) == other


def test_an_unpaired_device_sees_nobody_and_is_hinted_at_no_more() -> None:
    person = make.recipient()
    device, token = paired(person)
    devices.register_push(device, targets.fcm("one"))
    other, _its = paired(person)
    devices.register_push(other, targets.fcm("two"))
    assert devices.unpair(device)
    assert not devices.unpair(device)
    assert devices.of_token(token) == device
    assert sees(token) is None
    assert app_of(person) == ["fcm:two", f"app:{person.uid.hex}"]
    assert Device.objects.get(pk=device.pk).push == "fcm:one"  # public messages still reach it


def test_a_removed_device_is_a_row_without_content() -> None:
    person = make.recipient()
    device, token = paired(person)
    devices.register_push(device, targets.webpush("https://updates.push.example/1", "k", "a"))
    devices.change(device, {"home": HomePoint(52.1, 22.2), "topics": [1]})
    clerk = make.clerk()
    assert devices.remove(device, by=clerk, why="staff")
    assert not devices.remove(device, by=clerk)
    assert devices.of_token(token) is None
    assert app_of(person) is None
    assert not DataKey.objects.filter(uid=device.uid).exists()
    row = Device.objects.get(pk=device.pk)
    assert (row.home, row.push, row.push_token, row.topics, row.digest) == (None,) * 5
    entry = AuditEntry.objects.get(action="recipient.device_removed")
    assert (entry.actor, entry.detail["why"]) == (clerk, "staff")
    for late in (devices.rotate, lambda it: devices.change(it, {"locale": "en"})):
        with pytest.raises(devices.Gone):
            late(device)
    with pytest.raises(devices.Gone):
        devices.register_push(device, targets.fcm("late"))
    assert not Device.objects.filter(push_token="fcm:late").exists()


def test_a_stolen_token_ends_when_the_person_removes_the_device() -> None:
    """The thief even changed the token; the owner's other device sees it in the list and ends it."""
    person = make.recipient()
    stolen, token = paired(person)
    new, _until = devices.rotate(stolen)
    assert sees(new) == person
    devices.remove(Device.objects.get(pk=stolen.pk))
    assert (devices.of_token(new), devices.of_token(token)) == (None, None)


def test_the_token_before_lives_ten_minutes_and_not_longer(later: Moved) -> None:
    device, old = a_device()
    new, until = devices.rotate(device)
    assert timedelta(minutes=9) < until - timezone.now() <= timedelta(minutes=10)
    assert devices.of_token(old) == devices.of_token(new) == device
    later(timedelta(minutes=10, seconds=1))
    assert devices.of_token(old) is None
    assert devices.of_token(new) == device


def test_a_lost_answer_is_asked_for_again_and_buys_the_old_token_no_time(later: Moved) -> None:
    device, old = a_device()
    lost, until = devices.rotate(device)
    later(timedelta(minutes=6))
    again = devices.of_token(old)
    assert again is not None
    found, still = devices.rotate(again)
    assert still == until
    assert devices.of_token(lost) is None
    later(timedelta(minutes=5))
    assert devices.of_token(old) is None
    assert devices.of_token(found) == device


def test_a_device_that_waits_too_long_to_rotate_has_to_begin_anew(later: Moved) -> None:
    device, old = a_device()
    devices.rotate(device)
    seen = devices.of_token(old)
    assert seen is not None
    later(timedelta(minutes=11))
    with pytest.raises(devices.Gone):
        devices.rotate(seen)


def test_one_target_is_that_of_the_device_that_registered_it_last() -> None:
    """A phone was sold: the new owner's app gets the same address from its provider."""
    before, after = make.recipient(), make.recipient()
    (old, _), (new, _) = paired(before), paired(after)
    devices.register_push(old, targets.webpush("https://updates.push.example/x", "k1", "a1"))
    devices.register_push(new, targets.webpush("https://updates.push.example/x", "k2", "a2"))
    assert app_of(before) == [f"app:{before.uid.hex}"]
    assert len(app_of(after) or ()) == 2
    row = Device.objects.get(pk=old.pk)
    assert (row.push, row.push_kind, row.push_seen_at) == (None, "", None)


def test_dead_targets_leave_their_device_and_nobody_elses() -> None:
    person, other = make.recipient(), make.recipient()
    (one, _), (two, _), (third, _) = paired(person), paired(person), paired(other)
    devices.register_push(one, targets.fcm("dead"))
    devices.register_push(two, targets.webpush("https://updates.push.example/d", "k", "a"))
    devices.register_push(third, targets.fcm("alive"))
    dying = Device.objects.get(pk=two.pk).push
    devices.register_push(two, targets.webpush("https://updates.push.example/d", "newer", "a"))
    # The second one registered anew meanwhile; somebody else's line is none of this person's.
    assert devices.drop_dead({person.pk: ["fcm:dead", dying, "fcm:alive"], other.pk: []}) == 1
    assert len(app_of(person) or ()) == 2
    assert app_of(other) == ["fcm:alive", f"app:{other.uid.hex}"]


def test_the_eleventh_device_takes_the_place_of_the_one_used_longest_ago(later: Moved) -> None:
    person = make.recipient()
    first, token = a_device()
    Device.objects.filter(pk=first.pk).update(recipient=person, paired_at=timezone.now())
    for _number in range(devices.MOST_DEVICES - 1):
        later(timedelta(hours=2))
        make.paired_device(person)
    later(timedelta(hours=2))
    paired(person)
    assert Device.objects.filter(recipient=person).count() == devices.MOST_DEVICES
    assert sees(token) is None
    entry = AuditEntry.objects.get(action="recipient.device_unpaired")
    assert entry.detail == {"device": first.pk, "platform": "web", "why": "too_many"}


def test_the_erasure_of_a_person_takes_their_devices() -> None:
    person = make.recipient()
    device, token = paired(person)
    rights.erase(person, by=make.clerk(), reason="na wniosek")
    assert devices.of_token(token) is None
    assert Device.objects.get(pk=device.pk).recipient is None
    assert not ContactPoint.objects.filter(recipient=person).exists()
    assert not DataKey.objects.filter(uid=device.uid).exists()


def test_a_merge_brings_the_devices_along() -> None:
    stays, goes = make.recipient(kinds=("email", "push")), make.recipient(kinds=("sms", "push"))
    _device, token = paired(goes)
    kept = joining.join(
        stays, goes, ["sms"], by=make.clerk(), revisions=(stays.revision, goes.revision)
    )
    assert sees(token) == kept
    assert len(app_of(kept) or ()) == 3  # two that Firebase wakes, and the app itself
    assert app_of(goes) is None


def test_a_device_of_a_tombstone_is_a_device_of_nobody() -> None:
    """A restored backup may know the device of somebody whose erasure was finished again."""
    person = make.recipient()
    _device, token = paired(person)
    Recipient.objects.filter(pk=person.pk).update(state="erased")
    assert sees(token) is None


def test_a_restored_device_whose_key_is_gone_is_removed_again() -> None:
    person = make.recipient()
    device, token = paired(person)
    DataKey.objects.filter(uid=device.uid).delete()
    rights.finish_erasures()
    assert devices.of_token(token) is None
    assert app_of(person) is None


def test_half_a_year_without_use_ends_a_device(later: Moved) -> None:
    person = make.recipient()
    _device, token = paired(person)
    later(timedelta(days=179))
    assert sees(token) == person  # and this is a use
    later(timedelta(days=179))
    assert sees(token) == person
    later(timedelta(days=181))
    assert devices.of_token(token) is None
    assert devices.tidy_up() == 1
    assert app_of(person) is None
    later(timedelta(days=31))
    assert devices.tidy_up() == 0
    assert not Device.objects.filter(platform="web").exists()


def test_a_use_is_written_down_once_an_hour(
    later: Moved, django_assert_num_queries: Callable[[int], Any]
) -> None:
    _device, token = a_device()
    with django_assert_num_queries(1):
        devices.of_token(token)
    later(timedelta(hours=1))
    with django_assert_num_queries(2):
        devices.of_token(token)
    with django_assert_num_queries(1):
        devices.of_token(token)


def test_a_clock_that_was_a_year_ahead_makes_nobody_immortal(later: Moved) -> None:
    device, token = a_device()
    ahead = timezone.now() + timedelta(days=365)
    Device.objects.filter(pk=device.pk).update(last_used_at=ahead)
    assert devices.of_token(token) == device
    assert abs(Device.objects.get(pk=device.pk).last_used_at - timezone.now()) < timedelta(hours=1)
    later(timedelta(days=181))
    assert devices.of_token(token) is None


def test_what_a_device_told_about_itself_is_sealed_by_a_key_of_its_own() -> None:
    device, _token = a_device()
    devices.change(device, {"home": HomePoint(52.16, 22.29)})
    assert Device.objects.get(pk=device.pk).home == HomePoint(52.16, 22.29)
    DataKey.objects.filter(uid=device.uid).delete()
    with pytest.raises(KeyErased):
        _home = Device.objects.get(pk=device.pk).home
    with pytest.raises(ValueError, match="digest"):
        devices.change(device, {"digest": b""})


def test_a_thousand_devices_are_found_by_one_query_each(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    Device.objects.bulk_create(
        [Device(platform="web", digest=number.to_bytes(32, "big")) for number in range(1000)]
    )
    device, token = a_device()
    with django_assert_num_queries(1):
        assert devices.of_token(token) == device
