"""From the messages of some days to a calendar: weeks of days, each with what leaves on it and when."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from admin_module.models import User
from messaging.models import Message

from .quieting import quiet_until

Status = Message.Status
DAYS = 7
# Waiting and planned at their hour; what has been ordered at the hour it was (or is) due.
SHOWN = tuple(status for status in Status if status not in {Status.REJECTED, Status.CANCELLED})


@dataclass(frozen=True, slots=True)
class Entry:
    """A message on its day; `at` is when it leaves, after quiet hours if those move it."""

    message: Message
    at: datetime
    planned: datetime

    @property
    def moved(self) -> bool:
        return self.at != self.planned


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    inside: bool  # of the month that is looked at
    today: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    first: date
    last: date
    weeks: tuple[tuple[Day, ...], ...]
    number: int  # of messages within `first` and `last`

    @property
    def days(self) -> tuple[Day, ...]:
        return tuple(day for week in self.weeks for day in week if day.inside)


def month_of(on: date, by: User) -> Calendar:
    """The month of a day, in whole weeks from Monday."""
    weeks = calendar.Calendar().monthdatescalendar(on.year, on.month)
    first = on.replace(day=1)
    last = first.replace(day=calendar.monthrange(on.year, on.month)[1])
    return _calendar(weeks, first, last, by)


def week_of(on: date, by: User) -> Calendar:
    """Monday to Sunday around a day."""
    first = on - timedelta(days=on.weekday())
    days = [first + timedelta(days=n) for n in range(DAYS)]
    return _calendar([days], days[0], days[-1], by)


def _calendar(weeks: Sequence[Sequence[date]], first: date, last: date, by: User) -> Calendar:
    entries = _entries(weeks[0][0], weeks[-1][-1], by)
    today = timezone.localdate()
    made = tuple(
        tuple(
            Day(day, first <= day <= last, day == today, tuple(entries.get(day, ())))
            for day in week
        )
        for week in weeks
    )
    inside = sum(len(day.entries) for week in made for day in week if day.inside)
    return Calendar(first, last, made, inside)


def _entries(first: date, last: date, by: User) -> dict[date, list[Entry]]:
    begin = _midnight(first - timedelta(days=1))  # quiet hours may move it over a midnight
    end = _midnight(last + timedelta(days=1))
    rows = Message.objects.visible_to(by).filter(
        status__in=SHOWN, due_at__gte=begin, due_at__lt=end
    )
    found: dict[date, list[Entry]] = defaultdict(list)
    for entry in sorted(_placed(rows), key=lambda one: one.at):
        found[timezone.localdate(entry.at)].append(entry)
    return found


def _placed(rows: Iterable[Message]) -> Iterable[Entry]:
    for message in rows:
        if message.due_at is not None:
            yield Entry(message, leaves_at(message, message.due_at), message.due_at)


def leaves_at(message: Message, planned: datetime) -> datetime:
    """When it leaves if nobody touches it: quiet hours move what is not on its way yet."""
    if message.status in {Status.DRAFT, Status.WAITING, Status.SCHEDULED}:
        return quiet_until(message.klass, planned) or planned
    return planned


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())
