"""From a card to a fresh validation code: sent to one address, or printed in a letter."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from recipients.contacts import verification
from recipients.models import ContactPoint, living
from recipients.printing import paper
from recipients.views.paper import as_pdf


@staff_may("recipients.print_code")
@require_POST
def code_send(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    recipient = get_object_or_404(living(request.user), pk=pk)
    points = ContactPoint.objects.filter(recipient=recipient, kind__in=verification.CODE_KINDS)
    point = get_object_or_404(points, kind=kind)
    try:
        verification.ask_again(point, by=request.user)
    except verification.TooManyCodes as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A new code is on its way."))
    return redirect("recipient-card", pk)


@staff_may("recipients.print_code")
@require_POST
@limited("export")
def code_print(request: StaffRequest, pk: int) -> HttpResponse:
    """Draw a code and show the letter with it, once: nothing but this answer holds it."""
    recipient = get_object_or_404(living(request.user), pk=pk)
    try:
        text, code = verification.draw_on_paper(recipient, by=request.user)
    except verification.TooManyCodes as refusal:
        messages.error(request, str(refusal))
        return redirect("recipient-card", pk)
    return as_pdf(request, recipient, paper.code_letter(recipient, text, code))
