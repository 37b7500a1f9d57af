"""From a report that wants to be public to what everybody sees: words, photos, parts covered; or nothing."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from reports.forms.moderation import BoxesForm, PublicForm
from reports.models import Report, ReportPhoto, Visibility
from reports.pictures import redacting
from reports.showing import listing
from reports.showing.page import lines
from reports.steps import moderating, publishing
from reports.steps.guards import NotAllowed
from reports.steps.recording import Stale

from .browsing import visible
from .moving import stale_page

PER_PAGE = 20


@staff_may("reports.moderate_report")
@require_GET
def moderation_list(request: StaffRequest) -> HttpResponse:
    """Reports, and photos of public ones, that wait for somebody to look; the oldest first."""
    rows = listing.seen(request.user).filter(visibility=Visibility.PENDING).order_by("pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = lines(page.object_list)
    if shown:
        detail: dict[str, object] = {"reports": [line.report.pk for line in shown]}
        audit.record("report.listed", "reports.report", by=request.user, detail=detail)
    context = {"page_obj": page, "lines": shown}
    return render(request, "reports/moderation/moderation_list.html", context)


@staff_may("reports.moderate_report")
@require_http_methods(["GET", "POST"])
def report_moderate(request: StaffRequest, pk: int) -> HttpResponse:
    report = _open(request, pk)
    form = PublicForm(request.POST if request.method == "POST" else None, report=report)
    if form.is_bound and form.is_valid():
        try:
            _decide(request, report, form.cleaned_data)
        except Stale as stale:
            label = _("What everybody sees")
            since = form.cleaned_data["version"]
            return stale_page(request, stale.current, form, since=since, label=label)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(_next(request, report))
    audit.record("report.opened", report, by=request.user)
    context = {"report": report, "form": form, "photos": _photos(report)}
    status = 422 if form.is_bound else 200
    return render(request, "reports/moderation/report_moderate.html", context, status=status)


def _decide(request: StaffRequest, report: Report, data: dict[str, Any]) -> None:
    """As the pressed button says."""
    version = data["version"]
    if "hide" in request.POST:
        publishing.hide(report, by=request.user, version=version)
        messages.success(request, _("Hidden: nobody but the office and the reporter sees it now."))
    elif "private" in request.POST:
        publishing.keep_private(report, by=request.user, version=version)
        messages.success(request, _("It stays between the reporter and the office."))
    else:
        publishing.show(report, by=request.user, version=version, text=data["text"])
        messages.success(request, _("Everybody sees it now, with the words you looked at."))


def _next(request: StaffRequest, report: Report) -> str:
    """The next of the queue for who comes from there, else the report."""
    if "queue" not in request.GET:
        return f"/zgloszenia/{report.pk}/"
    rows = listing.seen(request.user).filter(visibility=Visibility.PENDING, pk__gt=report.pk)
    after = rows.order_by("pk").values_list("pk", flat=True).first()
    return f"/zgloszenia/{after}/widocznosc/?queue=1" if after else "/zgloszenia/moderacja/"


def _photos(report: Report) -> list[ReportPhoto]:
    rows = ReportPhoto.objects.originals().filter(report=report).select_related("redacted")
    return list(rows.order_by("pk"))


@staff_may("reports.moderate_report")
@require_POST
def photo_show(request: StaffRequest, pk: int, uid: str) -> HttpResponse:
    """Let everybody see a photo, or with "hide" nobody but the office and the reporter."""
    photo = _photo(request, pk, uid)
    if moderating.show_photo(photo, "hide" not in request.POST, by=request.user):
        messages.success(request, _("The photo is decided about."))
    return redirect("report-moderate", pk)


@staff_may("reports.moderate_report")
@require_http_methods(["GET", "POST"])
def photo_redact(request: StaffRequest, pk: int, uid: str) -> HttpResponse:
    """Cover parts of a photo; the original stays for the office."""
    photo = _photo(request, pk, uid)
    form = BoxesForm(request.POST if request.method == "POST" else None, photo=photo)
    if form.is_bound and form.is_valid():
        try:
            redacting.redact(photo, form.cleaned_data["boxes"], by=request.user)
        except redacting.NothingToCover:
            form.add_error(None, _("No box lies on the photo: draw it again."))
        else:
            messages.success(request, _("Covered: only the copy will be shown to everybody."))
            return redirect("report-moderate", pk)
    audit.record("report.opened", photo.report or photo, by=request.user)
    status = 422 if form.is_bound else 200
    context = {"report": photo.report, "photo": photo, "form": form}
    return render(request, "reports/moderation/photo_redact.html", context, status=status)


@staff_may("reports.moderate_report")
@require_POST
def photo_restore(request: StaffRequest, pk: int, uid: str) -> HttpResponse:
    """Throw the covered copy away."""
    if redacting.undo(_photo(request, pk, uid), by=request.user):
        messages.success(request, _("The covered copy is gone; the photo is not public."))
    return redirect("report-moderate", pk)


def _open(request: StaffRequest, pk: int) -> Report:
    report = visible(request, pk)
    return get_object_or_404(Report.objects.filter(forgotten_at=None), pk=report.pk)


def _photo(request: StaffRequest, pk: int, uid: str) -> ReportPhoto:
    report = _open(request, pk)
    rows = ReportPhoto.objects.originals().filter(report=report).select_related("report")
    return get_object_or_404(rows, uid=uid)
