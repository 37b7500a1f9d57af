"""Statistics, files, proposals about like reports, and the dry run of forgetting."""

import csv
import io
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from admin_module.models import AuditEntry, User
from messaging.models import Message
from recipients import jobs
from recipients.models import Job
from reports.models import Report, ReportCluster, State
from reports.showing import exporting
from reports.steps import clusters
from tests import make

from . import desk_things

pytestmark = pytest.mark.django_db
AT = "/zgloszenia"


def test_statistics_by_everything(desk: Client, user: User) -> None:
    desk_things.report(by=user)
    desk_things.report(by=user, state=State.RESOLVED)
    for by in ("category", "district", "unit", "state", "origin", "group", "nic"):
        page = desk.get(f"{AT}/statystyki/?wedlug={by}")
        assert page.status_code == 200, by
    assert "Dziura w jezdni" in desk.get(f"{AT}/statystyki/?wedlug=category").content.decode()
    old = (timezone.localdate() - timedelta(days=900)).isoformat()
    assert desk.get(f"{AT}/statystyki/?since={old}").status_code == 200
    empty = desk.get(f"{AT}/statystyki/?until={old}").content.decode()
    assert "W tych dniach nic nie wpłynęło" in empty
    assert desk.get(f"{AT}/statystyki/?since=x&until=2026-13-40&unit=x").status_code == 200


def test_statistics_as_files(desk: Client, user: User) -> None:
    desk_things.report(by=user, state=State.RESOLVED)
    file = desk.get(f"{AT}/statystyki/plik.csv?wedlug=category").getvalue().decode("utf-8-sig")
    heads, row = csv.reader(io.StringIO(file), delimiter=";")
    assert heads[:2] == ["Kategoria", "Zgłoszenia"]
    assert row[:4] == ["Dziura w jezdni", "1", "0", "1"]
    book = desk.get(f"{AT}/statystyki/plik.xlsx").content
    assert zipfile.ZipFile(io.BytesIO(book)).testzip() is None
    assert AuditEntry.objects.filter(action="report.exported").count() == 2


def test_an_export_is_what_the_list_shows_and_holds_no_words(desk: Client, user: User) -> None:
    person = make.recipient(last_name="Tajemnicza")
    shown = desk_things.report(by=user, reporter=person)
    desk_things.report(by=user, state=State.RESOLVED)
    at = f"{AT}/eksport/?widok=nowe"
    assert "1 zgłoszenie" in desk.get(at).content.decode()
    ordered = desk.post(at, {"layout": "csv", "form_key": str(uuid.uuid4())})
    job = Job.objects.get()
    assert ordered["Location"] == f"/odbiorcy/zadania/{job.pk}/"
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.counts) == ("done", {"reports": 1})
    file = desk.get(f"/odbiorcy/zadania/{job.pk}/plik/").getvalue().decode("utf-8-sig")
    heads, row = csv.reader(io.StringIO(file), delimiter=";")
    assert len(heads) == len(row) == len(exporting.COLUMNS)
    assert row[0] == shown.number
    assert "Tajemnicza" not in file
    assert "dziura przed szkołą" not in file


def test_an_export_is_of_what_one_may_see(client: Client, user: User) -> None:
    school = make.municipal_unit()
    desk_things.report(by=user, unit=school)
    desk_things.report(by=user)
    of_school = desk_things.handler(unit=school)
    assert exporting.chosen("widok=wszystkie", of_school).count() == 1
    assert exporting.chosen("widok=wszystkie&unit=9999", user).count() in {0, 2}


def cluster(user: User) -> ReportCluster:
    for n in range(5):
        desk_things.report(by=user, reporter=make.recipient(), latitude=52.301 + n / 10_000)
    [found] = clusters.find()
    return found


def test_like_reports_propose_a_notice(desk: Client, user: User, client: Client) -> None:
    found = cluster(user)
    page = desk.get(f"{AT}/").content.decode()
    assert "5 podobnych zgłoszeń w promieniu 300 m" in page
    assert desk.get(f"{AT}/podobne/{found.pk}/").status_code == 200
    assert desk.post(f"{AT}/podobne/{found.pk}/komunikat/").status_code == 403  # writes no messages
    client.force_login(make.staff("reports_handler", "editor"))
    answer = client.post(f"{AT}/podobne/{found.pk}/komunikat/")
    message = Message.objects.get()
    assert (
        answer["Location"] == f"/wiadomosci/{message.pk}/edycja/"
        or str(message.pk) in answer["Location"]
    )
    assert message.public
    again = client.post(f"{AT}/podobne/{found.pk}/odrzuc/", follow=True)
    assert "Ktoś zdecydował o tym wcześniej" in again.content.decode()


def test_a_proposal_is_dismissed(desk: Client, user: User) -> None:
    found = cluster(user)
    assert desk.post(f"{AT}/podobne/{found.pk}/odrzuc/").status_code == 302
    found.refresh_from_db()
    assert found.state == ReportCluster.State.DISMISSED
    assert "podobnych zgłoszeń w promieniu" not in desk.get(f"{AT}/").content.decode()


def test_forgetting_is_tried_dry_first(client: Client, user: User) -> None:
    client.force_login(make.staff("administrator"))
    report = desk_things.report(by=user, state=State.RESOLVED)
    assert "Nic:" in client.get(f"{AT}/przechowywanie/").content.decode()
    long_ago = timezone.now() - timedelta(days=40 * 366)
    Report.objects.filter(pk=report.pk).update(closed_at=long_ago, created_at=long_ago)
    page = client.get(f"{AT}/przechowywanie/").content.decode()
    assert "Dziura w jezdni" in page
    assert "Usuń teraz" in page
    report.refresh_from_db()
    assert report.forgotten_at is None
    client.post(f"{AT}/przechowywanie/")
    report.refresh_from_db()
    assert report.forgotten_at is not None


def test_the_menu_counts_what_is_new(desk: Client, user: User) -> None:
    desk_things.report(by=user)
    page = desk.get("/").content.decode()
    assert '<span class="nav-count">1</span>' in page
