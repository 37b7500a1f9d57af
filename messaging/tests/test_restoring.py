"""After a restore: locked, looked at, confirmed; and what happens on every new day."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from admin_module.models import AuditEntry, Heartbeat
from messaging import sweeping
from messaging.engine import expanding
from messaging.ledger import epoch
from messaging.models import Message, SendingEpoch
from messaging.steps import sending
from messaging.tests import flow
from messaging.tests.conftest import Fake
from recipients.account import rights
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db


def confirm(*options: str) -> str:
    said = StringIO()
    call_command("confirm_epoch", *options, stdout=said)
    return said.getvalue()


def test_nothing_is_unlocked_without_a_word() -> None:
    about = make.topic()
    make.recipient(topics=(about,), kinds=("email",))
    message = flow.sent(make.message(about=about))
    epoch.outside_path().write_text("77", encoding="ascii")
    with pytest.raises(CommandError):
        confirm()
    assert epoch.locked()
    said = confirm("--yes")
    assert not epoch.locked()
    assert f"{message.pk}" in said
    assert "77" in said
    assert message.text.title not in said
    assert AuditEntry.objects.filter(action="sending.unlocked").count() == 1


def test_without_a_restore_there_is_nothing_to_confirm() -> None:
    confirm("--yes")
    assert not AuditEntry.objects.filter(action="sending.unlocked").exists()


def test_what_came_due_while_locked_goes_once_confirmed(fake: Fake) -> None:
    channel = fake()
    about = make.topic()
    make.recipient(topics=(about,), kinds=("email",))
    message = make.message(about=about)
    sending.send(message, by=message.author)
    epoch.outside_path().write_text("77", encoding="ascii")
    expanding.expand(message.pk)
    message.refresh_from_db()
    assert (message.status, message.problem) == (Message.Status.SCHEDULED, "restored")
    confirm("--yes")
    sweeping.start_due()
    assert flow.drain() == len(channel.got) == 1


def test_a_suspension_ends_on_its_day_at_the_first_sweep() -> None:
    person = make.recipient()
    tomorrow = timezone.localdate() + timedelta(days=1)
    rights.suspend(person, by=make.clerk(), reason="wyjazd", until=tomorrow)
    sweeping.sweep()
    assert Recipient.objects.get(pk=person.pk).state == "suspended"
    Recipient.objects.update(state_until=timezone.localdate())
    sweeping.sweep()  # today's round is done
    assert Recipient.objects.get(pk=person.pk).state == "suspended"
    Heartbeat.objects.filter(name=sweeping.DAILY).update(at=timezone.now() - timedelta(days=1))
    sweeping.sweep()
    assert Recipient.objects.get(pk=person.pk).state == "active"


def test_whoever_is_killed_before_the_commit_locks_nobody_out() -> None:
    epoch.raise_both()
    number = epoch.inside()
    # As a killed process leaves the file, whether or not the commit went through.
    for pair in (f"{number} {number + 1}", f"{number - 1} {number}"):
        epoch.outside_path().write_text(pair, encoding="ascii")
        assert not epoch.locked()
    epoch.raise_both()
    assert not epoch.locked()


@pytest.mark.django_db(transaction=True)
def test_once_committed_only_the_new_number_counts() -> None:
    before = epoch.inside()
    with transaction.atomic():
        epoch.raise_both()
        assert epoch.outside() == (before, before + 1)
    assert epoch.outside() == (before + 1,)
    SendingEpoch.objects.update(number=before)
    assert epoch.locked()
    with pytest.raises(epoch.Restored), transaction.atomic():
        epoch.raise_both()


def test_every_round_of_sending_is_told_from_a_backup_taken_before_it(fake: Fake) -> None:
    fake()
    about = make.topic()
    make.recipient(topics=(about,), kinds=("email",))
    flow.sent(make.message(about=about))
    backup = epoch.inside()
    assert flow.drain() == 1
    assert epoch.inside() == backup + 1
    assert flow.drain() == 0
    assert epoch.inside() == backup + 1
