"""From the drills of a month to the page, the file and the paper that say how fast the town would be told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from admin_module.charts import Bar, Scale, middle
from admin_module.models import User
from messaging.models import DrillTime, Message

from . import drilling

MONTHS = 12
BAR_WIDTH = 0.6  # of the room that one month has
HEADS: tuple[Promise, ...] = (
    gettext_lazy("Drill"),
    gettext_lazy("Began"),
    gettext_lazy("Channel"),
    gettext_lazy("People"),
    gettext_lazy("Seconds to 50%"),
    gettext_lazy("Seconds to 95%"),
    gettext_lazy("Seconds to the last"),
)


@dataclass(frozen=True, slots=True)
class Drill:
    message: Message
    times: tuple[DrillTime, ...]

    @property
    def at(self) -> datetime:
        return drilling.started(self.message)


@dataclass(frozen=True, slots=True)
class Chart:
    """The slowest channel's seconds to 95 % in each of the past twelve months."""

    lines: list[tuple[float, int]]
    bars: list[Bar]
    names: list[tuple[str, date]]
    rows: list[tuple[date, float | None]]

    @property
    def said(self) -> str:
        drilled = [seconds for _month, seconds in self.rows if seconds is not None]
        if not drilled:
            return _("No drill in the past twelve months.")
        words = ngettext(
            "%(n)s month with a drill in the past twelve; the slowest took %(most)s s to 95 %%.",
            "%(n)s months with a drill in the past twelve; the slowest took %(most)s s to 95 %%.",
            len(drilled),
        )
        return words % {"n": len(drilled), "most": round(max(drilled))}


def month_of(text: str) -> date:
    """The first day of the month `YYYY-MM`; of this month where that is none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return timezone.localdate().replace(day=1)


def after(month: date, by: int = 1) -> date:
    """The first day of the month so many months later."""
    number = month.year * 12 + month.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)


def drills(user: User, month: date) -> list[Drill]:
    """Those that began in this month, by the clock in the town, the latest first."""
    return _between(user, month, after(month))


def _between(user: User, first: date, end: date) -> list[Drill]:
    rows = Message.objects.visible_to(user).drills()
    inside = rows.filter(sent_at__gte=_midnight(first) - timedelta(days=62), begun_at__isnull=False)
    kept = inside.select_related("author", "unit").prefetch_related("drill_times")
    made = [Drill(row, _times(row)) for row in kept.defer("people", "audience").order_by("-pk")]
    return [one for one in made if _midnight(first) <= one.at < _midnight(end)]


def _times(message: Message) -> tuple[DrillTime, ...]:
    known = {one.channel: one for one in message.drill_times.all()}
    return tuple(known[kind] for kind in message.chosen_channels if kind in known)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def chart(user: User, month: date) -> Chart:
    first = after(month, 1 - MONTHS)
    months = [after(first, n) for n in range(MONTHS)]
    slowest: dict[date, float] = {}
    for one in _between(user, first, after(month)):
        mine = timezone.localdate(one.at).replace(day=1)
        for row in one.times:
            if row.most is not None:
                slowest[mine] = max(slowest.get(mine, 0.0), row.most)
    scale = Scale.up_to(round(max(slowest.values(), default=0)) + 1)
    room = 100 / MONTHS
    left = room * (1 - BAR_WIDTH) / 2
    bars = [
        scale.bar("ok", place * room + left, room * BAR_WIDTH, max(1, round(slowest[one])))
        for place, one in enumerate(months)
        if one in slowest
    ]
    names = [(middle(place, MONTHS), one) for place, one in enumerate(months)]
    return Chart(scale.lines, bars, names, [(one, slowest.get(one)) for one in months])


def table(found: Sequence[Drill], channels: dict[str, Any]) -> Iterator[list[object]]:
    """One row for each drill and channel, for files."""
    for one in found:
        for row in one.times:
            yield [
                one.message.text.title,
                timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M:%S"),
                str(channels[row.channel]),
                row.people,
                *(None if n is None else round(n, 1) for n in (row.half, row.most, row.last)),
            ]
