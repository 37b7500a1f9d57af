"""The pages of an import: a file, its columns, the check, the arrival, the differences."""

from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from admin_module.models import AuditEntry
from recipients import jobs
from recipients.models import ImportProposal, Job, OfficeFile, PeopleImport, Recipient
from tests import make

from .sheets import HEAD, clerk, csv_of, imported, person, xlsx_of

pytestmark = pytest.mark.django_db
PAGE = "/odbiorcy/import/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(clerk())
    return client


def text_of(response: Any) -> str:
    text: str = response.getvalue().decode()
    return text


def upload(desk: Client, file: SimpleUploadedFile) -> PeopleImport:
    answer = desk.post(PAGE, {"file": file})
    assert answer.status_code == 302, text_of(answer)
    order = PeopleImport.objects.latest("pk")
    assert answer["Location"] == f"{PAGE}{order.pk}/kolumny/"
    return order


def chosen(names: Sequence[str], **fields: str) -> dict[str, str]:
    columns = {f"column_{place}": name for place, name in enumerate(names)}
    return {"has_head": "on", "arrive": "pending", "town": "Zażółcin", **columns, **fields}


GUESSED = ("first_name", "last_name", "pesel", "street", "house", "sms", "email")


def test_from_the_file_to_the_people(desk: Client) -> None:
    make.address()
    order = upload(desk, csv_of([person(1), person(2, pesel="1")]))
    assert "do wybrania kolumn" in text_of(desk.get(PAGE))
    columns = text_of(desk.get(f"{PAGE}{order.pk}/kolumny/"))
    assert '<option value="pesel" selected>' in columns
    assert "Gżegżółb" in columns  # the first rows are shown, and that is written down
    assert AuditEntry.objects.filter(action="people_import.viewed").count() == 1
    desk.post(f"{PAGE}{order.pk}/kolumny/", chosen(GUESSED))
    assert "hx-get" in text_of(desk.get(f"{PAGE}{order.pk}/"))
    jobs.run(Job.objects.latest("pk").pk)
    checked = text_of(desk.get(f"{PAGE}{order.pk}/"))
    assert "Importuj 1 osobę" in checked
    assert "Numer PESEL ma 11 cyfr" in checked
    assert not Recipient.objects.exists()
    desk.post(f"{PAGE}{order.pk}/zapisz/")
    jobs.run(Job.objects.latest("pk").pk)
    done = text_of(desk.get(f"{PAGE}{order.pk}/"))
    assert "Cofnij import" in done
    assert Recipient.objects.get().identity.last_name == "Gżegżółb"
    report = desk.get(f"/odbiorcy/zadania/{Job.objects.latest('pk').pk}/plik/")
    assert report["Content-Disposition"].startswith('attachment; filename="people_import-')
    assert "Gżegżółc" in text_of(report)
    assert "zaimportowany" in text_of(desk.get(PAGE))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"column_2": ""}, "Wskaż kolumnę z numerem PESEL"),
        ({"column_1": ""}, "Wskaż kolumny z imieniem i nazwiskiem"),
        ({"column_3": "", "column_4": ""}, "Wskaż kolumny z ulicą"),
        ({"column_5": "email"}, "ma już inna kolumna"),
        ({"arrive": "active"}, "jedyny dowód"),
        ({"column_0": "is_superuser"}, "is_superuser"),
    ],
)
def test_columns_that_cannot_be_read_come_back(
    desk: Client, changes: dict[str, str], said: str
) -> None:
    order = upload(desk, csv_of([person(1)]))
    answer = desk.post(f"{PAGE}{order.pk}/kolumny/", chosen(GUESSED) | changes)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Job.objects.exists()


def test_another_delimiter_is_chosen_by_hand(desk: Client) -> None:
    order = upload(desk, csv_of([person(1)], delimiter="|"))
    assert order.plan.delimiter == "|"
    answer = {"shape": "1", "encoding": "utf-8-sig", "delimiter": ","}
    desk.post(f"{PAGE}{order.pk}/kolumny/", answer)
    order.refresh_from_db()
    assert (order.plan.delimiter, len(order.plan.columns)) == (",", 1)
    assert (
        desk.post(f"{PAGE}{order.pk}/kolumny/", answer | {"encoding": "ebcdic"}).status_code == 422
    )


def test_sheets_of_a_workbook_are_chosen_by_hand(desk: Client) -> None:
    file = xlsx_of([person(1)])
    book = openpyxl.load_workbook(file)
    book.create_sheet("Inne").append(["PESEL", "Nazwisko"])
    file.seek(0)
    book.save(file)
    file.seek(0)
    order = upload(desk, file)
    assert order.plan.sheets == ("Sheet", "Inne")
    desk.post(f"{PAGE}{order.pk}/kolumny/", {"shape": "1", "sheet": "Inne"})
    order.refresh_from_db()
    assert order.plan.columns == ("pesel", "last_name")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("o.csv", b""),
        ("o.pdf", b"%PDF-1.7"),
        ("o.xls", b"\xd0\xcf\x11\xe0rest"),
        ("o.xlsm", b"PK\x03\x04"),
        ("o.csv", b"a;b\n\x00;1\n"),
    ],
    ids=["empty", "pdf", "old", "macros", "NUL"],
)
def test_what_is_no_table_is_refused_in_words(desk: Client, name: str, content: bytes) -> None:
    answer = desk.post(PAGE, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert "id_file" in text_of(answer)
    assert not PeopleImport.objects.exists()
    assert not OfficeFile.objects.exists()


def test_sixty_columns_two_of_one_name_and_none_needed(desk: Client) -> None:
    head = [*HEAD, *(f"Inna {number}" for number in range(52)), "PESEL"]
    order = upload(desk, csv_of([[*person(1), *["x"] * 53]], head))
    assert len(order.plan.columns) == 60
    assert order.plan.columns[:7] == GUESSED
    assert set(order.plan.columns[7:]) == {""}
    desk.post(f"{PAGE}{order.pk}/kolumny/", chosen(order.plan.columns))
    jobs.run(Job.objects.latest("pk").pk)
    order.refresh_from_db()
    assert order.counts["new"] == 1


def test_a_file_without_a_head(desk: Client) -> None:
    order = upload(desk, csv_of([person(1)], head=None))
    assert not order.plan.has_head
    values = chosen(GUESSED)
    del values["has_head"]
    desk.post(f"{PAGE}{order.pk}/kolumny/", values)
    jobs.run(Job.objects.latest("pk").pk)
    order.refresh_from_db()
    assert order.counts["new"] == 1


def test_differences_are_worked_off(desk: Client) -> None:
    imported(csv_of([person(1), person(2), person(3)]))
    order = imported(csv_of([person(n, nrdomu=str(n + 4)) for n in (1, 2, 3)]))
    path = f"{PAGE}{order.pk}/roznice/"
    page = text_of(desk.get(path))
    assert page.count("ten sam PESEL") == 3
    assert AuditEntry.objects.filter(action="recipient.listed").exists()
    first = ImportProposal.objects.order_by("pk")[0]
    desk.post(path, {"decision": f"reject:{first.pk}"})
    desk.post(path, {"decision": "accept:address"})
    houses = [one.address.house for one in Recipient.objects.order_by("pk")]
    assert houses == ["1", "6", "7"]
    assert "Nie ma nic do rozstrzygnięcia" in text_of(desk.get(path))
    desk.post(path, {"decision": "nonsense"})


def test_giving_up_and_taking_back(desk: Client) -> None:
    order = upload(desk, csv_of([person(1)]))
    assert "Porzucić plik?" in text_of(desk.get(f"{PAGE}{order.pk}/porzuc/"))
    desk.post(f"{PAGE}{order.pk}/porzuc/")
    assert not OfficeFile.objects.exists()
    assert desk.get(f"{PAGE}{order.pk}/kolumny/").status_code == 302
    order = imported(csv_of([person(1)]))
    assert "1 osoba z tego importu" in text_of(desk.get(f"{PAGE}{order.pk}/cofnij/"))
    answer = desk.post(f"{PAGE}{order.pk}/cofnij/")
    jobs.run(Job.objects.latest("pk").pk)
    assert "Cofnięte osoby" in text_of(desk.get(answer["Location"]))
    assert Recipient.objects.get().state == "erased"


def test_the_templates_can_be_imported(desk: Client) -> None:
    for ending in ("csv", "xlsx"):
        answer = desk.get(f"{PAGE}wzor.{ending}")
        order = upload(desk, SimpleUploadedFile(f"wzor.{ending}", answer.getvalue()))
        assert "" not in order.plan.columns
        assert order.plan.head[0] == "Imię"
    assert desk.get(f"{PAGE}wzor.ods").status_code == 404


def test_only_who_may_import_gets_in(client: Client) -> None:
    client.force_login(make.staff("editor"))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"file": csv_of([person(1)])}).status_code == 403
