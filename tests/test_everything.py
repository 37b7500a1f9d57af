"""No test falls between the rounds of `make test`."""

from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

from conftest import EVERY
from tests import everything

pytestmark = pytest.mark.dry
ROOT = Path(__file__).resolve().parent.parent


def test_no_test_is_marked_so_that_neither_round_asks_it(request: pytest.FixtureRequest) -> None:
    """Of all that were collected along with this one: of every test, when all of them are asked."""
    rounds = (everything.first_round(both=True), everything.SECOND_ROUND)
    asked = [Expression.compile(" and ".join(markers)) for markers in rounds]
    left = [item.nodeid for item in request.config.stash[EVERY] if not _asked_by(asked, item)]
    assert left == []


def _asked_by(rounds: list[Expression], item: pytest.Item) -> bool:
    names = {mark.name for mark in item.iter_markers()}

    def has(name: str, /, **arguments: str | int | bool | None) -> bool:
        return name in names

    return any(markers.evaluate(has) for markers in rounds)


def test_what_both_rounds_ask_is_there() -> None:
    assert [path for path in everything.EMBEDDED if not (ROOT / path).exists()] == []
