"""Deadlines in working days, what the calendar does, and what stays when the time is over."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from admin_module.models import AuditEntry
from icp.days import working_days_after, working_days_between
from icp.encryption.errors import KeyErased
from icp.encryption.models import DataKey
from messaging.models import Letter
from recipients.account import rights
from recipients.same_person import joining
from reports.models import Deadline, Follower, Report, ReportEvent, State, Visibility
from reports.steps import about_person, clockwork, deadlines, following, publishing, retention
from tests import make, make_reports

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "n", "until"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday → Monday
        (date(2026, 11, 10), 1, date(2026, 11, 12)),  # Independence Day
        (date(2026, 12, 23), 1, date(2026, 12, 28)),  # Christmas Eve is free since 2025
        (date(2024, 12, 23), 1, date(2024, 12, 24)),  # and was not before
        (date(2026, 6, 3), 1, date(2026, 6, 5)),  # Corpus Christi
        (date(2027, 3, 25), 3, date(2027, 3, 31)),  # Easter Monday 2027-03-29
        (date(2026, 11, 21), 0, date(2026, 11, 23)),  # a Saturday
        (date(2026, 11, 20), 14, date(2026, 12, 10)),
    ],
)
def test_working_days_know_the_polish_holidays(day: date, n: int, until: date) -> None:
    assert working_days_after(day, n) == until
    assert working_days_between(day, until) == max(n, 1 if n == 0 else n)


def made(**fields: Any) -> Report:
    return make_reports.report(device=make_reports.device(), **fields)


def test_the_deadline_counts_from_accepting_pauses_and_goes_on() -> None:
    row, today = made(), timezone.localdate()
    assert (row.deadline, row.due_on) == ("", None)
    make_reports.moved(row, State.ACCEPTED)
    assert (row.deadline, row.due_on) == ("running", working_days_after(today, 10))
    make_reports.moved(row, State.FORWARDED)
    assert (row.deadline, row.due_on, row.days_left) == ("paused", None, 10)
    make_reports.moved(row, State.ACCEPTED)
    assert (row.deadline, row.due_on, row.days_left) == (
        "running",
        working_days_after(today, 10),
        None,
    )
    make_reports.moved(row, State.RESOLVED)
    assert row.deadline == "met"


def test_what_was_late_stays_late_though_it_pauses() -> None:
    row = make_reports.moved(made(), State.ACCEPTED)
    Report.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    row.refresh_from_db()
    assert row.is_late
    make_reports.moved(row, State.NEEDS_INFO)
    assert row.deadline == "breached"
    make_reports.moved(row, State.ACCEPTED, State.RESOLVED)
    assert row.deadline == "breached"
    fresh = Report(deadline=Deadline.RUNNING, due_on=timezone.localdate())
    deadlines.settle(fresh)
    assert fresh.deadline == "met", "the last day is in time"


def test_missed_deadlines_are_marked_from_the_next_day_on() -> None:
    row = make_reports.moved(made(), State.ACCEPTED)
    assert row.due_on is not None
    assert clockwork.mark_breached(row.due_on) == 0
    assert clockwork.mark_breached(row.due_on + timedelta(days=1)) == 1
    assert Report.objects.breached().get() == row


def test_a_question_that_nobody_answers_comes_back_by_itself() -> None:
    row = make_reports.moved(made(), State.NEEDS_INFO)
    assert row.back_on is not None
    assert clockwork.bring_back(row.back_on) == 0
    assert clockwork.bring_back(row.back_on + timedelta(days=1)) == 1
    row.refresh_from_db()
    assert (row.state, row.events.latest().actor) == (State.ACCEPTED, "clock")


def test_whoever_has_a_forwarded_report_is_reminded_again_and_again() -> None:
    row = make_reports.moved(made(), State.FORWARDED)
    Report.objects.update(assigned_to=make_reports.handler())
    assert row.back_on is not None
    day = row.back_on + timedelta(days=1)
    assert [clockwork.remind(row.back_on), clockwork.remind(day), clockwork.remind(day)] == [
        0,
        1,
        0,
    ]
    assert Letter.objects.filter(staff__isnull=False).count() == 1
    row.refresh_from_db()
    assert (row.state, row.events.latest().kind) == (State.FORWARDED, "reminded")
    assert (
        clockwork.remind(working_days_after(day, clockwork.REMIND_EVERY) + timedelta(days=1)) == 1
    )


# --- retention -----------------------------------------------------------------------------------------


def old(row: Report, months: int) -> date:
    """The day on which a report closed now is older than so many months."""
    assert row.closed_at is not None
    return timezone.localdate(row.closed_at) + timedelta(days=round(months * 365.2425 / 12) + 1)


def test_after_its_time_a_tombstone_stays_and_the_words_are_noise() -> None:
    kind = make_reports.category(retention_months=2)
    row, other = made(category=kind), made(category=kind)
    publishing.show(row, by=make_reports.handler(), version=row.version)
    row.refresh_from_db()
    make_reports.moved(row, State.REJECTED)
    following.follow(row, device=make_reports.device(), person=None)
    day = old(row, 2)
    assert retention.due(day - timedelta(days=1)) == []
    found = retention.due(day)
    assert [(due.category, due.number) for due in found] == [(kind, 1)]
    assert Report.objects.get(pk=row.pk).details is not None, "a dry run does nothing"
    assert [retention.forget_due(day), retention.forget_due(day)] == [1, 0]
    stone = Report.objects.get(pk=row.pk)
    assert (stone.details, stone.public_text, stone.device, stone.state) == (
        None,
        None,
        None,
        "rejected",
    )
    assert not DataKey.objects.filter(uid=row.uid).exists()
    assert not Follower.objects.exists()
    assert not Report.objects.public().exists()
    with pytest.raises(KeyErased):
        _ = ReportEvent.objects.filter(report=row).latest().public_text
    assert Report.objects.get(pk=other.pk).details is not None
    assert AuditEntry.objects.filter(action="report.forgotten").count() == 1


def test_an_erased_person_takes_their_words_along_and_leaves_the_public_thing() -> None:
    by, person = make_reports.handler(), make.recipient(kinds=("email",))
    told: dict[str, Any] = {"description": "Ja, Gżegżółka, widzę dziurę.", "address": "Moja 7"}
    public, private = (make_reports.report(reporter=person, **told) for _ in range(2))
    publishing.show(public, by=by, version=public.version, text="Dziura przy szkole.")
    for row in (public, private):
        row.refresh_from_db()
        make_reports.moved(row, State.ACCEPTED, State.RESOLVED, State.DISPUTED, by=by)
    followed = made()
    following.follow(followed, device=None, person=person)
    keys = dict(DataKey.objects.values_list("uid", "wrapped"))
    rights.erase(person, by=by, reason="na wniosek")
    for row in (public, private):
        row.refresh_from_db()
        assert (row.reporter, row.device, row.state) == (None, None, State.DISPUTED)
        assert bytes(DataKey.objects.get(uid=row.uid).wrapped) != bytes(keys[row.uid])
        said = [event.public_text for event in row.events.all()]
        assert "Dziura załatana." in said
        assert "Dziura jest nadal." not in said
        assert (row.details.address, row.details.latitude) == ("", row.lat)
    assert (public.visibility, public.public_text) == (Visibility.PUBLIC, "Dziura przy szkole.")
    assert (public.details.description, private.details.description) == ("Dziura przy szkole.", "")
    assert not followed.followers.exists()
    make_reports.moved(private, State.RESOLVED)


def test_two_cards_of_one_person_keep_all_reports_and_follow_once() -> None:
    stays, goes = make.recipient(kinds=("email",)), make.recipient(kinds=("sms",))
    row, followed = make_reports.report(reporter=goes), made()
    for person in (stays, goes):
        following.follow(followed, device=None, person=person)
    joining.join(stays, goes, set(), by=make.clerk(), revisions=(stays.revision, goes.revision))
    row.refresh_from_db()
    assert row.reporter == stays
    assert [one.recipient for one in followed.followers.all()] == [stays]


def test_the_copy_of_data_holds_reports_and_what_was_said() -> None:
    person = make.recipient(kinds=("email",))
    row = make_reports.report(reporter=person, address="Sportowa 1")
    make_reports.moved(row, State.REJECTED, internal_text="tylko dla nas")
    (one,) = about_person.gather(person)
    assert (one["number"], one["address"], one["state"]) == (row.number, "Sportowa 1", "rejected")
    assert one["events"][-1]["text"] == "Na miejscu nic nie ma."
    assert "tylko dla nas" not in str(one)
    section = about_person.section([one])
    assert "Głęboka dziura" in section.rows[0][3]
