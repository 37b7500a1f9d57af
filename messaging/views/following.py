"""From a message that went out to what puts it right or calls it off."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from admin_module.http import StaffRequest, staff_may
from messaging.composing.outlook import look_ahead
from messaging.forms.follow_up import FollowUpForm
from messaging.models import Message
from messaging.steps import follow_ups, following, sending
from messaging.steps.follow_ups import Kind

from .attachments import tell_taken

HEADINGS = {
    Kind.CORRECTION: gettext_lazy("Correct this message"),
    Kind.CALL_OFF: gettext_lazy("Call this message off"),
}


@staff_may("messaging.add_message")
@require_http_methods(["GET", "POST"])
def message_follow(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """Write what is right, see whom it is for, and make the draft; a false alarm is called off at once."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    try:
        following.check(message)
    except following.CannotFollow as refusal:
        notices.warning(request, str(refusal))
        return redirect("message-progress", pk=pk)
    form = form_of(request, message, kind)
    if request.method == "POST" and form.is_valid():
        return make(request, message, form)
    status = 422 if request.method == "POST" else 200
    context = context_of(request, message, form)
    return render(request, "messaging/progress/message_follow.html", context, status=status)


def form_of(request: StaffRequest, message: Message, kind: str) -> FollowUpForm:
    moving = any(one.status in follow_ups.UNDER_WAY for one in follow_ups.family(message))
    data = request.POST if request.method == "POST" else None
    return FollowUpForm(data, message=message, kind=kind, user=request.user, moving=moving)


def context_of(request: StaffRequest, message: Message, form: FollowUpForm) -> dict[str, Any]:
    sure, unsure = (
        following.drafted(
            message, following.Wish(form.kind, with_unknown=with_unknown), by=request.user
        )
        for with_unknown in (False, True)
    )
    return {
        "message": message,
        "form": form,
        "kind": form.kind,
        "heading": HEADINGS[form.kind],
        "outlook": look_ahead(sure, {}, by=request.user),
        "with_unknown": look_ahead(unsure, {}, by=request.user),
        "at_once": following.at_once(unsure, by=request.user),
        "family": [one for one in follow_ups.family(message) if one.pk != message.pk],
    }


def make(request: StaffRequest, message: Message, form: FollowUpForm) -> HttpResponse:
    made, taken = following.follow(message, form.wish(), by=request.user)
    tell_taken(request, taken)
    action = request.POST.get("action")
    if action == "send" and following.at_once(made, by=request.user):
        return send_at_once(request, made)
    return redirect("message-edit" if action == "edit" else "message-check", pk=made.pk)


def send_at_once(request: StaffRequest, made: Message) -> HttpResponse:
    """A double click finds that the first one sent it."""
    try:
        if made.status == Message.Status.DRAFT:
            sending.send(made, by=request.user)
            notices.success(request, _("The alarm is being called off."))
    except sending.CannotSend as refusal:
        notices.error(request, str(refusal))
        return redirect("message-check", pk=made.pk)
    return redirect("message-progress", pk=made.pk)
