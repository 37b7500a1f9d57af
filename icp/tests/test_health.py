"""What the machine that watches is told."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from admin_module import audit
from admin_module.models import AuditEntry, Heartbeat
from admin_module.tests.offices import staff
from icp import health
from icp.encryption import keyring

pytestmark = pytest.mark.django_db


def ask(client: Client) -> tuple[int, list[str]]:
    response = client.get("/readyz")
    return response.status_code, response.json()["failed"]


def test_alive_asks_nothing_of_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


def test_ready_when_every_part_works(client: Client) -> None:
    staff("editor")
    Heartbeat.beat("dispatcher")
    assert ask(client) == (200, [])


def test_what_runs_once_a_day_hides_no_silent_worker(client: Client) -> None:
    Heartbeat.beat("daily")
    Heartbeat.beat("backup")
    assert ask(client) == (503, ["heartbeat"])


@pytest.mark.parametrize("age", [None, timedelta(minutes=5)])
def test_a_silent_worker_is_named(client: Client, age: timedelta | None) -> None:
    if age:
        Heartbeat.objects.create(name="dispatcher", at=timezone.now() - age)
    assert ask(client) == (503, ["heartbeat"])


def test_a_broker_that_is_away_is_named(client: Client, settings: Settings) -> None:
    Heartbeat.beat("periodic")
    settings.BROKER_URL = "redis://user:sekret@127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.json() == {"status": "failing", "failed": ["broker"]}
    assert response.status_code == 503


def test_a_chain_that_stands_still_is_named(client: Client) -> None:
    Heartbeat.beat("dispatcher")
    AuditEntry.objects.create(
        at=timezone.now() - timedelta(minutes=5), action="x", subject="y", mac=bytes(32)
    )
    assert ask(client) == (503, ["audit"])
    audit.link_entries()
    assert ask(client) == (200, [])


@pytest.fixture
def _another_keyring(settings: Settings) -> Iterator[None]:
    """The keyring of another installation, from the moment the test asks for it."""
    yield
    keyring.forget()


@pytest.mark.usefixtures("_another_keyring")
def test_a_keyring_of_another_installation_is_named(client: Client, settings: Settings) -> None:
    staff("editor")
    Heartbeat.beat("periodic")
    settings.KEYRING = keyring.show_document(keyring.new_document())
    keyring.forget()
    assert ask(client) == (503, ["keyring"])


def test_a_database_that_is_away_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: object) -> None:
        raise OperationalError("could not connect as icp:sekret")

    monkeypatch.setattr(connection, "cursor", away)
    status, failed = ask(client)
    assert status == 503
    assert {"database", "keyring", "heartbeat", "audit"} <= set(failed)


def _raise_with_a_secret() -> bool:
    raise OperationalError("could not connect as icp:sekret")


@pytest.mark.parametrize("part", sorted(health.PARTS))
@pytest.mark.parametrize("broken", [_raise_with_a_secret, lambda: False])
def test_a_part_that_fails_is_named_and_nothing_else_is_told(
    client: Client, monkeypatch: pytest.MonkeyPatch, part: str, broken: Callable[[], bool]
) -> None:
    Heartbeat.beat("dispatcher")
    monkeypatch.setitem(health.PARTS, part, broken)
    response = client.get("/readyz")
    assert response.json() == {"status": "failing", "failed": [part]}
    assert b"sekret" not in response.content


def test_missing_migrations_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", set())
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("x", "y")])
    assert health.migrations() is False
