"""No test falls between the rounds of `make test`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import everything

pytestmark = pytest.mark.dry
ROOT = Path(__file__).resolve().parent.parent
COLLECT = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
NOTHING_COLLECTED = 5


def test_no_test_is_marked_so_that_neither_round_asks_it() -> None:
    rounds = (everything.first_round(both=True), everything.SECOND_ROUND)
    neither = " and ".join(f"not ({' and '.join(asked)})" for asked in rounds)
    told = subprocess.run(
        [*COLLECT, "-m", neither], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == NOTHING_COLLECTED, told.stdout


def test_what_both_rounds_ask_is_there() -> None:
    assert [path for path in everything.EMBEDDED if not (ROOT / path).exists()] == []
