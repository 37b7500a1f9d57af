"""What a stolen dump, a log, a traceback and a fixture tell: nothing."""

import base64
import json
import logging
import os
import shutil
import sqlite3
import subprocess
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from icp.encryption import canon, pages
from icp.encryption.errors import KeyErased, Tampered
from icp.encryption.models import DataKey
from recipients.models import ContactPoint, Recipient

from .people import BORN, MARKED, MARKED_ADDRESS, MARKED_MAIL, identity, mail, marked, person
from .test_pages import KIND

MARKERS = [
    MARKED.first_name,
    MARKED.last_name,
    MARKED.second_name,
    MARKED.pesel,
    BORN.isoformat(),
    MARKED_ADDRESS.street,
    MARKED_MAIL,
]
CONTROL = "R-control-must-be-found"


def spellings(text: str) -> Iterator[bytes]:
    """The ways in which a text can hide in bytes."""
    for form in {text, text.lower(), text.upper(), canon.fold(text)}:
        for data in (form.encode(), form.encode("utf-16-le"), form.encode("utf-16-be")):
            yield data
            yield data.hex().encode()
            # Base64 shifts by place; the middle part is the same whatever stands before.
            for shift in range(3):
                coded = base64.b64encode(b"\0" * shift + data + b"\0\0")
                yield coded[4:-4]
        yield json.dumps(form)[1:-1].encode()


def found_in(dump: bytes) -> set[str]:
    return {marker for marker in MARKERS if any(s in dump for s in spellings(marker) if len(s) > 6)}


def plant() -> None:
    row = marked()
    Recipient.objects.filter(pk=row.pk).update(identifier=CONTROL)
    pages.mark_dirty(KIND, [row.pk])
    pages.fold(KIND)


def sqlite_dump(folder: Path) -> bytes:
    """The bytes of the database as it lies on disk, the write-ahead log with it."""
    copy = folder / "copy.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(copy) as target:
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA wal_autocheckpoint=0")
        source: Any = connection.connection
        for statement in source.iterdump():
            target.execute(statement) if statement not in {
                "BEGIN TRANSACTION;",
                "COMMIT;",
            } else None
        target.commit()
        files = sorted(folder.glob("copy.sqlite3*"))
        return b"".join(file.read_bytes() for file in files)


def postgres_dump() -> bytes:
    """pg_dump writes bytea as hex: decoded and as text."""
    about = connection.settings_dict
    words = [shutil.which("pg_dump") or "pg_dump", "-h", about["HOST"], "-p", str(about["PORT"])]
    words += ["-U", about["USER"], about["NAME"]]
    environment = {**os.environ, "PGPASSWORD": about["PASSWORD"]}
    text = subprocess.run(words, env=environment, check=True, capture_output=True).stdout
    decoded = b""
    for word in text.replace(b"\t", b"\n").split(b"\n"):
        if word.startswith(b"\\\\x"):
            decoded += bytes.fromhex(word[3:].decode()) + b"\n"
    return text + decoded


@pytest.mark.django_db(transaction=True)
def test_a_stolen_dump_says_nothing(tmp_path: Path) -> None:
    plant()
    dump = postgres_dump() if connection.vendor == "postgresql" else sqlite_dump(tmp_path)
    assert any(spelling in dump for spelling in spellings(CONTROL))
    assert len(dump) > 10_000
    assert found_in(dump) == set()
    control = dump + MARKED.last_name.upper().encode("utf-16-le")
    assert found_in(control) == {MARKED.last_name}


@pytest.mark.django_db
def test_nothing_shows_a_value(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with CaptureQueriesContext(connection) as queries:
        row = marked()
        row = Recipient.objects.get(pesel_token=MARKED.pesel)
        assert row.identity == MARKED
        row.address = MARKED_ADDRESS
        row.save()
        point = ContactPoint.objects.get(value_token=MARKED_MAIL)
        assert point.value == MARKED_MAIL
    handles = list(Recipient.objects.values("identity", "address", "pesel_token"))
    shown = [
        caplog.text,
        "".join(query["sql"] for query in queries),
        repr((row, point, Recipient.objects.all(), handles)),
        f"{row} {point} {handles}",
    ]
    assert "recipient.identity" in shown[2]
    for text in shown:
        assert found_in(text.encode()) == set()


@pytest.mark.django_db
def test_no_traceback_quotes_a_value() -> None:
    row = marked()
    point = ContactPoint.objects.get()
    DataKey.objects.filter(uid=row.uid).delete()
    for touch in (lambda: Recipient.objects.get().identity, lambda: mail(row, MARKED_MAIL)):
        with pytest.raises(KeyErased) as problem:
            touch()
        lines = traceback.format_exception(problem.value)
        assert found_in("".join(lines).encode()) == set()
    assert found_in(repr(point.__dict__).encode()) == set()


@pytest.mark.django_db
def test_a_fixture_stays_sealed_and_loads(tmp_path: Path) -> None:
    row = marked()
    path = tmp_path / "people.json"
    names = ["encryption.datakey", "recipients.recipient", "recipients.contactpoint"]
    call_command("dumpdata", *names, output=str(path), verbosity=0)
    assert CONTROL not in path.read_text()
    assert found_in(path.read_bytes()) == set()
    ContactPoint.objects.all().delete()
    Recipient.objects.all()._raw_delete(Recipient.objects.db)
    DataKey.objects.all().delete()
    call_command("loaddata", str(path), verbosity=0)
    again = Recipient.objects.get(pesel_token=MARKED.pesel)
    assert again.pk == row.pk
    assert again.identity == MARKED
    assert ContactPoint.objects.get(value_token=MARKED_MAIL).value == MARKED_MAIL


SOMEBODY_ELSES = "(SELECT {} FROM recipients_recipient WHERE id = {})"
MOVE = "UPDATE {} SET {} = {} WHERE id = %s"


@pytest.mark.django_db
def test_values_moved_in_the_database_do_not_open() -> None:
    one, other = marked(), person(identity("Inna"))
    point = mail(other, "inna@przyklad.example")
    table, contacts = "recipients_recipient", "recipients_contactpoint"
    moves = [
        (table, "identity", SOMEBODY_ELSES.format("identity", other.pk), one.pk),
        (table, "address", "identity", one.pk),
        (contacts, "value", SOMEBODY_ELSES.format("address", other.pk), point.pk),
    ]
    for name, column, source, pk in moves:
        with connection.cursor() as cursor:
            cursor.execute(MOVE.format(name, column, source), [pk])
    assert Recipient.objects.get(pk=other.pk).identity.last_name == "Inna"
    for read in (
        lambda: Recipient.objects.get(pk=one.pk).identity,
        lambda: Recipient.objects.get(pk=one.pk).address,
        lambda: ContactPoint.objects.get(pk=point.pk).value,
        lambda: list(Recipient.objects.opened("identity")),
    ):
        with pytest.raises(Tampered):
            read()
