"""From the reports of a span of days to the page of statistics, and to the same numbers as a file."""

import uuid

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from icp import csv_files, xlsx_files
from icp.rate_limits import limited
from recipients.exports.exported_tables import CSV, XLSX
from reports.showing import exporting, figures


@staff_may("reports.view_report")
@require_GET
@limited("search")
def report_statistics(request: StaffRequest) -> HttpResponse:
    form = figures.FiguresForm(request.GET, by=request.user)
    shown = figures.figures(form, _by(request), request.user)
    kept = request.GET.copy()
    kept.pop("wedlug", None)
    context = {
        "form": form,
        "figures": shown,
        "rows": list(figures.cells(shown.table)),
        "heads": figures.heads(shown.by),
        "total": next(iter(figures.cells([shown.total]))),
        "tables": figures.TABLES.items(),
        "filters": kept.urlencode(),
        "query": request.GET.urlencode(),
    }
    return render(request, "reports/statistics/report_statistics.html", context)


@staff_may("reports.export_report")
@require_GET
@limited("export")
def statistics_file(request: StaffRequest, ending: str) -> HttpResponseBase:
    """The table of the page: numbers only."""
    form = figures.FiguresForm(request.GET, by=request.user)
    shown = figures.figures(form, _by(request), request.user)
    heads, rows = figures.heads(shown.by), figures.cells(shown.table)
    name = f"zgloszenia-{timezone.localdate().isoformat()}.{ending}"
    audit.record("report.exported", "reports.report", by=request.user, detail={"table": shown.by})
    if ending == "csv":
        return csv_files.download(name, heads, rows)
    content = b"".join(xlsx_files.pieces(_("Reports"), heads, rows))
    response = HttpResponse(content, content_type=xlsx_files.MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _by(request: StaffRequest) -> str:
    by = request.GET.get("wedlug", "")
    return by if by in figures.TABLES else "category"


class ExportForm(forms.Form):
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    layout = forms.ChoiceField(
        label=gettext_lazy("Kind of file"),
        choices=[(XLSX, "Excel (XLSX)"), (CSV, "CSV")],
        initial=XLSX,
        widget=forms.RadioSelect(attrs={"class": "options-inline"}),
    )


@staff_may("reports.export_report")
@require_http_methods(["GET", "POST"])
@limited("export")
def report_export(request: StaffRequest) -> HttpResponse:
    """Order a file of the reports that the list shows."""
    posted = request.POST if request.method == "POST" else None
    form = ExportForm(posted, initial={"form_key": uuid.uuid4()})
    query = request.GET.urlencode()
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        job = exporting.order(query, data["layout"], by=request.user, form_key=data["form_key"])
        return redirect("job", job.pk)
    number = exporting.chosen(query, request.user).count()
    context = {"form": form, "query": query, "number": number}
    status = 422 if form.is_bound else 200
    return render(request, "reports/statistics/report_export.html", context, status=status)
