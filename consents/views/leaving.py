"""From a person who wants nothing more by a channel, or at all, to every consent taken back at once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.templatetags.icp_ui import channel_name
from consents import leaving
from consents.leaving import LeavingForm
from recipients.forms import ticking
from recipients.models import CONTACT_KINDS, Recipient, living


@staff_may("consents.add_consent")
@require_http_methods(["GET", "POST"])
def consent_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask by which channel and how it was said; take back on the second press only."""
    recipient = get_object_or_404(living(request.user), pk=pk)
    agreed = [kind for kind in CONTACT_KINDS if ticking.ticked_by(recipient.consents, kind)]
    form = LeavingForm(request.POST if request.method == "POST" else None, agreed=agreed)
    if form.is_bound and form.is_valid():
        _withdraw(request, recipient, form)
        return redirect("recipient-card", pk)
    audit.record("recipient.opened", recipient, by=request.user)
    context = {"recipient": recipient, "form": form, "agreed": agreed}
    status = 422 if form.is_bound else 200
    return render(request, "consents/consent_withdraw.html", context, status=status)


def _withdraw(request: StaffRequest, recipient: Recipient, form: LeavingForm) -> None:
    values = form.cleaned_data
    number = leaving.leave(recipient, values["channel"], how=values["how"], by=request.user)
    if not number:
        messages.info(request, _("There was nothing to withdraw."))
        return
    said = ngettext("%(n)d consent is withdrawn.", "%(n)d consents are withdrawn.", number)
    where = values["channel"]
    by_channel = _("Channel: %(name)s.") % {"name": channel_name(where)} if where else ""
    messages.success(request, f"{said % {'n': number}} {by_channel}".strip())
