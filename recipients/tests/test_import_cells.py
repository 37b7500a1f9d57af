"""Cells as spreadsheets and people write them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from recipients.people_import import cells, columns
from tests import make


@pytest.mark.parametrize(
    "text",
    ["3.05.1961", "03.05.1961", "1961-05-03", "3-5-1961", "03/05/1961", "1961.05.03", "03051961",
     "19610503", "1961-05-03 00:00:00", "1961-05-03T00:00:00", "22404", "22404.0", " 3.5.1961 "],
)  # fmt: skip
def test_days(text: str) -> None:
    assert cells.day(text) == date(1961, 5, 3)


@pytest.mark.parametrize(
    "text", ["05/13/1961", "31.02.1961", "3.5.61", "maj 1961", "1961", "99999999", "-1", "=1"]
)
def test_what_is_no_day(text: str) -> None:
    if text == "1961":  # a year alone would be a day of 1905 by the count of spreadsheets
        assert cells.day(text) == date(1905, 5, 14)
    else:
        with pytest.raises(ValidationError):
            cells.day(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("210112345", "00210112345"), ("2270112345", "02270112345"), ("44051401359.0", "44051401359.0"),
     ("44 05 14 01359", "44 05 14 01359"), ("12345678", "12345678"), ("", "")],
)  # fmt: skip
def test_a_pesel_gets_its_zeros_back(text: str, number: str) -> None:
    assert cells.pesel(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("501234567", "501234567"), ("501 234-567", "501234567"), ("48501234567", "+48501234567"),
     ("501234567.0", "501234567"), ("+48 501 234 567", "+48501234567")],
)  # fmt: skip
def test_telephones(text: str, number: str) -> None:
    assert cells.phone(text) == number


@pytest.mark.parametrize("text", ["5,01235E+08", "5.01235e+8", "8E+10"])
def test_shortened_numbers_are_named(text: str) -> None:
    for read in (cells.pesel, cells.phone):
        with pytest.raises(ValidationError, match="skrócił"):
            read(text)


def test_sex_postal_code_and_answers() -> None:
    assert [cells.sex(word) for word in ("K", "kobieta", "Mężczyzna", "m", "F.")] == list("FFMMF")
    assert [cells.postal_code(code) for code in ("00-001", "1", "08110", "8110", "")] == [
        "00-001", "00-001", "08-110", "08-110", "",
    ]  # fmt: skip
    assert [cells.answer(word) for word in ("TAK", "x", "1", "nie", "", "0")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    for read in (cells.sex, cells.postal_code, cells.answer):
        with pytest.raises(ValidationError):
            read("może")


def test_names_in_one_cell_and_in_capitals() -> None:
    assert cells.names({"name_backwards": "GŻEGŻÓŁKA-NOWAK ŻANETA"}) == (
        "Żaneta", "", "Gżegżółka-Nowak",
    )  # fmt: skip
    assert cells.names({"name_forwards": "Jan Maria Rokita"}) == ("Jan", "Maria", "Rokita")
    assert cells.names({"name_forwards": "Jan"}) == ("Jan", "", "")


def test_addresses_in_one_cell_or_many() -> None:
    one = cells.address({"address": "ul. Sportowa 12a m. 3, 00-001 Zażółcin"}, "Inny")
    assert (one.street, one.house, one.flat, one.postal_code, one.town) == (
        "ul. Sportowa", "12A", "3", "00-001", "Zażółcin",
    )  # fmt: skip
    two = cells.address({"street": "Sportowa 7/9"}, "Zażółcin")
    assert (two.street, two.house, two.flat, two.town) == ("Sportowa", "7", "9", "Zażółcin")
    three = cells.address({"street": "3 Maja", "house": "5.0"}, "")
    assert (three.street, three.house) == ("3 Maja", "5")
    with pytest.raises(ValidationError):
        cells.address({"address": "gdzieś"}, "")


@pytest.mark.django_db
def test_heads_are_guessed_also_those_of_consents() -> None:
    topic = make.topic("Odpady komunalne")
    head = [
        "Nr PESEL:",
        "NAZWISKO",
        "zgoda: odpady komunalne - SMS",
        "Odpady komunalne",
        "nazwisko",
    ]
    assert columns.guess(head, [topic]) == (
        "pesel", "last_name", f"consent:{topic.bit}:sms", f"consent:{topic.bit}:*", "",
    )  # fmt: skip
    assert [columns.letter(place) for place in (0, 25, 26, 701)] == ["A", "Z", "AA", "ZZ"]
    assert not columns.is_head(["Żaneta", "Gżegżółka", "00210112345"])
