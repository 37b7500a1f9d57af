"""From addresses that the register does not know to the houses that are meant, one by one or the sure ones."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from recipients import jobs
from recipients.models import Recipient, living
from recipients.upkeep import address_job, unmatched

PER_PAGE = 25


@staff_may("recipients.change_recipient")
@require_GET
@limited("search")
def address_unmatched(request: StaffRequest) -> HttpResponse:
    """People whose house is not in the register, with the houses that may be meant."""
    page = Paginator(unmatched.ids(request.user), PER_PAGE).get_page(request.GET.get("page"))
    by_pk = Recipient.objects.visible_to(request.user).in_bulk(list(page.object_list))
    people = [by_pk[pk] for pk in page.object_list if pk in by_pk]
    if people:
        detail: dict[str, object] = {"recipients": [person.pk for person in people]}
        audit.record("recipient.listed", "recipients.recipient", by=request.user, detail=detail)
    context = {"page_obj": page, "rows": unmatched.proposed(people), "total": page.paginator.count}
    return render(request, "recipients/address_register/address_unmatched.html", context)


@staff_may("recipients.change_recipient")
@require_POST
def address_accept(request: StaffRequest, pk: int) -> HttpResponse:
    recipient = get_object_or_404(living(request.user), pk=pk)
    point, revision = (request.POST.get(name, "") for name in ("point", "revision"))
    try:
        unmatched.accept(recipient, int(point), by=request.user, revision=int(revision))
    except (unmatched.Meanwhile, ValueError, OverflowError):
        messages.warning(
            request, _("Somebody changed this card meanwhile. Look at the address once again.")
        )
    else:
        messages.success(request, _("The address is joined to its house in the register."))
    return redirect(_page(request))


def _page(request: StaffRequest) -> str:
    page = request.POST.get("page", "")
    url = reverse("address-unmatched")
    return f"{url}?page={page}" if page.isdecimal() else url


@staff_may("recipients.change_recipient")
@require_POST
@limited("upload")
def address_match(request: StaffRequest) -> HttpResponse:
    """Order the work that joins everybody whose house is surely known."""
    try:
        job = address_job.order_matching(by=request.user)
    except jobs.AlreadyUnderWay:
        messages.warning(request, _("This search is under way already."))
        return redirect("address-unmatched")
    return redirect("job", job.pk)
