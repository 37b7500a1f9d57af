"""The register from files of other makers: tried out first, complete files, metres, streets by name."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from recipients.address_register import address_import, addresses
from recipients.address_register.address_import import ImportReport, Plan
from recipients.models import Address, AddressPoint, District, Street
from tests import make

pytestmark = pytest.mark.django_db

STREETS = "teryt,prefix,name\n00001,ul.,Sportowa\n00002,ul.,Generała Józefa Bema\n"
HEAD = "teryt,number,letter,postal_code,district,latitude,longitude\n"
POINTS = f"{HEAD}00001,1,,00-002,Słoneczne,52.3,22.0\n00002,3,,00-001,Śródmieście,52.3,22.0\n"


def load(
    streets: str | None = STREETS, points: str | None = POINTS, **plan: object
) -> ImportReport:
    return address_import.import_csv(
        StringIO(streets) if streets else None,
        StringIO(points) if points else None,
        plan=Plan(**plan),  # type: ignore[arg-type]
    )


def test_a_trial_says_what_would_be_and_writes_nothing() -> None:
    trial = load(trial=True)
    assert (trial.streets, trial.points, trial.added, trial.errors) == (2, 2, 4, [])
    assert not Street.objects.exists()
    assert not District.objects.exists()
    done = load()
    assert (done.added, done.changed) == (4, 0)


def test_a_trial_counts_what_would_be_corrected_moved_and_gone() -> None:
    load()
    make.recipient(kinds=(), address=addresses.of_point(AddressPoint.objects.get(number=3)))
    newer = f"{HEAD}00001,1,,00-009,Nowe,52.3,22.0\n00001,2,,00-002,Nowe,52.3,22.0\n"
    trial = load(None, newer, trial=True, whole=True)
    assert (trial.added, trial.changed, trial.moved, trial.gone) == (1, 1, 1, 1)
    assert trial.lived_in == 1
    assert not AddressPoint.objects.exclude(gone_since=None).exists()
    done = load(None, newer, whole=True)
    assert (done.added, done.changed, done.moved, done.gone) == (1, 1, 1, 1)
    gone = AddressPoint.objects.exclude(gone_since=None).get()
    assert gone.number == 3


def test_what_is_gone_is_offered_no_more_and_may_come_back() -> None:
    load()
    load(STREETS.rsplit("00002", 1)[0], f"{HEAD}00001,1,,00-002,Słoneczne,52.3,22.0\n", whole=True)
    assert addresses.find_streets("bema") == []
    assert addresses.checked(Address("ul. Bema", "3")).point_id == 0
    back = load(whole=True)
    assert (back.back, back.gone, back.added) == (2, 0, 0)
    assert addresses.checked(Address("ul. Bema", "3")).point_id


def test_a_file_without_a_right_line_takes_nothing_away() -> None:
    load()
    broken = load(None, f"{HEAD}99999,1,,,X,52,22\n", whole=True)
    assert (broken.gone, broken.wrong) == (0, 1)


def test_without_being_whole_a_file_takes_nothing_away() -> None:
    load()
    assert load(None, f"{HEAD}00001,1,,00-002,Słoneczne,52.3,22.0\n").gone == 0


PRG = (
    "\ufeffmiejscowosc;ulica;numer_porzadkowy;kod_pocztowy;X;Y\n"
    "Zażółcin;ul. Sportowa;1;00-002;490000.10;700000.25\n"
    "Zażółcin;Józefa Bema;12/14;00-001;490010,5;700100,5\n"
    "Zażółcin;sportowej;7a;00-001;490020;700050\n"
    "Zażółcin;Nieznana;1;00-001;490010;700100\n"
)


def test_a_file_of_the_state_is_read_by_the_names_of_its_columns() -> None:
    report = load(STREETS, PRG)
    assert [error.line for error in report.errors] == [5]
    points = {(point.street.name, point.house): point for point in AddressPoint.objects.all()}
    assert set(points) == {
        ("Sportowa", "1"),
        ("Generała Józefa Bema", "12"),
        ("Sportowa", "7A"),
    }
    assert points["Sportowa", "1"].latitude == pytest.approx(52.24, abs=0.02)
    assert points["Sportowa", "1"].longitude == pytest.approx(21.93, abs=0.02)


def test_which_axis_points_north_is_told_by_where_the_town_lies() -> None:
    load(STREETS, PRG)
    place = AddressPoint.objects.get(number=1).latitude
    swapped = PRG.replace("X;Y", "Y;X")
    load(STREETS, swapped)
    assert AddressPoint.objects.get(number=1).latitude == pytest.approx(place, abs=1e-6)


def test_without_a_town_the_clerk_says_which_axis_points_north() -> None:
    load(STREETS, PRG.replace("X;Y", "Y;X"), axes="east")
    assert AddressPoint.objects.get(number=1).latitude == pytest.approx(52.24, abs=0.02)


def test_a_file_without_districts_keeps_those_that_are_known() -> None:
    load()
    report = load(None, "ulica,nr,lat,lon\nSportowa,1,52.31,22.0\nSportowa,99,52.31,22.0\n")
    assert (report.moved, report.changed, report.added) == (0, 1, 1)
    assert AddressPoint.objects.get(number=1).district.name == "Słoneczne"
    assert AddressPoint.objects.get(number=99).district.name == "(bez osiedla)"


@pytest.mark.parametrize(
    ("head", "words"),
    [("ulica,nr", "szerokość"), ("nr,x,y", "ulica"), ("ulica,x,y", "number")],
)
def test_missing_columns_are_named(head: str, words: str) -> None:
    report = load(STREETS, f"{head}\n")
    assert words in report.errors[0].message


def test_a_position_outside_of_the_country_is_refused() -> None:
    load()
    report = load(None, "ulica;nr;x;y\nSportowa;5;900000;900000\n")
    assert report.wrong == 1


CATALOGUE = (
    "WOJ;POW;GMI;RODZ_GMI;SYM;SYM_UL;CECHA;NAZWA_1;NAZWA_2;STAN_NA\n"
    "14;64;01;1;0977;00987;ul.;Bema;Generała Józefa;2026-01-01\n"
    "02;01;01;1;0935;11111;ul.;Polna;;2026-01-01\n"
)


def test_the_command_takes_the_catalogue_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ULIC.csv"
    file.write_text(CATALOGUE, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_addresses", str(file))
    call_command("import_addresses", str(file), "--teryt", "1464011", "--trial")
    assert not Street.objects.exists()
    call_command("import_addresses", str(file), "--teryt", "1464011")
    assert Street.objects.get().teryt == "00987"
    assert "2026-01-01" in capsys.readouterr().out


def test_gone_is_marked_with_the_day() -> None:
    load()
    load(None, f"{HEAD}00001,1,,00-002,Słoneczne,52.3,22.0\n", whole=True)
    marked = AddressPoint.objects.get(number=3).gone_since
    assert isinstance(marked, date)
