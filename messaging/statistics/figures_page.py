"""From figures to the page of statistics: what may be told, a chart, a comparison, the same as a file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from admin_module.charts import Bar, Scale, middle
from admin_module.models import User
from messaging.ledger.progress import GROUP_OF_STATE
from recipients.filter_editor.showing import FEW, sees_all_numbers
from recipients.models import CONTACT_KINDS

from .figures import (
    HANDED_OVER,
    HEADS,
    TABLES,
    Fact,
    Line,
    Span,
    by_district,
    facts,
    seen,
    table,
    total,
)

STEPS = (1, 7, 28, 84)  # days that one bar stands for
MOST_BARS = 31
# --- What may be told -----------------------------------------------------------------------------


Cell = int | Decimal | None


def cells(lines: Sequence[Line], *, masked: bool) -> list[list[Cell]]:
    """The numbers of a table, in the order of HEADS; None where one is too small to be told.

    Under FEW somebody could be known by it. Where a single number of a column is hidden, the next
    smallest is, too: else the sum would tell it.
    """
    rows: list[list[Cell]] = [[line.number(column) for column in HEADS] for line in lines]
    if masked:
        for place, column in enumerate(HEADS):
            if column not in {"messages", "sms_parts", "cost"}:
                _hide(rows, place)
        _hide_money(rows)
    return rows


def _hide(rows: list[list[Cell]], place: int) -> None:
    numbers = [(value, n) for n, row in enumerate(rows) if (value := row[place])]
    few = [n for value, n in numbers if value < FEW]
    if len(few) == 1:
        larger = sorted((value, n) for value, n in numbers if value >= FEW)
        few += [n for _value, n in larger[:1]]
    for n in few:
        rows[n][place] = None


def _hide_money(rows: list[list[Cell]]) -> None:
    """Parts and złoty tell the number of people: they go with it."""
    names = list(HEADS)
    parts, cost, told = (names.index(name) for name in ("sms_parts", "cost", "handed_over"))
    for row in rows:
        if row[told] is None:
            row[parts] = row[cost] = None


def masks(user: User, by: str) -> bool:
    """A district is where somebody lives; what a message brought in all, its own page tells."""
    return by == "district" and not sees_all_numbers(user)


# --- The page -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chart:
    """For components/bar_chart.html: `step` days are one bar, stacked by channel."""

    days: Sequence[tuple[date, tuple[int, ...]]]
    step: int

    @property
    def scale(self) -> Scale:
        return Scale.up_to(max((sum(numbers) for _day, numbers in self.days), default=0))

    @property
    def lines(self) -> list[tuple[float, int]]:
        return self.scale.lines

    @property
    def bars(self) -> list[Bar]:
        width, scale, bars = 100 / len(self.days), self.scale, []
        for place, (_day, numbers) in enumerate(self.days):
            under = 0
            for kind, number in zip(CONTACT_KINDS, numbers, strict=True):
                if number:
                    x = width * (place + 0.15)
                    bars.append(scale.bar(kind, x, width * 0.7, number, under))
                under += number
        return bars

    @property
    def sums(self) -> list[tuple[str, int]]:
        """Each channel and what it brought in all the days."""
        columns = zip(*(numbers for _day, numbers in self.days), strict=True)
        return [(kind, sum(c)) for kind, c in zip(CONTACT_KINDS, columns, strict=True)]

    @property
    def busy(self) -> list[tuple[date, tuple[int, ...]]]:
        """Bars with anything in them, the newest first, for the table."""
        return [one for one in reversed(self.days) if any(one[1])]

    @property
    def names(self) -> list[tuple[str, date]]:
        every = max(len(self.days) // 6, 1)
        return [
            (middle(n, len(self.days)), self.days[n][0]) for n in range(0, len(self.days), every)
        ]


def chart(found: Iterable[Fact], span: Span) -> Chart:
    """What was handed over, by the day it was due and by channel."""
    step = next(step for step in STEPS if span.days <= step * MOST_BARS or step == STEPS[-1])
    bars = -(-span.days // step)
    numbers: dict[tuple[int, str], int] = defaultdict(int)
    for fact in found:
        if GROUP_OF_STATE[fact.state] in HANDED_OVER:
            numbers[(fact.at.date() - span.first).days // step, fact.channel] += fact.number
    return Chart(
        [
            (
                span.first + timedelta(days=n * step),
                tuple(numbers[n, kind] for kind in CONTACT_KINDS),
            )
            for n in range(bars)
        ],
        step,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One number beside that of the days before; `percent` is None where there were none."""

    name: str
    label: str | Promise
    now: int | Decimal
    before: int | Decimal

    @property
    def percent(self) -> int | None:
        return round((self.now - self.before) * 100 / self.before) if self.before else None


COMPARED = ("messages", "handed_over", "failed", "cost")


def changes(now: Line, before: Line) -> list[Change]:
    return [Change(name, HEADS[name], now.number(name), before.number(name)) for name in COMPARED]


@dataclass(frozen=True, slots=True)
class Figures:
    span: Span
    by: str
    total: Line
    before: Line
    lines: list[Line]
    rows: list[list[Cell]]
    chart: Chart
    channels: list[Line]
    masked: bool

    @property
    def changes(self) -> list[Change]:
        return changes(self.total, self.before)

    @property
    def named_rows(self) -> list[tuple[str, list[Cell]]]:
        return [(line.name, row) for line, row in zip(self.lines, self.rows, strict=True)]


def figures(user: User, span: Span, by: str, wanted: dict[str, Any] | None = None) -> Figures:
    """Everything on the page; `by`: a key of TABLES, `wanted`: conditions on messages."""
    messages = seen(user, span, wanted)
    found = facts(messages)
    lines = by_district(messages) if by == "district" else table(found, by)
    masked = masks(user, by)
    return Figures(
        span=span,
        by=by,
        total=total(found),
        before=total(facts(seen(user, span.before, wanted))),
        lines=lines,
        rows=cells(lines, masked=masked),
        chart=chart(found, span),
        channels=table(found, "channel"),
        masked=masked,
    )


def heads(by: str) -> list[str]:
    return [str(TABLES[by]), *map(str, HEADS.values())]


def for_file(shown: Figures) -> Iterable[Sequence[object]]:
    """The table as a file holds it; what is too small to be told is said to be so."""
    few = str(_("under %(few)d") % {"few": FEW})
    for name, row in shown.named_rows:
        yield (name, *(few if value is None else _plain(value) for value in row))


def _plain(value: int | Decimal) -> int | float:
    return float(round(value, 2)) if isinstance(value, Decimal) else value
