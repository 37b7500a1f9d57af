"""From the queue of waiting messages to the second person's yes, no, or "look at it again"."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from admin_module import proving
from admin_module.http import StaffRequest, staff_may
from messaging.composing import comparing
from messaging.composing.outlook import look_ahead
from messaging.models import Message
from messaging.steps import alone, approving, queueing, sending
from messaging.texts.previewing import what_goes_out

DECISIONS = {
    "approve": lambda message, by, _reason, seen: sending.approve(message, by=by, seen=seen),
    "return": lambda message, by, reason, _seen: sending.return_(message, by=by, note=reason),
    "reject": lambda message, by, reason, _seen: sending.reject(message, by=by, note=reason),
}
DONE = {
    "approve": gettext_lazy("The message is approved."),
    "return": gettext_lazy("The message went back to its author."),
    "reject": gettext_lazy("The message is rejected."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nothing was decided; `status` is that of the answer, `at` the field that is to blame."""

    words: str
    status: int = 422
    at: str = ""


@staff_may("messaging.approve_message")
@require_GET
def approval_queue(request: StaffRequest) -> HttpResponse:
    """What waits for a second person, and alarms that went without one."""
    context = {
        "waiting": queueing.queue(request.user),
        "alarms": list(alone.to_review(request.user)),
        "today": timezone.localdate(),
    }
    return render(request, "messaging/approval/approval_queue.html", context)


@staff_may("messaging.approve_message")
@require_http_methods(["GET", "POST"])
def message_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the whole message to a person who did not write it, and take their decision."""
    message = get_object_or_404(_messages(request), pk=pk)
    if message.status != Message.Status.WAITING:
        notices.info(request, _("This message is no longer waiting for approval."))
        return redirect("message-progress", pk=pk)
    if request.method != "POST":
        return _page(request, message)
    if _must_prove(request, message):
        request.session[proving.BACK] = request.path
        return redirect("account-confirm")
    problem = _decide(request, message)
    if problem is None:
        went = request.POST.get("decision") == "approve"
        return redirect("message-progress", pk=pk) if went else redirect("approval-queue")
    return _page(request, message, problem)


def _messages(request: StaffRequest) -> Any:
    rows = Message.objects.visible_to(request.user)
    return rows.select_related("author", "unit", "topic", "template_version__template")


def _page(request: StaffRequest, message: Message, problem: Problem | None = None) -> HttpResponse:
    now = comparing.shown(message)
    before = approving.look(message, now, by=request.user)
    outlook = look_ahead(message, message.audience.filter, by=request.user)
    context = {
        "message": message,
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "own": approving.wrote(request.user, message) and not message.drill,
        "seen": approving.digest(message),
        "looked": before,
        "changes": comparing.changes(before.shown, now) if before else [],
        "steps": [step for step in approving.history(message) if step.kind != "seen"],
        "outlook": outlook,
        "few": queueing.is_hidden(message.expected_count, request.user),
        "late": bool(message.due_at and message.due_at <= timezone.now()),
        "asks_password": _asks_password(request, message),
        "previews": what_goes_out(message),
    }
    status = problem.status if problem else 200
    return render(request, "messaging/approval/message_approve.html", context, status=status)


def _asks_password(request: StaffRequest, message: Message) -> bool:
    """An alarm wakes a town: who approves one has just shown who they are."""
    return message.klass == Message.Klass.ALARM and not proving.is_fresh(request)


def _must_prove(request: StaffRequest, message: Message) -> bool:
    return request.POST.get("decision") == "approve" and _asks_password(request, message)


def _decide(request: StaffRequest, message: Message) -> Problem | None:
    decision = request.POST.get("decision", "")
    reason = request.POST.get("reason", "").strip()
    if decision not in DECISIONS:
        return Problem(_("Choose what to do with this message."))
    if decision != "approve" and not reason:
        return Problem(_("Write to the author why: a sentence is enough."), at="id_reason")
    if decision == "approve" and _lacks_factor(request, message):
        return Problem(
            _("An alarm is approved with a second factor. Set one up on the page of your account.")
        )
    try:
        DECISIONS[decision](message, request.user, reason, request.POST.get("seen", ""))
    except sending.Changed as changed:
        return Problem(str(changed), 409)
    except sending.CannotSend as refusal:
        return Problem(str(refusal))
    notices.success(request, str(DONE[decision]))
    return None


def _lacks_factor(request: StaffRequest, message: Message) -> bool:
    """Whether an alarm's approver signed in by a password alone, where the office asks for more."""
    if message.klass != Message.Klass.ALARM or settings.SECOND_FACTOR == "voluntary":
        return False
    return getattr(request.user, "otp_device", None) is None
