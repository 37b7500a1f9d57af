"""An alarm without a second person: told at once, looked at within a week, counted in its year."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from messaging.models import Letter, Message, SentAlone
from messaging.steps import alone, approving, planning, queueing, sending
from tests import make

pytestmark = pytest.mark.django_db
REASON = "Fala powodziowa za 20 minut."
YES, NO = SentAlone.Verdict.JUSTIFIED, SentAlone.Verdict.NOT_JUSTIFIED


@pytest.fixture
def officer() -> User:
    return make.staff("duty_officer")


def sent_alone(officer: User) -> SentAlone:
    message = make.message(author=officer, klass="alarm")
    sending.send(message, by=officer)
    sending.approve(message, by=officer, break_glass=REASON)
    return SentAlone.objects.get(message=message)


def told(person: User) -> list[str]:
    return [letter.text.long for letter in Letter.objects.filter(staff=person).order_by("pk")]


def test_approvers_and_the_data_protection_officer_are_told_at_once(officer: User) -> None:
    approver, inspector = make.staff("approver"), make.staff("data_protection_officer")
    school = make.staff("unit_manager", unit=make.municipal_unit())
    row = sent_alone(officer)
    assert row.message.status == Message.Status.SCHEDULED
    assert (row.reason, row.due_on) == (REASON, timezone.localdate() + timedelta(days=7))
    for person in (approver, inspector):
        assert len(told(person)) == 1
        assert reverse("message-review", args=[row.message_id]) in told(person)[0]
        assert REASON not in told(person)[0]
    assert told(school) == []  # it cannot see the office's messages
    assert [step.kind for step in approving.history(row.message)] == ["submitted", "sent_alone"]


def test_somebody_else_looks_at_it_once(officer: User) -> None:
    approver, inspector = make.staff("approver"), make.staff("data_protection_officer")
    row = sent_alone(officer)
    assert queueing.number(approver) == 1
    with pytest.raises(alone.CannotReview):
        alone.review(row, by=officer, verdict=YES, words="Było trzeba.")
    for verdict, words in (("może", "tak"), (YES, "  ")):
        with pytest.raises(alone.CannotReview):
            alone.review(row, by=approver, verdict=verdict, words=words)
    alone.review(row, by=approver, verdict=NO, words="Była druga osoba na dyżurze.")
    with pytest.raises(alone.CannotReview):
        alone.review(row, by=make.staff("approver"), verdict=YES, words="Jednak tak.")
    row.refresh_from_db()
    assert (row.verdict, row.note, row.reviewed_by) == (
        NO,
        "Była druga osoba na dyżurze.",
        approver,
    )
    assert queueing.number(approver) == 0
    assert len(told(officer)) == 1
    assert len(told(inspector)) == 2
    entry = AuditEntry.objects.get(action="message.alone_reviewed")
    assert entry.detail == {"verdict": "not_justified"}


def test_who_forgets_is_reminded_near_the_day_and_after_it(officer: User) -> None:
    approver = make.staff("approver")
    row = sent_alone(officer)
    day = timezone.localdate()
    assert alone.remind(day + timedelta(days=4)) == 0
    assert alone.remind(day + timedelta(days=5)) == 1
    assert alone.remind(day + timedelta(days=5)) == 0
    assert alone.remind(day + timedelta(days=6)) == 0
    assert alone.remind(day + timedelta(days=8)) == 1
    assert len(told(approver)) == 3
    alone.review(row, by=approver, verdict=YES, words="Liczyła się każda minuta.")
    assert alone.remind(day + timedelta(days=9)) == 0


def test_one_that_was_stopped_in_time_did_not_go_alone(officer: User) -> None:
    row = sent_alone(officer)
    planning.take_back(row.message, by=officer)
    assert not SentAlone.objects.exists()
    message = Message.objects.get()
    sending.send(message, by=officer)
    sending.approve(message, by=officer, break_glass=REASON)
    assert SentAlone.objects.count() == 1


def test_another_officer_who_breaks_the_glass_is_no_second_person(officer: User) -> None:
    """They may send alarms, not approve them."""
    message = sending.send(make.message(author=officer, klass="alarm"), by=officer)
    colleague = make.staff("duty_officer")
    sending.approve(message, by=colleague, break_glass=REASON)
    assert SentAlone.objects.get().by == colleague


def test_the_year_adds_up(officer: User) -> None:
    approver = make.staff("approver")
    first, _second = sent_alone(officer), sent_alone(officer)
    alone.review(first, by=approver, verdict=YES, words="Tak.")
    sending.approve(
        sending.send(make.message(author=officer, klass="alarm"), by=officer), by=approver
    )
    SentAlone.objects.exclude(pk=first.pk).update(due_on=date(2020, 1, 1))
    found = alone.year_of(timezone.localdate().year, approver)
    assert (found.alarms, len(found.rows)) == (3, 2)
    assert (found.justified, found.not_justified, found.open, found.late) == (1, 0, 1, 1)
    assert alone.year_of(2020, approver).rows == ()


# --- On the pages ---------------------------------------------------------------------------------


def test_the_review_is_given_on_its_page(client: Client, officer: User) -> None:
    row = sent_alone(officer)
    client.force_login(make.staff("approver"))
    address = reverse("message-review", args=[row.message_id])
    assert REASON in client.get(address).content.decode()
    refused = client.post(address, {"verdict": YES, "words": " "})
    assert refused.status_code == 422
    assert 'value="justified"' in refused.content.decode()
    assert client.post(address, {"verdict": YES, "words": "Słusznie."}).status_code == 302
    page = client.get(address).content.decode()
    assert "Słusznie." in page
    assert "<textarea" not in page
    assert client.post(address, {"verdict": NO, "words": "Nie."}).status_code == 422


def test_its_sender_reads_the_page_and_cannot_judge(client: Client) -> None:
    both = make.staff("duty_officer", "approver")
    row = sent_alone(both)
    client.force_login(both)
    address = reverse("message-review", args=[row.message_id])
    assert "<textarea" not in client.get(address).content.decode()
    assert client.post(address, {"verdict": YES, "words": "Słusznie."}).status_code == 422
    row.refresh_from_db()
    assert row.verdict == ""


@pytest.mark.parametrize("year", ["", "2020", "abcd", "99999", "²⁰²⁶", "0000"])
def test_the_report_takes_any_year(client: Client, officer: User, year: str) -> None:
    sent_alone(officer)
    client.force_login(make.staff("auditor"))
    assert client.get(reverse("approval-alone-report"), {"rok": year}).status_code == 200
