"""From a waiting message to the second person's yes, no, or "look at it again"."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from admin_module.http import StaffRequest, staff_may
from messaging import sending
from messaging.models import Message
from messaging.outlook import look_ahead
from messaging.previewing import invented_reader, previews

DECISIONS = {
    "approve": lambda message, by, _reason: sending.approve(message, by=by),
    "return": lambda message, by, reason: sending.return_(message, by=by, note=reason),
    "reject": lambda message, by, reason: sending.reject(message, by=by, note=reason),
}
DONE = {
    "approve": gettext_lazy("The message is approved."),
    "return": gettext_lazy("The message went back to its author."),
    "reject": gettext_lazy("The message is rejected."),
}


@staff_may("messaging.approve_message")
@require_http_methods(["GET", "POST"])
def message_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the whole message to a person who did not write it, and take their decision."""
    message = get_object_or_404(
        Message.objects.visible_to(request.user).select_related("author", "unit", "topic"), pk=pk
    )
    if message.status != Message.Status.WAITING:
        notices.info(request, _("This message is no longer waiting for approval."))
        return redirect("message-progress", pk=pk)
    problem = _decide(request, message) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        return redirect("message-list")
    return render(
        request,
        "messaging/message_approve.html",
        {
            "message": message,
            "problem": problem,
            "reason": request.POST.get("reason", ""),
            "own": sending.wrote(request.user, message),
            "outlook": look_ahead(message, message.audience.filter, by=request.user),
            "previews": [
                one
                for one in previews(message, invented_reader())
                if one.channel in message.channels
            ],
        },
        status=422 if problem else 200,
    )


def _decide(request: StaffRequest, message: Message) -> str:
    decision = request.POST.get("decision", "")
    reason = request.POST.get("reason", "").strip()
    if decision not in DECISIONS:
        return _("Choose what to do with this message.")
    if decision != "approve" and not reason:
        return _("Write to the author why: a sentence is enough.")
    try:
        DECISIONS[decision](message, request.user, reason)
    except sending.CannotSend as refusal:
        return str(refusal)
    notices.success(request, str(DONE[decision]))
    return ""


@staff_may("messaging.send_alarm")
@require_POST
def message_break_glass(request: StaffRequest, pk: int) -> HttpResponse:
    """An alarm goes out without a second person: its author says why, and that is recorded."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        notices.error(
            request, _("Say why there is no time for a second person. It will be recorded.")
        )
        return redirect("message-progress", pk=pk)
    try:
        sending.approve(message, by=request.user, break_glass=reason)
        notices.success(
            request, _("The alarm is going out. That it went without a second person is recorded.")
        )
    except sending.CannotSend as refusal:
        notices.error(request, str(refusal))
    return redirect("message-progress", pk=pk)
