"""From workers killed at random to how many deliveries one kill leaves `unknown`."""

import json
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.measuring import Ratio
from benchmarks.plan import Finding, Size

PEOPLE = 5_000
RATE = 300  # mails a second and worker, so that there is something to kill


def measure(size: Size) -> Iterator[Finding]:
    from django.conf import settings

    command = [
        sys.executable,
        "-m",
        "benchmarks.kill_harness",
        "--people",
        str(size.of(PEOPLE, 2_000)),
    ]
    command += ["--every", "2", "--patience", "240", "--drop", "0", "--rate", str(RATE)]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    if done.returncode or not told["kills"]:
        raise RuntimeError(f"the promise was broken: {told}")
    ratio = Ratio(
        "deliveries left `unknown` by one kill -9 of a worker",
        "the intent window",
        1,
        unit="rows",
        smaller_is_better=True,
    )
    ratio.ours.append(told["states"].get("unknown", 0) / told["kills"])
    ratio.theirs.append(float(settings.CHANNELS["email"]["window"]))
    yield ratio
    yield (
        f"kills: {told['kills']} in {told['seconds']} s; {told['people']:,} people,"
        f" {told['got_it_twice']} twice, {told['said_sent_but_missing']} missing."
    )
