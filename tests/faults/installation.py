"""From a folder to an ICP of its own in real processes, and to what became of everybody in it.

The test looks at its database with plain SQL: nobody but the processes under test knows its keys.
"""

import json
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.kill_harness import HURRY
from icp.encryption.cloak import Cloak
from icp.encryption.keyring import Keyring, write_keyring
from messaging.models import REFERENCES
from sandbox.testing import Box
from tests import migrated, servers

ROOT = Path(__file__).resolve().parent.parent.parent
ENDED = {"sent", "sent_with_failures"}
OPEN = {"queued", "submitting", "retry_wait"}
# Copies of an envelope that may have reached the provider, by the state that staff are shown.
COPIES = {
    "accepted": {1},
    "delivered": {1},
    "undelivered": {1},
    "no_receipt": {1},
    "unknown": {0, 1},
    "failed": {0},
    "suppressed": {0},
}
IMPATIENT = {f"ICP_{name}_TIMEOUT": "1" for name in ("SMTP", "TWILIO", "FCM", "EPUAP")}
PYTHON = [sys.executable]
MANAGE = [*PYTHON, "manage.py"]
CELERY = [*PYTHON, "-m", "celery", "-A", "icp", "worker", "--loglevel", "ERROR"]


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery, as the database tells it."""

    pk: int
    reference: str
    channel: str
    state: str


def eventually(true: Callable[[], object], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


@dataclass
class Installation:
    """One ICP: a database, a keyring, a data folder, a sandbox around it."""

    folder: Path
    box: Box
    database: str
    broker: str = ""
    more: dict[str, str] = field(default_factory=dict)
    planter: "subprocess.Popen[str] | None" = None

    @property
    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ICP_")}
        return (
            clean
            | HURRY
            | IMPATIENT
            | self.box.environment()
            | {
                "DATABASE_URL": self.database,
                "ICP_BROKER_URL": self.broker,
                "ICP_KEYRING_FILE": str(self.folder / "keyring.json"),
                "ICP_SECRET_KEY": "faults",
                "ICP_SECOND_FACTOR": "voluntary",
                "ICP_DATA_DIR": str(self.folder),
                "ICP_SANDBOX": "1",
            }
            | self.more
        )

    def prepare(self, people: int) -> None:
        write_keyring(self.folder / "keyring.json")
        migrated.fill(self.environment)
        self.plant("town", people)

    def run(self, *command: str, ok: bool = True) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode == 0) is ok, done.stderr[-2000:]
        return done

    def plant(self, step: str, *arguments: object) -> dict[str, Any]:
        """Let the planter do a step; it is started once, which takes the longest."""
        if self.planter is None:
            self.planter = subprocess.Popen(
                [*PYTHON, "-m", "tests.faults.plant"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self.planter.stdin
        assert self.planter.stdout
        self.planter.stdin.write(" ".join([step, *map(str, arguments)]) + "\n")
        self.planter.stdin.flush()
        planted: dict[str, Any] = json.loads(self.planter.stdout.readline())
        return planted

    def close(self) -> None:
        if self.planter is not None:
            self.planter.communicate()
            self.planter = None

    def order(self, *channels: str) -> int:
        """Write a message to everybody and give the order to send it; returns its id."""
        return int(self.plant("order", ",".join(channels))["messages"][0])

    @contextmanager
    def process(self, *command: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Something that runs beside the test, in a group of its own."""
        with (self.folder / "log").open("ab") as log:
            started = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield started
        finally:
            if started.poll() is None:
                os.killpg(started.pid, signal.SIGTERM)
                try:
                    started.wait(20)
                except subprocess.TimeoutExpired:
                    os.killpg(started.pid, signal.SIGKILL)
                    started.wait()

    @contextmanager
    def dispatcher(self) -> Iterator["subprocess.Popen[bytes]"]:
        with self.process(*MANAGE, "run_dispatcher") as running:
            yield running

    @contextmanager
    def workers(self) -> Iterator[None]:
        """Celery as in production, small: one that sends, one for the rest with beat inside."""
        name = secrets.token_hex(3)
        lanes = ["--queues", "alarm,warning,letter,bulk", "--hostname", f"s-{name}@%h"]
        rest = ["--queues", "receipts,periodic", "--hostname", f"p-{name}@%h"]
        rest += ["--beat", "--schedule", str(self.folder / "beat")]
        one = ["--concurrency", "1"]
        with self.process(*CELERY, *one, *lanes), self.process(*CELERY, *one, *rest):
            yield

    @contextmanager
    def web(self) -> Iterator["Web"]:
        port = servers.free_port()
        self.more["ICP_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        command = [*PYTHON, "-m", "gunicorn", "icp.wsgi", "--bind", f"127.0.0.1:{port}"]
        command += ["--workers", "1", "--threads", "4", "--log-level", "error"]
        with self.process(*command) as master:
            servers.wait_for(port, 20)
            yield Web(f"http://127.0.0.1:{port}", master.pid)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement returns, from a connection of its own; it must change little."""
        if self.database.startswith("sqlite"):
            file = self.database.removeprefix("sqlite:///")
            connection = sqlite3.connect(file, timeout=20, isolation_level=None)
            try:
                return connection.execute(statement).fetchall()
            finally:
                connection.close()
        with psycopg.connect(self.database, autocommit=True) as control:
            cursor = control.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def copied_database(self, folder: Path) -> str:
        """A copy of the database as it is now, taken while nobody uses it; returns its URL."""
        if self.database.startswith("sqlite"):
            copy = folder / f"{secrets.token_hex(4)}.sqlite3"
            self.sql(f"VACUUM INTO '{copy}'")
            return f"sqlite:///{copy}"
        server, _, name = self.database.rpartition("/")
        copied = f"faults_{secrets.token_hex(4)}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as control:
            control.execute(f"CREATE DATABASE {copied} TEMPLATE {name}".encode())
        return f"{server}/{copied}"

    @contextmanager
    def held(self, message: int) -> Iterator[None]:
        """Nobody gets to write the message meanwhile: whoever wants to waits inside its step."""
        if self.database.startswith("sqlite"):
            connection = sqlite3.connect(self.database.removeprefix("sqlite:///"), timeout=20)
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.rollback()
            connection.close()
        else:
            with psycopg.connect(self.database) as control:
                row = f"SELECT 1 FROM messaging_message WHERE id = {message:d} FOR UPDATE"
                control.execute(row.encode())
                yield
                control.rollback()

    @cached_property
    def references(self) -> Cloak:
        """What this installation's keyring makes of the numbers of its deliveries."""
        text = (self.folder / "keyring.json").read_text(encoding="utf-8")
        keyring = Keyring.parse(text)
        return Cloak(REFERENCES.label, lambda: keyring)

    def status(self, message: int) -> str:
        found = self.sql(f"SELECT status FROM messaging_message WHERE id = {message:d}")
        return str(found[0][0])

    def deliveries(self, message: int) -> list[Row]:
        rows = self.sql(
            "SELECT id, salt, channel, state FROM messaging_delivery"
            f" WHERE message_id = {message:d} ORDER BY id"
        )
        references = self.references.cover(row[:2] for row in rows)
        return [Row(row[0], ref, *row[2:]) for ref, row in zip(references, rows, strict=True)]

    def states(self, message: int) -> Counter[str]:
        return Counter(row.state for row in self.deliveries(message))

    def ended(self, message: int) -> bool:
        return self.status(message) in ENDED

    def time_passes(self) -> None:
        """What waits for its next try is due now; a provider that rests has rested."""
        self.sql(
            "UPDATE messaging_delivery SET due_at = '2020-01-01 00:00:00'"
            " WHERE state IN ('queued', 'retry_wait')"
        )
        self.sql(
            "UPDATE messaging_providerstate SET until = '2020-01-01 00:00:00'"
            " WHERE state = 'resting'"
        )

    def judge(self, message: int, number: int) -> Counter[str]:
        """Compare what everybody is said to have got with what arrived; returns the states."""
        rows = self.deliveries(message)
        arrived = Counter(
            (row["channel"], row["reference"]) for row in self.box.arrived(texts=False)
        )
        lies = [row for row in rows if arrived[row.channel, row.reference] not in COPIES[row.state]]
        assert lies == []
        assert len(rows) == number
        states = Counter(row.state for row in rows)
        assert not OPEN & states.keys()
        counters = self.sql(
            "SELECT state, SUM(number) FROM messaging_counter"
            f" WHERE message_id = {message:d} GROUP BY state HAVING SUM(number) <> 0"
        )
        assert dict(counters) == states
        return states


@dataclass(frozen=True, slots=True)
class Web:
    """Running gunicorn: its address, and the process that starts its worker again."""

    url: str
    master: int

    def worker(self) -> int:
        children = Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        return int(children[0]) if children else 0
