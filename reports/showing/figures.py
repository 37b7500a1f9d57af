"""From what was asked on the page of statistics to its numbers, its chart and the same as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from admin_module.charts import Bar, Scale, middle
from admin_module.models import Unit, User
from icp.inputs import DayInput
from recipients.models import District
from reports.models import ReportCategory

from . import statistics
from .statistics import Line, Span

DAYS = 90
MOST_DAYS = 366 * 5
STEPS = (1, 7, 28, 84)  # days that one bar stands for
MOST_BARS = 31
TABLES: dict[str, Promise] = {
    "category": gettext_lazy("Category"),
    "district": gettext_lazy("District"),
    "unit": gettext_lazy("Unit"),
    "state": gettext_lazy("State"),
    "origin": pgettext_lazy("report", "How it came"),
    "group": gettext_lazy("Group"),
}
HEADS: tuple[Promise, ...] = (
    gettext_lazy("Reports"),
    gettext_lazy("open"),
    pgettext_lazy("reports", "closed"),
    gettext_lazy("in time"),
    gettext_lazy("late"),
    gettext_lazy("disputed"),
    gettext_lazy("confirmed as repaired"),
    gettext_lazy("days until the first answer"),
    gettext_lazy("days until closed"),
)


class FiguresForm(forms.Form):
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput())
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DayInput())
    category = forms.ModelChoiceField(
        ReportCategory.objects.order_by("group", "place", "name"),
        label=gettext_lazy("Category"),
        required=False,
        empty_label=gettext_lazy("all"),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Unit"),
        required=False,
        empty_label=gettext_lazy("all"),
    )
    district = forms.ModelChoiceField(
        District.objects.all(),
        label=gettext_lazy("District"),
        required=False,
        empty_label=gettext_lazy("all"),
    )

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        units: Any = self.fields["unit"]
        units.queryset = Unit.objects.visible_to(by)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and not 0 <= (until - since).days <= MOST_DAYS:
            self.add_error("until", _("Choose a later day than the first, within five years."))
        return data

    @property
    def span(self) -> Span:
        self.is_valid()
        last = self.cleaned_data.get("until") or timezone.localdate()
        first = self.cleaned_data.get("since") or last - timedelta(days=DAYS - 1)
        return Span(max(first, last - timedelta(days=MOST_DAYS)), last)

    @property
    def wanted(self) -> dict[str, object]:
        self.is_valid()
        names = ("category", "unit", "district")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


@dataclass(frozen=True, slots=True)
class Chart:
    """For components/bar_chart.html; `step` days are one bar, which begins on `days[n][0]`."""

    days: Sequence[tuple[date, int]]
    step: int

    @property
    def scale(self) -> Scale:
        return Scale.up_to(max((number for _day, number in self.days), default=0))

    @property
    def lines(self) -> list[tuple[float, int]]:
        return self.scale.lines

    @property
    def bars(self) -> list[Bar]:
        width = 100 / len(self.days)
        return [
            self.scale.bar("primary", width * (n + 0.15), width * 0.7, number)
            for n, (_day, number) in enumerate(self.days)
            if number
        ]

    @property
    def names(self) -> list[tuple[str, date]]:
        every = max(len(self.days) // 6, 1)
        return [
            (middle(n, len(self.days)), self.days[n][0]) for n in range(0, len(self.days), every)
        ]


@dataclass(frozen=True, slots=True)
class Figures:
    span: Span
    by: str
    total: Line
    reopened: int
    table: list[Line]
    chart: Chart

    @property
    def title(self) -> Promise:
        return TABLES[self.by]


def figures(form: FiguresForm, by: str, user: User) -> Figures:
    """Everything on the page; `by`: a key of TABLES."""
    span = form.span
    rows = statistics.seen(user, span, **form.wanted)
    return Figures(
        span,
        by,
        statistics.total(rows),
        statistics.reopened(rows),
        statistics.table(rows, by),
        _chart(statistics.by_day(rows, span)),
    )


def _chart(days: Sequence[tuple[date, int]]) -> Chart:
    step = next(step for step in STEPS if len(days) <= step * MOST_BARS or step == STEPS[-1])
    groups = [days[n : n + step] for n in range(0, len(days), step)]
    return Chart([(group[0][0], sum(number for _day, number in group)) for group in groups], step)


def in_days(span: timedelta | None) -> float | None:
    """To a tenth of a day."""
    return None if span is None else round(span.total_seconds() / 86_400, 1)


def heads(by: str) -> list[str]:
    return [str(TABLES[by]), *map(str, HEADS)]


def cells(lines: Sequence[Line]) -> Iterator[Sequence[object]]:
    """The table as a file holds it, in the order of `heads`."""
    for line in lines:
        yield (
            line.name or _("not known"),
            line.number, line.open, line.closed, line.kept, line.late, line.disputed,
            line.confirmed, in_days(line.first_answer), in_days(line.until_closed),
        )  # fmt: skip
