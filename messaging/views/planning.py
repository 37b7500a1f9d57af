"""From the calendar of what is to leave to another hour for a message, or to its stop in the last seconds."""

from datetime import date, timedelta

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from admin_module.configuration import QuietHours, read
from admin_module.http import StaffRequest, staff_may
from messaging.forms.planning import MoveForm
from messaging.hours import month
from messaging.models import Message
from messaging.steps import approving, planning, sending

WEEK = "tydzien"


@staff_may("messaging.view_message")
@require_GET
def message_calendar(request: StaffRequest) -> HttpResponse:
    """A month or a week of what leaves when; which one stands in the address."""
    on = _day(request.GET.get("dzien", ""))
    weekly = request.GET.get("widok") == WEEK
    found = month.week_of(on, request.user) if weekly else month.month_of(on, request.user)
    context = {
        "calendar": found,
        "weekly": weekly,
        "on": on,
        "today": timezone.localdate(),
        "before": found.first - timedelta(days=1),
        "after": found.last + timedelta(days=1),
        "quiet": read(QuietHours),
        "movable": planning.MOVABLE,
    }
    return render(request, "messaging/planning/message_calendar.html", context)


def _day(asked: str) -> date:
    try:
        found = date.fromisoformat(asked)
    except ValueError:
        return timezone.localdate()
    # Years that no calendar of messages has: their first and last weeks could not be counted.
    near = abs(found.year - timezone.localdate().year) <= 100  # noqa: PLR2004
    return found if near else timezone.localdate()


@staff_may("messaging.send_message")
@require_http_methods(["GET", "POST"])
def message_move(request: StaffRequest, pk: int) -> HttpResponse:
    """Another day and hour for a message that has not begun to go out."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    if not planning.may_be_moved(message):
        notices.info(request, _("This message cannot get another hour any more."))
        return redirect("message-progress", pk=pk)
    form = MoveForm(request.POST or None, message=message)
    if request.method == "POST" and form.is_valid() and _moved(request, message, form):
        return redirect("message-progress", pk=pk)
    context = {
        "message": message,
        "form": form,
        "asks_again": approving.needs_approval(message),
        "quiet": read(QuietHours),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "messaging/planning/message_move.html", context, status=status)


def _moved(request: StaffRequest, message: Message, form: MoveForm) -> bool:
    if form.cleaned_data["revision"] != message.revision:
        form.add_error(
            None, _("Somebody changed the message meanwhile. Look at it and choose the hour again.")
        )
        shown = request.POST.copy()
        shown["revision"] = str(message.revision)
        form.data = shown
        return False
    try:
        planning.move(message, form.cleaned_data["due_at"], by=request.user)
    except sending.CannotSend as refusal:
        form.add_error("due_at", str(refusal))
        return False
    notices.success(
        request,
        _("The message has its new hour and waits for approval again.")
        if message.status == Message.Status.WAITING
        else _("The message has its new hour."),
    )
    return True


@staff_may("messaging.send_message")
@require_http_methods(["GET", "POST"])
def message_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a draft again of what has not begun to go out: also the stop of the countdown."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        try:
            planning.take_back(message, by=request.user)
        except sending.CannotSend as refusal:
            notices.warning(request, str(refusal))
            return redirect("message-progress", pk=pk)
        notices.success(request, _("Stopped: nothing went out. The message is a draft again."))
        return redirect("message-edit", pk=pk)
    return render(request, "messaging/planning/message_take_back.html", {"message": message})
