"""From the list of reports, its map and its search to the page of one; every look is recorded."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from admin_module.town_map import shows_map
from icp.rate_limits import limited
from reports.models import Report, ReportCluster
from reports.showing import listing, searching
from reports.showing.list_form import ReportFilterForm, ReportSearchForm
from reports.showing.page import Line, lines, page_of

PER_PAGE = 25
MOST_CLUSTERS = 3


@staff_may("reports.view_report")
@shows_map
@require_GET
@limited("search")
def report_list(request: StaffRequest) -> HttpResponse:
    form = ReportFilterForm(request.GET, by=request.user)
    rows = listing.filtered(request.user, _view(request), form.wanted)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = _looked_at(request, lines(page.object_list))
    context = {"page_obj": page, "lines": shown, "form": form, "points": listing.points(rows)}
    return render(request, "reports/report_list.html", context | _around(request))


@staff_may("reports.view_report")
@shows_map
@require_POST
@limited("search")
def report_search(request: StaffRequest) -> HttpResponse:
    """Look through the reports of the chosen view and filters; what was typed stands in no address."""
    form, asked = ReportFilterForm(request.GET, by=request.user), ReportSearchForm(request.POST)
    rows = listing.filtered(request.user, _view(request), form.wanted)
    found = searching.search(rows, asked.cleaned_data["q"]) if asked.is_valid() else None
    rows = rows.filter(pk__in=found.ids) if found else rows.none()
    shown = _looked_at(request, lines(rows))
    context = {
        "lines": shown,
        "form": form,
        "found": found,
        "asked": asked,
        "points": listing.points(rows),
    }
    status = 200 if found else 422
    return render(request, "reports/report_list.html", context | _around(request), status=status)


def _view(request: StaffRequest) -> listing.View:
    shown = listing.views(request.user)
    wanted = request.GET.get("widok", "")
    return next((view for view in shown if view.slug == wanted), shown[0])


def _around(request: StaffRequest) -> dict[str, object]:
    """What stands around the list: the quick views with their numbers, the filters as an address."""
    shown = listing.views(request.user)
    numbers = listing.counts(request.user, shown)
    kept = request.GET.copy()
    for name in ("page", "widok"):
        kept.pop(name, None)
    view = _view(request)
    return {
        "view": view,
        "views": [(one, numbers.get(one.slug)) for one in shown],
        "filters": kept.urlencode(),
        "query": "&".join(part for part in (f"widok={view.slug}", kept.urlencode()) if part),
        "clusters": proposed(request.user),
        "search_form": ReportSearchForm(),
        "most_opened": searching.MOST_OPENED,
    }


def proposed(by: User) -> list[ReportCluster]:
    """Like reports that nobody decided about, for who may; each with its `number` of reports."""
    if not by.has_perm("reports.handle_report"):
        return []
    rows = ReportCluster.objects.visible_to(by).proposed().select_related("category")
    return list(rows.annotate(number=Count("reports")).order_by("-last_at")[:MOST_CLUSTERS])


def _looked_at(request: StaffRequest, shown: Sequence[Line]) -> Sequence[Line]:
    """What people wrote is personal data that somebody read (KRI, accountability)."""
    if shown:
        detail: dict[str, object] = {"reports": [line.report.pk for line in shown]}
        audit.record("report.listed", "reports.report", by=request.user, detail=detail)
    return shown


@staff_may("reports.view_report")
@shows_map
@require_GET
def report_page(request: StaffRequest, pk: int) -> HttpResponse:
    report = get_object_or_404(listing.seen(request.user), pk=pk)
    audit.record("report.opened", report, by=request.user)
    return render(request, "reports/report.html", {"page": page_of(report, by=request.user)})


def visible(request: StaffRequest, pk: int) -> Report:
    """The report that a page of staff is about, if it is theirs to see."""
    report: Report = get_object_or_404(listing.seen(request.user), pk=pk)
    return report
