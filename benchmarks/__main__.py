"""From names of benches to benchmarks/results.md: `python -m benchmarks [names…] [--quick]`."""

import argparse
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks import installation, plan
from benchmarks.measuring import RESULTS, Ratio, report
from benchmarks.plan import BENCHES, Size

CROWD = "crowd"


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    options = read(arguments)
    size = Size(options.quick, options.long, options.profile)
    if options.inside:
        return inside(options.names[0], size, Path(options.inside))
    names = options.names or [n for n, b in BENCHES.items() if size.long or not b.only_long]
    started = time.monotonic()
    findings: list[plan.Finding] = []
    failed: list[str] = []
    with installation.running():
        people_for(names, size)
        for name in names:
            print(f"{name}:", flush=True)
            found = measure(name, arguments)
            findings += found or []
            failed += [] if found else [name]
        server = installation.server_version()
    ratios = [found for found in findings if isinstance(found, Ratio)]
    notes = [f"* {found}" for found in findings if isinstance(found, str)]
    notes += [f"* `{name}` could not be measured." for name in failed]
    text = report(ratios, server, notes)
    print(f"\n{text}\n{time.monotonic() - started:.0f} s")
    if not (options.quick or options.names):
        RESULTS.write_text(text, encoding="utf-8")
        print(f"Written to {RESULTS.name}.")
    return 1 if failed else 0


def read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="a tenth of it, once: only a look")
    parser.add_argument("--long", action="store_true", help="with half a million people too")
    parser.add_argument(
        "--profile", action="store_true", help="where the e-mail workers' time goes"
    )
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(BENCHES)
    if unknown:
        parser.error(f"no bench is called {', '.join(sorted(unknown))}")
    return options


def people_for(names: list[str], size: Size) -> None:
    """One database with as many people as the largest bench asks for; each gets a copy."""
    people = max((size.of(BENCHES[name].people) for name in names), default=0)
    rich = max((BENCHES[name].reachable_by_all for name in names), default=0)
    if not people:
        return
    started = time.monotonic()
    url = installation.database(CROWD)
    command = [sys.executable, "-m", "benchmarks.people", str(people), str(min(rich, people))]
    subprocess.run(command, check=True, env=os.environ | {"DATABASE_URL": url})
    print(f"{people} people registered in {time.monotonic() - started:.0f} s", flush=True)


def measure(name: str, arguments: list[str]) -> list[plan.Finding]:
    """Run one bench in a process and a database of its own; nothing where it failed."""
    bench = BENCHES[name]
    url = installation.database(f"bench_{name}", CROWD if bench.people else "template1")
    folder = installation.own_folder(name)
    found = Path(folder) / "found.json"
    flags = [argument for argument in arguments if argument.startswith("--")]
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks", name, *flags, "--inside", str(found)],
        env=os.environ | {"DATABASE_URL": url, "ICP_DATA_DIR": folder},
    )
    try:
        child.wait()
    finally:
        # Asked, not killed: it has workers of its own to stop.
        child.terminate()
        child.wait()
    return plan.read(found) if found.exists() else []


def inside(name: str, size: Size, found: Path) -> int:
    import django

    django.setup()
    plan.write(found, import_module(BENCHES[name].module).measure(size))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
