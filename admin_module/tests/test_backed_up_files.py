"""Sealed files travel with a backup, sealed; what ended since then does not come back."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from admin_module import backups, housekeeping
from admin_module.backups import files as backed_up
from icp.encryption.models import DataKey
from messaging import dispatching
from recipients.account import rights
from recipients.models import OfficeFile, PersonFile
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
MARK = "Świętopełk Gżegżółka 85010112346".encode()


@pytest.fixture(params=["inside", "elsewhere"])
def store(tmp_path: Path, settings: Settings, request: pytest.FixtureRequest) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    if request.param == "elsewhere":
        settings.FILES_DIR = str(tmp_path / "sealed-files")
    return tmp_path / "backups"


def exported(**columns: object) -> OfficeFile:
    more: dict[str, object] = {"purpose": "export", "created_by": make.clerk(), **columns}
    return OfficeFile.keep(io.BytesIO(MARK), media_type="text/csv", **more)


def test_files_come_back_from_a_backup(store: Path) -> None:
    row = exported()
    folder = backups.make(store, key_days=30)
    assert not any(MARK in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    row.path.unlink()
    backups.restore(folder, force=True)
    assert OfficeFile.objects.get(pk=row.pk).read() == MARK
    assert backups.problems(folder) == []


def test_a_restore_does_not_bring_back_what_was_forgotten(store: Path) -> None:
    person = make.recipient()
    of_person = PersonFile.keep(
        io.BytesIO(MARK), media_type="application/pdf", recipient=person, purpose="copy_pdf"
    )
    row = exported()
    folder = backups.make(store, key_days=30)
    row.forget()
    rights.erase(person, by=make.clerk(), reason="wniosek")
    backups.restore(folder, force=True)
    housekeeping.tidy_up()
    assert not OfficeFile.objects.exists()
    assert not PersonFile.objects.exists()
    assert not DataKey.objects.filter(uid__in=[row.uid, person.uid]).exists()
    assert not row.path.exists()
    assert not of_person.path.exists()


def test_a_file_that_ends_while_the_backup_is_made_is_passed_over(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = exported()
    listed = [*backed_up.to_keep()]
    row.forget()
    monkeypatch.setattr(backed_up, "to_keep", lambda: iter(listed))
    folder = backups.make(store, key_days=30)
    assert backups.problems(folder) == []


def test_the_housekeeper_ends_what_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    row = exported(expires_at=timezone.now() - timedelta(seconds=1))
    keeper = dispatching.Dispatcher()
    monkeypatch.setattr(keeper.stop, "wait", lambda _seconds: True)
    dispatching.Housekeeper(keeper.stop).step()
    assert not OfficeFile.objects.exists()
    assert not row.path.exists()
