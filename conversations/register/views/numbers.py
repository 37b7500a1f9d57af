"""From a written reason to one look at a number, and from a case's number to the conversation it belongs to."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from admin_module.http import StaffRequest, staff_may
from conversations.register import card, case_numbers, unmasking
from conversations.register.case_numbers import CaseNumberForm
from conversations.register.unmasking import RevealForm

from .browsing import OPEN, visible


@staff_may("conversations.unmask_number")
@require_POST
def conversation_number(request: StaffRequest, pk: int) -> HttpResponse:
    """The whole number on this one answer; looking again asks for a reason again."""
    row, form = visible(request, pk), RevealForm(request.POST)
    template = "conversations/register/card.html"
    if not form.is_valid():
        context = card.context(row, request.user, reveal_form=form)
        return render(request, template, context, status=422)
    try:
        number = unmasking.reveal(row, form.cleaned_data["reason"], by=request.user)
    except unmasking.Refused:
        messages.error(
            request, _("You may not see this number. Ask the Director for a designation.")
        )
        return redirect("conversation-card", row.pk)
    return render(request, template, card.context(row, request.user, number=number))


@staff_may(OPEN)
@require_POST
def conversation_case(request: StaffRequest, pk: int) -> HttpResponse:
    """Write the number of a case on the conversation."""
    row, form = visible(request, pk), CaseNumberForm(request.POST)
    if not card.may_write_case(request.user, row):
        raise Http404
    if not form.is_valid():
        context = card.context(row, request.user) | {"case_form": form}
        return render(request, "conversations/register/card.html", context, status=422)
    given = form.cleaned_data
    try:
        case_numbers.write(row, given["case_number"], by=request.user, revision=given["revision"])
    except case_numbers.Stale:
        messages.error(request, _("Somebody changed it in the meantime. Look at it again."))
    else:
        messages.success(request, _("The case number is saved."))
    return redirect("conversation-card", row.pk)
