"""From the month to the Director's and the Secretary's page of supervision, its paper, and a file of the register."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from conversations.register import exporting, figures, supervision_paper
from conversations.register.exporting import RegisterExportForm
from icp.days import months_after
from icp.rate_limits import limited

SUPERVISE = "conversations.supervise_conversation"
MONTHS = 12


@staff_may(SUPERVISE)
@require_GET
def supervision(request: StaffRequest) -> HttpResponse:
    """What was said, heard, asked for and deleted in a month; the papers beside it."""
    first = figures.month_of(request.GET.get("miesiac", ""))
    this = timezone.localdate().replace(day=1)
    context = {
        "month": figures.supervision(first),
        "months": [months_after(this, -back) for back in range(MONTHS)],
    }
    return render(request, "conversations/register/supervision.html", context)


@staff_may(SUPERVISE)
@require_GET
@limited("export")
def supervision_paper_file(request: StaffRequest) -> HttpResponse:
    """The same as a PDF to print and sign."""
    first = figures.month_of(request.GET.get("miesiac", ""))
    detail: dict[str, object] = {"month": f"{first:%Y-%m}"}
    audit.record(
        "supervision.printed", "conversations.supervision:all", by=request.user, detail=detail
    )
    name = f'inline; filename="nadzor-{first:%Y-%m}.pdf"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    file = supervision_paper.pdf(first)
    return HttpResponse(file, content_type="application/pdf", headers=headers)


@staff_may(SUPERVISE)
@require_http_methods(["GET", "POST"])
@limited("export")
def conversation_export(request: StaffRequest) -> HttpResponse:
    """Order a file of the conversations that the register shows."""
    posted = request.POST if request.method == "POST" else None
    form = RegisterExportForm(posted, initial={"form_key": uuid.uuid4()})
    query = request.GET.urlencode()
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        job = exporting.order(query, given["layout"], by=request.user, form_key=given["form_key"])
        return redirect("job", job.pk)
    number = exporting.chosen(query, request.user).count()
    context = {"form": form, "query": query, "number": number}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/register/export.html", context, status=status)
