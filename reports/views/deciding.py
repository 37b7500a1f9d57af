"""From proposals that the office decides about to its decision: a notice about like reports, what is forgotten."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.town_map import shows_map
from reports.models import ReportCategory, ReportCluster
from reports.showing import listing
from reports.showing.page import lines
from reports.steps import clusters, retention


@staff_may("reports.handle_report")
@shows_map
@require_GET
def cluster_page(request: StaffRequest, pk: int) -> HttpResponse:
    """What is proposed: the reports, where they lie, and what may be done."""
    cluster = _cluster(request, pk)
    rows = listing.seen(request.user).filter(cluster=cluster).order_by("pk")
    shown = lines(rows)
    detail: dict[str, object] = {"reports": [line.report.pk for line in shown]}
    audit.record("report.listed", "reports.report", by=request.user, detail=detail)
    context = {"cluster": cluster, "lines": shown, "points": listing.points(rows)}
    return render(request, "reports/cluster.html", context)


@staff_may("messaging.add_message")
@require_POST
def cluster_draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin a public notice; it takes the way of every message from here on."""
    cluster = _cluster(request, pk)
    try:
        message = clusters.draft(cluster, by=request.user)
    except clusters.AlreadyDecided:
        return _late(request)
    messages.success(request, _("A draft of a notice is ready: look at it, then publish it."))
    return redirect("message-edit", message.pk)


@staff_may("reports.handle_report")
@require_POST
def cluster_dismiss(request: StaffRequest, pk: int) -> HttpResponse:
    try:
        clusters.dismiss(_cluster(request, pk), by=request.user)
    except clusters.AlreadyDecided:
        return _late(request)
    messages.success(request, _("The proposal is dismissed. The reports stay as they are."))
    return redirect("report-list")


def _late(request: StaffRequest) -> HttpResponse:
    messages.warning(request, _("Somebody decided about it first. Nothing was changed."))
    return redirect("report-list")


def _cluster(request: StaffRequest, pk: int) -> ReportCluster:
    rows = ReportCluster.objects.visible_to(request.user).select_related("category")
    return get_object_or_404(rows, pk=pk)


@staff_may("reports.manage_reports")
@require_http_methods(["GET", "POST"])
def report_retention(request: StaffRequest) -> HttpResponse:
    """What the next night forgets; with POST it is done now, part by part."""
    if request.method == "POST":
        done = retention.forget_due()
        messages.success(request, _("Erased now: %(n)s.") % {"n": done})
        return redirect("report-retention")
    context = {
        "due": retention.due(),
        "categories": ReportCategory.objects.order_by("group", "place", "name"),
        "batch": retention.BATCH,
    }
    return render(request, "reports/statistics/report_retention.html", context)
