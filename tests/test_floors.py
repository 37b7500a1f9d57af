"""Every contract of import-linter is kept, and each breaks when somebody breaks it."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINTER = CONFIGURATION["tool"]["importlinter"]
CONTRACTS = [contract["name"] for contract in LINTER["contracts"]]
# One import for each contract that it must not survive: (module, line, contract).
BREACHES = [
    ("recipients/models/people.py", "import messaging.models", "Apps depend downwards only"),
    (
        "messaging/ledger/counting.py",
        "import messaging.steps.sending",
        "Messaging reads from the page to the provider",
    ),
    (
        "recipients/values/checks.py",
        "import recipients.views",
        "Recipients read from the screen to the row",
    ),
    (
        "reports/steps/recording.py",
        "import reports.showing.page",
        "Reports read from the page to the row",
    ),
    (
        "conversations/register/registering.py",
        "import conversations.access.steps",
        "Conversations read from the room to the row",
    ),
    (
        "reports/steps/recording.py",
        "import conversations.models",
        "Reports, conversations and the residents' app do not know each other",
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
    ("consents/granting.py", "import twilio", "Only channels talk to providers"),
    ("admin_module/roles.py", "import cryptography", "Only the encryption layer holds keys"),
    (
        "icp/api/limits.py",
        "import icp.api.endpoints",
        "What endpoints keep to knows no app",
    ),
    ("messaging/steps/sending.py", "import sandbox.world", "The product does not know the sandbox"),
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


def test_each_breach_is_found_by_its_contract(tmp_path: Path) -> None:
    copied(tmp_path)
    for module, line, _contract in BREACHES:
        broken = tmp_path / module
        broken.write_text(f"{broken.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    _summary, _broken, told = lint(tmp_path).partition("Broken contracts")
    sections = dict(re.findall(r"^(.+)\n-+\n\n((?:.+\n|\n(?!.+\n---))*)", told, re.MULTILINE))
    for module, line, contract in BREACHES:
        importer = module.removesuffix(".py").replace("/", ".")
        imported = line.removeprefix("import ")
        assert f"{importer} -> {imported}" in sections.get(contract, ""), (contract, sections)


def test_an_unplanned_module_is_found(tmp_path: Path) -> None:
    copied(tmp_path)
    (tmp_path / "messaging" / "helpers.py").touch()
    assert "helpers" in lint(tmp_path)


def copied(folder: Path) -> None:
    for package in LINTER["root_packages"]:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", folder)
