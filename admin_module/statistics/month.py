"""From the counters of thirty days to a chart of what each channel brought, and a table of the same."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import cached_property

from admin_module.charts import Bar, Scale, middle
from admin_module.models import User
from messaging.models import Counter, Delivery, Message
from recipients.models import CONTACT_KINDS

DAYS = 30
_S = Delivery.State
HANDED_OVER = (_S.ACCEPTED, _S.DELIVERED, _S.READ, _S.NO_RECEIPT)
FAILED = (_S.FAILED, _S.UNDELIVERED)
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
    def scale(self) -> Scale:
        return Scale.up_to(max((day.total for day in self.days), default=0))

    @property
    def lines(self) -> list[tuple[float, int]]:
        return self.scale.lines

    @property
    def names(self) -> list[tuple[str, date]]:
        """Every seventh day, counted back from today, with the middle of its bar."""
        places = range(len(self.days) - 1, -1, -DATES_EVERY)
        return [(middle(n, len(self.days)), self.days[n].day) for n in places]

    @property
    def bars(self) -> list[Bar]:
        """One for each day and channel, stacked from the bottom."""
        step = 100 / len(self.days)
        bars = []
        for place, day in enumerate(self.days):
            under = 0
            for kind, number in zip(CONTACT_KINDS, day.numbers, strict=True):
                if number:
                    x = step * (place + 0.15)
                    bars.append(self.scale.bar(kind, x, step * 0.7, number, under))
                under += number
        return bars


def month(user: User, today: date | None = None) -> Month:
    """The last thirty days of the messages that are `user`'s to see, by the day they were due."""
    today = today or timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    begin = timezone.make_aware(datetime.combine(first, time()))
    mine = Message.objects.visible_to(user).real()
    messages = mine.filter(due_at__gte=begin, sent_at__isnull=False)
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
