"""Exports of people: what is in the file, who may have it, and when it ends."""

import csv
import io
import json
import logging
import uuid
from datetime import timedelta
from urllib.parse import unquote

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from icp.encryption import files
from icp.encryption.models import DataKey
from recipients import jobs
from recipients.account import rights
from recipients.exports import exporting
from recipients.exports.exported_columns import COLUMNS
from recipients.exports.exporting import Wanted
from recipients.models import Export, Job, OfficeFile, Recipient
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "etykiety do listu o spisie drzew"
LAST = "Szczebrzeszyńska"


def wanted(whom: str = "all", layout: str = "csv", columns: tuple[str, ...] = ()) -> Wanted:
    return Wanted(whom, "Wszyscy", columns or tuple(COLUMNS), layout, REASON)


def made(order: Wanted, *, by: User | None = None) -> Job:
    job = exporting.order(order, by=by or make.staff("recipients_clerk"), form_key=uuid.uuid4())
    assert jobs.run(job.pk)
    job.refresh_from_db()
    return job


def table(job: Job) -> list[list[str]]:
    assert job.result is not None
    text = job.result.read().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def people(job: Job) -> set[str]:
    """The identifiers in a file whose first column they are."""
    return {row[0] for row in table(job)[1:]}


def test_every_column_is_filled_from_the_card() -> None:
    topic = make.topic("Woda")
    person = make.recipient(kinds=("email", "sms", "epuap"), topics=(topic,), last_name=LAST)
    make.group("Rada Seniorów", person)
    head, row = table(made(wanted()))
    assert head == [str(column.label) for column in COLUMNS.values()]
    found = dict(zip(COLUMNS, row, strict=True))
    identity, address = person.identity, person.address
    assert (found["last_name"], found["pesel"]) == (LAST, identity.pesel)
    assert found["birth_date"] == identity.birth_date.isoformat()
    assert (found["street"], found["house"]) == (address.street, address.house)
    assert found["district"] == "Osiedle Słoneczne"
    assert found["sms"].startswith("'+48")
    assert "Woda: E-mail, SMS, ePUAP" in found["consents"]
    assert found["groups"] == "Rada Seniorów"


def test_a_spreadsheet_gets_dates_and_telephones_as_they_are() -> None:
    person = make.recipient(last_name=LAST)
    job = made(wanted(layout="xlsx", columns=("last_name", "birth_date", "sms")))
    assert job.result is not None
    book = openpyxl.load_workbook(io.BytesIO(job.result.read()))
    last, born, phone = [cell.value for cell in list(book.active.iter_rows())[1]]
    assert (last, born.date()) == (LAST, person.identity.birth_date)
    assert phone.startswith("+48")


def test_a_name_that_is_a_formula_runs_nowhere() -> None:
    make.group("=2+5", make.recipient())
    assert table(made(wanted(columns=("groups",))))[1] == ["'=2+5"]


def test_whom_is_followed() -> None:
    one, two, three = (make.recipient(active=active) for active in (True, True, False))
    group = make.group("Rada Seniorów", two, three)
    only = ("identifier",)
    assert people(made(wanted(columns=only))) == {one.identifier, two.identifier, three.identifier}
    assert people(made(wanted("state:pending", columns=only))) == {three.identifier}
    assert people(made(wanted(f"group:{group.pk}", columns=only))) == {
        two.identifier,
        three.identifier,
    }
    chosen = Wanted("people", "", only, "csv", REASON, (one.pk, three.pk, 999_999))
    assert people(made(chosen)) == {one.identifier, three.identifier}


def test_staff_of_a_school_export_their_own_only() -> None:
    teacher = make.staff("recipients_clerk", unit=make.municipal_unit())
    own, other = make.recipient(by=teacher), make.recipient()
    only = ("identifier",)
    assert people(made(wanted(columns=only), by=teacher)) == {own.identifier}
    chosen = Wanted("people", "", only, "csv", REASON, (own.pk, other.pk))
    assert people(made(chosen, by=teacher)) == {own.identifier}


def test_the_erased_are_in_no_file_and_end_those_that_hold_them() -> None:
    gone, stays = make.recipient(), make.recipient()
    holding = made(wanted(columns=("identifier",)))
    other = made(Wanted("people", "", ("identifier",), "csv", REASON, (stays.pk,)))
    path = holding.result.path if holding.result else None
    rights.erase(gone, by=make.clerk(), reason="wniosek")
    holding.refresh_from_db()
    other.refresh_from_db()
    assert holding.result is None
    assert path is not None
    assert not path.exists()
    assert other.result is not None
    assert people(made(wanted(columns=("identifier",)))) == {stays.identifier}
    entry = AuditEntry.objects.get(action="export.ended_by_erasure")
    assert entry.subject == f"recipients.export:{Export.objects.get(job=holding).pk}"


def test_an_erasure_while_the_file_is_made_makes_it_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, stays = make.recipient(), make.recipient()
    write = exporting._write
    tries: list[OfficeFile] = []

    def write_and_erase(*arguments: object) -> OfficeFile:
        file = write(*arguments)  # type: ignore[arg-type]
        if not tries:
            rights.erase(gone, by=make.clerk(), reason="wniosek")
        tries.append(file)
        return file

    monkeypatch.setattr(exporting, "_write", write_and_erase)
    job = made(wanted(columns=("identifier",)))
    assert people(job) == {stays.identifier}
    assert len(tries) == 2
    assert OfficeFile.objects.count() == 1


def test_an_erasure_at_the_last_moment_ends_the_job_without_a_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = make.recipient()
    end = jobs.Work.end

    def erase_and_end(work: jobs.Work, *arguments: object, **options: object) -> None:
        rights.erase(gone, by=make.clerk(), reason="wniosek")
        end(work, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs.Work, "end", erase_and_end)
    job = made(wanted())
    assert (job.state, job.problem, job.result) == ("failed", "stale", None)
    assert not OfficeFile.objects.exists()


def test_the_file_ends_after_the_days_of_the_setting() -> None:
    make.recipient()
    job = made(wanted())
    assert job.result is not None
    end = job.result.expires_at
    assert end is not None
    assert timedelta(days=6.9) < end - timezone.now() < timedelta(days=7)
    OfficeFile.objects.update(expires_at=timezone.now())
    assert files.forget_expired() == 1
    assert not DataKey.objects.filter(uid=job.result.uid).exists()
    assert Export.objects.get().number == 1


def test_the_entry_knows_who_was_in_it() -> None:
    for _each in range(20):
        make.recipient()
    first, last = Recipient.objects.earliest("pk"), Recipient.objects.latest("pk")
    made(Wanted("people", "", ("identifier",), "csv", REASON, (last.pk,)))
    both = made(wanted(columns=("identifier",)))
    assert [export.job_id for export in Export.objects.holding(first.pk)] == [both.pk]
    assert Export.objects.holding(last.pk).count() == 2
    assert not Export.objects.holding(last.pk + 50).exists()


def test_nothing_of_the_people_stands_in_the_log_the_audit_or_a_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    person = make.recipient(last_name=LAST)
    job = made(wanted())
    text = json.dumps(
        [
            caplog.text,
            *AuditEntry.objects.values_list("detail", "reason"),
            *(str(path) for path in files.folder().rglob("*")),
            job.detail,
            job.counts,
        ],
        ensure_ascii=False,
    )
    for word in (LAST, person.identity.pesel, person.address.street, REASON):
        assert word not in text


# --- On the screen ------------------------------------------------------------------------------------


@pytest.fixture
def clerk(client: Client) -> User:
    user = make.staff("recipients_clerk")
    client.force_login(user)
    return user


def typed(**fields: object) -> dict[str, object]:
    return {
        "whom": "all",
        "columns": ["last_name", "first_name"],
        "layout": "xlsx",
        "reason": REASON,
        "people": "",
        "form_key": str(uuid.uuid4()),
        **fields,
    }


def test_an_export_is_ordered_made_and_downloaded(client: Client, clerk: User) -> None:
    make.recipient(last_name=LAST)
    fields = typed()
    answer = client.post(reverse("export-new"), fields)
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("job", args=[job.pk])
    client.post(reverse("export-new"), fields)  # pressed twice
    assert (Job.objects.count(), Export.objects.count()) == (1, 1)
    jobs.run(job.pk)
    page = client.get(reverse("export-list"))
    assert REASON in page.content.decode()
    file = client.get(reverse("job-file", args=[job.pk]))
    content = b"".join(file.streaming_content)  # type: ignore[attr-defined]
    assert openpyxl.load_workbook(io.BytesIO(content)).active["A2"].value == LAST
    assert ".xlsx" in file.headers["Content-Disposition"]
    assert LAST not in unquote(str(file.headers))
    assert AuditEntry.objects.filter(action="job.file_exported", actor=clerk).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", ""),
        ("reason", "bo tak"),
        ("columns", []),
        ("columns", ["password"]),
        ("whom", "group:999"),
        ("whom", "state:erased"),
        ("whom", "people"),
        ("layout", "exe"),
        ("form_key", "x"),
    ],
)
def test_a_wrong_order_comes_back_with_what_was_typed(
    client: Client, clerk: User, field: str, value: object
) -> None:
    answer = client.post(reverse("export-new"), typed(**{field: value}))
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert not Export.objects.exists()


def test_the_people_found_by_a_search_come_along(client: Client, clerk: User) -> None:
    person, other = make.recipient(last_name=LAST), make.recipient()
    found = client.post(reverse("recipient-search"), {"q": LAST[:5]}).content.decode()
    assert f'name="person" value="{person.pk}"' in found
    page = client.post(reverse("export-new"), {"person": [person.pk, "x", "9" * 30]})
    assert page.status_code == 200
    assert f'value="{person.pk}"' in page.content.decode()
    client.post(reverse("export-new"), typed(whom="people", people=f"{person.pk},-1,x"))
    job = Job.objects.get()
    jobs.run(job.pk)
    assert bytes(Export.objects.get().people) == bytes(
        [0] * (person.pk // 8) + [1 << person.pk % 8]
    )
    assert other.pk != person.pk


def test_nobody_else_gets_the_file(client: Client, clerk: User) -> None:
    make.recipient()
    job = made(wanted(), by=clerk)
    export = Export.objects.get()
    for roles, listed, deletes in (
        (("recipients_clerk",), False, 404),
        (("administrator",), True, 302),
        (("editor",), False, 403),
    ):
        other = Client()
        other.force_login(make.staff(*roles))
        assert other.get(reverse("job-file", args=[job.pk])).status_code in {403, 404}
        page = other.get(reverse("export-list"))
        assert (REASON in page.content.decode()) is listed
        answer = other.post(reverse("export-delete", args=[export.pk]))
        assert answer.status_code == deletes
    assert client.get(reverse("job-file", args=[job.pk])).status_code == 404
    assert AuditEntry.objects.filter(action="export.deleted").count() == 1
    assert client.post(reverse("export-delete", args=[export.pk])).status_code == 302
    assert AuditEntry.objects.filter(action="export.deleted").count() == 1


def test_an_export_from_before_a_merge_ends_with_the_person() -> None:
    kept, absorbed = make.recipient(last_name=LAST), make.recipient(last_name=LAST, pesel="")
    chosen = Wanted("people", "", ("identifier",), "csv", REASON, (absorbed.pk,))
    job = made(chosen)
    Recipient.objects.filter(pk=absorbed.pk).update(merged_into=kept, state="merged")
    rights.erase(kept, by=make.clerk(), reason="wniosek")
    job.refresh_from_db()
    assert job.result is None
