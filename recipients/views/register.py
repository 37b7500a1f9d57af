"""From the files of the address register to a job that imports them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from recipients import address_job, jobs
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
    ours = Job.objects.filter(kind=address_job.KIND)
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
        job = address_job.order(form.texts, by=request.user, form_key=form.cleaned_data["form_key"])
    except jobs.AlreadyUnderWay:
        messages.warning(
            request, _("An import is under way. Wait until it has ended, or cancel it first.")
        )
        return redirect("address-register")
    return redirect("job", job.pk)
