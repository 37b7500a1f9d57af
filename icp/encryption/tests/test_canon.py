"""One form for everything that means the same."""

from datetime import date

import pytest

from icp.encryption import canon
from recipients.models import Identity

pytestmark = pytest.mark.dry


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Żółć", "zolc"),
        ("ŁUCJA", "lucja"),
        ("  Gżegżółka -  Nowak ", "gzegzolka - nowak"),
        ("Z\u0307o\u0301l\u0107", "zolc"),  # marks apart, as some phones type them
        ("\ufb01lip", "filip"),
        ("Groß", "gross"),
        ("", ""),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert canon.fold(typed) == folded


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        (" Anna@Przyklad.Example ", "anna@przyklad.example"),
        ("+48 500-600-700", "+48500600700"),
        ("/Anna/Skrytka", "/Anna/Skrytka"),
        ("dXyZ:APA91-_b", "dXyZ:APA91-_b"),
    ],
)
def test_contact(typed: str, same: str) -> None:
    assert canon.contact(typed) == same


def test_digits() -> None:
    assert canon.digits(" 850101-12346 ") == "85010112346"


def test_name_and_birth_date() -> None:
    one = Identity("Łucja", "Żądło", date(1985, 1, 1), "F")
    assert canon.name_and_birth_date(one) == "zadlo|lucja|1985-01-01"
