"""From a number of steps to so many random faults around messages and deliveries, and no untrue state.

Run with the environment of an installation (DATABASE_URL: an empty database). Prints one line of JSON.

    python -m benchmarks.machine --steps 10000
"""

import argparse
import json
import os
import sys
import tempfile
import time

STEPS_OF_AN_EXAMPLE, EXAMPLES_OF_A_ROUND = 50, 10


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first round of examples")
    options = parser.parse_args(arguments)
    prepare()
    from messaging.tests.machine import Machine

    began, seed = time.monotonic(), options.seed
    while Machine.steps < options.steps:
        left = (options.steps - Machine.steps) // STEPS_OF_AN_EXAMPLE + 1
        run(Machine, seed, min(left, EXAMPLES_OF_A_ROUND))
        seed += 1
        print(f"{Machine.steps} steps, {time.monotonic() - began:.0f} s", file=sys.stderr)
    seconds = time.monotonic() - began
    found = {"steps": Machine.steps, "seconds": round(seconds), "rules": Machine.done}
    print(json.dumps(found))
    return 0


def prepare() -> None:
    """A town in an empty database; the examples are rolled back, the town stays."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp.settings")
    os.environ.setdefault("ICP_DATA_DIR", tempfile.mkdtemp(prefix="icp-machine-"))
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from messaging.tests.machine_world import settle_town

    settle_town()


def run(machine: type, seed: int, examples: int) -> None:
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis import seed as seeded
    from hypothesis.stateful import run_state_machine_as_test

    seeded(seed)(machine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS_OF_AN_EXAMPLE,
            deadline=None,
            database=None,
            print_blob=True,
            phases=[Phase.generate],  # to shrink one takes longer than to find it
            suppress_health_check=list(HealthCheck),
        ),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
