"""From a move to what it does to the deadline of a report: begun, paused, gone on with, kept or missed."""

from datetime import date

from django.utils import timezone

from icp.days import working_days_after, working_days_between
from reports.models import Deadline, Report

FIELDS = ("due_on", "deadline", "days_left")


def begin(row: Report, days: int | None = None) -> None:
    """Count from today; `days`: working days, those of the category where none are given."""
    row.due_on = working_days_after(timezone.localdate(), days or row.category.working_days)
    row.deadline, row.days_left = Deadline.RUNNING, None


def pause(row: Report) -> None:
    """Somebody else has to say something first; a deadline that was missed stays missed."""
    if row.deadline != Deadline.RUNNING or row.due_on is None:
        return
    today = timezone.localdate()
    if row.due_on < today:
        row.deadline = Deadline.BREACHED
        return
    row.days_left = working_days_between(today, row.due_on)
    row.due_on, row.deadline = None, Deadline.PAUSED


def go_on(row: Report) -> None:
    """Count what was left; begin where nothing was counted yet."""
    if row.deadline == Deadline.PAUSED and row.days_left is not None:
        begin_with = row.days_left
        row.due_on = working_days_after(timezone.localdate(), begin_with)
        row.deadline, row.days_left = Deadline.RUNNING, None
    elif row.deadline == Deadline.NONE:
        begin(row)


def settle(row: Report) -> None:
    """The report is closed: was it in time? Where nothing was counted, nothing was missed."""
    if row.deadline == Deadline.RUNNING and _late(row.due_on):
        row.deadline = Deadline.BREACHED
    elif row.deadline in {Deadline.RUNNING, Deadline.PAUSED}:
        row.deadline, row.days_left = Deadline.MET, None


def stop(row: Report) -> None:
    """Nobody waits any more (withdrawn)."""
    row.due_on, row.deadline, row.days_left = None, Deadline.NONE, None


def _late(due_on: date | None) -> bool:
    return due_on is not None and due_on < timezone.localdate()
