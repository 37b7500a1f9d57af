"""The screen of the address register: two files, a job, its progress, the lines it could not read."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from admin_module import configuration
from admin_module.configuration import Municipality
from admin_module.models import AuditEntry
from recipients import jobs
from recipients.models import AddressPoint, Job, OfficeFile, Street
from recipients.tests.test_jobs import POINTS, STREETS
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/odbiorcy/rejestr-adresow/"
JOBS = "/odbiorcy/zadania/"


@pytest.fixture
def head(client: Client) -> Client:
    """The head of IT."""
    client.force_login(make.staff("administrator"))
    return client


def chosen(name: str, content: str | bytes) -> SimpleUploadedFile:
    raw = content.encode() if isinstance(content, str) else content
    return SimpleUploadedFile(name, raw, "text/csv")


def send(client: Client, **files: Any) -> Any:
    return client.post(PAGE, {"form_key": str(uuid.uuid4()), "axes": "auto", **files})


def import_checked(client: Client) -> Job:
    """Try the files out, as everybody must, then import them."""
    check = Job.objects.latest("pk")
    jobs.run(check.pk)
    client.post(f"{PAGE}{check.pk}/wczytaj/")
    job = Job.objects.latest("pk")
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def page(response: Any) -> str:
    text: str = response.getvalue().decode()
    return text


def test_files_become_a_job_and_the_job_a_register(head: Client) -> None:
    points = f"{POINTS}99999,1,,,X,52,22\n=1+1,2,,,X,52,22\n"
    answer = send(head, streets=chosen("s.csv", STREETS), points=chosen("p.csv", points))
    job = Job.objects.get()
    assert answer["Location"] == f"{JOBS}{job.pk}/"
    waiting = page(head.get(answer["Location"]))
    assert "hx-get" in waiting
    jobs.run(job.pk)
    done = page(head.get(answer["Location"]))
    assert "hx-get" not in done
    assert f"{JOBS}{job.pk}/plik/" in done
    assert "W rejestrze nie ma ulicy" in done
    assert "Słoneczne" not in page(head.get(PAGE))  # it was only tried out
    assert f"{PAGE}{job.pk}/wczytaj/" in done
    assert import_checked(head).state == "done"
    assert "Słoneczne" in page(head.get(PAGE))
    answer = head.get(f"{JOBS}{job.pk}/plik/")
    assert answer["Content-Disposition"].startswith("attachment")
    lines = page(answer).splitlines()
    # A spreadsheet must not run what somebody typed into a register.
    assert lines[0] == "\ufeffPlik;Wiersz;Co jest nie tak;Treść"
    assert lines[1].startswith("Domy;4;W rejestrze nie ma ulicy")
    assert ";'=1+1" in lines[2]
    assert AuditEntry.objects.filter(action="job.file_exported").count() == 1


def test_what_was_tried_out_is_imported_once(head: Client) -> None:
    send(head, streets=chosen("s.csv", STREETS))
    check = Job.objects.get()
    early = head.post(f"{PAGE}{check.pk}/wczytaj/")
    assert early["Location"] == PAGE  # not tried out yet
    done = import_checked(head)
    again = head.post(f"{PAGE}{check.pk}/wczytaj/")
    assert again["Location"] == f"{JOBS}{done.pk}/"
    assert Job.objects.count() == 2
    assert "Te pliki zaimportowano" in page(head.get(f"{JOBS}{check.pk}/"))
    assert not OfficeFile.objects.exists()


def test_files_that_are_gone_are_asked_for_again(head: Client) -> None:
    send(head, streets=chosen("s.csv", STREETS))
    check = Job.objects.get()
    jobs.run(check.pk)
    OfficeFile.objects.all().forget()
    assert head.post(f"{PAGE}{check.pk}/wczytaj/")["Location"] == PAGE
    assert "wczytaj" not in page(head.get(f"{JOBS}{check.pk}/"))


CATALOGUE = (
    "WOJ;POW;GMI;RODZ_GMI;SYM;SYM_UL;CECHA;NAZWA_1;NAZWA_2;STAN_NA\n"
    "14;64;01;1;0977;00987;ul.;Bema;Generała Józefa;2026-01-01\n"
    "02;01;01;1;0935;11111;ul.;Polna;;2026-01-01\n"
)


def test_of_the_catalogue_the_streets_of_the_town_are_taken(head: Client) -> None:
    refused = send(head, streets=chosen("ulic.csv", CATALOGUE))
    assert refused.status_code == 422
    assert "podaj kod TERYT" in page(refused)
    ours = replace(Municipality.from_environment(), teryt="1464011")
    configuration.write(ours, by=make.clerk(), revision=0)
    assert send(head, streets=chosen("ulic.csv", CATALOGUE)).status_code == 302
    import_checked(head)
    assert [str(street) for street in Street.objects.all()] == ["ul. Generała Józefa Bema"]


def test_a_whole_file_marks_what_it_does_not_have(head: Client) -> None:
    make.point("Sportowa", 77)
    make.recipient(kinds=(), address=make.address("Sportowa", 77))
    files = {"streets": chosen("s.csv", STREETS), "points": chosen("p.csv", POINTS)}
    send(head, whole="on", **files)
    check = Job.objects.get()
    jobs.run(check.pk)
    check.refresh_from_db()
    assert (check.counts["gone"], check.counts["lived_in"]) == (2, 1)
    assert "Ponad jedna dziesiąta" in page(head.get(f"{JOBS}{check.pk}/"))
    import_checked(head)
    assert AddressPoint.objects.exclude(gone_since=None).get().number == 77
    assert "oznaczono jako nieistniejący" in page(head.get(PAGE))


def test_htmx_gets_the_live_part_alone(head: Client) -> None:
    send(head, streets=chosen("s.csv", STREETS))
    path = f"{JOBS}{Job.objects.get().pk}/"
    assert "<html" in page(head.get(path))
    assert "<html" not in page(head.get(path, headers={"HX-Request": "true"}))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("s.csv", b""),
        ("s.csv", b"PK\x03\x04rest"),
        ("s.xlsx", STREETS.encode()),
        ("s.csv", b"teryt,name\n1,\x00\n"),
    ],
    ids=["empty", "zip", "spreadsheet", "NUL"],
)
def test_what_is_no_table_is_refused_in_words(head: Client, name: str, content: bytes) -> None:
    answer = send(head, streets=chosen(name, content))
    assert answer.status_code == 422
    assert "id_streets" in page(answer)
    assert not Job.objects.exists()


def test_nothing_chosen_and_houses_without_streets_are_refused(head: Client) -> None:
    assert send(head).status_code == 422
    assert send(head, points=chosen("p.csv", POINTS)).status_code == 422
    assert not Job.objects.exists()


def test_houses_alone_are_enough_once_there_are_streets(head: Client) -> None:
    make.street()
    assert send(head, points=chosen("p.csv", POINTS)).status_code == 302


def test_a_second_import_waits_for_the_first(head: Client) -> None:
    send(head, streets=chosen("s.csv", STREETS))
    answer = send(head, streets=chosen("s.csv", STREETS))
    assert answer["Location"] == PAGE
    assert Job.objects.count() == 1


def test_cancelling(head: Client) -> None:
    send(head, streets=chosen("s.csv", STREETS))
    job = Job.objects.get()
    assert head.get(f"{JOBS}{job.pk}/przerwij/").status_code == 405
    assert head.post(f"{JOBS}{job.pk}/przerwij/").status_code == 302
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not jobs.run(job.pk)
    assert not Street.objects.exists()


def test_a_file_without_the_right_columns_ends_in_words(head: Client) -> None:
    send(head, streets=chosen("s.csv", "imię;nazwisko\nŻaneta;Gżegżółka\n"))
    jobs.run(Job.objects.get().pk)
    job = Job.objects.get()
    assert (job.state, job.counts["wrong"]) == ("done", 1)
    assert "teryt" in page(head.get(f"{JOBS}{job.pk}/plik/"))


WRONG = {
    "a number too large": "00001,40000,,,X,52,22",
    "a letter too long": "00001,1,ABCD,,X,52,22",
    "not on the Earth": "00001,1,,,X,nan,22",
    "a district too long": f"00001,1,,,{'X' * 101},52,22",
    "a postal code too long": "00001,1,,00-0000,X,52,22",
    "a cell too long": f"00001,1,,,{'X' * 200_000},52,22",
    "zero": "00001,0,,,X,52,22",
}


@pytest.mark.parametrize("line", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_line_stops_nothing(head: Client, line: str) -> None:
    points = f"{POINTS.splitlines()[0]}\n{line}\n{POINTS.splitlines()[1]}\n"
    send(head, streets=chosen("s.csv", STREETS), points=chosen("p.csv", points))
    job = import_checked(head)
    assert (job.state, job.counts["wrong"], job.counts["points"]) == ("done", 1, 1)
    assert AddressPoint.objects.count() == 1


def test_few_people_of_a_district_are_not_counted_for_staff_who_open_no_cards(
    client: Client, head: Client
) -> None:
    make.recipient(kinds=())
    assert "mniej niż 5" in page(head.get(PAGE))
    for letter in "abcd":
        make.recipient(kinds=(), first_name=f"Ż{letter}")
    assert "mniej niż 5" not in page(head.get(PAGE))


def test_only_who_may_import_gets_in(client: Client) -> None:
    client.force_login(make.staff("recipients_clerk", "editor"))
    assert client.get(PAGE).status_code == 403
    assert send(client, streets=chosen("s.csv", STREETS)).status_code == 403
