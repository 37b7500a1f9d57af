"""From a report to what its page and its line on the list say: words, days, history, what may be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from admin_module.models import User
from icp.days import working_days_between
from reports.intake import near, questions
from reports.models import Deadline, Report, ReportPhoto, State
from reports.models.reports import ReportQuerySet
from reports.steps import moves
from reports.steps.acting import Actor

from . import listing
from .history import Entry, history

EXCERPT = 120
NEAR_M = 150.0
MOST_NEAR = 6
# What the button says that leads to a state; the order of the page.
ACTIONS: dict[State, tuple[Promise, str]] = {
    State.ACCEPTED: (gettext_lazy("Accept"), "user-check"),
    State.IN_PROGRESS: (gettext_lazy("Begin the work"), "play"),
    State.SCHEDULED: (gettext_lazy("Plan the work"), "calendar-clock"),
    State.RESOLVED: (gettext_lazy("Mark as done"), "circle-check-big"),
    State.NEEDS_INFO: (gettext_lazy("Ask the reporter"), "circle-question-mark"),
    State.FORWARDED: (gettext_lazy("Forward"), "send"),
    State.DUPLICATE: (gettext_lazy("Join to another report"), "merge"),
    State.REJECTED: (gettext_lazy("Do not take up"), "ban"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One report on a list; `said` begins what was told, the address first."""

    report: Report
    said: str
    due: "Due"


@dataclass(frozen=True, slots=True)
class Due:
    """The deadline in words, and the tone of its pill."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Action:
    to: State
    label: Promise
    icon: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Page:
    report: Report
    due: Due
    answers: list[tuple[str, str]]
    photos: list[ReportPhoto]
    history: list[Entry]
    actions: list[Action]
    handles: bool
    near: list[Line]
    points: list[dict[str, object]]
    duplicates: list[Report]
    followers: int


def lines(rows: Iterable[Report]) -> list[Line]:
    """Opens what was told about each."""
    if isinstance(rows, ReportQuerySet):
        rows = rows.select_related("category", "unit", "district", "assigned_to")
    return [Line(row, _said(row), due(row)) for row in rows]


def _said(row: Report) -> str:
    if row.forgotten_at is not None or row.details is None:
        return _("forgotten: its time is over")
    details = row.details
    text = " ".join(f"{details.address} · {details.description}".strip(" ·").split())
    return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"


def page_of(report: Report, *, by: User) -> Page:
    """Everything for the page of one report."""
    actor = Actor.staff(by)
    ways = moves.ways(report, actor)
    offered = [to for to in ACTIONS if to in ways]
    photos = ReportPhoto.objects.originals().filter(report=report).select_related("redacted")
    around = nearby(report, by)
    return Page(
        report=report,
        due=due(report),
        answers=_answers(report),
        photos=list(photos.order_by("pk")),
        history=history(report),
        actions=[Action(to, *ACTIONS[to], is_first=to == offered[0]) for to in offered],
        handles=moves.permitted(report, actor) and report.forgotten_at is None,
        near=around,
        points=[_own_point(report), *(listing.point(line.report) for line in around)],
        duplicates=list(report.duplicates.order_by("pk")),
        followers=report.followers.count(),
    )


def _answers(report: Report) -> list[tuple[str, str]]:
    if report.forgotten_at is not None or report.details is None:
        return []
    return questions.in_words(report.category, report.details.answers)


def nearby(report: Report, by: User) -> list[Line]:
    """Other open reports within NEAR_M metres, those of the same category first, then the nearest."""
    bounds = near.box(report.lat, report.lon, NEAR_M)
    rows = near.within(listing.seen(by).open().exclude(pk=report.pk), bounds)
    here = (report.lat, report.lon)
    found = sorted(
        rows.select_related("category"),
        key=lambda row: (
            row.category_id != report.category_id,
            near.metres(here, (row.lat, row.lon)),
        ),
    )
    return lines(found[:MOST_NEAR])


def _own_point(report: Report) -> dict[str, object]:
    """The exact place while it is known."""
    own = {**listing.point(report), "mark": "●", "url": ""}
    if report.forgotten_at is None and report.details is not None:
        own |= {"lat": report.details.latitude, "lon": report.details.longitude}
    return own


def due(row: Report) -> Due:
    """What a clerk has to know of the deadline, in working days."""
    if row.deadline == Deadline.MET:
        return Due(_("kept the deadline"), "ok")
    if row.is_late:
        return Due(_late_words(row.due_on), "danger")
    if row.deadline == Deadline.BREACHED:
        return Due(_("missed the deadline"), "warn")
    if row.deadline == Deadline.PAUSED:
        return Due(_paused(row), "")
    if row.deadline == Deadline.RUNNING and row.due_on is not None:
        return _running(row.due_on)
    return Due(_("not counted yet"), "") if row.is_open else Due("", "")


def _paused(row: Report) -> str:
    left = row.days_left or 0
    words = ngettext("stopped, %(n)s working day left", "stopped, %(n)s working days left", left)
    return words % {"n": left}


def _running(due_on: date) -> Due:
    left = working_days_between(timezone.localdate(), due_on)
    if left == 0:
        return Due(_("today is the last day"), "warn")
    words = ngettext("%(n)s working day left", "%(n)s working days left", left)
    return Due(words % {"n": left}, "warn" if left <= listing.SOON_DAYS else "")


def _late_words(due_on: date | None) -> str:
    over = working_days_between(due_on, timezone.localdate()) if due_on else 0
    if over < 1:
        return _("past the deadline")
    words = ngettext(
        "%(n)s working day past the deadline", "%(n)s working days past the deadline", over
    )
    return words % {"n": over}
