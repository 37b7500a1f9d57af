"""From `make test` to every test that this machine can run, and a word on those it cannot.

Two rounds: SQLite with the dispatcher and a real browser; PostgreSQL with Redis and Celery. With
ICP_TEST_REQUIRE_ALL=1 (CI) something missing is a failure.
"""

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack

from tests import servers

# What is asked in the round on PostgreSQL: not again what SQLite answered for both. Screens belong to
# the first round, but for those whose page asks several things at once.
SECOND_ROUND = ["not scan", "not xmlsec", "not dry", "(not browser or postgres)"]


def first_round(*, both: bool) -> list[str]:
    """What is asked in the round on SQLite; `once` waits for the second where there is one."""
    return ["not postgres", "not celery", *(["not once"] if both else [])]


def pytest(arguments: list[str], environment: dict[str, str], *, asked: list[str]) -> int:
    """One round of pytest in a process of its own; returns its exit code."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", os.environ.get("ICP_TEST_JOBS", "2")]
    # A module's servers are started by one process only.
    command += ["--dist", "loadscope"]
    command += ["-m", " and ".join(asked)]
    code = subprocess.run([*command, *arguments], env=os.environ | environment, check=False)
    # 5: nothing was left of a narrow choice once the markers were taken away.
    return 0 if code.returncode == 5 and arguments else code.returncode


def main(arguments: list[str]) -> int:
    left_out: list[str] = []
    missing: list[str] = []
    if not servers.chromium_binary():
        missing.append("not browser")
        left_out.append("screens in a real browser: sudo apt-get install chromium")
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
    code = pytest(arguments, {}, asked=[*first_round(both=both), *missing])
    if both:
        print("== PostgreSQL, Redis, Celery", flush=True)
        with ExitStack() as stack:
            environment = {
                "DATABASE_URL": stack.enter_context(servers.postgres()),
                "ICP_TEST_REDIS": stack.enter_context(servers.redis()),
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
