"""Codes of rows: only ours, one each, and readable after the key was rotated."""

from hypothesis import given
from hypothesis import strategies as st

from icp.encryption.cloak import SALTS, Cloak

REFERENCES, LINKS = Cloak("tests.references"), Cloak("tests.links")
rows = st.tuples(st.integers(0, 2**63 - 1), st.integers(0, SALTS - 1))


@given(st.lists(rows, max_size=5))
def test_a_code_leads_back_to_its_row(numbers: list[tuple[int, int]]) -> None:
    codes = REFERENCES.cover(numbers)
    assert [REFERENCES.uncover(code) for code in codes] == numbers
    assert len(set(codes)) == len(set(numbers))


@given(rows, st.integers(0, 127))
def test_one_bit_changed_leads_nowhere(row: tuple[int, int], bit: int) -> None:
    code = int(REFERENCES.cover([row])[0], 16) ^ (1 << bit)
    assert REFERENCES.uncover(f"{code:032x}") is None


@given(st.one_of(st.text(max_size=40), st.binary(max_size=20).map(bytes.hex)))
def test_what_was_not_made_here_is_nobody_s(code: str) -> None:
    assert REFERENCES.uncover(code) is None


def test_codes_of_another_purpose_do_not_fit() -> None:
    assert LINKS.uncover(REFERENCES.cover([(7, 7)])[0]) is None


def test_neighbours_look_like_strangers() -> None:
    one, two = (bytes.fromhex(code) for code in REFERENCES.cover([(1, 0), (2, 0)]))
    assert sum(a == b for a, b in zip(one, two, strict=True)) < 4
