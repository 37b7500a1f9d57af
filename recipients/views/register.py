"""From the files of the address register to a job, its progress, and the lines it could not read."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from recipients import jobs
from recipients.coverage import FEWEST_SHOWN, coverage
from recipients.models import Job
from recipients.register_form import RegisterForm

LATEST = 5


@staff_may("recipients.import_addresses")
@require_http_methods(["GET", "HEAD", "POST"])
@limited("upload")
def address_register(request: StaffRequest) -> HttpResponse:
    """What the register covers, and the form that brings it up to date."""
    form = RegisterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _order(request, form)
    ours = Job.objects.filter(kind=Job.Kind.ADDRESS_IMPORT).defer("source", "wrong_lines")
    context = {
        "form": form,
        "coverage": coverage(),
        "fewest": FEWEST_SHOWN,
        "jobs": ours.order_by("-pk")[:LATEST],
    }
    status = 422 if form.is_bound else 200
    return render(request, "recipients/address_register.html", context, status=status)


def _order(request: StaffRequest, form: RegisterForm) -> HttpResponse:
    try:
        job = jobs.order(
            Job.Kind.ADDRESS_IMPORT,
            form.source,
            by=request.user,
            form_key=form.cleaned_data["form_key"],
        )
    except jobs.AlreadyUnderWay:
        messages.warning(
            request, _("An import is under way. Wait until it has ended, or cancel it first.")
        )
        return redirect("address-register")
    return redirect("address-job", job.pk)


@staff_may("recipients.import_addresses")
@require_GET
def address_job(request: StaffRequest, pk: int) -> HttpResponse:
    """One import: how far it is, and what came of it; htmx asks for the live part alone."""
    job = get_object_or_404(Job.objects.defer("source"), pk=pk)
    template = "recipients/_address_job.html" if request.htmx else "recipients/address_job.html"
    return render(request, template, {"job": job, "wrong": jobs.first_wrong(job)})


@staff_may("recipients.import_addresses")
@require_POST
def address_job_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk)
    if jobs.cancel(job, by=request.user):
        messages.success(
            request, _("The import was cancelled. What was read so far stays in the register.")
        )
    return redirect("address-job", pk)


@staff_may("recipients.import_addresses")
@require_GET
@limited("export")
def address_job_lines(request: StaffRequest, pk: int) -> HttpResponse:
    """The lines that could not be read, each with its reason, as a CSV file."""
    job = get_object_or_404(Job, pk=pk)
    if not job.wrong_lines:
        raise Http404
    audit.record("job.lines_exported", job, by=request.user)
    response = HttpResponse(job.wrong_lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bledne-wiersze-{job.pk}.csv"'
    return response
