"""From the files of the address register to a job that tries them out, and to one that imports them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from recipients import jobs
from recipients.address_register.address_import import Plan
from recipients.address_register.coverage import FEWEST_SHOWN, coverage
from recipients.forms.register import RegisterForm
from recipients.models import AddressPoint, Job
from recipients.upkeep import address_job

LATEST = 5


@staff_may("recipients.import_addresses")
@require_http_methods(["GET", "HEAD", "POST"])
@limited("upload")
def address_register(request: StaffRequest) -> HttpResponse:
    """What the register covers, and the form that brings it up to date."""
    form = RegisterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _order(request, form)
    ours = Job.objects.filter(kind__in=(address_job.CHECK, address_job.KIND))
    context = {
        "form": form,
        "coverage": coverage(),
        "fewest": FEWEST_SHOWN,
        "jobs": [(job, jobs.kind_of(job)) for job in ours.order_by("-pk")[:LATEST]],
        "gone": AddressPoint.objects.exclude(gone_since=None).count(),
    }
    status = 422 if form.is_bound else 200
    return render(
        request, "recipients/address_register/address_register.html", context, status=status
    )


def _order(request: StaffRequest, form: RegisterForm) -> HttpResponse:
    values = form.cleaned_data
    try:
        plan = Plan(trial=True, whole=values["whole"], axes=values["axes"])
        job = address_job.order(form.texts, by=request.user, form_key=values["form_key"], plan=plan)
    except jobs.AlreadyUnderWay:
        return _busy(request)
    return redirect("job", job.pk)


def _busy(request: StaffRequest) -> HttpResponse:
    messages.warning(
        request, _("An import is under way. Wait until it has ended, or cancel it first.")
    )
    return redirect("address-register")


@staff_may("recipients.import_addresses")
@require_POST
def address_import(request: StaffRequest, pk: int) -> HttpResponse:
    """Import what a check has tried out."""
    check = get_object_or_404(jobs.seen_by(request.user), pk=pk)
    try:
        job = address_job.order_import(check, by=request.user)
    except jobs.AlreadyUnderWay:
        return _busy(request)
    except address_job.CannotImport:
        messages.warning(
            request, _("These files cannot be imported any more. Choose them once again.")
        )
        return redirect("address-register")
    return redirect("job", job.pk)
