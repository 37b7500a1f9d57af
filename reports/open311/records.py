"""From reports that everybody may see to GeoReport's records: nothing else is ever read here."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, Max, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icp.environment import PUBLIC_URL
from reports.models import (
    CLOSED,
    OPEN,
    Open311Receipt,
    Report,
    ReportCategory,
    ReportPhoto,
    State,
)

from .asking import Asked
from .refusing import Refused


def listed(asked: Asked) -> list[dict[str, Any]]:
    """Newest first."""
    if asked.ids:
        rows = public().filter(number__in=[number_of(text) for text in asked.ids])
    else:
        rows = _chosen(asked)
    first = (asked.page - 1) * asked.page_size
    page = rows.order_by("-created_at", "-pk")[first : first + asked.page_size]
    return [record(row, extended=asked.extensions) for row in page]


def one(text: str, *, extended: bool) -> list[dict[str, Any]]:
    row = public().filter(number=number_of(text)).first()
    if row is None:
        raise Refused(404, _("There is no public request with this service_request_id."))
    return [record(row, extended=extended)]


def of_token(text: str) -> list[dict[str, Any]]:
    """The number behind a token that a program was given when it brought the report."""
    try:
        uid = UUID(text)
    except ValueError:
        uid = None
    rows = Open311Receipt.objects.filter(report__uid=uid) if uid else Open311Receipt.objects.none()
    number = rows.values_list("report__number", flat=True).first()
    if number is None:
        raise Refused(404, _("There is no such token."))
    return [{"token": str(uid), "service_request_id": id_of(number)}]


def public() -> "QuerySet[Report]":
    photos = Prefetch(
        "photos",
        ReportPhoto.objects.public().order_by("pk").select_related("redacted"),
        to_attr="pictures",
    )
    rows = Report.objects.public().filter(forgotten_at=None)
    rows = rows.select_related("category", "unit", "outside", "lead").prefetch_related(photos)
    found: QuerySet[Report] = rows.annotate(
        changed_at=Coalesce(
            "closed_at", Max("events__at"), "created_at", output_field=DateTimeField()
        )
    )
    return found


def _chosen(asked: Asked) -> "QuerySet[Report]":
    rows = public().filter(created_at__range=(asked.start, asked.end))
    if asked.codes:
        known = ReportCategory.objects.filter(code__in=[code[:40] for code in asked.codes])
        if known.count() < len(asked.codes):
            raise Refused(404, _("There is no service with this service_code."))
        rows = rows.filter(category__in=known)
    if asked.statuses:
        wanted = {"open": OPEN, "closed": CLOSED}
        states = [state for status in asked.statuses for state in wanted[status]]
        rows = rows.filter(state__in=states)
    if asked.box is not None:
        west, south, east, north = asked.box
        rows = rows.filter(lat__range=(south, north), lon__range=(west, east))
    return rows.filter(_updated(asked))


def _updated(asked: Asked) -> Q:
    after = Q(changed_at__gte=asked.updated_after) if asked.updated_after else Q()
    return after & (Q(changed_at__lte=asked.updated_before) if asked.updated_before else Q())


def number_of(text: str) -> str:
    """ZG-2026-000123 → ZG/2026/000123: in an address a slash would be a step."""
    return text.strip().replace("-", "/").replace("\0", "")[:20]


def id_of(number: str) -> str:
    return number.replace("/", "-")


def record(row: Report, *, extended: bool) -> dict[str, Any]:
    """The place is rounded to about 50 m and there is no address: a report may lead to whoever made it."""
    shown: dict[str, Any] = {
        "service_request_id": id_of(row.number),
        "status": "closed" if row.is_closed else "open",
        "status_notes": _notes(row),
        "service_name": row.category.name,
        "service_code": row.category.code,
        "description": row.public_text or "",
        "agency_responsible": str(row.outside or row.unit or ""),
        "service_notice": "",
        "requested_datetime": moment(row.created_at),
        "updated_datetime": moment(row.changed_at),  # type: ignore[attr-defined]  # annotated
        "expected_datetime": _until(row),
        "address": "",
        "address_id": "",
        "zipcode": "",
        "lat": row.lat,
        "long": row.lon,
        "media_url": _picture(getattr(row, "pictures", ())),
    }
    if extended:
        shown["extended_attributes"] = {"number": row.number, "state": row.state}
    return shown


def _notes(row: Report) -> str:
    label = str(State(row.state).label)
    if row.state == State.FORWARDED and row.outside:
        return _("%(state)s: %(to)s") % {"state": label, "to": row.outside}
    if row.state == State.DUPLICATE and row.lead:
        return _("%(state)s: %(to)s") % {"state": label, "to": id_of(row.lead.number)}
    return f"{label}: {row.get_reason_display()}" if row.reason else label


def _until(row: Report) -> str:
    if row.due_on is None or row.is_closed:
        return ""
    return moment(datetime.combine(row.due_on, time(23, 59, 59), timezone.get_current_timezone()))


def _picture(pictures: Iterable[ReportPhoto]) -> str:
    first = next(iter(pictures), None)
    return "" if first is None else PUBLIC_URL + reverse("report-photo-public", args=[first.uid])


def moment(at: datetime) -> str:
    """W3C, in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
