"""From a colleague who leaves to a shut account, with their work in somebody else's hands."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module import accounts
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from admin_module.staff_forms import HeirForm
from messaging.models import Message
from messaging.steps import drafting
from reports.steps import leaving

from .staff import colleague


@staff_may("admin_module.change_user")
@require_http_methods(["GET", "POST"])
def staff_block(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what the person has in hand, ask who takes it over, then block."""
    person = colleague(request, pk)
    in_hand = list(drafting.in_hand(person).select_related("topic"))
    heirs = accounts.possible_heirs(person, request.user) if in_hand else []
    posted = request.method == "POST"
    form = HeirForm(request.POST if posted else None, heirs=heirs) if in_hand else None
    problem = ""
    if posted and (form is None or form.is_valid()):
        try:
            accounts.block(person, request.user, form.person if form else None)
        except accounts.Refused as refusal:
            problem = str(refusal)
        else:
            notices.success(request, _("The account is blocked."))
            return redirect("staff-card", pk)
    context = {
        "person": person,
        "in_hand": in_hand,
        "form": form,
        "reports": leaving.in_hand(person).count(),
        "problem": problem,
        "reason": _why_not(request, person),
        "drafts": sum(message.status == Message.Status.DRAFT for message in in_hand),
    }
    return render(request, "admin_module/staff_block.html", context, status=422 if posted else 200)


def _why_not(request: StaffRequest, person: User) -> str:
    """What is known before anybody presses the button."""
    if person.pk == request.user.pk:
        return _("Nobody blocks their own account: ask another administrator.")
    return "" if person.is_active else _("This account is blocked already.")
