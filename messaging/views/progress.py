"""From a message under way to its progress page, and from a clerk's hand to its brakes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages as notices
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, staff_may
from admin_module.models import AuditEntry
from admin_module.templatetags.audit_words import action_words
from messaging.budget.spending import spending_of
from messaging.engine import expanding, providers
from messaging.ledger import escalating
from messaging.ledger.progress import Progress, progress_of
from messaging.models import Message
from messaging.steps import braking, cooling, follow_ups, following, publishing, sending
from messaging.texts.previewing import what_goes_out
from messaging.trace.explaining import troubles_of

STOP_POLLING = 286  # htmx: swap this answer in and ask no more
EVENTS: dict[str, tuple[str, Promise]] = {
    "message.created": ("pencil", _("Draft made")),
    "message.changed": ("save", _("Text or audience changed")),
    "message.submitted": ("hourglass", _("Passed on for approval")),
    "message.approved": ("user-check", _("Approved")),
    "message.returned": ("undo-2", _("Returned to the author")),
    "message.approval_void": ("shield-alert", _("The approval is void: it was changed")),
    "message.rescheduled": ("calendar-clock", _("Given another hour")),
    "message.taken_back": ("undo-2", _("Taken back to be changed")),
    "message.alone_reviewed": ("clipboard-check", _("Looked at afterwards")),
    "message.review_reminded": ("bell", _("Reminder: nobody has looked at it yet")),
    "message.rejected": ("circle-x", _("Rejected")),
    "message.sent_alone": ("siren", _("Alarm sent without a second person")),
    "message.sent_late": ("send", _("Sent after all, although late")),
    "message.asks": ("circle-question-mark", _("Stopped: the number of people differs")),
    "message.limit_lifted": ("banknote", _("The limit of SMS parts was lifted")),
    "budget.exceeded": ("banknote", _("It goes beyond the SMS budget")),
    "message.count_confirmed": ("users", _("The number of people was confirmed")),
    "message.sent": ("send", _("Ordered to be sent")),
    "message.scheduled": ("calendar-clock", _("Scheduled")),
    "message.expanded": ("users", _("List of people prepared")),
    "message.started": ("play", _("Sending started")),
    "message.paused": ("circle-pause", _("Paused")),
    "message.resumed": ("circle-play", _("Resumed")),
    "message.published": ("megaphone", _("Published for everybody")),
    "message.withdrawn": ("undo-2", _("Withdrawn from everybody")),
    "message.followed": ("undo-2", _("A correction or a call-off was written")),
    "message.cancelled": ("ban", _("The rest was cancelled")),
    "message.finished": ("circle-check", _("Everything has been handed over")),
    "message.expired": ("clock", _("Expired before it was sent")),
    "message.evidence_made": ("file-check", _("Evidence pack made")),
    "message.deliveries_exported": ("download", _("Deliveries exported")),
    "delivery.settled": ("circle-question-mark", _("An unknown delivery was decided on")),
    "delivery.resent": ("rotate-cw", _("An unknown delivery was sent again")),
}
MOST_EVENTS = 30


@staff_may("messaging.view_message")
@require_GET
def message_progress(request: StaffRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(
        Message.objects.visible_to(request.user).select_related(
            "author", "approved_by", "unit", "topic"
        ),
        pk=pk,
    )
    if message.status == Message.Status.DRAFT and request.user.has_perm("messaging.add_message"):
        return redirect("message-edit", pk=pk)
    context = context_of(message) | {
        "previews": what_goes_out(message),
        "took": providers.took(message),
    }
    return render(request, "messaging/progress/message_progress.html", context)


@staff_may("messaging.view_message")
@require_GET
def message_progress_live(request: StaffRequest, pk: int) -> HttpResponse:
    """The part of the page that moves; the answer after the last movement ends the asking."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    context = context_of(message)
    status = 200 if context["progress"].moving else STOP_POLLING
    return render(request, "messaging/progress/progress_live.html", context, status=status)


def context_of(message: Message) -> dict[str, Any]:
    progress = progress_of(message)
    troubles, more = troubles_of(message)
    return {
        "message": message,
        "progress": progress,
        "every": seconds_between(message),
        "left": time_left(message, progress),
        "troubles": troubles,
        "more_troubles": more,
        "spending": spending_of(message),
        "events": events_of(message),
        "at": timezone.now(),
        "seconds_left": cooling.seconds_left(message),
        "halted": braking.since_halt(message),
        **family_of(message),
    }


def family_of(message: Message) -> dict[str, Any]:
    """What it follows and what follows it; none of it for a message that stands alone."""
    mark = follow_ups.marks([message.pk]).get(message.pk)
    everybody = follow_ups.family(message)
    waits = message.follows_id is not None and message.status == Message.Status.SCHEDULED
    return {
        "family": [one for one in everybody if one.pk != message.pk],
        "mark": mark,
        "called_off": follow_ups.Kind.CALL_OFF in {message.follow_kind, mark.kind if mark else ""},
        "may_follow": following.may_follow(message),
        "waits_for": follow_ups.hinders(message) if waits else None,
    }


def seconds_between(message: Message) -> int:
    """2 seconds while it is fresh, then slower: a page left open must not keep asking as fast."""
    if cooling.seconds_left(message) is not None:
        return 1
    age = timezone.now() - (message.sent_at or timezone.now())
    if age < timedelta(minutes=5):
        return 2
    return 10 if age < timedelta(hours=1) else 60


def time_left(message: Message, progress: Progress) -> timedelta | None:
    """By the pace so far; None where there is nothing to tell yet."""
    done = progress.whole.to_send - progress.whole.waiting
    if escalating.waits(message):
        return None  # most of what waits does so on purpose
    if message.status != Message.Status.SENDING or not message.sent_at or not done:
        return None
    start = max(message.sent_at, message.due_at or message.sent_at)
    return (timezone.now() - start) / done * progress.whole.waiting


def events_of(message: Message) -> list[tuple[AuditEntry, str, Promise | str]]:
    """The latest steps of this message: (entry, icon, words). Who looked stands in the audit log."""
    steps = Q(action__startswith="message.") | Q(action="budget.exceeded")
    entries = AuditEntry.objects.filter(steps, subject=f"messaging.message:{message.pk}")
    latest = entries.select_related("actor").order_by("-pk")[:MOST_EVENTS]
    return [
        (entry, *EVENTS.get(entry.action, ("circle-dot", action_words(entry.action))))
        for entry in latest
    ]


# --- Brakes ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Brake:
    """A step that asks first: its words, and who takes it."""

    heading: Promise
    says: Promise
    button: Promise
    done: Promise
    danger: bool
    step: Callable[..., object]


BRAKES: Mapping[str, Brake] = {
    "pause": Brake(
        _("Pause this sending?"),
        _("What waits will stay waiting until somebody resumes it. What has gone out stays sent."),
        _("Pause the sending"),
        _("The sending is paused."),
        False,
        braking.pause,
    ),
    "resume": Brake(
        _("Resume this sending?"),
        _("Everything that still waits will go out from where it stopped."),
        _("Resume the sending"),
        _("The sending goes on."),
        False,
        braking.resume,
    ),
    "cancel": Brake(
        _("Cancel the rest of this sending?"),
        _(
            "What still waits will never go out, and this cannot be undone. What has gone out stays sent."
        ),
        _("Cancel the rest"),
        _("The rest of the sending is cancelled."),
        True,
        braking.cancel,
    ),
    "withdraw": Brake(
        _("Withdraw this message from everybody?"),
        _(
            "An announcement disappears from the page and from the app. An alarm or a warning stays there, marked as called off. What was sent to people stays sent."
        ),
        _("Withdraw it"),
        _("The message is withdrawn from everybody."),
        True,
        publishing.withdraw,
    ),
}


@staff_may("messaging.send_message")
@require_http_methods(["GET", "POST"])
def message_brake(request: StaffRequest, pk: int, brake: str) -> HttpResponse:
    """Pause, resume or cancel the rest, after a page that says what that means."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    chosen = BRAKES[brake]
    if request.method == "POST":
        try:
            chosen.step(message, by=request.user)
            notices.success(request, str(chosen.done))
        except (sending.CannotSend, publishing.CannotWithdraw) as refusal:
            notices.warning(request, str(refusal))
        return redirect("message-progress", pk=pk)
    context = {"message": message, "brake": chosen, "progress": progress_of(message)}
    return render(request, "messaging/progress/message_brake.html", context)


ANSWERS: Mapping[str, Callable[..., object]] = {
    "count": expanding.confirm_count,
    "late": sending.send_late,
    "limit": expanding.lift_limit,
}


@staff_may("messaging.send_message")
@require_POST
def message_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """A message that stopped and asks: go on with the new count, or send after all."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    answer = ANSWERS.get(request.POST.get("answer", ""))
    try:
        if answer is not None:
            answer(message, by=request.user)
    except sending.CannotSend as refusal:
        notices.warning(request, str(refusal))
    return redirect("message-progress", pk=pk)
