"""From `make test` to every test that this machine can run, and a word on those it cannot.

Two rounds: SQLite with the dispatcher and a real browser; PostgreSQL with Redis and Celery. With
ICP_TEST_REQUIRE_ALL=1 (CI) something missing is a failure.
"""

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack

from tests import migrated, servers

# Whole folders and modules where SQLite may answer otherwise than PostgreSQL: statements written by
# hand, triggers, locks, copies of the database, ICP's own processes. They are asked in both rounds.
EMBEDDED = (
    "admin_module/tests/test_append_only.py",
    "admin_module/tests/test_audit.py",
    "admin_module/tests/test_audit_segments.py",
    "admin_module/tests/test_backed_up_files.py",
    "admin_module/tests/test_backups.py",
    "admin_module/tests/test_configuration.py",
    "consents/tests/test_archive.py",
    "consents/tests/test_crossing.py",
    "consents/tests/test_granting.py",
    "conversations/tests/test_chat_log.py",
    "conversations/tests/test_desk_steps.py",
    "conversations/tests/test_listening_guards.py",
    "conversations/tests/test_playback_sound.py",
    "conversations/tests/test_register_recording_guard.py",
    "conversations/tests/test_retention_holds.py",
    "conversations/tests/test_retention_proof.py",
    "conversations/tests/test_retention_purge.py",
    "icp/encryption/tests",
    "icp/tests/test_health.py",
    "icp/tests/test_metrics.py",
    "messaging/tests/test_approving.py",
    "messaging/tests/test_braking.py",
    "messaging/tests/test_breaker.py",
    "messaging/tests/test_budgeting.py",
    "messaging/tests/test_delivering.py",
    "messaging/tests/test_device_hints.py",
    "messaging/tests/test_dispatching.py",
    "messaging/tests/test_drills.py",
    "messaging/tests/test_erasing.py",
    "messaging/tests/test_escalating.py",
    "messaging/tests/test_expanding.py",
    "messaging/tests/test_following.py",
    "messaging/tests/test_inbox.py",
    "messaging/tests/test_joining.py",
    "messaging/tests/test_kills.py",
    "messaging/tests/test_machine.py",
    "messaging/tests/test_planning.py",
    "messaging/tests/test_progress.py",
    "messaging/tests/test_pulse.py",
    "messaging/tests/test_rates.py",
    "messaging/tests/test_receipts.py",
    "messaging/tests/test_restore_drill.py",
    "messaging/tests/test_restoring.py",
    "messaging/tests/test_sending.py",
    "messaging/tests/test_suppressed.py",
    "messaging/tests/test_sweeping.py",
    "messaging/tests/test_unknown.py",
    "messaging/tests/test_unknown_in_bulk.py",
    "messaging/tests/test_unsaved.py",
    "messaging/tests/test_variants.py",
    "recipients/tests/test_address_health.py",
    "recipients/tests/test_areas.py",
    "recipients/tests/test_audience.py",
    "recipients/tests/test_changes.py",
    "recipients/tests/test_coverage.py",
    "recipients/tests/test_facets.py",
    "recipients/tests/test_filters.py",
    "recipients/tests/test_jobs.py",
    "recipients/tests/test_languages.py",
    "recipients/tests/test_pairs.py",
    "recipients/tests/test_register.py",
    "recipients/tests/test_registration.py",
    "reports/tests/test_clockwork.py",
    "reports/tests/test_clusters.py",
    "reports/tests/test_life.py",
    "sandbox/tests",
    "tests/faults/test_restored.py",
    "tests/faults/test_web.py",
)
# With it each of the hundred processes that tests start would compile ICP anew, for seconds.
NOT_KEPT = "PYTHONDONTWRITEBYTECODE"
# What the round on PostgreSQL does not ask again. Screens belong to the first round, but for those
# whose page asks several things at once.
SECOND_ROUND = ["not scan", "not xmlsec", "not dry", "(not browser or postgres)"]


def first_round(*, both: bool) -> list[str]:
    """What is asked in the round on SQLite: everything it can, or with a second one what belongs to it."""
    own = ["(embedded or dry or browser or scan or xmlsec)"] if both else []
    return ["not postgres", "not celery", *own]


def pytest(arguments: list[str], environment: dict[str, str], *, asked: list[str]) -> int:
    """One round of pytest in a process of its own; returns its exit code."""
    # Most of them wait for another program, the longest ones at once: they are asked first.
    jobs = os.environ.get("ICP_TEST_JOBS") or str((os.cpu_count() or 1) + 3)
    command = [sys.executable, "-m", "pytest", "-q", "-n", jobs]
    # A module's servers are started by one process only; conftest.py puts the long ones first.
    command += ["--dist", "loadscope", "--no-loadscope-reorder"]
    command += ["-m", " and ".join(asked)]
    every = {name: value for name, value in os.environ.items() if name != NOT_KEPT} | environment
    code = subprocess.run([*command, *arguments], env=every, check=False)
    # 5: nothing was left of a narrow choice once the markers were taken away.
    return 0 if code.returncode == 5 and arguments else code.returncode


def main(arguments: list[str]) -> int:
    left_out: list[str] = []
    missing: list[str] = []
    if not servers.chromium_binary():
        missing.append("not browser")
        left_out.append(
            "screens in a real browser: sudo apt-get install chromium chromium-headless-shell"
        )
    if not shutil.which("wapiti"):
        missing.append("not scan")
        left_out.append(
            "the scanner of weaknesses over the running panel: sudo apt-get install wapiti"
        )
    if not shutil.which("xmlsec1"):
        missing.append("not xmlsec")
        left_out.append(
            "signatures beside those of xmlsec: sudo apt-get install xmlsec1 libxmlsec1-openssl"
        )
    both = bool(servers.postgres_binaries() and servers.redis_binary())
    print(
        "== SQLite, the dispatcher" + ("" if "not browser" in missing else ", Chromium"), flush=True
    )
    with migrated.made() as environment:
        code = pytest(arguments, environment, asked=[*first_round(both=both), *missing])
    if both:
        print("== PostgreSQL, Redis, Celery", flush=True)
        with ExitStack() as stack:
            server = stack.enter_context(servers.postgres(durable=False))
            environment = stack.enter_context(migrated.made(server)) | {
                "DATABASE_URL": server,
                "ICP_TEST_REDIS": stack.enter_context(servers.redis()),
                "ICP_CHROMIUM": servers.whole_chromium() or "",
            }
            code = pytest(arguments, environment, asked=[*SECOND_ROUND, *missing]) or code
    else:
        left_out.append(
            "PostgreSQL, Redis and Celery: sudo apt-get install postgresql redis-server"
        )
    return report(code, left_out)


def report(code: int, left_out: list[str]) -> int:
    print()
    for line in left_out:
        print(f"LEFT OUT: {line}")
    if not left_out:
        print(
            "Nothing was left out: SQLite, PostgreSQL, Redis with Celery, Chromium, wapiti, xmlsec1."
        )
    if left_out and os.environ.get("ICP_TEST_REQUIRE_ALL"):
        print("ICP_TEST_REQUIRE_ALL is set, so this counts as a failure.")
        return code or 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
