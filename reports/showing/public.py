"""From all reports to what everybody may see: places rounded, words that were let out, plain states.

Nothing else reads `Report.objects.public` for pages and feeds of everybody: what somebody at the office hides
is gone from all of them with the same look at the row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone

from messaging.models import Message
from reports.intake import near
from reports.models import OPEN, ActorKind, Report, ReportCategory, ReportPhoto, State
from reports.steps import clusters
from reports.steps.acting import Actor

from . import listing, showing

MOST_POINTS = 500
NEAR_M, FAREST_M = 150, 1000
MOST_NEAR = 20
OPEN_ONES, DONE_ONES = "otwarte", "zakonczone"
EVERYBODY = Actor(ActorKind.FOLLOWER)  # reads what a follower reads
Bounds = tuple[float, float, float, float]  # south, north, west, east


def shown() -> "QuerySet[Report]":
    """Reports that everybody may see, the newest first."""
    rows: QuerySet[Report] = Report.objects.public().filter(forgotten_at=None)
    return rows.select_related("category").order_by("-pk")


def filtered(wanted: Mapping[str, Any]) -> "QuerySet[Report]":
    """Those that fit the filters of the page (public_forms.PublicFilterForm)."""
    rows = shown()
    if wanted.get("state") == OPEN_ONES:
        rows = rows.filter(state__in=OPEN)
    elif wanted.get("state") == DONE_ONES:
        rows = rows.exclude(state__in=OPEN)
    for name in ("category", "district"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if wanted.get("days"):
        rows = rows.filter(created_at__gte=timezone.now() - timedelta(days=wanted["days"]))
    return rows


def within(bounds: Bounds, since: datetime | None = None) -> "QuerySet[Report]":
    """Those of a rectangle of the map, reported since then."""
    rows: QuerySet[Report] = near.within(shown(), bounds)
    return rows if since is None else rows.filter(created_at__gte=since)


def points(rows: "QuerySet[Report]") -> list[dict[str, object]]:
    """The first of these reports as components/map.html takes them."""
    return [
        listing.point(row) | {"url": reverse("public-report", args=[row.uid])}
        for row in rows[:MOST_POINTS]
    ]


@dataclass(frozen=True, slots=True)
class Near:
    """An open report near a place; `metres` away by its rounded point."""

    report: Report
    metres: int


def nearby(
    lat: float, lon: float, *, category: ReportCategory | None = None, radius_m: float = NEAR_M
) -> list[Near]:
    """Open reports around a place, the nearest first, at most MOST_NEAR."""
    rows = within(near.box(lat, lon, radius_m)).filter(state__in=OPEN)
    if category is not None:
        rows = rows.filter(category=category)
    photos = Prefetch("photos", ReportPhoto.objects.public().order_by("pk"), to_attr="pictures")
    found = [
        Near(row, round(near.metres((lat, lon), (row.lat, row.lon))))
        for row in rows.prefetch_related(photos)[:MOST_POINTS]
    ]
    return sorted((one for one in found if one.metres <= radius_m), key=lambda one: one.metres)[
        :MOST_NEAR
    ]


def notices(category: ReportCategory | None, lat: float, lon: float) -> list[Message]:
    """What the office says already about the like reports around."""
    found = clusters.notice_near(category, lat, lon) if category is not None else None
    return [found] if found is not None else []


@dataclass(frozen=True, slots=True)
class Page:
    """One report as its public page shows it."""

    report: Report
    text: str
    photos: list[ReportPhoto]
    events: list[dict[str, Any]]
    lead: Report | None
    points: list[dict[str, object]]


def page(row: Report) -> Page:
    """Moves with what the office said; words and photos that were let out; nothing of the reporter."""
    return Page(
        report=row,
        text=row.public_text or "",
        photos=list(ReportPhoto.objects.public().filter(report=row).order_by("pk")),
        events=[_said(event) for event in showing.events(row, EVERYBODY)],
        lead=shown().filter(pk=row.lead_id).first() if row.lead_id else None,
        points=[listing.point(row) | {"url": ""}],
    )


def _said(event: dict[str, Any]) -> dict[str, Any]:
    return event | {
        "at": datetime.fromisoformat(event["at"]),
        "label": State(event["after"]).label,
        "moved": event["before"] != event["after"],
    }
