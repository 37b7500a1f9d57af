"""From long work to its page: how far it is, what came of it, the file it made, how to stop it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from icp import xlsx_files
from icp.rate_limits import limited
from recipients import jobs
from recipients.models import Job

A_PAGE = 25
ENDINGS = {
    "text/csv": "csv",
    "application/pdf": "pdf",
    "application/zip": "zip",
    xlsx_files.MEDIA_TYPE: "xlsx",
}


# Whose work it is, `jobs.seen_by` knows: each kind asks for a permission of its own.
@staff_may("admin_module.open_dashboard")
@require_GET
def job_list(request: StaffRequest) -> HttpResponse:
    """Long work, the latest first: one's own, and that of colleagues who may order the same."""
    found = jobs.seen_by(request.user).select_related("created_by").order_by("-pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [(job, jobs.kind_of(job), _warned(job)) for job in page]
    return render(request, "recipients/jobs/job_list.html", {"page_obj": page, "rows": rows})


@staff_may("admin_module.open_dashboard")
@require_GET
def job_page(request: StaffRequest, pk: int) -> HttpResponse:
    """How far it is, and what came of it; htmx asks for the live part alone."""
    template = "recipients/jobs/_job.html" if request.htmx else "recipients/jobs/job.html"
    return render(request, template, context_of(_seen(request.user, pk)))


def context_of(job: Job) -> dict[str, object]:
    """What recipients/jobs/_job.html shows of a job, wherever it stands."""
    kind = jobs.kind_of(job)
    counts = [
        (label, job.counts[name]) for name, label in kind.counts.items() if name in job.counts
    ]
    return {
        "job": job,
        "kind": kind,
        "counts": counts,
        "warned": _warned(job),
        "problem": jobs.problem_of(job),
        "file": job.result if job.result and not job.result.expired else None,
        **kind.more(job),
    }


def _warned(job: Job) -> bool:
    return any(job.counts.get(name) for name in jobs.kind_of(job).warnings)


@staff_may("admin_module.open_dashboard")
@require_POST
def job_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    job = _seen(request.user, pk)
    if jobs.cancel(job, by=request.user):
        messages.success(request, _("Stopped.") + f" {jobs.kind_of(job).stays}")
    return redirect("job", pk)


@staff_may("admin_module.open_dashboard")
@require_GET
@limited("export")
def job_file(request: StaffRequest, pk: int) -> StreamingHttpResponse:
    """The file that the work made: sealed at rest, opened while it is sent."""
    job = _seen(request.user, pk)
    if job.result is None or job.result.expired:
        raise Http404
    file = job.result
    try:
        reader = file.open()
    except FileNotFoundError:  # it ended at this moment
        raise Http404 from None
    audit.record("job.file_exported", job, by=request.user, detail={"kind": job.kind})
    response = StreamingHttpResponse(reader, content_type=file.media_type)
    ending = ENDINGS.get(file.media_type.partition(";")[0], "bin")
    day = timezone.localdate(job.created_at).isoformat()
    response["Content-Disposition"] = f'attachment; filename="{job.kind}-{day}-{job.pk}.{ending}"'
    return response


def _seen(by: User, pk: int) -> Job:
    rows = jobs.seen_by(by).select_related("result", "created_by")
    return get_object_or_404(rows, pk=pk)
