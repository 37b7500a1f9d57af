"""From the pages of holds to placing, proposing, reviewing and releasing them."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from conversations.models import Conversation, HoldProposal, RetentionHold
from conversations.register import seeing
from conversations.retention import holds, proposing, reviewing
from conversations.retention.forms import HoldForm, ReasonForm, ReviewForm

VIEW, PLACE = "conversations.view_retention", "conversations.place_hold"
PROPOSE, RELEASE = "conversations.propose_hold", "conversations.release_hold"
SHELVES = ("stoja", "do-przegladu", "zwolnione")
PAGE = 25


@staff_may(VIEW)
@require_GET
def hold_list(request: StaffRequest) -> HttpResponse:
    shelf = request.GET.get("widok", SHELVES[0])
    rows = _shelf(shelf, request.user).select_related(
        "conversation", "placed_by", "released_by", "request"
    )
    seen = seeing.visible_to(request.user).values("pk")
    proposals = HoldProposal.objects.filter(decided_at=None, conversation__in=seen)
    context = {
        "shelf": shelf,
        "shelves": list(zip(SHELVES, _shelf_words(), strict=True)),
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "proposals": proposals.select_related("conversation", "proposed_by").order_by("pk"),
        "today": timezone.localdate(),
    }
    return render(request, "conversations/retention/hold_list.html", context)


def _shelf(shelf: str, user: User) -> QuerySet[RetentionHold]:
    rows: QuerySet[RetentionHold] = RetentionHold.objects.filter(
        conversation__in=seeing.visible_to(user).values("pk")
    )
    if shelf == "zwolnione":
        return rows.filter(released_at__isnull=False).order_by("-released_at")
    if shelf == "do-przegladu":
        return rows.filter(pk__in=reviewing.to_review().values("pk")).order_by("review_on")
    return rows.filter(released_at=None).order_by("review_on", "pk")


def _shelf_words() -> tuple[str, ...]:
    return _("standing"), _("to review"), _("released")


@staff_may(PLACE)
@require_http_methods(["GET", "POST"])
def hold_new(request: StaffRequest, pk: int) -> HttpResponse:
    conversation = get_object_or_404(seeing.visible_to(request.user), pk=pk)
    form = HoldForm(request.POST or None)
    if form.is_bound and form.is_valid() and _tried(form, holds.place, conversation, request.user):
        notices.success(request, _("The hold stands: the conversation is not deleted."))
        return redirect("hold-list")
    context = {"title": _("Hold the conversation"), "action": _("Place the hold")}
    return _form(request, form, conversation, context)


@staff_may(PROPOSE)
@require_http_methods(["GET", "POST"])
def hold_propose(request: StaffRequest, pk: int) -> HttpResponse:
    conversation = get_object_or_404(seeing.visible_to(request.user), pk=pk)
    form = HoldForm(request.POST or None)
    if (
        form.is_bound
        and form.is_valid()
        and _tried(form, proposing.propose, conversation, request.user)
    ):
        notices.success(request, _("The Director was told. Until then nothing is held."))
        return redirect("hold-list")
    context = {"title": _("Propose a hold"), "action": _("Propose the hold")}
    return _form(request, form, conversation, context)


def _tried(form: HoldForm, step: Any, conversation: Conversation, by: User) -> bool:
    """Whether it was done; else the form says why not."""
    given = form.cleaned_data
    rest = {name: given[name] for name in ("legal_basis", "review_on", "case_number")}
    try:
        step(conversation, given["reason"], by=by, **rest)
    except (holds.HoldRefused, holds.TooLate) as problem:
        form.add_error(None, str(problem))
        return False
    return True


@staff_may(PLACE)
@require_http_methods(["GET", "POST"])
def hold_review(request: StaffRequest, pk: int) -> HttpResponse:
    hold = _standing(request, pk)
    form = ReviewForm(request.POST or None)
    if (
        form.is_bound
        and form.is_valid()
        and _reviewed(form, hold, request.user, form.cleaned_data["review_on"])
    ):
        notices.success(request, _("The hold stands on until its next review."))
        return redirect("hold-list")
    context = {"title": _("Review the hold"), "action": _("It is still needed"), "hold": hold}
    return _form(request, form, hold.conversation, context)


def _reviewed(form: forms.Form, hold: RetentionHold, by: User, day: date) -> bool:
    try:
        return reviewing.review(hold, by, review_on=day)
    except holds.HoldRefused as problem:
        form.add_error("review_on", str(problem))
        return False


@staff_may(RELEASE)
@require_http_methods(["GET", "POST"])
def hold_release(request: StaffRequest, pk: int) -> HttpResponse:
    hold = _standing(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        holds.release(hold, request.user, reason=form.cleaned_data["reason"])
        notices.success(request, _("The hold was released: the conversation’s own time counts."))
        return redirect("hold-list")
    context = {
        "title": _("Release the hold"),
        "action": _("Release the hold"),
        "hold": hold,
        "danger": True,
        "over": hold.conversation.expires_at <= timezone.now(),
    }
    return _form(request, form, hold.conversation, context)


@staff_may(PLACE)
@require_http_methods(["GET", "POST"])
def hold_proposal(request: StaffRequest, pk: int) -> HttpResponse:
    """Read what was proposed; place it as it stands, or turn it down."""
    rows = HoldProposal.objects.filter(decided_at=None).select_related(
        "conversation", "proposed_by"
    )
    seen = seeing.visible_to(request.user).values("pk")
    proposal = get_object_or_404(rows.filter(conversation__in=seen), pk=pk)
    if request.method == "POST":
        _decide(request, proposal)
        return redirect("hold-list")
    context = {"proposal": proposal, "conversation": proposal.conversation}
    return render(request, "conversations/retention/hold_proposal.html", context)


def _decide(request: StaffRequest, proposal: HoldProposal) -> None:
    try:
        if request.POST.get("answer") == "place":
            proposing.accept(proposal, request.user)
            notices.success(request, _("The hold stands: the conversation is not deleted."))
        else:
            proposing.turn_down(proposal, request.user)
            notices.success(request, _("The proposal was turned down."))
    except holds.TooLate as problem:
        notices.error(request, str(problem))


def _standing(request: StaffRequest, pk: int) -> RetentionHold:
    seen = seeing.visible_to(request.user).values("pk")
    rows = RetentionHold.objects.filter(released_at=None, conversation__in=seen)
    found: RetentionHold = get_object_or_404(rows.select_related("conversation"), pk=pk)
    return found


def _form(
    request: StaffRequest, form: forms.Form, about: Conversation, context: dict[str, Any]
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context |= {"form": form, "conversation": about}
    return render(request, "conversations/retention/hold_form.html", context, status=status)
