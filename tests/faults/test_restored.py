"""The database came back from a backup: nothing goes a second time until a person said so."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.testing import Box
from tests.faults.conftest import PEOPLE, copied, drop
from tests.faults.installation import MANAGE, Installation, eventually


@pytest.fixture
def small(planted: Installation, box: Box, tmp_path: Path) -> Iterator[Installation]:
    """One for every test: its sending is locked in the end."""
    with copied(planted, box, tmp_path / "icp") as installation:
        yield installation


def arrived(installation: Installation) -> int:
    return len(installation.box.arrived("email", texts=False))


def finished(installation: Installation, message: int) -> None:
    with installation.dispatcher():
        eventually(lambda: installation.ended(message))


def test_a_restored_database_waits_for_a_person(small: Installation) -> None:
    """The backup was taken when the order was given; since then everybody got the message."""
    before = arrived(small)
    message = small.order("email")
    small.close()
    backup = small.copied_database(small.folder)
    finished(small, message)
    assert small.judge(message, PEOPLE) == {"accepted": PEOPLE}
    late, small.database = small.database, backup
    assert small.status(message) == "scheduled"
    with busy_dispatcher(small):
        # It works, round after round, and sends nothing.
        assert small.status(message) == "scheduled"
        assert arrived(small) - before == PEOPLE
        assert small.run(*MANAGE, "confirm_epoch", ok=False).returncode == 1
        time.sleep(2)
        assert arrived(small) - before == PEOPLE
        said = small.run(*MANAGE, "confirm_epoch", "--yes").stdout
        assert f"{message}" in said
        # What a person let go by a word that is in the audit log does go.
        eventually(lambda: small.ended(message))
    assert small.judge(message, PEOPLE) == {"accepted": PEOPLE}
    assert arrived(small) - before == 2 * PEOPLE
    unlocked = "SELECT COUNT(*) FROM admin_module_auditentry WHERE action = 'sending.unlocked'"
    assert small.sql(unlocked) == [(1,)]
    drop(late)


def test_a_backup_from_the_middle_of_a_message(small: Installation) -> None:
    """No message was begun since the backup, and yet people have got this one."""
    small.more["ICP_SMTP_WINDOW"] = "1"
    before = arrived(small)
    small.box.switch("email", delay_ms=400)
    message = small.order("email")
    with small.dispatcher():
        eventually(lambda: small.states(message)["accepted"])
    then = small.states(message)
    assert then["queued"]
    small.close()
    backup = small.copied_database(small.folder)
    small.box.switch("email", delay_ms=0)
    finished(small, message)
    late, small.database = small.database, backup
    with busy_dispatcher(small):
        assert small.states(message) == then
    assert arrived(small) - before == PEOPLE
    small.run(*MANAGE, "confirm_epoch", ok=False)
    drop(late)


@contextmanager
def busy_dispatcher(installation: Installation) -> Iterator[None]:
    """One that has been walking its rounds for a while."""
    installation.sql("DELETE FROM admin_module_heartbeat")
    with installation.dispatcher():
        eventually(lambda: installation.sql("SELECT 1 FROM admin_module_heartbeat"))
        time.sleep(3)
        yield
