"""The database or the broker goes away under a message and comes back; or the broker never does."""

import shutil
import time
from collections.abc import Iterator

import pytest
import redis

from sandbox.testing import Box
from tests import servers
from tests.faults.installation import Installation, eventually
from tests.faults.test_settings import follows

pytestmark = [pytest.mark.celery, pytest.mark.timeout(240)]
PEOPLE = 120
AWAY_SECONDS = 10.0


@pytest.fixture(scope="module")
def database() -> Iterator[servers.Postgres]:
    with servers.own_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def broker() -> Iterator[servers.Redis]:
    with servers.own_redis() as server:
        yield server


@pytest.fixture(scope="module")
def town(
    database: servers.Postgres,
    broker: servers.Redis,
    box: Box,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    """A few hundred people on servers that may be stopped; mails leave slowly enough to be caught."""
    folder = tmp_path_factory.mktemp("town")
    slow = {"ICP_SMTP_RATE": "20", "ICP_SMTP_TIMEOUT": "5"}
    town = Installation(folder, box, database.url, broker.url, slow)
    town.prepare(PEOPLE)
    yield town
    town.close()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def celery(town: Installation) -> Iterator[Installation]:
    with town.workers():
        yield town


def half_way(town: Installation, message: int) -> None:
    """Some have it, most do not."""
    eventually(lambda: town.states(message)["accepted"] >= 10, 60)
    assert town.states(message)["accepted"] < PEOPLE - 20


def gone_meanwhile(town: Installation, server: servers.Postgres | servers.Redis) -> None:
    """A server goes away half-way for ten seconds; everybody must have got it once all the same."""
    message = town.order("email")
    half_way(town, message)
    server.stop()
    time.sleep(AWAY_SECONDS)
    server.start()
    eventually(lambda: town.ended(message), 90)
    # Answers waited for the server, too: nothing had to be given up as unknown.
    assert town.judge(message, PEOPLE) == {"accepted": PEOPLE}


def test_workers_follow_the_settings_of_the_panel(celery: Installation) -> None:
    follows(celery, PEOPLE)


def test_the_database_is_gone_under_celery(
    celery: Installation, database: servers.Postgres
) -> None:
    gone_meanwhile(celery, database)


def test_redis_is_gone_under_celery(celery: Installation, broker: servers.Redis) -> None:
    gone_meanwhile(celery, broker)


def test_redis_is_emptied_under_celery(celery: Installation, broker: servers.Redis) -> None:
    message = celery.order("email")
    with redis.Redis.from_url(broker.url) as client:
        client.flushall()  # the hint to make the list
        half_way(celery, message)
        client.flushall()
    eventually(lambda: celery.ended(message), 90)
    assert celery.judge(message, PEOPLE) == {"accepted": PEOPLE}


def test_the_dispatcher_takes_over_from_a_broker_that_stays_away(
    celery: Installation, broker: servers.Redis
) -> None:
    """Workers still stand there; nobody tells them anything, and the dispatcher needs no hints."""
    broker.stop()
    try:
        message = celery.order("email")
        with celery.dispatcher():
            eventually(lambda: celery.ended(message), 90)
    finally:
        broker.start()
    assert celery.judge(message, PEOPLE) == {"accepted": PEOPLE}


def test_the_database_is_gone_under_the_dispatcher(
    town: Installation, database: servers.Postgres
) -> None:
    with town.dispatcher():
        gone_meanwhile(town, database)
