"""Every contract of import-linter is kept, and each breaks when somebody breaks it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINTER = CONFIGURATION["tool"]["importlinter"]
CONTRACTS = [contract["name"] for contract in LINTER["contracts"]]
# One import for each contract that it must not survive: (module, line, contract).
BREACHES = [
    ("recipients/models/people.py", "import messaging.models", "Apps depend downwards only"),
    (
        "messaging/counting.py",
        "import messaging.sending",
        "Messaging reads from the page to the provider",
    ),
    (
        "recipients/checks.py",
        "import recipients.views",
        "Recipients read from the screen to the row",
    ),
    (
        "reports/recording.py",
        "import reports.moves",
        "Reports read from the page to the row",
    ),
    (
        "messaging/channels/pacing.py",
        "import recipients.models",
        "Channels know no models, no queue, no web",
    ),
    (
        "messaging/channels/push/channel.py",
        "import messaging.channels.sms",
        "Channels do not know each other",
    ),
    (
        "messaging/channels/drill.py",
        "import messaging.channels.email",
        "A drill cannot reach a provider",
    ),
    ("consents/granting.py", "import twilio.rest", "Only channels talk to providers"),
    ("admin_module/roles.py", "import cryptography", "Only the encryption layer holds keys"),
    (
        "icp/api/limits.py",
        "import icp.api.endpoints",
        "What endpoints keep to knows no app",
    ),
    ("messaging/sending.py", "import sandbox.world", "The product does not know the sandbox"),
    (
        "resident_app/apps.py",
        "import reports.models",
        "The residents' app is a client of the API",
    ),
]


def lint(folder: Path) -> str:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_each_contract_has_its_breach() -> None:
    assert {contract for _, _, contract in BREACHES} == set(CONTRACTS)


def test_the_contracts_are_kept() -> None:
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in lint(ROOT)


@pytest.mark.parametrize(("module", "line", "contract"), BREACHES)
def test_a_breach_is_found(module: str, line: str, contract: str, tmp_path: Path) -> None:
    for package in LINTER["root_packages"]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    broken = tmp_path / module
    broken.write_text(f"{broken.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    assert f"{contract} BROKEN" in lint(tmp_path)


def test_an_unplanned_module_is_found(tmp_path: Path) -> None:
    for package in LINTER["root_packages"]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "messaging" / "helpers.py").touch()
    assert "helpers" in lint(tmp_path)
