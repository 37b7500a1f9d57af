"""The audience's JSON: what is understood, and what is refused in which words."""

from datetime import date

import pytest

from recipients.filtering import filters
from recipients.filtering.filters import (
    Age,
    All,
    BadFilter,
    Districts,
    Everyone,
    Houses,
    Not,
    SexIs,
)

pytestmark = pytest.mark.dry

WOMEN_OF_SPORTOWA = {
    "all": [
        {"sex": "F"},
        {"age": {"from": 60, "on": "2026-11-20"}},
        {"district": [2, 1, 2]},
        {"houses": {"street": 7, "from": 1, "to": 33, "parity": "odd"}},
        {"not": {"everyone": True}},
    ]
}


def test_a_filter_is_read_from_text_and_from_a_mapping() -> None:
    wanted = All(
        (
            SexIs("F"),
            Age(60, None, date(2026, 11, 20)),
            Districts((1, 2)),
            Houses(7, 1, 33, "odd"),
            Not(Everyone()),
        )
    )
    assert filters.parse(WOMEN_OF_SPORTOWA) == wanted
    assert filters.parse('{"all": [{"sex": "F"}]}') == All((SexIs("F"),))


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "[]",
        "{",
        "null",
        "{}",
        '{"everyone": 1}',
        '{"everyone": true, "sex": "F"}',
        '{"all": []}',
        '{"all": "everyone"}',
        '{"any": [7]}',
        '{"sex": "X"}',
        '{"sex": ["F"]}',
        '{"age": {}}',
        '{"age": {"from": 70, "to": 60}}',
        '{"age": {"from": -1}}',
        '{"age": {"from": 1.5}}',
        '{"age": {"from": true}}',
        '{"age": {"from": 1, "on": "yesterday"}}',
        '{"age": {"from": 1, "of": 2}}',
        '{"street": []}',
        '{"street": 7}',
        '{"street": ["7"]}',
        '{"street": [0]}',
        '{"people": [99999999999999999999]}',
        '{"houses": {}}',
        '{"houses": {"street": 1, "parity": "prime"}}',
        '{"houses": {"street": 1, "from": 9, "to": 1}}',
        '{"color": "red"}',
        '{"not": []}',
    ],
)
def test_what_says_nothing_clear_is_refused(bad: str) -> None:
    with pytest.raises(BadFilter) as caught:
        filters.parse(bad)
    assert str(caught.value)


def test_a_filter_too_deep_or_too_wide_is_refused() -> None:
    deep: dict[str, object] = {"everyone": True}
    for _ in range(filters.MAX_DEPTH):
        deep = {"not": deep}
    with pytest.raises(BadFilter):
        filters.parse(deep)
    with pytest.raises(BadFilter):
        filters.parse({"any": [{"sex": "F"}] * filters.MAX_TERMS})
    with pytest.raises(BadFilter):
        filters.parse({"points": list(range(1, filters.MAX_IDS + 2))})
    with pytest.raises(BadFilter):
        filters.parse("[" * 100_000)
