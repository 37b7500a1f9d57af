"""A key of a program: shown once, taken apart, compared by its digest only."""

import pytest

from icp import program_keys

pytestmark = pytest.mark.dry


def test_a_new_key_is_read_back_and_shows_its_secret_nowhere_else() -> None:
    made = program_keys.new("icpx")
    assert program_keys.read("icpx", made.text) == made
    assert made.secret not in repr(made)
    assert made.is_that_of(made.digest)
    assert made.text != program_keys.new("icpx").text


def test_another_digest_and_none_are_not_its_own() -> None:
    made = program_keys.new("icpx")
    assert not made.is_that_of(program_keys.new("icpx").digest)
    assert not made.is_that_of(None)
    assert not program_keys.ProgramKey("icpx", "0", "nobody").is_that_of(None)


def test_what_is_no_key_of_this_kind_is_nobodys() -> None:
    for text in ("", "icpx", "icpx_a", "icp311_a_b", "icpx_a_b\0", "ICPX_a_b"):
        assert program_keys.read("icpx", text) is None
    odd = program_keys.read("icpx", "icpx_a_\ud800_c")
    assert odd is not None
    assert (odd.secret, len(odd.digest)) == ("\ud800_c", 32)
