"""From reports to numbers about them: how many, how fast, how well; few are masked as elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.utils import timezone

from admin_module.models import User
from recipients.address_register.coverage import FEWEST_SHOWN
from reports.models import (
    CLOSED,
    OPEN,
    Deadline,
    EventKind,
    Report,
    ReportCluster,
    ReportEvent,
    State,
)

# What a table may be made by: the column of the report, and how a value is called.
BY: Mapping[str, str] = {
    "state": "state",
    "category": "category__name",
    "group": "category__group",
    "district": "district__name",
    "unit": "unit__name",
    "origin": "origin",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Reports that came in from the first to the last of these days."""

    first: date
    last: date

    @property
    def q(self) -> Q:
        return Q(created_at__gte=_midnight(self.first)) & Q(
            created_at__lt=_midnight(self.last + timedelta(days=1))
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; times are mean values, None where nothing was answered or closed yet."""

    key: Any  # None: no district, no unit
    name: str
    number: int
    open: int
    closed: int
    late: int  # missed the deadline, open or closed
    kept: int  # of the closed ones
    disputed: int
    confirmed: int
    first_answer: timedelta | None
    until_closed: timedelta | None

    @property
    def few(self) -> bool:
        """Fewer could be somebody: who may not open reports sees "under 5"."""
        return 0 < self.number < FEWEST_SHOWN

    @property
    def kept_of(self) -> int:
        """Of how many it can be said whether they were in time."""
        return self.kept + self.late


def seen(by: User, span: Span, **wanted: object) -> QuerySet[Report]:
    """What this member of staff counts; `wanted`: columns of a report, those given as None are left out."""
    given = {name: value for name, value in wanted.items() if value is not None}
    rows: QuerySet[Report] = Report.objects.visible_to(by).known().filter(span.q, **given)
    return rows


NUMBERS: Mapping[str, Any] = {
    "number": Count("pk"),
    "open": Count("pk", filter=Q(state__in=OPEN)),
    "closed": Count("pk", filter=Q(state__in=CLOSED)),
    "late": Count("pk", filter=Q(deadline=Deadline.BREACHED)),
    "kept": Count("pk", filter=Q(deadline=Deadline.MET)),
    "disputed": Count("pk", filter=Q(disputes__gt=0)),
    "confirmed": Count("pk", filter=Q(confirmed_at__isnull=False)),
    "first_answer": Avg(
        ExpressionWrapper(F("answered_at") - F("created_at"), output_field=DurationField())
    ),
    "until_closed": Avg(
        ExpressionWrapper(F("closed_at") - F("created_at"), output_field=DurationField()),
        filter=Q(state__in=(State.RESOLVED, State.REJECTED)),
    ),
}


def table(rows: QuerySet[Report], by: str) -> list[Line]:
    """One line for each value of `by` (a key of BY), the largest first."""
    column = BY[by]
    found: Iterable[Any] = rows.values(key=F(column)).annotate(**NUMBERS)
    lines = (Line(name=_name(by, row["key"]), **row) for row in found)
    return sorted(lines, key=lambda line: (-line.number, str(line.key)))


def total(rows: QuerySet[Report]) -> Line:
    numbers: dict[str, Any] = rows.aggregate(**NUMBERS)
    return Line(key=None, name="", **numbers)


def _name(by: str, key: object) -> str:
    if by in {"state", "origin"}:
        field: Any = Report._meta.get_field(by)
        return str(dict(field.choices).get(key, key))
    return str(key) if key is not None else ""


def reopened(rows: QuerySet[Report]) -> int:
    """How many disputes put a report back into hand: the office was wrong, or not done."""
    events = ReportEvent.objects.filter(
        report__in=rows, kind=EventKind.MOVED, before=State.DISPUTED, after=State.ACCEPTED
    )
    return events.count()


def by_day(rows: QuerySet[Report], span: Span) -> list[tuple[date, int]]:
    """How many came in on each day of the span, days without one too."""
    moments = rows.values_list("created_at", flat=True).order_by()
    counted: dict[date, int] = {}
    for moment in moments.iterator():
        day = timezone.localdate(moment)
        counted[day] = counted.get(day, 0) + 1
    days = (span.last - span.first).days + 1
    every = (span.first + timedelta(days=n) for n in range(days))
    return [(day, counted.get(day, 0)) for day in every]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the start page says about reports."""

    new: int
    late: int
    disputed: int
    clusters: int


def waiting(by: User) -> Waiting:
    rows = Report.objects.visible_to(by)
    passed = Q(deadline=Deadline.RUNNING, due_on__lt=timezone.localdate())
    counts = rows.aggregate(
        new=Count("pk", filter=Q(state=State.RECEIVED)),
        late=Count("pk", filter=Q(state__in=OPEN) & (Q(deadline=Deadline.BREACHED) | passed)),
        disputed=Count("pk", filter=Q(state=State.DISPUTED)),
    )
    return Waiting(**counts, clusters=ReportCluster.objects.visible_to(by).proposed().count())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
