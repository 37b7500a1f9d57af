"""The last letter: sent after the person's key is gone, and gone itself once it is handed over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from admin_module.models import AuditEntry
from icp.encryption import erasing as keys
from icp.encryption.models import DataKey
from messaging import tasks
from messaging.correspondence import farewells
from messaging.models import Delivery, Letter
from messaging.tests import flow
from messaging.tests.conftest import Fake
from recipients.account import rights
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db


def erased(*kinds: str) -> tuple[Recipient, dict[str, str]]:
    person = make.recipient(kinds=kinds)
    addresses = {point.kind: point.value for point in person.contact_points.all()}
    rights.erase(person, by=make.clerk(), reason="na wniosek")
    return person, addresses


def test_the_last_letter_goes_out_after_the_erasure_to_every_address(fake: Fake) -> None:
    channels = {kind: fake(kind) for kind in ("email", "sms", "epuap", "push")}
    person, addresses = erased(*channels)
    assert not DataKey.objects.filter(uid=person.uid).exists()
    app = channels.pop("push")  # which is wiped, and showed no letters before
    assert flow.drain("push") == 0
    assert app.got == []
    for kind, channel in channels.items():
        assert flow.drain(kind) == 1
        assert [envelope.address for envelope in channel.got] == [addresses[kind]]
    assert "ostatnia wiadomość" in channels["email"].got[0].content.text


def test_once_handed_over_it_is_destroyed_with_its_key_and_leaves_a_trace(fake: Fake) -> None:
    fake("email")
    fake("sms")
    person, _addresses = erased("email", "sms")
    letter = Letter.objects.get()
    assert farewells.end() == 0  # somebody still waits for it
    flow.drain("email")
    assert farewells.end() == 0
    flow.drain("sms")
    assert farewells.end() == 1
    assert not Letter.objects.exists()
    assert not Delivery.objects.exists()
    assert not DataKey.objects.filter(uid=letter.uid).exists()
    begun = keys.read_journal(keys.journal_path().read_text(encoding="utf-8").splitlines())[1]
    assert letter.uid in begun
    entry = AuditEntry.objects.get(action="recipient.told_of_erasure")
    assert entry.subject == f"recipients.recipient:{person.pk}"
    assert entry.detail == {"states": {"accepted": 2}}


def test_one_that_nobody_takes_ends_after_three_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    erased("email")
    Letter.objects.update(created_at=timezone.now() - farewells.KEPT + timedelta(minutes=1))
    assert farewells.end() == 0
    Letter.objects.update(created_at=timezone.now() - farewells.KEPT - timedelta(minutes=1))
    tasks.sweep()
    assert not Letter.objects.exists()


def test_somebody_without_an_address_gets_no_last_letter() -> None:
    erased()
    assert not Letter.objects.exists()


def test_one_that_a_restore_brought_back_without_its_key_is_removed(fake: Fake) -> None:
    channel = fake("email")
    erased("email")
    DataKey.objects.filter(uid=Letter.objects.get().uid).delete()
    flow.drain("email")
    assert not channel.got
    assert farewells.end() == 1
    assert not AuditEntry.objects.filter(action="recipient.told_of_erasure").exists()


def test_an_erasure_that_is_repeated_after_a_restore_writes_to_nobody() -> None:
    person = make.recipient(kinds=("email",))
    DataKey.objects.filter(uid=person.uid).delete()
    Letter.objects.all().delete()
    assert rights.finish_erasures() == 1
    assert not Letter.objects.exists()
