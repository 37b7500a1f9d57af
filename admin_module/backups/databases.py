"""From the database to two files, the main one without any key, and back in one transaction."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from django.db import connection
from django.utils.translation import gettext as _

from .manifest import CHUNK, BadBackup

KEY_TABLE = "encryption_datakey"
# Made anew after a restore: an old page would still show who was erased since.
PAGE_TABLES = ("encryption_page", "encryption_pagedirty", "encryption_pagenote")


def dump(main: Path, keys: Path) -> None:
    """Write both files; the keys after the rest, so that none of them is missing."""
    if connection.vendor == "postgresql":
        left_out = [f"--exclude-table-data={name}" for name in (KEY_TABLE, *PAGE_TABLES)]
        _run(["pg_dump", "-Fc", *left_out, "-f", str(main)])
        _run(["pg_dump", "-Fc", "--data-only", "-t", KEY_TABLE, "-f", str(keys)])
    else:
        _dump_sqlite(main, keys)
    for path in (main, keys):
        path.chmod(0o600)


def load(main: Path, keys: Path | None) -> None:
    """Replace everything in the database; all of it or nothing."""
    if connection.vendor == "postgresql":
        connection.close()
        _load_postgresql([main, keys] if keys else [main])
    else:
        try:
            _load_sqlite(main, keys)
        except sqlite3.Error as error:
            raise BadBackup(
                _("%(name)s failed: %(why)s") % {"name": "SQLite", "why": error}
            ) from error


def server_version() -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return str(cursor.fetchone()[0]).split()[0]
    return sqlite3.sqlite_version


# --- SQLite ---------------------------------------------------------------------------------------
def raw() -> sqlite3.Connection:
    """The driver's own connection: only that has SQLite's backup."""
    connection.ensure_connection()
    driver: Any = connection.connection
    return driver  # type: ignore[no-any-return]


def _dump_sqlite(main: Path, keys: Path) -> None:
    with closing(sqlite3.connect(main)) as copy:
        raw().backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        # What is deleted is written over, and the file is made anew: no key stays in a free page.
        copy.execute("PRAGMA secure_delete=ON")
        found = copy.execute(f"SELECT uid, wrapped FROM {KEY_TABLE}").fetchall()  # noqa: S608
        with copy:
            for table in (KEY_TABLE, *PAGE_TABLES):
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 - our own constants
        copy.execute("VACUUM")
    with closing(sqlite3.connect(keys)) as apart, apart:
        apart.execute(f"CREATE TABLE {KEY_TABLE} (uid PRIMARY KEY, wrapped)")
        apart.executemany(f"INSERT INTO {KEY_TABLE} VALUES (?, ?)", found)  # noqa: S608


def _load_sqlite(main: Path, keys: Path | None) -> None:
    with tempfile.TemporaryDirectory(dir=main.parent) as folder:
        whole = shutil.copy(main, Path(folder) / "whole.sqlite3")
        with closing(sqlite3.connect(whole)) as copy:
            if keys:
                with closing(sqlite3.connect(keys)) as apart:
                    found = apart.execute(f"SELECT uid, wrapped FROM {KEY_TABLE}").fetchall()  # noqa: S608
                with copy:
                    copy.executemany(
                        f"INSERT INTO {KEY_TABLE} (uid, wrapped) VALUES (?, ?)",  # noqa: S608
                        found,
                    )
            copy.backup(raw())


# --- PostgreSQL -----------------------------------------------------------------------------------
def _environment() -> dict[str, str]:
    """Where the database is, for the programs of PostgreSQL; nothing secret in their arguments."""
    about = connection.settings_dict
    named = {
        "PGHOST": about["HOST"],
        "PGPORT": about["PORT"],
        "PGUSER": about["USER"],
        "PGPASSWORD": about["PASSWORD"],
        "PGDATABASE": about["NAME"],
    }
    # Whoever holds a lock makes a restore fail in a sentence, not wait for ever.
    options = "-c lock_timeout=15s -c client_min_messages=warning"
    given = {name: str(value) for name, value in named.items() if value}
    return {**os.environ, **given, "PGOPTIONS": options}


def _run(command: Sequence[str]) -> None:
    with tempfile.TemporaryFile() as said:
        process = _start(command, stderr=said)
        process.wait()
        if process.returncode:
            raise BadBackup(_why(command[0], said))


def _start(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, env=_environment(), **options)  # noqa: S603 - our own words
    except FileNotFoundError:
        raise BadBackup(
            _(
                "The program %(name)s is missing: install the PostgreSQL client of the server’s version."
            )
            % {"name": command[0]}
        ) from None


# As PostgreSQL makes it: without the last word no other role sees a table in it.
EMPTY = b"""DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


def _load_postgresql(dumps: Sequence[Path]) -> None:
    """Everything through one psql and one transaction: a fault leaves the database as it was."""
    command = ["psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", "-"]
    with tempfile.TemporaryFile() as said:
        psql = _start(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
        try:
            script: IO[bytes] = psql.stdin  # type: ignore[assignment]
            script.write(EMPTY)
            for path in dumps:
                _pour(path, script)
            script.close()
        except BrokenPipeError:
            pass  # it ended with an error, and says so below
        except BaseException:
            psql.kill()
            psql.wait()
            raise
        psql.wait()
        if psql.returncode:
            raise BadBackup(_why("psql", said))


def _pour(path: Path, script: IO[bytes]) -> None:
    command = ["pg_restore", "--no-owner", "--no-privileges", "-f", "-", str(path)]
    with tempfile.TemporaryFile() as said:
        process = _start(command, stdout=subprocess.PIPE, stderr=said)
        with process:
            out: IO[bytes] = process.stdout  # type: ignore[assignment]
            shutil.copyfileobj(out, script, CHUNK)
        if process.returncode:
            raise BadBackup(_why(path.name, said))


def _why(name: str, said: IO[bytes]) -> str:
    """The last thing a program said."""
    said.seek(0)
    lines = said.read().decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if "rror" in line), "")
    return _("%(name)s failed: %(why)s") % {"name": name, "why": last[:300] or "?"}
