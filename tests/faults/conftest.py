"""What the tests of faults share: a sandbox, and an installation with a few people.

On the database that the suite runs on: a file of SQLite, or a database on the given PostgreSQL.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from sandbox.testing import Box, running_sandbox
from tests.faults.installation import Installation

PEOPLE = 5


def new_database(folder: Path) -> str:
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        return f"sqlite:///{folder / 'icp.sqlite3'}"
    name = f"faults_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as control:
        control.execute(f"CREATE DATABASE {name}")
    return f"{server.rpartition('/')[0]}/{name}"


def drop(database: str) -> None:
    if database.startswith("postgres"):
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as control:
            name = database.rpartition("/")[2]
            control.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A keyring and a migrated database of a few people, to be copied."""
    folder = tmp_path_factory.mktemp("planted")
    with running_sandbox() as box:
        first = Installation(folder, box, new_database(folder))
        first.prepare(PEOPLE)
        first.close()
        yield first
    drop(first.database)


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with running_sandbox() as running:
        yield running


@contextmanager
def copied(planted: Installation, box: Box, folder: Path) -> Iterator[Installation]:
    shutil.copytree(planted.folder, folder)
    installation = Installation(folder, box, planted.copied_database(folder))
    yield installation
    installation.close()
    drop(installation.database)


@pytest.fixture(scope="module")
def small(
    planted: Installation, box: Box, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Five people, no broker; nothing runs yet. One for the tests of a module."""
    with copied(planted, box, tmp_path_factory.mktemp("small") / "icp") as installation:
        yield installation
