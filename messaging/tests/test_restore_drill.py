"""The drill: a backup, the loss of the machine, a restore; and the office works on."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from admin_module import audit, backups
from admin_module.audit import checkpoints
from admin_module.backups import databases
from admin_module.models import AuditEntry, User
from icp.encryption import pages
from icp.encryption.erasing import journal_path
from icp.encryption.models import DataKey
from messaging.ledger import epoch
from messaging.models import Message
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.fakes import FakeChannel
from recipients.account import rights
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
SURNAME = "Szczebrzeszyńska"
LOGIN = "zofia@zazolcin.example"


@dataclass
class Town:
    channel: FakeChannel
    clerk: User
    kept: Recipient
    leaver: Recipient
    message: Message
    backup: Path


def wipe() -> None:
    """An empty database, as after the loss of a disk."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        return
    with closing(sqlite3.connect(":memory:")) as nothing:
        nothing.backup(databases.raw())


def said_by(command: str, *arguments: object) -> str:
    said = StringIO()
    call_command(command, *map(str, arguments), stdout=said)
    return said.getvalue()


@pytest.fixture
def town(tmp_path: Path, settings: Settings, fake: Fake) -> Town:
    """Backed up yesterday while a message waited; since then it went out and somebody was erased."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    channel = fake()
    about = make.topic()
    clerk = make.staff("recipients_clerk", login=LOGIN, password=make.PASSWORD)
    kept = make.recipient(last_name=SURNAME, topics=(about,), kinds=("email",))
    leaver = make.recipient(kinds=("email",))
    message = flow.sent(make.message(about=about))
    folder = backups.make(tmp_path / "backups", key_days=30)
    yesterday = timezone.now() - timedelta(days=1)
    folder = folder.rename(folder.with_name(f"icp-{yesterday:%Y%m%dT%H%M%SZ}"))
    assert flow.drain() == 1
    rights.erase(leaver, by=clerk, reason="prośba")
    return Town(channel, clerk, kept, leaver, message, folder)


def lose_the_machine(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "new"
    settings.DATA_DIR.mkdir()
    wipe()


@pytest.fixture
def restored(town: Town, settings: Settings, tmp_path: Path) -> Town:
    """That somebody was erased is known from the next backup's journal alone."""
    backups.make(town.backup.parent, key_days=30)
    lose_the_machine(settings, tmp_path)
    assert "confirm_epoch" in said_by("restore", "--from", town.backup)
    return town


def test_somebody_signs_in_and_opens_a_card(restored: Town) -> None:
    client = Client()
    typed = {"login": LOGIN, "password": make.PASSWORD}
    assert client.post("/zaloguj/", typed).status_code == 302
    client.force_login(User.objects.get(pk=restored.clerk.pk))
    assert SURNAME in client.get(f"/odbiorcy/{restored.kept.pk}/").content.decode()
    assert {kind.name: pages.verify(kind) for kind in pages.KINDS.values()} == {
        name: [] for name in pages.KINDS
    }


def test_the_erased_stay_erased(restored: Town) -> None:
    gone = Recipient.objects.get(pk=restored.leaver.pk)
    assert (gone.state, gone.identity) == (Recipient.State.ERASED, None)
    assert not DataKey.objects.filter(pk=gone.uid).exists()
    # And will in the backups that come after this one.
    assert f"done {gone.uid}" in journal_path().read_text(encoding="utf-8")


def test_a_journal_kept_elsewhere_does_it_too(
    town: Town, settings: Settings, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "erasures.log"
    journal_path().rename(elsewhere)
    lose_the_machine(settings, tmp_path)
    said_by("restore", "--from", town.backup, "--journal", elsewhere)
    assert Recipient.objects.get(pk=town.leaver.pk).state == Recipient.State.ERASED


def test_without_the_journal_they_would_come_back(
    town: Town, settings: Settings, tmp_path: Path
) -> None:
    """The control: the key dump holds the key, and it is the journal that destroys it again."""
    lose_the_machine(settings, tmp_path)
    said_by("restore", "--from", town.backup)
    assert Recipient.objects.get(pk=town.leaver.pk).state == Recipient.State.ACTIVE


def test_nothing_goes_a_second_time_until_a_person_said_so(restored: Town) -> None:
    assert epoch.locked()
    assert flow.drain() == 0
    assert len(restored.channel.got) == 1
    with pytest.raises(CommandError):
        said_by("confirm_epoch")
    assert str(restored.message.pk) in said_by("confirm_epoch", "--yes")
    assert flow.drain() == 1
    assert len(restored.channel.got) == 2


def test_the_log_is_whole_and_the_next_backup_too(restored: Town, tmp_path: Path) -> None:
    while audit.link_entries():
        continue
    assert audit.verify() == []
    assert AuditEntry.objects.filter(action="backup.restored").count() == 1
    assert backups.problems(backups.make(tmp_path / "again", key_days=30)) == []
    # And nobody can change it: the triggers came back with the tables.
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(action="message.sent")


def test_checkpoints_made_since_the_backup_are_kept_as_evidence(town: Town) -> None:
    while audit.link_entries():
        continue
    audit.write_checkpoint()
    said_by("restore", "--from", town.backup, "--force")
    folder = checkpoints.file().parent
    assert [path.suffix for path in folder.iterdir()] == [".before-restore"]
    assert audit.verify() == []
