"""What changed between two wordings: both can be spelled from the pieces, whatever they are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.texts.differences import IN, OUT, SAME, Piece, differences

pytestmark = pytest.mark.dry
TEXTS = st.text(st.sampled_from("ab ąż\n.,1"), max_size=60)


@given(TEXTS, TEXTS)
def test_both_wordings_can_be_spelled(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(one.text for one in pieces if one.kind != IN) == before
    assert "".join(one.text for one in pieces if one.kind != OUT) == after
    assert all(one.text for one in pieces)


def test_words_are_named_not_letters() -> None:
    assert differences("Woda wróci o 12.", "Woda wróci o 14.") == [
        Piece(SAME, "Woda wróci o "), Piece(OUT, "12."), Piece(IN, "14."),
    ]  # fmt: skip
    assert differences("tak samo", "tak samo") == [Piece(SAME, "tak samo")]
    assert differences("", "") == []


def test_the_longest_texts_are_compared_at_once() -> None:
    begun = time.process_time()
    pieces = differences("a b " * 5_000, "b a c " * 3_300)
    assert {one.kind for one in pieces} >= {OUT, IN}
    assert time.process_time() - begun < 2
