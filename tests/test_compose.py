"""docker-compose.yml tells the truth: every service's command runs by hand in its environment."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from icp.encryption.keyring import write_keyring
from tests import servers

ROOT = Path(__file__).resolve().parent.parent
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
OURS = [name for name, service in SERVICES.items() if service.get("image") == "icp"]
WORKERS = [name for name in OURS if name.startswith("worker")]
pytestmark = [pytest.mark.celery, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The servers of the compose file, and its variables with their addresses put in."""
    data = tmp_path_factory.mktemp("data")
    write_keyring(data / "keyring.json")
    inside = {name: value for name, value in os.environ.items() if not name.startswith("ICP_")}
    with servers.postgres() as database, servers.redis() as redis:
        yield inside | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "DATABASE_URL": database,
            "ICP_BROKER_URL": redis,
            "ICP_KEYRING_FILE": str(data / "keyring.json"),
            "ICP_SECRET_KEY": "compose",
            "ICP_DATA_DIR": str(data),
        }


def command_of(service: str, port: int) -> list[str]:
    """The service's command; only the port and beat's file are ours."""
    command = SERVICES[service]["command"].replace("0.0.0.0:8000", f"127.0.0.1:{port}")
    command = command.replace("--host 0.0.0.0 --port 8000", f"--port {port}")
    return shlex.split(re.sub(r"--schedule \S+", "--schedule beat", command))


@contextmanager
def running(service: str, environment: dict[str, str], port: int = 0) -> Iterator[None]:
    """Run a service; it must live for the time of the block and end when it is told to."""
    extra = SERVICES[service].get("environment", {})
    own = {name: str(value) for name, value in extra.items() if name not in environment}
    process = subprocess.Popen(
        command_of(service, port),
        cwd=ROOT if service != "beat" else environment["ICP_DATA_DIR"],
        env=environment | own | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    try:
        yield
        assert process.poll() is None, f"{service} ended by itself"
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            pytest.fail(f"{service} did not stop")


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.3)
    return False


@pytest.fixture(scope="module")
def migrated(environment: dict[str, str]) -> dict[str, str]:
    subprocess.run(command_of("migrate", 0), cwd=ROOT, env=environment, check=True)
    return environment


@pytest.mark.parametrize("service", ["web", "chat"])
def test_the_web_services_answer(service: str, migrated: dict[str, str]) -> None:
    port = servers.free_port()

    def alive() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    with running(service, migrated, port):
        assert eventually(alive)


@pytest.mark.parametrize("service", WORKERS)
def test_each_worker_answers_a_ping(service: str, migrated: dict[str, str]) -> None:
    def answers() -> bool:
        ping = ["celery", "-A", "icp", "inspect", "ping", "--timeout", "3"]
        done = subprocess.run(ping, cwd=ROOT, env=migrated, capture_output=True, check=False)
        return b"pong" in done.stdout

    with running(service, migrated):
        assert eventually(answers)


def test_beat_gives_the_periodic_hints(migrated: dict[str, str]) -> None:
    import redis

    broker = redis.Redis.from_url(migrated["ICP_BROKER_URL"])
    broker.delete("periodic")
    with running("beat", migrated):
        assert eventually(lambda: bool(broker.llen("periodic")))


def test_a_backup_is_made_and_is_whole(migrated: dict[str, str], tmp_path: Path) -> None:
    command = [word.replace("/backups", str(tmp_path)) for word in command_of("backup", 0)]
    subprocess.run(command, cwd=ROOT, env=migrated, check=True)
    (folder,) = tmp_path.iterdir()
    assert (folder / "main.dump").stat().st_size > 10_000
    verify = [*command[:3], "--verify", str(folder)]
    subprocess.run(verify, cwd=ROOT, env=migrated, check=True)


def test_every_service_of_ours_is_tried_here() -> None:
    assert set(OURS) == {"web", "chat", "migrate", "beat", "backup", *WORKERS}
    assert len(WORKERS) >= 4
