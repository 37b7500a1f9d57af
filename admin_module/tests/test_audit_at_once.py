"""Several writers and several linkers at the same moment, on a real database."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections, transaction
from pytest_django import Settings

from admin_module import audit
from admin_module.models import AuditEntry, AuditLink

# Threads cannot share SQLite in memory, and a file of SQLite has one writer at a time anyway.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*tasks: Callable[[], object]) -> None:
    failures: list[BaseException] = []

    def run(task: Callable[[], object]) -> None:
        try:
            task()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []


@pytest.fixture(autouse=True)
def _own_checkpoints(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path


def test_writers_and_linkers_at_once_make_one_whole_chain() -> None:
    def write() -> None:
        for number in range(25):
            audit.record("message.sent", f"messaging.message:{number}", by=None)

    def link() -> None:
        for _again in range(25):
            audit.link_entries()

    at_once(write, write, link, link)
    while audit.link_entries():
        continue
    assert AuditLink.objects.count() == AuditEntry.objects.count() == 50
    assert audit.verify() == []


def test_nobody_waits_for_somebody_else_s_entry() -> None:
    """Two open transactions hold an entry each: there is no head of the chain to lock."""
    both_wrote = threading.Barrier(2, timeout=10)

    def write() -> None:
        with transaction.atomic():
            audit.record("message.sent", "messaging.message:1", by=None)
            both_wrote.wait()

    at_once(write, write)
    assert AuditEntry.objects.count() == 2
