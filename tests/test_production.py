"""Production as the repository describes it: settings, containers, units, and a server that serves."""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from icp.encryption.keyring import write_keyring
from tests import migrated, servers

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {name for name, service in SERVICES.items() if service.get("restart") == "no"}
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    if "=" in line and not line.startswith("#")
)
UNITS = {
    path.name: path.read_text(encoding="utf-8") for path in (ROOT / "deploy/systemd").iterdir()
}
# How the containers speak to each other; the health check's own address.
INSIDE = {
    "Host": urlsplit(re.findall(r"http://[^']+", str(SERVICES["web"]["healthcheck"]))[0]).netloc,
    "X-Forwarded-Proto": "http",
}
pytestmark = pytest.mark.dry
each_service = pytest.mark.parametrize("name", SERVICES)


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """The variables of a container: .env filled in as the example says, and the compose file's own."""
    write_keyring(tmp_path / "keyring.json")
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ICP_", "DATABASE_URL", "DJANGO_"))
    }
    own = {name: str(value) for name, value in SERVICES["web"]["environment"].items()}
    filled = {name: value for name, value in EXAMPLE.items() if value}
    return (
        clean
        | filled
        | own
        | {
            "ICP_SECRET_KEY": secrets.token_urlsafe(50),
            "ICP_DATA_DIR": str(tmp_path),
            "ICP_KEYRING_FILE": str(tmp_path / "keyring.json"),
        }
    )


def test_django_finds_nothing_to_warn_of(production: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=production,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout + done.stderr


def test_a_weak_setting_would_be_found(production: dict[str, str]) -> None:
    """The control: the check above can fail."""
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=production | {"ICP_PUBLIC_URL": "http://icp.example", "ICP_SECRET_KEY": "x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "security.W" in done.stderr


@each_service
def test_no_container_is_root_or_may_write_or_grow(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "cpus", "pids_limit"} <= set(service)
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    if service["image"] == "icp":
        assert re.findall(r"^USER (\w+)", dockerfile, re.MULTILINE) == ["icp"]
    else:
        assert service["user"] not in {"root", "0"}


@each_service
def test_every_lasting_container_says_how_it_is(name: str) -> None:
    service = SERVICES[name]
    assert (name in ONCE) != ("healthcheck" in service)
    assert not service.get("healthcheck", {}).get("disable")


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    told = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    assert "location = /metrics { return 404; }" in told
    # What a stranger sends in these headers is never passed on.
    assert "X-Forwarded-For $remote_addr" in told
    assert EXAMPLE["ICP_BEHIND_PROXY"] == "true"


def test_every_variable_of_the_example_is_in_the_operations_guide() -> None:
    guide = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert [
        name for name in EXAMPLE if name != "POSTGRES_PASSWORD" and f"`{name}`" not in guide
    ] == []


def test_the_units_run_what_the_containers_run() -> None:
    commands = [str(service.get("command", "")) for service in SERVICES.values()]
    queues = {found for line in commands for found in re.findall(r"--queues (\S+)", line)}
    enabled = re.findall(r"icp-worker@(\S+)", UNITS["icp-worker@.service"].split("[Unit]")[0])
    assert {instance.replace(":", ",") for instance in enabled} == queues
    together = "\n".join(UNITS.values())
    for words in ("gunicorn icp.wsgi --config icp/serving.py", "celery -A icp beat", "backup --to"):
        assert words in together
        assert any(words in line for line in commands), words
    for name, unit in UNITS.items():
        if name.endswith(".service"):
            assert {"User=icp", "ProtectSystem=strict", "NoNewPrivileges=true"} <= set(
                unit.splitlines()
            )


@pytest.fixture
def served(production: dict[str, str], tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """gunicorn with the real configuration and two processes; its address and its log."""
    port, log = servers.free_port(), tmp_path / "web.log"
    environment = production | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'icp.sqlite3'}",
        "ICP_BROKER_URL": "",
        "ICP_METRICS_TOKEN": "sezam",
        "TMPDIR": str(tmp_path),
    }
    migrated.fill(environment)
    command = [sys.executable, "-m", "gunicorn", "icp.wsgi", "--config", "icp/serving.py"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "1"],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out,
        )
        try:
            servers.wait_for(port, 90)
            yield f"http://127.0.0.1:{port}", log
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def get(address: str, **headers: str) -> tuple[int, str]:
    own = {"X-Forwarded-Proto": "https", "Host": "icp.example"} | headers
    request = urllib.request.Request(address, headers=own)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read().decode()


@pytest.mark.timeout(180)
def test_two_processes_count_together_and_write_json(served: tuple[str, Path]) -> None:
    address, log = served
    eventually = time.monotonic() + 30
    while get(f"{address}/healthz")[0] != 200 and time.monotonic() < eventually:
        time.sleep(0.2)
    before = counted(address)
    for _request in range(20):
        assert get(f"{address}/zaloguj/")[0] == 200
    assert counted(address) - before == 20
    assert get(f"{address}/metrics")[0] == 404
    # As the health check and Prometheus ask, from inside and without TLS; strangers' names are refused.
    assert get(f"{address}/healthz", **INSIDE)[0] == 200
    assert get(f"{address}/metrics", Authorization="Bearer sezam", **INSIDE)[0] == 200
    assert get(f"{address}/healthz", Host="evil.example")[0] == 400
    assert get(f"{address}/metrics", Authorization="Bearer x")[0] == 404
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert {"time", "level", "logger", "message"} <= set(lines[0])
    assert any("Listening" in line["message"] for line in lines)


def counted(address: str) -> float:
    status, text = get(f"{address}/metrics", Authorization="Bearer sezam")
    assert status == 200
    assert "icp_receipts_waiting 0.0" in text
    found = re.findall(r'icp_http_request_seconds_count\{[^}]*view="sign-in"[^}]*\} (\S+)', text)
    return sum(map(float, found))
