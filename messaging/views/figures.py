"""From the messages of a span of days to the page of statistics, and to the same numbers as a file."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from icp import csv_files, xlsx_files
from icp.rate_limits import limited
from messaging.forms.figures import FiguresForm
from messaging.statistics import figures, figures_page, figures_paper


@staff_may("messaging.view_message")
@require_GET
@limited("search")
def message_statistics(request: StaffRequest) -> HttpResponse:
    form = FiguresForm(request.GET, by=request.user)
    shown = figures_page.figures(request.user, form.span, _by(request), form.wanted)
    kept = request.GET.copy()
    kept.pop("wedlug", None)
    context = {
        "form": form,
        "figures": shown,
        "heads": figures_page.heads(shown.by),
        "tables": figures.TABLES.items(),
        "filters": kept.urlencode(),
        "query": request.GET.urlencode(),
    }
    return render(request, "messaging/statistics/message_statistics.html", context)


@staff_may("messaging.export_message")
@require_GET
@limited("export")
def figures_file(request: StaffRequest, ending: str) -> HttpResponseBase:
    """The table of the page, or all tables on paper: numbers only."""
    form = FiguresForm(request.GET, by=request.user)
    by, span = _by(request), form.span
    detail: dict[str, object] = {"table": by, "layout": ending}
    audit.record("message.figures_exported", "messaging.message", by=request.user, detail=detail)
    name = f"statystyka-wiadomosci-{timezone.localdate().isoformat()}.{ending}"
    if ending == "pdf":
        return _file(figures_paper.pdf(request.user, span, form.wanted), "application/pdf", name)
    shown = figures_page.figures(request.user, span, by, form.wanted)
    heads, rows = figures_page.heads(by), figures_page.for_file(shown)
    if ending == "csv":
        return csv_files.download(name, heads, rows)
    content = b"".join(xlsx_files.pieces(_("Messages"), heads, rows))
    return _file(content, xlsx_files.MEDIA_TYPE, name)


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _by(request: StaffRequest) -> str:
    by = request.GET.get("wedlug", "")
    return by if by in figures.TABLES else "channel"
