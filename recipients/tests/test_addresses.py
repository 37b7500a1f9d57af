"""The address register: imported twice without harm, found by the first letters."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from recipients.address_register import address_import, addresses
from recipients.filtering import audience
from recipients.models import Address, AddressPoint, District, Street
from tests import make

pytestmark = pytest.mark.django_db

STREETS = "teryt,prefix,name\n00001,ul.,Sportowa\n00002,ul.,Generała Józefa Bema\n"
POINTS = (
    "teryt,number,letter,postal_code,district,latitude,longitude\n"
    "00001,1,,00-002,Słoneczne,52.3,22.0\n"
    "00001,12,A,00-002,Słoneczne,52.3,22.0\n"
    "00002,3,,00-001,Śródmieście,52.3,22.0\n"
)


def load(streets: str = STREETS, points: str = POINTS) -> address_import.ImportReport:
    return address_import.import_csv(StringIO(streets), StringIO(points))


def test_repeating_an_import_changes_nothing() -> None:
    first = load()
    ids = list(AddressPoint.objects.order_by("pk").values_list("pk", flat=True))
    assert (first.streets, first.points, first.errors) == (2, 3, [])
    second = load()
    assert (
        second.moved,
        list(AddressPoint.objects.order_by("pk").values_list("pk", flat=True)),
    ) == (0, ids)
    assert District.objects.count() == 2


def test_wrong_lines_are_reported_and_right_ones_kept() -> None:
    points = POINTS + "99999,1,,,X,52,22\n00001,x,,,X,52,22\n00001,5,,,,52,22\n00001,7,,,X,,22\n"
    report = load(points=points)
    assert [error.line for error in report.errors] == [5, 6, 7, 8]
    assert all(error.message for error in report.errors)
    assert AddressPoint.objects.count() == 3


def test_a_file_without_its_columns_is_refused() -> None:
    report = load(streets="name\nSportowa\n")
    assert report.errors[0].line == 1
    assert not Street.objects.exists()


def test_a_district_that_changes_moves_its_people() -> None:
    load()
    point = AddressPoint.objects.get(number=1)
    row = make.recipient(kinds=(), address=addresses.of_point(point))
    report = load(points=POINTS.replace("00-002,Słoneczne", "00-002,Nowe"))
    assert report.moved == 2
    new = District.objects.get(name="Nowe")
    assert audience.resolve(audience.parse({"district": [new.pk]})).tolist() == [row.pk]


@pytest.mark.parametrize("typed", ["spo", "Sportowa", "ul. spo", "UL SPORT", "ulica sportowa"])
def test_a_street_is_found_by_its_beginning(typed: str) -> None:
    load()
    assert [str(street) for street in addresses.find_streets(typed)] == ["ul. Sportowa"]


def test_any_word_of_a_street_may_begin_the_search() -> None:
    load()
    for typed in ("bem", "jozefa b", "Józefa", "gen bema"):
        assert [street.name for street in addresses.find_streets(typed)] == ["Generała Józefa Bema"]
    for typed in ("", " ", "ortowa", "%", "_"):
        assert addresses.find_streets(typed) == []


def test_house_numbers_are_offered_while_typing() -> None:
    load()
    street = Street.objects.get(name="Sportowa")
    assert [p.house for p in addresses.find_points(street.pk, "1")] == ["1", "12A"]
    assert [p.house for p in addresses.find_points(street.pk, "12a")] == ["12A"]
    assert [p.house for p in addresses.find_points(street.pk, "")] == ["1", "12A"]
    assert [p.house for p in addresses.find_points(street.pk, "9")] == []


def test_a_written_address_is_matched() -> None:
    load()
    for text in ("ul. Sportowa", "sportowa", "SPORTOWA"):
        assert addresses.checked(Address(text, "12 a")).house == "12A"
    assert addresses.checked(Address("Sportowa", "99")).point_id == 0
    assert addresses.checked(Address("Nieznana", "1")).street_id == 0


def test_a_checked_address_is_joined_to_the_register() -> None:
    load()
    found = addresses.checked(Address("sportowa", "12a", flat=" 7 "))
    assert (found.street, found.house, found.flat) == ("ul. Sportowa", "12A", "7")
    assert found.point_id
    assert found.district_id
    partly = addresses.checked(Address("ul. Sportowa", "99"))
    assert (partly.street_id, partly.point_id) == (found.street_id, 0)
    with pytest.raises(ValidationError):
        addresses.checked(Address("", "1"))


def test_an_address_in_one_line() -> None:
    address = Address("ul. Sportowa", "12A", flat="3", postal_code="00-002", town="Zażółcin")
    assert addresses.in_words(address) == "ul. Sportowa 12A m. 3, 00-002 Zażółcin"
    assert addresses.in_words(Address("ul. Sportowa", "1")) == "ul. Sportowa 1"


def test_the_command_reads_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "s.csv").write_text(STREETS, encoding="utf-8-sig")
    (tmp_path / "p.csv").write_text(f"{POINTS}99999,1,,,X,52,22\n", encoding="utf-8")
    call_command("import_addresses", str(tmp_path / "s.csv"), str(tmp_path / "p.csv"))
    assert AddressPoint.objects.count() == 3
    shown = capsys.readouterr()
    assert "2" in shown.out
    assert "5" in shown.err
    (tmp_path / "p.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError):
        call_command("import_addresses", str(tmp_path / "s.csv"), str(tmp_path / "p.csv"))
