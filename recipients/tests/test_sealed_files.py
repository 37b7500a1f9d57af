"""Sealed files: nothing readable on the disk, one end for row, key and file."""

import io
import os
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from pytest_django import Settings

from icp.encryption import files
from icp.encryption.errors import KeyErased, Tampered
from icp.encryption.models import DataKey
from recipients.account import rights
from recipients.models import OfficeFile, PersonFile, Recipient
from tests import make

MARK = "Świętopełk Gżegżółka 85010112346".encode()
LARGE = MARK * 10_000
pytestmark = pytest.mark.django_db(transaction=True)


def kept(content: bytes = MARK, **columns: object) -> OfficeFile:
    more: dict[str, object] = {"purpose": "export", "created_by": make.clerk(), **columns}
    return OfficeFile.keep(io.BytesIO(content), media_type="text/csv", **more)


def of_person(person: Recipient, content: bytes = MARK) -> PersonFile:
    return PersonFile.keep(
        io.BytesIO(content), media_type="application/pdf", recipient=person, purpose="copy_pdf"
    )


def on_disk() -> list[Path]:
    return [path for path in files.folder().rglob("*") if path.is_file()]


def test_a_file_comes_back_as_it_was_and_from_any_byte() -> None:
    row = OfficeFile.objects.get(pk=kept(LARGE).pk)
    assert (row.size, row.read()) == (len(LARGE), LARGE)
    with row.open() as reader:
        assert b"".join(reader.read_range(70_000, 70_100)) == LARGE[70_000:70_100]
    assert len(row.sha256) == 64


def test_the_disk_tells_nothing() -> None:
    kept(LARGE)
    (path,) = on_disk()
    assert uuid.UUID(path.stem).version == 4
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    content = path.read_bytes()
    assert MARK not in content
    assert MARK[:12] not in content


def test_the_folder_is_a_setting(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = str(tmp_path / "elsewhere")
    assert kept().path.is_relative_to(tmp_path / "elsewhere")


def test_what_is_made_bit_by_bit_needs_no_file_of_its_own() -> None:
    pieces = (MARK[n : n + 7] for n in range(0, len(MARK), 7))
    row = OfficeFile.keep(
        files.stream(pieces), media_type="text/csv", purpose="export", created_by=make.clerk()
    )
    assert row.read() == MARK
    parts = (LARGE[n : n + 1001] for n in range(0, len(LARGE), 1001))
    long = OfficeFile.keep(
        files.stream(parts), media_type="text/csv", purpose="export", created_by=make.clerk()
    )
    assert long.read() == LARGE


def test_a_fault_while_writing_leaves_neither_row_nor_file() -> None:
    def breaking() -> Iterator[bytes]:
        yield LARGE
        raise RuntimeError("the reader broke")

    with pytest.raises(RuntimeError):
        OfficeFile.keep(
            files.stream(breaking()), media_type="x", purpose="export", created_by=make.clerk()
        )
    assert not OfficeFile.objects.exists()
    assert on_disk() == []


def test_a_row_that_cannot_be_written_takes_its_file_along() -> None:
    with pytest.raises(DatabaseError):
        kept(purpose=None)
    assert on_disk() == []


def test_a_crash_between_file_and_row_leaves_noise_that_is_swept() -> None:
    def stopped() -> None:
        with transaction.atomic():
            kept(LARGE)
            raise RuntimeError("the machine stops here")

    with pytest.raises(RuntimeError):
        stopped()
    (path,) = on_disk()
    assert MARK not in path.read_bytes()
    assert not DataKey.objects.filter(uid=path.stem).exists()
    assert files.forget_orphans() == 0  # it may be one whose row comes next
    assert files.forget_orphans(time.time() + files.ORPHAN_SECONDS + 1) == 1
    assert on_disk() == []


def test_the_sweep_leaves_files_with_a_row_alone() -> None:
    row = kept()
    stray = files.folder() / "aa" / "notes.txt"
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("not ours")
    os.utime(row.path, (0, 0))
    assert files.forget_orphans() == 0
    assert row.read() == MARK
    assert stray.exists()


def test_forgetting_takes_row_key_and_file() -> None:
    row = kept()
    assert row.forget()
    assert on_disk() == []
    assert not DataKey.objects.filter(uid=row.uid).exists()
    assert not OfficeFile.objects.exists()
    assert not row.forget()


def test_forgetting_that_is_rolled_back_keeps_the_file() -> None:
    row = kept()
    with transaction.atomic():
        assert row.forget()
        transaction.set_rollback(True)
    assert OfficeFile.objects.get(pk=row.pk).read() == MARK


def test_what_expired_is_forgotten_and_nothing_else() -> None:
    past, future = (timezone.now() + timedelta(days=days) for days in (-1, 1))
    old, young, lasting = kept(expires_at=past), kept(expires_at=future), kept()
    assert set(OfficeFile.objects.live()) == {young, lasting}
    assert (old.expired, young.expired, lasting.expired) == (True, False, False)
    assert files.forget_expired() == 1
    assert set(OfficeFile.objects.all()) == {young, lasting}
    assert len(on_disk()) == 2


def test_erasing_a_person_ends_their_files() -> None:
    person = make.recipient()
    row = of_person(person)
    sealed = row.path.read_bytes()
    rights.erase(person, by=make.clerk(), reason="wniosek")
    assert on_disk() == []
    assert not PersonFile.objects.exists()
    # A copy of the disk from before is noise: the person's key opened the file's key.
    row.path.write_bytes(sealed)
    copy = PersonFile(pk=row.pk, uid=row.uid, recipient=Recipient.objects.get(pk=person.pk))
    copy.__dict__["secret"] = row.__dict__["secret"]
    with pytest.raises(KeyErased):
        copy.cipher()


def test_nothing_is_kept_for_the_erased() -> None:
    person = make.recipient()
    rights.erase(person, by=make.clerk(), reason="wniosek")
    with pytest.raises(KeyErased):
        of_person(person)
    assert on_disk() == []


def test_a_row_that_a_restore_brought_back_without_its_key_is_swept() -> None:
    row = kept()
    DataKey.objects.filter(uid=row.uid).delete()
    assert files.forget_orphans() == 1
    assert on_disk() == []


def test_files_cannot_be_exchanged_nor_changed() -> None:
    one, two = kept(), kept(b"another")
    first = one.path.read_bytes()
    one.path.write_bytes(two.path.read_bytes())
    with pytest.raises(Tampered):
        one.read()
    one.path.write_bytes(first[:-1] + bytes([first[-1] ^ 1]))
    with pytest.raises(Tampered):
        one.read()
