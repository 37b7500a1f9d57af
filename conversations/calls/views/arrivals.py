"""From what exchanges sent to a list of what became of it; what was put aside is tried again or thrown away."""

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from admin_module.http import StaffRequest, staff_may
from conversations.calls import arrivals, retrying
from conversations.models import IngestJob

MAY = "conversations.manage_exchange"
PER_PAGE = 25


@staff_may(MAY)
@require_GET
def ingest_list(request: StaffRequest) -> HttpResponse:
    state = request.GET.get("stan", "")
    state = state if state in IngestJob.State.values else ""
    page = Paginator(arrivals.of_state(state), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [arrivals.shown(job) for job in page.object_list],
        "state": state,
        "states": arrivals.counts(),
    }
    return render(request, "conversations/calls/ingest_list.html", context)


@staff_may(MAY)
@require_http_methods(["GET", "POST"])
def ingest_retry(request: StaffRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(arrivals.put_aside(), pk=pk)
    if request.method == "POST":
        if retrying.retry(job, by=request.user):
            notices.success(request, _("The recording was registered."))
        else:
            notices.warning(request, _("It was refused again. The list says why."))
        return redirect("ingest-list")
    return render(request, "conversations/calls/ingest_retry.html", {"row": arrivals.shown(job)})


@staff_may(MAY)
@require_http_methods(["GET", "POST"])
def ingest_drop(request: StaffRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(arrivals.put_aside(), pk=pk)
    if request.method == "POST":
        retrying.drop(job, by=request.user)
        notices.success(request, _("The recording was thrown away."))
        return redirect("ingest-list")
    return render(request, "conversations/calls/ingest_drop.html", {"row": arrivals.shown(job)})
