"""From the chats of a day to numbers that name nobody, and from months of them to a page.

Days are counted anew for a week, while ratings and ends still come in; then the numbers stay, and
the chats may be deleted.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from conversations.models import (
    ChatDay,
    ChatInbox,
    ChatRating,
    ChatSession,
    Conversation,
    Kind,
    State,
)

AGAIN = 7  # days
STEP = 10  # seconds to which a waiting time is rounded up
SHOWN = 12  # months
COUNTED = ("begun", "taken", "abandoned", "offline", "waits", "stars")


@dataclass(slots=True)
class Figures:
    """Sums of some days; `waits` and `stars` hold how often each value came."""

    begun: int = 0
    taken: int = 0
    abandoned: int = 0
    offline: int = 0
    waits: Counter[int] = field(default_factory=Counter)
    stars: Counter[int] = field(default_factory=Counter)

    @property
    def wait(self) -> int | None:
        """The median of the waiting times, in seconds; None where nobody was taken."""
        return _median(self.waits)

    @property
    def rated(self) -> int:
        return self.stars.total()

    @property
    def rating(self) -> float | None:
        """The mean of the stars."""
        if not self.rated:
            return None
        return sum(stars * n for stars, n in self.stars.items()) / self.rated

    def add(self, day: ChatDay) -> None:
        self.begun += day.begun
        self.taken += day.taken
        self.abandoned += day.abandoned
        self.offline += day.offline
        self.waits.update({int(wait): n for wait, n in day.waits.items()})
        self.stars.update({int(stars): n for stars, n in day.stars.items()})


def count_lately() -> None:
    """Daily: the last days of every inbox."""
    today = timezone.localdate()
    for ahead in range(1, AGAIN + 1):
        day = today - timedelta(days=ahead)
        for inbox in ChatInbox.objects.filter(sessions__conversation__in=_of(day)).distinct():
            counted = count(inbox, day)
            numbers = {name: getattr(counted, name) for name in COUNTED}
            ChatDay.objects.update_or_create(inbox=inbox, day=day, defaults=numbers)


def count(inbox: ChatInbox, day: date) -> ChatDay:
    """The numbers of one day, not saved."""
    rows = ChatSession.objects.filter(inbox=inbox, conversation__in=_of(day))
    counted = ChatDay(inbox=inbox, day=day, waits={}, stars={})
    waits: Counter[str] = Counter()
    for state, queued_at, taken_at in rows.values_list(
        "conversation__state", "queued_at", "taken_at"
    ):
        if state == State.OFFLINE:
            counted.offline += 1
            continue
        counted.begun += 1
        counted.abandoned += state == State.ABANDONED
        if queued_at and taken_at:
            counted.taken += 1
            waits[str(_rounded(taken_at - queued_at))] += 1
    stars = ChatRating.objects.filter(conversation__chat__in=rows).values_list("stars", flat=True)
    counted.waits, counted.stars = dict(waits), dict(Counter(str(n) for n in stars))
    return counted


def by_month(inbox: ChatInbox | None = None) -> list[tuple[date, Figures]]:
    """The last twelve months, the newest first; today's chats are counted on the spot."""
    today = timezone.localdate()
    first = date(today.year - 1, today.month, 1)
    rows = ChatDay.objects.filter(day__gt=first)
    days = [*(rows.filter(inbox=inbox) if inbox else rows), *_today(inbox)]
    months: dict[date, Figures] = {}
    for day in days:
        months.setdefault(day.day.replace(day=1), Figures()).add(day)
    return sorted(months.items(), reverse=True)[:SHOWN]


def total(months: Iterable[tuple[date, Figures]]) -> Figures:
    summed = Figures()
    for _month, figures in months:
        for name in ("begun", "taken", "abandoned", "offline"):
            setattr(summed, name, getattr(summed, name) + getattr(figures, name))
        summed.waits.update(figures.waits)
        summed.stars.update(figures.stars)
    return summed


def _today(inbox: ChatInbox | None) -> list[ChatDay]:
    inboxes = [inbox] if inbox else list(ChatInbox.objects.all())
    return [count(one, timezone.localdate()) for one in inboxes]


def _of(day: date) -> QuerySet[Conversation]:
    begin = timezone.make_aware(datetime.combine(day, time()))
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    return Conversation.objects.filter(
        kind=Kind.CHAT, originated_at__gte=begin, originated_at__lt=end
    )


def _rounded(wait: timedelta) -> int:
    return STEP * math.ceil(max(wait.total_seconds(), 0) / STEP)


def _median(counted: Counter[int]) -> int | None:
    middle = (counted.total() + 1) // 2
    for value in sorted(counted):
        middle -= counted[value]
        if middle <= 0 and counted.total():
            return value
    return None
