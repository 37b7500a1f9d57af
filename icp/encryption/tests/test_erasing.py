"""Erasing for good: seen at once by everybody, and again after a restore."""

import threading
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from icp.encryption.erasing import erase_key, journal_path, read_journal
from icp.encryption.errors import KeyErased
from icp.encryption.models import DataKey
from recipients.models import ContactPoint, Recipient

from .people import identity, mail, person

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_journal(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


def journal() -> tuple[set[UUID], set[UUID]]:
    return read_journal(journal_path().read_text().splitlines())


@committed
def test_an_erasure_is_journaled() -> None:
    row = person()
    assert erase_key(row.uid)
    assert not DataKey.objects.exists()
    assert journal() == ({row.uid}, set())
    assert not erase_key(row.uid)
    assert len(journal_path().read_text().splitlines()) == 2
    assert journal_path().stat().st_mode & 0o777 == 0o600


@committed
def test_an_erasure_that_rolled_back_is_not_done() -> None:
    row = person()
    with transaction.atomic():
        erase_key(row.uid)
        transaction.set_rollback(True)
    assert journal() == (set(), {row.uid})
    assert Recipient.objects.get().identity == row.identity


@committed
def test_a_restore_replays_what_was_done() -> None:
    row, other = person(), person()
    backup = list(DataKey.objects.all())
    erase_key(row.uid)
    with transaction.atomic():
        erase_key(other.uid)
        transaction.set_rollback(True)
    DataKey.objects.all().delete()
    DataKey.objects.bulk_create(backup)  # a restore of an old dump
    shown = StringIO()
    call_command("replay_erasures", stdout=shown)
    assert "Destroyed 1 of 1 keys again." in shown.getvalue()
    assert f"Begun, and not known to be finished: {other.uid}" in shown.getvalue()
    with pytest.raises(KeyErased):
        Recipient.objects.get(pk=row.pk).identity  # noqa: B018
    assert Recipient.objects.get(pk=other.pk).identity == other.identity


def test_a_main_dump_alone_opens_nothing() -> None:
    row = person()
    mail(row, "anna@przyklad.example")
    keys = list(DataKey.objects.all())
    DataKey.objects.all().delete()  # the main dump leaves the key table out
    for read in (
        lambda: Recipient.objects.get().identity,
        lambda: list(Recipient.objects.opened("address")),
        lambda: list(ContactPoint.objects.opened("value")),
    ):
        with pytest.raises(KeyErased):
            read()
    DataKey.objects.bulk_create(keys)  # the dump of the keys, loaded after it
    assert Recipient.objects.get().identity == row.identity


def test_nobody_erased_twice_is_journaled() -> None:
    assert not erase_key(uuid4())
    assert not journal_path().exists()


@committed
def test_who_writes_while_somebody_erases() -> None:
    """PostgreSQL: the eraser waits for the writer; the next writer finds no key."""
    row = person()
    steps: list[str] = []
    if connection.vendor == "postgresql":
        thread = threading.Thread(target=_erase, args=(row.uid, steps))
        with transaction.atomic():
            row.identity = identity("Ostatnia")
            row.save(update_fields=["identity"])
            thread.start()
            thread.join(0.3)
            steps.append("written")
        thread.join()
    else:
        steps.append("written")
        _erase(row.uid, steps)
    assert steps == ["written", "erased"]
    with pytest.raises(KeyErased):
        row.save()


def _erase(uid: UUID, steps: list[str]) -> None:
    erase_key(uid)
    steps.append("erased")
    if connection.vendor == "postgresql":
        connection.close()
