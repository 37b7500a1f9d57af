"""When something leaves: its hour, the pause before a mass release, another hour, the nights of the clocks."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from admin_module.configuration import Approval, QuietHours, read, write
from messaging import sweeping
from messaging.engine import expanding
from messaging.hours import month
from messaging.models import Message
from messaging.steps import cooling, planning, sending
from tests import make

pytestmark = pytest.mark.django_db
Status = Message.Status
WARSAW = ZoneInfo("Europe/Warsaw")
MANY = 1_001


class Clock:
    """The clock of the whole application, put where a test wants it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime.now(UTC)
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def put(self, *parts: int, fold: int = 0) -> datetime:
        year, month_, day, hour, *rest = parts
        minute = rest[0] if rest else 0
        self.now = datetime(year, month_, day, hour, minute, tzinfo=WARSAW, fold=fold).astimezone(
            UTC
        )
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def ordered(**fields: object) -> Message:
    message = make.message(**fields)  # type: ignore[arg-type]
    return sending.send(message, by=message.author)


# --- The last seconds -----------------------------------------------------------------------------


def test_a_mass_release_waits_and_can_be_stopped() -> None:
    message = ordered(expected_count=MANY)
    left = cooling.seconds_left(message)
    assert left is not None
    assert 25 <= left <= 30
    sweeping.start_due()
    assert fresh(message).status == Status.SCHEDULED
    planning.take_back(message, by=make.clerk())
    draft = fresh(message)
    assert (draft.status, draft.due_at, draft.sent_at) == (Status.DRAFT, None, None)
    sweeping.start_due()
    assert fresh(message).status == Status.DRAFT


def test_after_its_seconds_it_leaves(clock: Clock) -> None:
    message = ordered(expected_count=MANY)
    clock.now += timedelta(seconds=29)
    sweeping.start_due()
    assert fresh(message).status == Status.SCHEDULED
    clock.now += timedelta(seconds=2)
    sweeping.start_due()
    assert fresh(message).status != Status.SCHEDULED
    with pytest.raises(sending.CannotSend):
        planning.take_back(fresh(message), by=make.clerk())


def test_few_people_alarms_and_a_rule_of_zero_do_not_wait() -> None:
    few = ordered(expected_count=MANY - 1)
    alarm = sending.approve(ordered(klass="alarm", expected_count=MANY), by=make.staff())
    write(replace(read(Approval), cooldown_seconds=0), by=None, revision=0)
    at_once = ordered(expected_count=MANY)
    for message in (few, alarm, at_once):
        assert message.due_at is not None
        assert message.due_at <= timezone.now()


def test_one_planned_for_later_needs_no_further_pause() -> None:
    due = timezone.now() + timedelta(hours=2)
    assert ordered(expected_count=MANY, due_at=due).due_at == due


# --- Another hour ---------------------------------------------------------------------------------


def test_what_needs_nobody_is_just_moved() -> None:
    message = ordered(due_at=timezone.now() + timedelta(hours=2))
    later = timezone.now() + timedelta(days=3)
    planning.move(message, later, by=make.clerk())
    moved = fresh(message)
    assert (moved.status, moved.due_at, moved.revision) == (Status.SCHEDULED, later, 2)


@pytest.mark.parametrize("hours", [-1, 30])
def test_hours_that_passed_or_come_after_the_end_are_refused(hours: int) -> None:
    now = timezone.now()
    message = ordered(due_at=now + timedelta(hours=2), expires_at=now + timedelta(hours=24))
    with pytest.raises(sending.CannotSend):
        planning.move(message, now + timedelta(hours=hours), by=make.clerk())
    assert fresh(message).due_at == now + timedelta(hours=2)


def test_of_two_who_move_it_one_is_told() -> None:
    message = ordered(due_at=timezone.now() + timedelta(hours=2))
    other = fresh(message)
    planning.move(message, timezone.now() + timedelta(days=1), by=make.clerk())
    with pytest.raises(sending.AlreadyDone):
        planning.move(other, timezone.now() + timedelta(days=2), by=make.staff())


def test_missed_over_night_it_expires_asks_and_takes_another_hour(clock: Clock) -> None:
    clock.put(2026, 11, 20, 20)
    message = ordered(due_at=clock.now + timedelta(hours=3))
    clock.put(2026, 11, 21, 6, 30)
    sweeping.start_due()
    missed = fresh(message)
    assert (missed.status, missed.problem) == (Status.EXPIRED, expanding.LATE)
    assert planning.may_be_moved(missed)
    planning.move(missed, clock.now + timedelta(hours=2), by=make.clerk())
    clock.put(2026, 11, 21, 8, 31)
    sweeping.start_due()
    assert fresh(message).status not in {Status.SCHEDULED, Status.EXPIRED}


# --- The nights when the clocks are changed -------------------------------------------------------


@pytest.mark.parametrize("fold", [0, 1])
def test_in_autumn_each_of_the_two_hours_is_its_own(clock: Clock, fold: int) -> None:
    clock.put(2026, 10, 25, 1, 50)
    due = datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW, fold=fold)
    message = ordered(due_at=due)
    clock.put(2026, 10, 25, 2, 31, fold=0)
    sweeping.start_due()
    gone = fresh(message).status != Status.SCHEDULED
    assert gone is (fold == 0)
    clock.put(2026, 10, 25, 2, 31, fold=1)
    sweeping.start_due()
    assert fresh(message).status != Status.SCHEDULED


def test_in_spring_nobody_waits_an_hour_longer(clock: Clock) -> None:
    clock.put(2026, 3, 29, 1, 0)
    message = ordered(due_at=datetime(2026, 3, 29, 3, 0, tzinfo=WARSAW))
    clock.put(2026, 3, 29, 1, 59)
    sweeping.start_due()
    assert fresh(message).status == Status.SCHEDULED
    clock.put(2026, 3, 29, 3, 0)  # one minute later
    sweeping.start_due()
    assert fresh(message).status != Status.SCHEDULED


def test_the_hour_too_late_counts_real_hours_in_autumn(clock: Clock) -> None:
    """Due at the first 2:10, found at the second 2:05: 55 minutes late, not five minutes early."""
    clock.put(2026, 10, 25, 1, 0)
    message = ordered(due_at=datetime(2026, 10, 25, 2, 10, tzinfo=WARSAW, fold=0))
    clock.put(2026, 10, 25, 2, 5, fold=1)
    sweeping.start_due()
    assert fresh(message).status not in {Status.SCHEDULED, Status.EXPIRED}


# --- The calendar ---------------------------------------------------------------------------------


def test_the_calendar_stands_by_the_clock_of_the_town(clock: Clock) -> None:
    clock.put(2026, 10, 20, 12)
    write(
        QuietHours(True, time(22), time(7)),
        by=None,
        revision=0,
    )
    office = make.staff("editor")
    late = make.message(due_at=datetime(2026, 10, 24, 23, 30, tzinfo=WARSAW))
    early = make.message(due_at=datetime(2026, 10, 25, 8, 0, tzinfo=WARSAW), klass="warning")
    make.message(due_at=datetime(2026, 11, 2, 8, 0, tzinfo=WARSAW))
    found = month.month_of(timezone.localdate(), office)
    by_day = {day.on.day: day.entries for day in found.days if day.entries}
    assert list(by_day) == [25]  # the quiet hours take the one of Saturday night over to Sunday
    assert [entry.message for entry in by_day[25]] == [late, early]
    assert by_day[25][0].moved
    assert timezone.localtime(by_day[25][0].at).hour == 7
    assert (found.number, len(found.days)) == (2, 31)
    week = month.week_of(found.last, office)
    assert [day.on.day for day in week.weeks[0]] == [26, 27, 28, 29, 30, 31, 1]


def test_a_school_sees_its_own_calendar() -> None:
    school = make.municipal_unit()
    teacher = make.staff("editor", unit=school)
    due = timezone.now()
    mine = make.message(author=teacher, due_at=due)
    make.message(due_at=due)
    found = month.month_of(timezone.localdate(due), teacher)
    assert [entry.message for day in found.days for entry in day.entries] == [mine]
