"""After the main job on PostgreSQL, Redis and Celery, nothing planted lies anywhere in the clear."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from icp.encryption.keyring import write_keyring
from sandbox.testing import Box, running_sandbox
from tests import leaks, migrated, story

ROOT = Path(__file__).resolve().parent.parent
pytestmark = [pytest.mark.celery, pytest.mark.timeout(240)]


@contextmanager
def monitored(redis_url: str) -> Iterator[bytearray]:
    """Everything that passes through Redis meanwhile: Celery's payloads among it."""
    address = urlsplit(redis_url)
    heard = bytearray()
    with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
        connection.sendall(b"MONITOR\r\n")

        def listen() -> None:
            while chunk := connection.recv(65_536):
                heard.extend(chunk)

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        yield heard
        connection.shutdown(socket.SHUT_RDWR)
        listener.join(5)


@contextmanager
def workers(environment: dict[str, str], log: Path) -> Iterator[None]:
    """One Celery worker for every lane, talkative."""
    command = [sys.executable, "-m", "celery", "-A", "icp", "worker", "--loglevel", "DEBUG"]
    command += ["--concurrency", "1", "--queues", "alarm,warning,letter,bulk,receipts,periodic"]
    command += ["--beat", "--schedule", f"{environment['ICP_DATA_DIR']}/beat"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture
def database() -> Iterator[str]:
    server = os.environ["DATABASE_URL"]
    name = f"privacy_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as control:
        control.execute(f"CREATE DATABASE {name}")
        yield f"{server.rpartition('/')[0]}/{name}"
        control.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def box() -> Iterator[Box]:
    with running_sandbox() as running:
        yield running


def test_database_broker_payloads_and_logs_hold_nothing(
    database: str, box: Box, tmp_path: Path
) -> None:
    write_keyring(tmp_path / "keyring.json")
    environment = os.environ | box.environment()
    environment |= {
        "DATABASE_URL": database,
        "ICP_BROKER_URL": os.environ["ICP_TEST_REDIS"],
        "ICP_KEYRING_FILE": str(tmp_path / "keyring.json"),
        "ICP_SECRET_KEY": secrets.token_urlsafe(50),
        "ICP_DATA_DIR": str(tmp_path),
        "ICP_SANDBOX": "1",
        "ICP_LOG_LEVEL": "DEBUG",
    }
    migrated.fill(environment)
    worker_log, story_log = tmp_path / "worker.log", tmp_path / "story.log"
    with (
        monitored(environment["ICP_BROKER_URL"]) as heard,
        workers(environment, worker_log),
        story_log.open("wb") as output,
    ):
        tell = [sys.executable, "-m", "tests.story"]
        told = subprocess.run(
            tell, cwd=ROOT, env=environment, stdout=output, stderr=output, check=False
        )
    assert told.returncode == 0, story_log.read_text(encoding="utf-8")[-2000:]
    assert {row["channel"] for row in box.arrived()} == {"email", "sms", "epuap", "push"}
    places = leaks.postgres_places(database) | leaks.files_below(tmp_path, "*")
    places["redis"] = bytes(heard)
    assert leaks.found(story.PLANTED, places) == []
    known = ("ICP_SECRET_KEY", "ICP_TWILIO_TOKEN", "ICP_SMTP_PASSWORD", "ICP_FCM_TOKEN")
    logs = {name: content for name, content in places.items() if name.endswith(".log")}
    secret = [environment[name] for name in known if environment[name]]
    assert leaks.found(secret, logs | {"redis": bytes(heard)}) == []
    # The search works, and it looked at something.
    assert leaks.found([story.PUBLIC], places)
    assert b"messaging.tasks.drain" in places["redis"]
    assert len(places["worker.log"]) > 1000
