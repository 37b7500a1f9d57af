"""From the pages of an early deletion (RODO, art. 17) to its proposal, the two agreements, or a refusal."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module.http import StaffRequest, staff_may
from conversations.models import EarlyPurge
from conversations.register import seeing
from conversations.retention import early, holds
from conversations.retention.forms import EarlyForm, ReasonForm

PROPOSE = "conversations.propose_purge"


@staff_may(PROPOSE)
@require_http_methods(["GET", "POST"])
def early_purge_new(request: StaffRequest, pk: int) -> HttpResponse:
    conversation = get_object_or_404(seeing.visible_to(request.user), pk=pk)
    form = EarlyForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            early.propose(
                conversation, given["ground"], request.user, case_number=given["case_number"]
            )
        except early.EarlyRefused as problem:
            form.add_error(None, str(problem))
        else:
            notices.success(request, _("Proposed. The Director and the officer decide."))
            return redirect("retention")
    context = {"form": form, "conversation": conversation}
    context["held"] = holds.standing(conversation).exists()
    page = "conversations/retention/early_purge_new.html"
    return render(request, page, context, status=422 if form.is_bound else 200)


@staff_may(early.APPROVE)
@require_http_methods(["GET", "POST"])
def early_purge_approve(request: StaffRequest, pk: int) -> HttpResponse:
    return _agreeing(request, pk)


@staff_may(early.COAPPROVE)
@require_http_methods(["GET", "POST"])
def early_purge_coapprove(request: StaffRequest, pk: int) -> HttpResponse:
    return _agreeing(request, pk)


def _agreeing(request: StaffRequest, pk: int) -> HttpResponse:
    """A page in plain words first: nobody can take it back."""
    proposal = _proposal(request, pk)
    if request.method == "POST":
        try:
            if early.agree(proposal, request.user):
                notices.success(request, _("The conversation was deleted for good."))
            else:
                notices.success(request, _("Agreed. It is deleted once the second person agrees."))
        except early.EarlyRefused as problem:
            notices.error(request, str(problem))
        return redirect("retention")
    context = {"proposal": proposal, "conversation": proposal.conversation}
    return render(request, "conversations/retention/early_purge_agree.html", context)


@staff_may(early.APPROVE)
@require_http_methods(["GET", "POST"])
def early_purge_refuse(request: StaffRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        early.refuse(proposal, request.user, reason=form.cleaned_data["reason"])
        notices.success(request, _("Refused: the conversation stays until its time."))
        return redirect("retention")
    context = {"form": form, "proposal": proposal, "conversation": proposal.conversation}
    page = "conversations/retention/early_purge_refuse.html"
    return render(request, page, context, status=422 if form.is_bound else 200)


def _proposal(request: StaffRequest, pk: int) -> EarlyPurge:
    seen = seeing.visible_to(request.user).values("pk")
    rows = EarlyPurge.objects.filter(refused_at=None, done_at=None, conversation__in=seen)
    found: EarlyPurge = get_object_or_404(
        rows.select_related("conversation", "proposed_by", "approved_by", "coapproved_by"), pk=pk
    )
    return found
