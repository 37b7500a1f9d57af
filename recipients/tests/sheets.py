"""Files of invented people, as offices have them, and the steps of an import in a line."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from admin_module.models import User
from recipients import jobs
from recipients.models import Job, OfficeFile, PeopleImport
from recipients.people_import import steps
from sandbox.town.people import pesel
from tests import make

HEAD = ("Imię", "Nazwisko", "PESEL", "Ulica", "Nr domu", "Telefon", "E-mail")
_numbers = count(1)


def person(number: int | None = None, **cells: str) -> list[str]:
    """A row under HEAD; `cells` by the heads' names in small letters, without spaces."""
    place = number if number is not None else next(_numbers)
    born = date(1950 + place % 40, 1 + place % 12, 1 + place % 28)
    every = {
        "imię": "Żaneta",
        "nazwisko": f"Gżegżół{_letters(place)}",
        "pesel": pesel(born, "F", 1 + place // 840),  # type: ignore[arg-type]
        "ulica": "ul. Sportowa",
        "nrdomu": "1",
        "telefon": f"50{place % 10_000_000:07d}",
        "e-mail": f"osoba{place}@przyklad.example",
    }
    return list((every | cells).values())


def _letters(number: int) -> str:
    text = ""
    while True:
        number, rest = divmod(number, 26)
        text = chr(97 + rest) + text
        if not number:
            return text


def csv_of(
    rows: Iterable[Sequence[str]],
    head: Sequence[str] | None = HEAD,
    *,
    encoding: str = "utf-8",
    delimiter: str = ";",
    name: str = "osoby.csv",
) -> SimpleUploadedFile:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    if head is not None:
        writer.writerow(head)
    writer.writerows(rows)
    return SimpleUploadedFile(name, out.getvalue().encode(encoding), "text/csv")


def xlsx_of(rows: Iterable[Sequence[Any]], head: Sequence[str] = HEAD) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("osoby.xlsx", out.getvalue(), "application/vnd.ms-excel")


def clerk() -> User:
    return make.staff("recipients_clerk", login="import@zazolcin.example")


def checked(file: SimpleUploadedFile, *, by: User | None = None, **changes: Any) -> PeopleImport:
    """Upload and check; `changes` are of the plan, or "arrive" and "codes"."""
    who = by or clerk()
    arrive, codes = changes.pop("arrive", "pending"), changes.pop("codes", True)
    order = steps.start(file, by=who)
    plan = replace(order.plan, **changes)
    jobs.run(steps.check(order, plan, arrive=arrive, codes=codes, by=who).pk)
    order.refresh_from_db()
    return order


def imported(file: SimpleUploadedFile, *, by: User | None = None, **changes: Any) -> PeopleImport:
    """Upload, check and import."""
    who = by or clerk()
    order = checked(file, by=who, **changes)
    jobs.run(steps.confirm(order, by=who).pk)
    order.refresh_from_db()
    return order


def report_of(order: PeopleImport) -> OfficeFile | None:
    """The refused rows of its last job."""
    job: Job | None = order.job
    if job is not None:
        job.refresh_from_db()
    return job.result if job else None


def refused(order: PeopleImport) -> dict[int, str]:
    """What the report says: row → "column: reason"."""
    report = report_of(order)
    text = report.read().decode().removeprefix("\ufeff") if report else ""
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
    return {int(row[0]): f"{row[1]}: {row[2]}" for row in rows}
