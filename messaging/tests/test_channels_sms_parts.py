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


@given(st.text())
def test_parts_hold_all_units(text: str) -> None:
    found = count(text)
    room = 153 if found.encoding is Encoding.GSM7 else 67
    if found.parts > 1:
        assert (found.parts - 1) * (room - 1) < found.units <= found.parts * room


def test_the_alphabet_is_complete() -> None:
    # 128 places: less the escape, which leads to the extension table.
    assert (len(BASIC), len(EXTENDED)) == (127, 10)
