"""What people type: right values in one spelling, wrong ones with a reason."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from recipients.models import Sex
from recipients.values import checks
from tests import make

pytestmark = pytest.mark.dry


@pytest.mark.parametrize(
    ("born", "sex"),
    [
        (date(1899, 12, 31), "F"),
        (date(1900, 1, 1), "M"),
        (date(1944, 2, 29), "F"),
        (date(1999, 12, 31), "M"),
        (date(2000, 2, 29), "F"),
        (date(2025, 10, 1), "M"),
    ],
)
def test_a_pesel_tells_birth_date_and_sex(born: date, sex: str) -> None:
    read = checks.pesel(make.pesel(born, sex=sex, serial=17))
    assert (read.birth_date, read.sex) == (born, Sex(sex))


def test_later_centuries_are_read_too() -> None:
    assert checks.pesel("00410100000").birth_date == date(2100, 1, 1)
    assert checks.pesel("00610100006").birth_date == date(2200, 1, 1)


def test_a_pesel_is_read_with_spaces_and_not_shown() -> None:
    number = make.pesel()
    read = checks.pesel(f" {number[:6]}-{number[6:]} ")
    assert read.number == number
    assert number not in repr(read)


def test_every_changed_digit_of_a_pesel_is_noticed() -> None:
    number = make.pesel()
    for place in range(11):
        wrong = str((int(number[place]) + 1) % 10)
        with pytest.raises(ValidationError):
            checks.pesel(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "pesel_length"),
        ("123", "pesel_length"),
        ("1234567890a", "pesel_length"),
        ("٤٤٠٥١٤٠١٣٥٩", "pesel_length"),
        ("44051401358", "pesel_checksum"),
        ("50134500002", "pesel_date"),
    ],
)
def test_a_wrong_pesel_says_why(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        checks.pesel(text)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["512 345 678", "+48512345678", "0048 512-345-678", "512345678"])
def test_a_phone_has_one_spelling(text: str) -> None:
    assert checks.phone(text) == "+48512345678"


@pytest.mark.parametrize(
    ("text", "code"),
    [("12", "phone"), ("abc", "phone"), ("", "phone"), ("25 644 11 11", "phone_not_mobile")],
)
def test_a_wrong_phone_says_why(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        checks.phone(text)
    assert caught.value.code == code


def test_an_e_mail_address_keeps_its_local_part() -> None:
    assert checks.email(" Jan.Nowak@Przyklad.EXAMPLE ") == "Jan.Nowak@przyklad.example"
    for wrong in ("jan", "jan@", "@x.example", "żaba@przyklad.example", "a b@c.example", ""):
        with pytest.raises(ValidationError):
            checks.email(wrong)


def test_an_epuap_box_has_two_parts() -> None:
    assert checks.epuap_box(" /jankowalski/SkrytkaESP ") == "/jankowalski/SkrytkaESP"
    for wrong in ("jankowalski", "/jankowalski", "/a/b/c", "/a b/c", "//", ""):
        with pytest.raises(ValidationError):
            checks.epuap_box(wrong)


@pytest.mark.parametrize("good", ["Żaneta", "Święto-Jańska", "O’Neil", "von  Braun", "Maria M."])
def test_names_as_people_bear_them(good: str) -> None:
    assert checks.name(good) == " ".join(good.split())


@pytest.mark.parametrize("bad", ["", "  ", "Jan3", "<b>", "=SUM(A1)", "-", "a" * 61])
def test_what_is_no_name(bad: str) -> None:
    with pytest.raises(ValidationError):
        checks.name(bad)


def test_houses_have_a_number_and_perhaps_a_letter() -> None:
    assert checks.house("12a") == (12, "A")
    assert checks.house("12 B") == (12, "B")
    assert checks.house("12/14") == (12, "")
    for wrong in ("", "a", "0", "12345", "12-14"):
        with pytest.raises(ValidationError):
            checks.house(wrong)


def test_birth_dates_of_living_people() -> None:
    assert checks.birth_date(date(1950, 1, 1)) == date(1950, 1, 1)
    for wrong in (date(1870, 1, 1), date(2999, 1, 1)):
        with pytest.raises(ValidationError):
            checks.birth_date(wrong)
