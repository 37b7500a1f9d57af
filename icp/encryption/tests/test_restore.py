"""The restore drill: main dump, key dump and keyring open a record; the main dump alone opens nothing."""

import os
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from icp.encryption.errors import KeyErased
from icp.encryption.opening import Opener
from recipients.models import Recipient

from .people import MARKED, marked

Rows = list[tuple[Any, ...]]
Query = Callable[[str], Rows]

LEFT_OUT = ("encryption_datakey", "encryption_page*")  # as docs/encryption.md says
PEOPLE = (
    "SELECT r.uid, k.wrapped, r.uid, r.identity FROM recipients_recipient r"
    " LEFT JOIN encryption_datakey k ON k.uid = r.uid"
)


def check(query: Query, load_keys: Callable[[], object]) -> None:
    opener = Opener(Recipient, "identity")
    with pytest.raises(KeyErased):
        list(opener.open_all(query(PEOPLE)))
    load_keys()
    assert list(opener.open_all(query(PEOPLE))) == [MARKED]


def run(*words: str, target: str) -> bytes:
    about = connection.settings_dict
    where = ["-h", about["HOST"], "-p", str(about["PORT"]), "-U", about["USER"], "-d", target]
    environment = {**os.environ, "PGPASSWORD": about["PASSWORD"]}
    command = [words[0], *where, *words[1:]]
    return subprocess.run(command, env=environment, check=True, capture_output=True).stdout


def postgres_drill(folder: Path) -> None:
    about = connection.settings_dict
    source, restored = about["NAME"], f"{about['NAME']}_restored"
    main, keys = folder / "main.sql", folder / "keys.sql"
    out = [f"--exclude-table-data={name}" for name in LEFT_OUT]
    main.write_bytes(run("pg_dump", *out, target=source))
    keys.write_bytes(run("pg_dump", "--data-only", "-t", "encryption_datakey", target=source))
    load = ("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f")
    run("psql", "-qc", f"CREATE DATABASE {restored}", target=source)
    try:
        run(*load, str(main), target=restored)
        with psycopg.connect(
            host=about["HOST"],
            port=about["PORT"],
            user=about["USER"],
            password=about["PASSWORD"],
            dbname=restored,
            autocommit=True,
        ) as there:

            def query(sql: str) -> Rows:
                return there.execute(sql.encode()).fetchall()

            assert query("SELECT count(*) FROM encryption_page") == [(0,)]
            check(query, lambda: run(*load, str(keys), target=restored))
    finally:
        run("psql", "-qc", f"DROP DATABASE {restored}", target=source)


def sqlite_drill(folder: Path) -> None:
    source: Any = connection.connection
    with sqlite3.connect(folder / "main.sqlite3") as main:
        source.backup(main)
        keys = main.execute("SELECT uid, wrapped FROM encryption_datakey").fetchall()
        main.execute("DELETE FROM encryption_datakey")

        def load_keys() -> None:
            main.executemany("INSERT INTO encryption_datakey VALUES (?, ?)", keys)

        check(lambda sql: main.execute(sql).fetchall(), load_keys)


@pytest.mark.django_db(transaction=True)
def test_the_restore_drill(tmp_path: Path) -> None:
    marked()
    drill = postgres_drill if connection.vendor == "postgresql" else sqlite_drill
    drill(tmp_path)
