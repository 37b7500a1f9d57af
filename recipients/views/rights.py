"""From a person's wish to be forgotten to the page that says what goes and what stays, and to its end."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from recipients.account import rights
from recipients.correspondence import answers
from recipients.forms.rights import ErasureForm
from recipients.models import RightsRequest, living
from recipients.people.moves import CannotMove
from recipients.printing import paper
from recipients.views.paper import as_pdf


@staff_may("recipients.erase_recipient")
@require_http_methods(["GET", "POST"])
def recipient_erase(request: StaffRequest, pk: int) -> HttpResponse:
    recipient = get_object_or_404(living(request.user), pk=pk)
    posted = request.method == "POST"
    form = ErasureForm(request.POST if posted else None, recipient=recipient)
    if posted and form.is_valid():
        values = form.cleaned_data
        try:
            rights.erase(recipient, by=request.user, reason=values["reason"], how=values["how"])
        except (CannotMove, ValidationError) as refusal:
            form.add_error(None, str(refusal) if isinstance(refusal, CannotMove) else refusal)
        else:
            messages.success(request, _("The person is erased. Only a card without data stays."))
            return redirect("recipient-list")
    audit.record("recipient.opened", recipient, by=request.user)
    asked = RightsRequest.objects.open().filter(recipient=recipient, kind="erase").first()
    context = {"recipient": recipient, "form": form, "asked": asked}
    return render(
        request, "recipients/card/recipient_erase.html", context, status=422 if posted else 200
    )


@staff_may("recipients.erase_recipient")
@require_POST
def erasure_print(request: StaffRequest, pk: int) -> HttpResponse:
    """The confirmation on paper, printed before the erasure: afterwards nobody knows the address."""
    recipient = get_object_or_404(living(request.user), pk=pk)
    audit.record("recipient.confirmation_printed", recipient, by=request.user)
    return as_pdf(request, recipient, paper.letter_to(recipient, answers.erased()))
