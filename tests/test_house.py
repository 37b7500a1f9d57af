"""The rules of the house, about twenty lines each."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import messaging.tasks
from icp.celery import app as celery_app
from messaging.channels import CHANNELS
from messaging.ledger.waking import QUEUE_OF_STEP
from messaging.models import LANES
from recipients.models import CONTACT_KINDS

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 350
DRAWERS = {"services", "selectors", "managers", "utils", "helpers", "mixins", "constants"}


def tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [ROOT / line for line in listing.stdout.splitlines()]


def test_no_source_file_is_over_350_lines() -> None:
    files = tracked("*.py", "*.js", "*.css", "*.html")
    vendored = {"vendor"}
    long = [
        path.relative_to(ROOT)
        for path in files
        if not vendored & set(path.parts)
        and "migrations" not in path.parts
        and len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE
    ]
    assert long == []


def test_no_module_is_a_drawer() -> None:
    assert [path for path in tracked("*.py") if path.stem in DRAWERS] == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        path.relative_to(ROOT)
        for path in tracked("*.py")
        if path.read_text(encoding="utf-8").strip()
        and "migrations" not in path.parts
        and path.name != "apps.py"
        and not re.match(r'(#!.*\n)?"""', path.read_text(encoding="utf-8"))
    ]
    assert silent == []


def compose() -> dict[str, dict[str, object]]:
    document = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    services: dict[str, dict[str, object]] = document["services"]
    return services


def test_every_queue_that_is_hinted_at_has_a_worker() -> None:
    commands = " ".join(str(service.get("command")) for service in compose().values())
    served = {
        queue for queues in re.findall(r"--queues (\S+)", commands) for queue in queues.split(",")
    }
    beat = {entry["options"]["queue"] for entry in celery_app.conf.beat_schedule.values()}
    assert served == set(LANES.values()) | set(QUEUE_OF_STEP.values()) | beat


def test_every_task_is_hinted_at_by_somebody() -> None:
    tasks = {
        name for name in vars(messaging.tasks) if hasattr(vars(messaging.tasks)[name], "delay")
    }
    source = "".join(path.read_text(encoding="utf-8") for path in tracked("messaging/*.py"))
    woken = set(re.findall(r'wake\(\s*"(\w+)"', source))
    periodic = {
        entry["task"].rpartition(".")[2] for entry in celery_app.conf.beat_schedule.values()
    }
    assert tasks == woken | periodic


@pytest.mark.parametrize("kind", CONTACT_KINDS)
def test_every_channel_has_its_client_its_cases_and_its_words(kind: str) -> None:
    assert kind in CHANNELS
    cases = (path.read_text(encoding="utf-8") for path in tracked("messaging/tests/test_channel*"))
    assert any("ChannelCases" in text and f'"{kind}"' in text for text in cases)


def test_every_setting_is_in_the_operations_guide() -> None:
    places = ("settings", "office_settings", "conversation_settings", "environment")
    source = "".join((ROOT / f"icp/{name}.py").read_text(encoding="utf-8") for name in places)
    names = set(re.findall(r'(?:env(?:\.\w+)?|secret)\(\s*"([A-Z_]+)"', source))
    guide = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert {name for name in names if f"`{name}`" not in guide} == set()
    assert len(names) > 40


def test_ci_runs_the_commands_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ci = (ROOT / ".ci/run").read_text(encoding="utf-8")
    for command in ("make test", "make check"):
        assert command in readme
        assert command in ci
    assert "make run" in readme


def test_compose_follows_the_public_schema() -> None:
    command = [str(Path(sys.executable).with_name("check-jsonschema"))]
    command += ["--builtin-schema", "vendor.compose-spec", str(ROOT / "docker-compose.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nobody_but_the_demonstration_knows_the_sandbox() -> None:
    production = tracked("icp/*.py", "admin_module/*.py", "recipients/*.py", "consents/*.py")
    production += tracked("messaging/*.py")
    importing = [
        path.relative_to(ROOT)
        for path in production
        if "tests" not in path.parts
        and re.search(r"^\s*(from|import) sandbox", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert importing == []
