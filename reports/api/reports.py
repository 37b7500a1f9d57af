"""From what an app sends and asks to reports: new ones, those of the device and its person, their photos."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.response import Response

from icp.api import cursors, etags
from icp.api.endpoints import ApiRequest, endpoint
from icp.api.problems import Problem
from reports.models import Origin, Report, ReportCategory
from reports.pictures.serving import photo_response
from reports.showing import showing
from reports.steps import submitting
from reports.steps.acting import Actor
from reports.steps.submitting import NewReport

from .refusals import as_problems
from .shapes import (
    AskedPhotoSerializer,
    AskedReportsSerializer,
    EventsSerializer,
    NewReportSerializer,
    ReportSerializer,
    ReportsSerializer,
)

TAG = "reports"
KIND = "reports"  # of cursors
A_PAGE = 20
JPEG: dict[Any, Any] = {(200, "image/jpeg"): OpenApiTypes.BINARY, 304: None}


@endpoint(
    "POST",
    who="device",
    limit="report",
    takes=NewReportSerializer,
    gives={201: ReportSerializer},
    refuses=("not-a-report",),
    summary=_("Report something"),
    tag=TAG,
    idempotent=True,
)
def report_new(request: ApiRequest) -> Response:
    """A device that is paired reports for its person. 200 in place of 201: this report was here before."""
    taken, device = request.taken, request.device
    category = ReportCategory.objects.offered().filter(code=taken["category"]).first()
    if category is None:
        words = _("There is no such category (any more). Fetch the categories again.")
        error = {"pointer": "#/category", "detail": words, "code": "unknown"}
        raise Problem("invalid", errors=[error])
    with as_problems(category, device.locale):
        row = submitting.submit(
            _new(taken, category),
            origin=Origin.APP,
            client_uuid=taken["client_uuid"],
            device=device,
        )
    replayed = getattr(row, "replayed", False)
    headers = {"Location": f"/api/v1/reports/{row.uid}"}
    return shown(request, row, status=200 if replayed else 201, headers=headers)


def _new(taken: dict[str, Any], category: ReportCategory) -> NewReport:
    return NewReport(
        category=category,
        description=taken.get("description", ""),
        latitude=taken["lat"],
        longitude=taken["lon"],
        answers=taken.get("answers", {}),
        accuracy_m=round(taken.get("accuracy_m") or 0),
        address=taken.get("address", ""),
        photos=tuple(taken.get("upload_ids", ())),
        captured_at=taken.get("captured_at"),
        wants_public=taken.get("visibility_wish", "public") == "public",
    )


@endpoint(
    "GET",
    who="device",
    limit="read",
    asks=AskedReportsSerializer,
    gives={200: ReportsSerializer},
    refuses=("cursor-invalid",),
    summary=_("Reports of the device and its person"),
    tag=TAG,
)
def report_list(request: ApiRequest) -> Response:
    """Those made on this device or by its person, and those that either of them follows."""
    asked, limit = request.asked, request.asked.get("limit", A_PAGE)
    rows = _of_role(request, asked.get("role", "")).order_by("-pk")
    if asked.get("cursor"):
        rows = rows.filter(pk__lt=cursors.read(KIND, asked["cursor"])["before"])
    found = list(rows.values_list("pk", flat=True)[: limit + 1])
    page = Report.objects.filter(pk__in=found[:limit]).order_by("-pk")
    more = len(found) > limit
    cursor = cursors.make(KIND, {"before": found[limit - 1]}) if more else None
    return etags.answer(
        request, {"items": showing.shown_to(request.device, page), "cursor": cursor}
    )


def _of_role(request: ApiRequest, role: str) -> "QuerySet[Report]":
    rows = showing.of_device(request.device)
    if role == showing.REPORTER:
        return rows.filter(showing.made_by(request.device))
    return rows.exclude(showing.made_by(request.device)) if role else rows


@endpoint(
    "GET",
    who="device",
    limit="read",
    gives={200: ReportSerializer},
    refuses=("not-found",),
    summary=_("One report"),
    tag=TAG,
)
def report(request: ApiRequest, uid: UUID) -> Response:
    """404 also where the report is somebody else's."""
    return etags.answer(request, _seen(request, asked_for(request, uid)))


@endpoint(
    "GET",
    who="device",
    limit="read",
    gives={200: EventsSerializer},
    refuses=("not-found",),
    summary=_("What happened to a report"),
    tag=TAG,
)
def report_events(request: ApiRequest, uid: UUID) -> Response:
    """Moves, answers and one's own words; never the office's internal notes."""
    row = asked_for(request, uid)
    events = showing.events(row, standing(request, row))
    return etags.answer(request, {"items": events, "cursor": None})


@endpoint(
    "GET",
    who="device",
    limit="read",
    asks=AskedPhotoSerializer,
    gives=JPEG,
    refuses=("not-found",),
    summary=_("A photo of a report"),
    tag=TAG,
)
def report_photo(request: ApiRequest, uid: UUID, photo: UUID) -> Any:
    """A JPEG. A follower gets what everybody may see: the redacted copy where there is one."""
    row = asked_for(request, uid)
    by = standing(request, row)
    found = row.photos.originals().filter(uid=photo).first()
    if found is None or (by.kind != showing.REPORTER and not showing.for_all(row, found)):
        raise Problem("not-found")
    served = found if by.kind == showing.REPORTER else found.for_everybody
    small = request.asked.get("size") == "small"
    return photo_response(request, served, small=small, cache=etags.PERSONAL)


def asked_for(request: ApiRequest, uid: UUID) -> Report:
    """The report, where the device may ask about it."""
    row: Report | None = showing.of_device(request.device).filter(uid=uid).first()
    if row is None:
        raise Problem("not-found")
    return row


def standing(request: ApiRequest, row: Report) -> Actor:
    """As whom the device stands to the report."""
    by = Actor.of_device(request.device, row)
    if by is None:
        raise Problem("not-found")
    return by


def _seen(request: ApiRequest, row: Report) -> dict[str, Any]:
    """Fetched anew: what was done a moment ago is in it."""
    seen = showing.shown_to(request.device, Report.objects.filter(pk=row.pk))
    if not seen:
        raise Problem("not-found")
    return seen[0]


def shown(
    request: ApiRequest, row: Report, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """The report after something was done, with the ETag for the next time."""
    response = etags.answer(request, _seen(request, row), status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def unless_changed(request: ApiRequest, row: Report) -> int:
    """The version to act upon; Problem precondition-failed where If-Match names another representation."""
    wanted = request.headers.get("If-Match", "")
    if wanted and wanted.strip() != "*":
        current = etags.answer(request, _seen(request, row), status=201)["ETag"]
        if current not in parse_etags(wanted):
            raise Problem("precondition-failed")
    return int(row.version)
