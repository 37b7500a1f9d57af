"""From an inbox's week to whether it is open, and when it opens next; by the office's own clock."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from conversations.models import ChatInbox
from icp.days import is_holiday

# The row of the week that counts on holidays; an inbox without it is closed then.
HOLIDAYS = "0"
DAYS = ("1", "2", "3", "4", "5", "6", "7")  # ISO weekdays
LOOK_AHEAD = 31  # days
Span = tuple[time, time | None]  # until None: to the end of the day


def is_open(inbox: ChatInbox, at: datetime | None = None) -> bool:
    """Whether somebody sits at this inbox by its hours; holidays are closed but by a row of their own."""
    if inbox.closed_at is not None:
        return False
    now = timezone.localtime(at)
    return any(
        begin <= now.time() and (end is None or now.time() < end)
        for begin, end in spans(inbox, now.date())
    )


def spans(inbox: ChatInbox, day: date) -> list[Span]:
    """The open hours of a day, from the earliest."""
    row = HOLIDAYS if is_holiday(day) else str(day.isoweekday())
    pairs = inbox.hours.get(row, [])
    return sorted(((_clock(begin), _end(end)) for begin, end in pairs), key=lambda span: span[0])


def next_opening(inbox: ChatInbox, at: datetime | None = None) -> datetime | None:
    """When it opens next after `at`; None where it is closed for good or a month has no hours."""
    if inbox.closed_at is not None:
        return None
    now = timezone.localtime(at)
    for ahead in range(LOOK_AHEAD):
        day = now.date() + timedelta(days=ahead)
        for begin, _until in spans(inbox, day):
            opens = timezone.make_aware(datetime.combine(day, begin))
            if opens > now:
                return opens
    return None


def _clock(words: str) -> time:
    return time.fromisoformat(words)


def _end(words: str) -> time | None:
    return None if words == "24:00" else _clock(words)
