"""From a quick view and filters to the reports on the list, their numbers and their points on the map."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from icp.days import working_days_after
from reports.models import OPEN, Deadline, Report, State, Visibility
from reports.models.reports import ReportQuerySet

from .list_form import LATE, MINE, TODAY

SOON_DAYS = 2  # working days
MOST_POINTS = 500
OPEN_VIEW, ALL_VIEW = "otwarte", "wszystkie"


@dataclass(frozen=True, slots=True)
class View:
    """A saved look at the list; `counted`: its number stands beside its name."""

    slug: str
    label: Promise
    fits: Q
    counted: bool = True


def views(by: User) -> list[View]:
    """The quick views, in the order of the page."""
    shown = [
        View(OPEN_VIEW, _("open ones"), Q(state__in=OPEN)),
        View("moje", _("mine"), Q(state__in=OPEN, assigned_to=by)),
        View("nowe", _("new ones"), Q(state=State.RECEIVED)),
        View("po-terminie", _("past the deadline"), late()),
        View("reklamacje", _("disputed"), Q(state=State.DISPUTED)),
    ]
    if by.has_perm("reports.moderate_report"):
        shown.append(
            View("do-publikacji", _("wanting to be public"), Q(visibility=Visibility.PENDING))
        )
    return [*shown, View(ALL_VIEW, _("all"), Q(), counted=False)]


def late() -> Q:
    """Past its last day and still open, whether or not the clock has written it down yet."""
    passed = Q(deadline=Deadline.RUNNING, due_on__lt=timezone.localdate())
    return Q(state__in=OPEN) & (Q(deadline=Deadline.BREACHED) | passed)


def seen(by: User) -> ReportQuerySet:
    """What `by` may see; nobody sees what its sender did not confirm."""
    rows: ReportQuerySet = Report.objects.visible_to(by).known()
    return rows


def waiting(by: User) -> int:
    """How many new reports nobody took up: the number in the menu."""
    return seen(by).filter(state=State.RECEIVED).count()


def counts(by: User, shown: list[View]) -> dict[str, int]:
    """How many reports each counted view holds."""
    rows = seen(by)
    return {view.slug: rows.filter(view.fits).count() for view in shown if view.counted}


def filtered(by: User, view: View, wanted: Mapping[str, Any]) -> ReportQuerySet:
    """The reports of a view that fit `wanted` (ReportFilterForm), in its order."""
    rows = seen(by).filter(view.fits)
    for name, fits in FILTERS.items():
        if name in wanted:
            rows = rows.filter(fits(wanted[name], by))
    return rows.order_by(*_order(wanted.get("order", "")))


def _order(order: str) -> tuple[Any, ...]:
    if order == "termin":
        return (F("due_on").asc(nulls_last=True), "id")
    return ("id",) if order == "stare" else ("-id",)


def _in_hands(value: str, by: User) -> Q:
    return Q(assigned_to=by) if value == MINE else Q(assigned_to=None)


def _due(value: str, _by: User) -> Q:
    today = timezone.localdate()
    if value == LATE:
        return late()
    running = Q(state__in=OPEN, deadline=Deadline.RUNNING)
    if value == TODAY:
        return running & Q(due_on=today)
    return running & Q(due_on__range=(today, working_days_after(today, SOON_DAYS)))


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


FILTERS: Mapping[str, Callable[[Any, User], Q]] = {
    "state": lambda value, _by: Q(state__in=value),
    "category": lambda value, _by: Q(category=value),
    "unit": lambda value, _by: Q(unit=value),
    "who": _in_hands,
    "district": lambda value, _by: Q(district=value),
    "deadline": _due,
    "since": lambda value, _by: Q(created_at__gte=_midnight(value)),
    "until": lambda value, _by: Q(created_at__lt=_midnight(value + timedelta(days=1))),
}
TONES = {
    State.DISPUTED: "danger",
    State.RESOLVED: "ok",
    State.REJECTED: "quiet",
    State.DUPLICATE: "quiet",
    State.WITHDRAWN: "quiet",
    State.NEEDS_INFO: "warn",
    State.FORWARDED: "warn",
}


def points(rows: ReportQuerySet) -> list[dict[str, object]]:
    """The first of these reports as components/map.html takes them; places are rounded."""
    shown = rows.select_related("category")[:MOST_POINTS]
    return [point(row) for row in shown]


def point(row: Report) -> dict[str, object]:
    tone = "danger" if row.is_late else TONES.get(State(row.state), "")
    return {
        "id": row.pk,
        "lat": row.lat,
        "lon": row.lon,
        "label": f"{row.number}, {row.category}, {row.get_state_display()}",
        "tone": tone,
        "url": reverse("report", args=[row.pk]),
    }
