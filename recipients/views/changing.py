"""From a person's or the office's wish to a corrected, restricted or suspended account."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, conflict, staff_may
from admin_module.models import User
from recipients.account import rights
from recipients.forms import merging
from recipients.forms.person import initial_of
from recipients.forms.rights import (
    CorrectionForm,
    ReasonForm,
    RestrictionForm,
    SuspensionForm,
    WishForm,
)
from recipients.models import Recipient, RightsRequest, living
from recipients.people import duplicates, particulars
from recipients.people.moves import CannotMove, StaleRevision


@staff_may("recipients.change_recipient")
@require_http_methods(["GET", "POST"])
def recipient_edit(request: StaffRequest, pk: int) -> HttpResponse:
    recipient = get_object_or_404(living(request.user), pk=pk)
    form = CorrectionForm(
        request.POST if request.method == "POST" else None, initial=_initial(recipient, request)
    )
    if form.is_bound and form.is_valid():
        try:
            _correct(recipient, form, by=request.user)
        except StaleRevision as stale:
            again = merging.merged(form, stale)
            sides = merging.in_words(again), merging.words_of(stale.theirs)
            return conflict(request, *sides, again, revision=stale.revision)
        except ValidationError as error:
            form.show(duplicates.seen_by(request.user, error))
        else:
            messages.success(request, _("The card was corrected."))
            return redirect("recipient-card", pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "recipient": recipient}
    return render(request, "recipients/particulars/recipient_edit.html", context, status=status)


def _initial(recipient: Recipient, request: StaffRequest) -> dict[str, Any]:
    if request.method == "GET":
        audit.record("recipient.opened", recipient, by=request.user)
    data = particulars.of(recipient)
    wish = _wish(recipient, request)
    return (
        initial_of(data)
        | {"revision": recipient.revision, "was": merging.as_typed(data)}
        | ({"asked_for": wish.kind, "how": wish.how} if wish else {})
    )


def _wish(recipient: Recipient, request: StaffRequest) -> RightsRequest | None:
    """The open request from whose page the clerk came here."""
    number = request.GET.get("wniosek", "")
    theirs = RightsRequest.objects.open().filter(recipient=recipient)
    wish: RightsRequest | None = (
        theirs.filter(pk=int(number)).first() if number.isdecimal() else None
    )
    return wish


def _correct(recipient: Recipient, form: CorrectionForm, *, by: User) -> None:
    values = form.cleaned_data
    rights.correct(
        recipient,
        form.person,
        by=by,
        reason=values["reason"],
        revision=values["revision"],
        asked=form.asked,
    )


@dataclass(frozen=True, slots=True)
class Move:
    """A confirm page: its words, its form, and the step it takes."""

    heading: str | Promise
    what: str | Promise
    action: str | Promise
    done: str | Promise
    form: type[forms.Form]
    step: Callable[..., Recipient]
    danger: bool = False


RESTRICT = Move(
    gettext_lazy("Restrict the account"),
    gettext_lazy("Nothing will be sent to this person by any channel until you lift it (§ 5.4)."),
    gettext_lazy("Restrict the account"),
    gettext_lazy("The account is restricted."),
    RestrictionForm,
    rights.restrict,
    danger=True,
)
LIFT = Move(
    gettext_lazy("Lift the restriction"),
    gettext_lazy("The account will be again what it was before it was restricted."),
    gettext_lazy("Lift the restriction"),
    gettext_lazy("The restriction is lifted."),
    ReasonForm,
    rights.lift,
)
SUSPEND = Move(
    gettext_lazy("Suspend at the person’s wish"),
    gettext_lazy("Nothing will be sent until the day given, or until the person comes back."),
    gettext_lazy("Suspend the account"),
    gettext_lazy("The account is suspended."),
    SuspensionForm,
    rights.suspend,
)
RESUME = Move(
    gettext_lazy("Resume the account"),
    gettext_lazy("From now on the person gets again what they agreed to."),
    gettext_lazy("Resume the account"),
    gettext_lazy("The account is active again."),
    WishForm,
    rights.resume,
)


@staff_may("recipients.restrict_recipient")
@require_http_methods(["GET", "POST"])
def recipient_restrict(request: StaffRequest, pk: int) -> HttpResponse:
    return _confirm(request, pk, RESTRICT)


@staff_may("recipients.restrict_recipient")
@require_http_methods(["GET", "POST"])
def recipient_lift(request: StaffRequest, pk: int) -> HttpResponse:
    return _confirm(request, pk, LIFT)


@staff_may("recipients.change_recipient")
@require_http_methods(["GET", "POST"])
def recipient_suspend(request: StaffRequest, pk: int) -> HttpResponse:
    return _confirm(request, pk, SUSPEND)


@staff_may("recipients.change_recipient")
@require_http_methods(["GET", "POST"])
def recipient_resume(request: StaffRequest, pk: int) -> HttpResponse:
    return _confirm(request, pk, RESUME)


def _confirm(request: StaffRequest, pk: int, move: Move) -> HttpResponse:
    recipient = get_object_or_404(living(request.user), pk=pk)
    posted = request.method == "POST"
    wish = _wish(recipient, request)
    initial = {"how": wish.how, "asked_how": wish.how} if wish else {}
    form = move.form(request.POST if posted else None, initial=initial)
    if posted and form.is_valid():
        try:
            move.step(recipient, by=request.user, **form.cleaned_data)
        except (CannotMove, ValidationError) as refusal:
            form.add_error(None, str(refusal) if isinstance(refusal, CannotMove) else refusal)
        else:
            messages.success(request, str(move.done))
            return redirect("recipient-card", pk)
    context = {"recipient": recipient, "move": move, "form": form}
    audit.record("recipient.opened", recipient, by=request.user)
    status = 422 if posted else 200
    return render(request, "recipients/card/recipient_move.html", context, status=status)
