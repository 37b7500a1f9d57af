"""What the tests of faults share: a sandbox, and an installation with a few people."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.testing import Box, running_sandbox
from tests.faults.installation import Installation

PEOPLE = 5


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a keyring and a migrated SQLite database of a few people, to be copied."""
    folder = tmp_path_factory.mktemp("planted")
    with running_sandbox() as box:
        Installation(folder, box, f"sqlite:///{folder / 'icp.sqlite3'}").prepare(PEOPLE)
    return folder


@pytest.fixture(scope="package")
def _box() -> Iterator[Box]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def box(_box: Box) -> Iterator[Box]:
    _box.reset()
    yield _box
    _box.reset()


@pytest.fixture
def small(planted: Path, box: Box, tmp_path: Path) -> Installation:
    """Five people on SQLite, no broker; nothing runs yet."""
    folder = tmp_path / "icp"
    shutil.copytree(planted, folder)
    return Installation(folder, box, f"sqlite:///{folder / 'icp.sqlite3'}")
