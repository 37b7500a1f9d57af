"""The yearly review of access: complete, safe to open in a spreadsheet, and remembered."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module import reviewing
from admin_module.models import AccessReview, AuditEntry, StaffProfile, User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> User:
    user = make.staff("administrator")
    client.force_login(user)
    return user


def rows(client: Client) -> list[dict[str, str]]:
    answer = client.get(reverse("access-review-csv"))
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_every_account_stands_on_the_report_once(client: Client, administrator: User) -> None:
    make.staff("editor", "approver", unit=make.municipal_unit(), last_name="Szkolnicka")
    blocked = make.staff("editor")
    User.objects.filter(pk=blocked.pk).update(is_active=False)
    report = reviewing.report(administrator)
    assert report.people == User.objects.count() == 3
    assert report.blocked == 1
    [teacher] = [row for row in rows(client) if row["Nazwisko i imię"] == "Szkolnicka Zofia"]
    assert teacher["Role"] == "redaktor, zatwierdzający"
    assert teacher["Jednostka"] == make.municipal_unit().name
    assert int(teacher["Liczba uprawnień"]) > 5


def test_rights_over_the_town_are_not_counted_at_a_school(administrator: User) -> None:
    make.staff("administrator", unit=make.municipal_unit())
    counted = [
        one.permissions for unit in reviewing.report(administrator).units for one in unit.accounts
    ]
    assert counted[0] > counted[1] > 0


def test_a_name_that_begins_like_a_formula_does_nothing(
    client: Client, administrator: User
) -> None:
    trickster = make.staff()
    trickster.profile = StaffProfile("Zofia", "=1+1", "@SUM(A1)")
    trickster.save(update_fields=["profile"])
    cells = [cell for row in rows(client) for cell in row.values()]
    assert "'=1+1 Zofia" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_the_paper_is_a_tagged_pdf_with_everybody_on_it(
    client: Client, administrator: User
) -> None:
    answer = client.get(reverse("access-review-pdf"))
    pdf = answer.content
    assert answer["Content-Type"] == "application/pdf"
    assert pdf.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in pdf
    assert b"pdfaid" in pdf
    assert AuditEntry.objects.filter(action="access.exported").count() == 1


def test_a_confirmed_review_counts_for_a_year(client: Client, administrator: User) -> None:
    User.objects.update(date_joined=timezone.now() - timedelta(days=400))
    assert reviewing.is_due(administrator)
    client.post(reverse("access-review-mark"), {"people": "1"})
    review = AccessReview.objects.get()
    assert (review.by, review.people, review.unit) == (administrator, 1, None)
    assert AuditEntry.objects.get(action="access.reviewed").detail == {"people": 1}
    assert not reviewing.is_due(administrator)
    AccessReview.objects.update(at=timezone.now() - timedelta(days=366))
    assert reviewing.is_due(administrator)


def test_a_young_office_is_not_reminded(administrator: User) -> None:
    assert not reviewing.is_due(administrator)


def test_who_looked_at_an_older_page_looks_again(client: Client, administrator: User) -> None:
    make.staff("editor")
    client.post(reverse("access-review-mark"), {"people": "1"})
    assert not AccessReview.objects.exists()


def test_a_school_reviews_its_own_people_and_nobody_else_s(client: Client) -> None:
    school = make.municipal_unit()
    manager = make.staff("unit_manager", unit=school)
    make.staff("editor", unit=school)
    make.staff("administrator")
    client.force_login(manager)
    client.post(reverse("access-review-mark"), {"people": "2"})
    assert AccessReview.objects.get().unit == school
    assert reviewing.last_review(make.staff("administrator")) is None


def test_who_may_only_look_cannot_confirm(client: Client) -> None:
    client.force_login(make.staff("auditor"))
    assert client.get(reverse("access-review")).status_code == 200
    assert client.post(reverse("access-review-mark"), {"people": "1"}).status_code == 403
