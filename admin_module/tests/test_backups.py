"""What goes into a backup, what stays at home, and the backups that must not be used."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from admin_module import backups
from admin_module.backups import files, manifest
from admin_module.models import AuditEntry, Heartbeat
from icp.encryption.erasing import journal_path
from icp.encryption.keyring import new_document
from icp.encryption.models import DataKey
from messaging.ledger import epoch
from recipients.account import rights
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
SURNAME = "Szczebrzeszyńska"


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> Path:
    """Where backups go: not in the data directory."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return tmp_path / "backups"


def back_up(store: Path) -> Path:
    return backups.make(store, key_days=30)


def aged(folder: Path, *, days: int) -> Path:
    """The same backup as if it had been made some days ago."""
    made = timezone.now() - timedelta(days=days)
    return folder.rename(folder.with_name(f"icp-{made:%Y%m%dT%H%M%SZ}"))


def said_by(command: str, *arguments: object) -> str:
    said = StringIO()
    call_command(command, *map(str, arguments), stdout=said)
    return said.getvalue()


def test_a_database_with_data_is_replaced_only_by_force(store: Path) -> None:
    before = make.recipient(last_name=SURNAME)
    folder = back_up(store)
    late = make.recipient()
    with pytest.raises(CommandError):
        said_by("restore", "--from", folder)
    assert Recipient.objects.filter(pk=late.pk).exists()
    assert not epoch.locked()
    said_by("restore", "--from", folder, "--force")
    assert list(Recipient.objects.values_list("pk", flat=True)) == [before.pk]
    assert epoch.locked()


def test_an_older_backup_opens_with_newer_keys_only(store: Path) -> None:
    person = make.recipient(last_name=SURNAME)
    folder = back_up(store)
    old = aged(folder, days=31)
    newer = back_up(store)
    # The second backup deleted the keys of the one that is older than 30 days.
    assert not (old / manifest.KEYS[connection.vendor]).exists()
    with pytest.raises(CommandError, match="keys"):
        said_by("restore", "--from", old, "--force")
    said_by("restore", "--from", old, "--keys", newer, "--force")
    identity = Recipient.objects.get(pk=person.pk).identity
    assert identity is not None
    assert identity.last_name == SURNAME


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("which", ["main", "keys", "files/erasures.log", "manifest.json"])
def test_a_tampered_backup_is_refused_by_name(store: Path, which: str) -> None:
    clerk = make.clerk()
    rights.erase(make.recipient(), by=clerk, reason="prośba")
    person = make.recipient()
    folder = back_up(store)
    vendor = connection.vendor
    name = {"main": manifest.MAIN[vendor], "keys": manifest.KEYS[vendor]}.get(which, which)
    spoil(folder / name)
    with pytest.raises(CommandError) as refused:
        said_by("restore", "--from", folder, "--force")
    assert name in str(refused.value)
    with pytest.raises(CommandError) as refused:
        said_by("backup", "--verify", folder)
    assert name in str(refused.value)
    assert Recipient.objects.filter(pk=person.pk).exists()
    assert not epoch.locked()


def test_a_file_that_is_missing_is_named(store: Path) -> None:
    folder = back_up(store)
    (folder / manifest.MAIN[connection.vendor]).unlink()
    assert [manifest.MAIN[connection.vendor] in line for line in backups.problems(folder)] == [True]


def test_somebody_elses_list_is_not_believed(store: Path) -> None:
    """Who changes a file and writes its digest into the list cannot sign the list."""
    make.recipient()
    folder = back_up(store)
    name = manifest.MAIN[connection.vendor]
    spoil(folder / name)
    listed = json.loads((folder / manifest.NAME).read_text(encoding="utf-8"))
    listed["files"][name] = manifest.digest(folder / name)
    (folder / manifest.NAME).write_text(json.dumps(listed), encoding="utf-8")
    assert any("manifest.json" in line for line in backups.problems(folder))


def test_no_key_stands_in_the_main_file(store: Path) -> None:
    make.recipient()
    wrapped = [bytes(key) for key in DataKey.objects.values_list("wrapped", flat=True)]
    folder = back_up(store)
    main = (folder / manifest.MAIN[connection.vendor]).read_bytes()
    keys = (folder / manifest.KEYS[connection.vendor]).read_bytes()
    assert wrapped
    if connection.vendor == "sqlite":
        assert all(key in keys and key not in main for key in wrapped)
    else:
        assert b"TABLE DATA" in main
        assert not any(key in main for key in wrapped)
    assert {path.stat().st_mode & 0o077 for path in folder.rglob("*") if path.is_file()} == {0}


def test_keys_secrets_and_the_guard_stay_at_home(
    store: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = Path(settings.DATA_DIR)
    (data / "audit").mkdir()
    (data / "static").mkdir()
    for name in (
        "epoch",
        "keyring.json",
        "secret-key",
        "static/a.css",
        "fcm.json",
        "audit/x.jsonl",
    ):
        (data / name).write_text("{}", encoding="utf-8")
    # Whatever it is called.
    (data / "harmless.json").write_text(json.dumps(new_document()), encoding="utf-8")
    monkeypatch.setenv("ICP_FCM_CREDENTIALS_FILE", str(data / "fcm.json"))
    assert [str(path) for path in files.to_keep()] == ["audit/x.jsonl"]


def test_a_backup_beside_the_data_is_refused(store: Path, settings: Settings) -> None:
    with pytest.raises(CommandError):
        said_by("backup", "--to", Path(settings.DATA_DIR) / "backups")


def test_the_command_says_what_is_missing_and_leaves_word(store: Path) -> None:
    said = said_by("backup", "--to", store)
    (folder,) = store.iterdir()
    assert str(folder) in said
    assert "PĘKU KLUCZY" in said
    assert said_by("backup", "--verify", folder)
    entry = AuditEntry.objects.get(action="backup.made")
    assert entry.subject == f"backup:{folder.name}"
    assert Heartbeat.objects.get(name="backup").at <= timezone.now()


def test_a_backup_of_a_newer_program_waits_for_that_program(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "admin_module.backups.making.applied_migrations", lambda: ["recipients.9999_later"]
    )
    folder = back_up(store)
    with pytest.raises(backups.BadBackup):
        backups.restore(folder, force=True)
    assert not epoch.locked()


def test_a_torn_journal_stops_the_restore(store: Path) -> None:
    folder = back_up(store)
    journal_path().write_text("2026-11-20 done\n", encoding="utf-8")
    with pytest.raises(backups.BadBackup, match=r"erasures\.log"):
        backups.restore(folder, force=True)


@pytest.mark.parametrize("which", ["main", "keys"])
def test_a_fault_while_loading_leaves_everything_as_it_was(
    store: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    """As when the disk fails between the check and the end."""
    folder = back_up(store)
    late = make.recipient(last_name=SURNAME)
    monkeypatch.setattr(manifest, "problems", lambda *_arguments, **_options: [])
    names = {"main": manifest.MAIN, "keys": manifest.KEYS}[which]
    path = folder / names[connection.vendor]
    path.write_bytes(path.read_bytes()[:600] + bytes(200))
    with pytest.raises(backups.BadBackup):
        backups.restore(folder, force=True)
    identity = Recipient.objects.get(pk=late.pk).identity
    assert identity is not None
    assert identity.last_name == SURNAME
    assert not epoch.locked()
