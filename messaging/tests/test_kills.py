"""kill -9 while a message goes out: everybody gets it once, or is listed as unknown.

The same harness with 20 000 people is `python -m benchmarks.kill_harness`.
"""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def run(folder: Path, environment: dict[str, str], *options: str) -> dict[str, object]:
    ring = folder / "keyring.json"
    command = [sys.executable, "manage.py", "make_keyring"]
    base = os.environ | {"ICP_SECRET_KEY": "for the test", "ICP_DATA_DIR": str(folder)}
    made = subprocess.run(command, cwd=ROOT, env=base, capture_output=True, check=True)
    ring.write_bytes(made.stdout)
    ring.chmod(0o400)
    harness = [sys.executable, "-m", "benchmarks.kill_harness", *options]
    done = subprocess.run(
        harness,
        cwd=ROOT,
        env=base | {"ICP_KEYRING_FILE": str(ring)} | environment,
        stdout=subprocess.PIPE,
        check=False,
        timeout=240,
    )
    result: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0, result
    return result


OPTIONS = ("--people", "300", "--drop", "0.02", "--patience", "150")


@pytest.mark.dry
@pytest.mark.timeout(300)
def test_the_dispatcher_on_sqlite(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path / 'kills.sqlite3'}", "ICP_BROKER_URL": ""}
    result = run(tmp_path, environment, *OPTIONS, "--every", "4", "--rate", "30")
    assert result["people"] == 300
    assert result["kills_of_all"]


@pytest.mark.celery
@pytest.mark.timeout(300)
def test_celery_workers_on_postgresql(tmp_path: Path) -> None:
    server = os.environ["DATABASE_URL"]
    name = f"kills_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as control:
        control.execute(f"CREATE DATABASE {name}")
        try:
            environment = {
                "DATABASE_URL": f"{server.rpartition('/')[0]}/{name}",
                "ICP_BROKER_URL": os.environ["ICP_TEST_REDIS"],
            }
            more = ("--every", "1", "--rate", "20", "--flush-after", "6")
            result = run(tmp_path, environment, *OPTIONS, *more)
        finally:
            control.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert result["people"] == 300
    assert result["kills"]
