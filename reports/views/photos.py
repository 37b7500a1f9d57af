"""From a photo of a report to its picture, for staff who may see the report, and for everybody."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from reports.models import Report, ReportPhoto
from reports.pictures import serving

SMALL = "maly"  # ?rozmiar=maly


@staff_may("reports.view_report")
@require_safe
def report_photo(request: StaffRequest, uid: UUID) -> HttpResponseBase:
    """A photo of a report that this member of staff may see, or one they sent a moment ago."""
    photo = get_object_or_404(ReportPhoto, uid=uid)
    if photo.report_id is None:
        get_object_or_404(ReportPhoto.objects.waiting(), uid=uid, user=request.user)
    else:
        get_object_or_404(Report.objects.visible_to(request.user), pk=photo.report_id)
    return serving.photo_response(request, photo, small=_small(request))


@login_not_required
@require_safe
@limited("public_photo")
def report_photo_public(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """A photo that somebody at the office let out, of a report that everybody may see."""
    rows = ReportPhoto.objects.public().filter(report__in=Report.objects.public())
    photo = get_object_or_404(rows.select_related("redacted"), uid=uid)
    response = serving.photo_response(
        request, photo.for_everybody, small=_small(request), cache=serving.PUBLIC
    )
    # Pages of other hosts show what Open311 gives them the address of.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _small(request: HttpRequest) -> bool:
    return request.GET.get("rozmiar") == SMALL
