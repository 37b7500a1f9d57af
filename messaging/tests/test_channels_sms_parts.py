"""Counting SMS parts and writing without Polish letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.channels.sms_parts import BASIC, EXTENDED, Encoding, Parts, count, transliterate

pytestmark = pytest.mark.dry

NOTICE = (
    "Gmina: w środę 12.08 w godz. 8-14 przerwa w dostawie wody: ul. Łąkowa, Żeromskiego,"
    " Świętojańska. Beczkowóz przy szkole. Pytania: 61 123 45 67"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Parts(Encoding.GSM7, 0, 0)),
        ("a" * 160, Parts(Encoding.GSM7, 160, 1)),
        ("a" * 161, Parts(Encoding.GSM7, 161, 2)),
        ("a" * 306, Parts(Encoding.GSM7, 306, 2)),
        ("a" * 307, Parts(Encoding.GSM7, 307, 3)),
        ("€" * 80, Parts(Encoding.GSM7, 160, 1)),
        ("€" * 77, Parts(Encoding.GSM7, 154, 1)),
        # The pair that would straddle the border moves to the next part as a whole.
        ("a" * 152 + "€" + "a" * 151, Parts(Encoding.GSM7, 305, 2)),
        ("a" * 152 + "€" + "a" * 152, Parts(Encoding.GSM7, 306, 3)),
        ("ą" * 70, Parts(Encoding.UCS2, 70, 1)),
        ("ą" * 71, Parts(Encoding.UCS2, 71, 2)),
        ("ą" * 134, Parts(Encoding.UCS2, 134, 2)),
        ("ą" * 66 + "😀" + "ą" * 66, Parts(Encoding.UCS2, 134, 3)),
        ("ą" * 66 + "😀", Parts(Encoding.UCS2, 68, 1)),
        ("ą" * 68 + "😀", Parts(Encoding.UCS2, 70, 1)),
        ("ą" * 69 + "😀", Parts(Encoding.UCS2, 71, 2)),
        ("ą" * 201, Parts(Encoding.UCS2, 201, 3)),
        ("ą" * 202, Parts(Encoding.UCS2, 202, 4)),
        ("a" * 159 + "€", Parts(Encoding.GSM7, 161, 2)),
        ("a" * 158 + "€", Parts(Encoding.GSM7, 160, 1)),
        ("€" * 81, Parts(Encoding.GSM7, 162, 2)),
        # 76 pairs to a part: the 153rd septet stays empty.
        ("€" * 152, Parts(Encoding.GSM7, 304, 2)),
        ("€" * 153, Parts(Encoding.GSM7, 306, 3)),
        ("a" * 459, Parts(Encoding.GSM7, 459, 3)),
        ("a" * 460, Parts(Encoding.GSM7, 460, 4)),
        ("\n" * 160, Parts(Encoding.GSM7, 160, 1)),
        ("^{}[]~\\|€\f", Parts(Encoding.GSM7, 20, 1)),
        # One curly quotation mark, one no-break space: all of it is wide.
        ("a" * 70 + "”", Parts(Encoding.UCS2, 71, 2)),
        ("a" * 69 + "\u00a0", Parts(Encoding.UCS2, 70, 1)),
        ("a" * 160 + "ż", Parts(Encoding.UCS2, 161, 3)),
        ("e\u0301", Parts(Encoding.UCS2, 2, 1)),
        # A family of four is one picture and eleven units.
        ("👨‍👩‍👧‍👦", Parts(Encoding.UCS2, 11, 1)),
        ("ó", Parts(Encoding.UCS2, 1, 1)),
        ("òé", Parts(Encoding.GSM7, 2, 1)),
    ],
)
def test_parts_are_counted_exactly(text: str, expected: Parts) -> None:
    assert count(text) == expected


def test_a_typical_notice_costs_a_third_without_polish_letters() -> None:
    assert (count(NOTICE).parts, count(transliterate(NOTICE)).parts) == (3, 1)


def test_polish_letters_and_marks_get_their_plain_form() -> None:
    assert transliterate("„Zażółć gęślą jaźń” – PROSZĘ… €5") == '"Zazolc gesla jazn" - PROSZE... €5'
    assert transliterate("Zoë Müller, a\u0301") == "Zoe Müller, a"


def test_what_has_no_plain_form_stays() -> None:
    assert transliterate("Київ 😀") == "Київ 😀"


@given(st.text(alphabet="ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–—… abcXYZ0189.,!?\n"))
def test_polish_text_always_fits_gsm_afterwards(text: str) -> None:
    assert count(transliterate(text)).encoding is Encoding.GSM7


# Of both alphabets, with what takes two units near the borders of parts.
tricky = st.lists(
    st.one_of(
        st.sampled_from(sorted(EXTENDED)),
        st.sampled_from(["😀", "𝄞", "ą", "ż", "ß", "@", "\n", "\x1b", "\ufeff"]),
        st.sampled_from(["a" * 60, "a" * 66, "a" * 67, "a" * 69, "a" * 70, "a" * 152, "a" * 153]),
        st.characters(),
    ),
    max_size=12,
).map("".join)


def cut(text: str, encoding: Encoding) -> list[bytes]:
    """The parts as a phone network would build them: an independent way to the same number.

    3GPP TS 23.040 § 9.2.3.24.1: a text of several parts loses 6 bytes of each to a header.
    """
    if encoding is Encoding.GSM7:
        symbols = [b"\x1b?" if character in EXTENDED else b"?" for character in text]
        alone, joined = 160, 160 - (6 * 8 + 6) // 7
    else:
        symbols = [character.encode("utf-16-be", "surrogatepass") for character in text]
        alone, joined = 140, 140 - 6
    if sum(map(len, symbols)) <= alone:
        return [b"".join(symbols)] if text else []
    parts = [b""]
    for symbol in symbols:
        if len(parts[-1]) + len(symbol) > joined:
            parts.append(b"")
        parts[-1] += symbol
    return parts


@given(tricky)
def test_the_count_is_that_of_parts_really_built(text: str) -> None:
    found = count(text)
    parts = cut(text, found.encoding)
    assert found.parts == len(parts)
    each = 1 if found.encoding is Encoding.GSM7 else 2
    assert found.units == sum(map(len, parts)) // each


@given(tricky)
def test_no_pair_is_split_over_two_parts(text: str) -> None:
    encoding = count(text).encoding
    parts = cut(text, encoding)
    if encoding is Encoding.GSM7:
        assert not any(part.endswith(b"\x1b") for part in parts)
        assert all(len(part) <= (160 if len(parts) == 1 else 153) for part in parts)
    else:
        for part in parts:
            assert not 0xD800 <= int.from_bytes(part[-2:], "big") < 0xDC00
            assert len(part) <= (140 if len(parts) == 1 else 134)


@given(tricky, tricky)
def test_more_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert count(text).parts <= count(text + more).parts


@given(tricky)
def test_one_foreign_character_makes_all_of_it_wide(text: str) -> None:
    foreign = set(text) - BASIC - EXTENDED
    assert (count(text).encoding is Encoding.UCS2) == bool(foreign)


@given(tricky)
def test_writing_plainly_twice_changes_nothing_more(text: str) -> None:
    once = transliterate(text)
    assert transliterate(once) == once


@given(st.text(alphabet="aąćęłńóśźżĄĆĘŁŃÓŚŹŻ .,", max_size=400))
def test_polish_text_never_costs_more_without_its_letters(text: str) -> None:
    plain = transliterate(text)
    assert len(plain) == len(text)
    assert count(plain).parts <= count(text).parts


@given(st.text())
def test_parts_hold_all_units(text: str) -> None:
    found = count(text)
    room = 153 if found.encoding is Encoding.GSM7 else 67
    if found.parts > 1:
        assert (found.parts - 1) * (room - 1) < found.units <= found.parts * room


def test_the_alphabet_is_complete() -> None:
    # 128 places: less the escape, which leads to the extension table.
    assert (len(BASIC), len(EXTENDED)) == (127, 10)
