"""From the counters of thirty days to a chart of what each channel brought, and a table of the same."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import cached_property

from admin_module.models import User
from messaging.models import Counter, Delivery, Message
from recipients.models import CONTACT_KINDS

DAYS = 30
_S = Delivery.State
HANDED_OVER = (_S.ACCEPTED, _S.DELIVERED, _S.READ, _S.NO_RECEIPT)
FAILED = (_S.FAILED, _S.UNDELIVERED)
# The drawing, in pixels from the top; across it is in percent, so that words keep their size.
TOP, BOTTOM = 16, 176
LEFT, RIGHT = 0.0, 100.0
LINES = 4
DATES_EVERY = 7


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    numbers: tuple[int, ...]  # handed over, in the order of CONTACT_KINDS

    @property
    def total(self) -> int:
        return sum(self.numbers)


@dataclass(frozen=True, slots=True)
class ChannelSum:
    """What one channel brought in all the days."""

    kind: str
    handed_over: int
    failed: int

    @property
    def tried(self) -> int:
        return self.handed_over + self.failed


@dataclass(frozen=True, slots=True)
class Bar:
    kind: str
    x: str  # percent
    width: str
    y: float
    height: float


@dataclass(frozen=True)
class Month:
    days: Sequence[Day]
    channels: Sequence[ChannelSum]

    @property
    def total(self) -> int:
        return sum(one.handed_over for one in self.channels)

    @property
    def busy_days(self) -> list[Day]:
        """Those with anything in them, the newest first, for the table."""
        return [day for day in reversed(self.days) if day.total]

    @cached_property
    def top(self) -> int:
        """The number at the top line: at least the busiest day, and easy to read."""
        return round_up(max((day.total for day in self.days), default=0))

    @property
    def lines(self) -> list[tuple[float, int]]:
        """Where a line goes, and the number it stands for."""
        return [(_down(self.top * n // LINES, self.top), self.top * n // LINES) for n in range(5)]

    @property
    def dates(self) -> list[tuple[str, date]]:
        """Every seventh day, counted back from today, with the middle of its bar."""
        step = (RIGHT - LEFT) / len(self.days)
        places = range(len(self.days) - 1, -1, -DATES_EVERY)
        return [(f"{LEFT + step * (n + 0.5):.2f}%", self.days[n].day) for n in places]

    @property
    def bars(self) -> list[Bar]:
        """One for each day and channel, stacked from the bottom."""
        step = (RIGHT - LEFT) / len(self.days)
        bars = []
        for place, day in enumerate(self.days):
            under = 0
            for kind, number in zip(CONTACT_KINDS, day.numbers, strict=True):
                if number:
                    top, bottom = _down(under + number, self.top), _down(under, self.top)
                    x, width = LEFT + step * (place + 0.15), step * 0.7
                    bars.append(Bar(kind, f"{x:.2f}%", f"{width:.2f}%", top, bottom - top))
                under += number
        return bars


def month(user: User, today: date | None = None) -> Month:
    """The last thirty days of the messages that are `user`'s to see, by the day they were due."""
    today = today or timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    begin = timezone.make_aware(datetime.combine(first, time()))
    messages = Message.objects.visible_to(user).filter(due_at__gte=begin, sent_at__isnull=False)
    rows = (
        Counter.objects.filter(message__in=messages.values("pk"), state__in=(*HANDED_OVER, *FAILED))
        .annotate(day=TruncDate("message__due_at"))
        .values_list("day", "channel", "state")
        .annotate(total=Sum("number"))
    )
    handed: dict[tuple[date, str], int] = defaultdict(int)
    failed: dict[str, int] = defaultdict(int)
    for day, kind, state, number in rows:
        if state in FAILED:
            failed[kind] += number
        else:
            handed[day, kind] += number
    days = [first + timedelta(days=n) for n in range(DAYS)]
    return Month(
        [Day(day, tuple(handed[day, kind] for kind in CONTACT_KINDS)) for day in days],
        [
            ChannelSum(kind, sum(handed[day, kind] for day in days), failed[kind])
            for kind in CONTACT_KINDS
        ],
    )


def round_up(number: int) -> int:
    """The next of 4, 8, 20, 40, 80, 200…: a quarter of it is a whole number."""
    step = 4
    while step < number:
        for factor in (2, 5, 10):
            if step * factor >= number:
                return step * factor
        step *= 10
    return step


def _down(number: int, top: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * number / top, 1)
