"""From a message and a reason to a list of the people whom it cannot reach."""

import uuid

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from messaging.composing.foreseeing import asked_of, by_district
from messaging.composing.outlook import look_ahead
from messaging.models import Message
from recipients.exports import unreached

SHORTEST_REASON = 10


class UnreachedForm(forms.Form):
    """For what somebody needs the list, and how they take it along."""

    reason = forms.CharField(
        label=_("What the list is for"),
        min_length=SHORTEST_REASON,
        max_length=300,
        help_text=_("For example: the municipal guard goes to these people with the news."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    layout = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[(one.value, one.label) for one in unreached.LAYOUTS],
        initial=unreached.LAYOUTS[0],
        widget=forms.RadioSelect,
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


@staff_may("recipients.list_unreached")
@require_http_methods(["GET", "POST"])
@limited("export")
def message_unreached(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for the reason, order the list; the page of the job hands it out to whoever ordered it."""
    mine = Message.objects.visible_to(request.user).filter(follows=None)
    message = get_object_or_404(mine.select_related("topic", "unit"), pk=pk)
    form = UnreachedForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and message.audience.filter:
        typed = form.cleaned_data
        job = unreached.order(
            asked_of(message), message.audience.words, layout=typed["layout"],
            reason=typed["reason"], by=request.user, form_key=typed["form_key"],
        )  # fmt: skip
        return redirect("job", job.pk)
    context = {
        "message": message,
        "form": form,
        "outlook": look_ahead(message, message.audience.filter, by=request.user),
        "forecast": by_district(message, by=request.user),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "messaging/compose/message_unreached.html", context, status=status)
