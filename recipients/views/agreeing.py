"""From a person's yes and no, said in words, to consents; or to a form that they will sign."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from consents import granting, numbering
from recipients.forms import ticking
from recipients.forms.person import ConsentsForm
from recipients.models import Recipient, living


@staff_may("consents.add_consent")
@require_http_methods(["GET", "POST"])
def consent_edit(request: StaffRequest, pk: int) -> HttpResponse:
    recipient = get_object_or_404(living(request.user), pk=pk)
    now = {"granted": recipient.consents, "seen": recipient.consents}
    form = ConsentsForm(
        request.POST if request.method == "POST" else None, initial=now, by=request.user
    )
    if form.is_bound and form.is_valid():
        _save(request, recipient, form)
        return redirect("recipient-card", pk)
    context = {
        "recipient": recipient,
        "form": form,
        "rows": ticking.rows(ticking.ticks_in(form, "granted"), request.user),
    }
    audit.record("recipient.opened", recipient, by=request.user)
    status = 422 if form.is_bound else 200
    return render(request, "recipients/card/consent_edit.html", context, status=status)


def _save(request: StaffRequest, recipient: Recipient, form: ConsentsForm) -> None:
    values = form.cleaned_data
    if "print" in request.POST:
        numbering.form_for(recipient, values["granted"], by=request.user)
        messages.success(request, _("The form is ready to print. It counts once it is signed."))
        return
    changed = _decide(recipient, form, by=request.user)
    messages.success(request, _("Consents saved.") if changed else _("Nothing was changed."))


@transaction.atomic
def _decide(recipient: Recipient, form: ConsentsForm, *, by: User) -> int:
    """Grant and withdraw only what this clerk ticked otherwise than the page showed it."""
    values = form.cleaned_data
    changes = ticking.differing(values["seen"], values["granted"], by)
    for topic, kind, yes in changes:
        step = granting.grant if yes else granting.withdraw
        step(recipient, topic, kind, how=values["how"], by=by)
    return len(changes)
