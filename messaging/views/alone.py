"""From an alarm sent without a second person to its review, and to the report of a year."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, staff_may
from messaging.models import Message, SentAlone
from messaging.steps import alone, approving, sending
from messaging.texts.previewing import what_goes_out

FIRST_YEAR = 2000


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


@staff_may("messaging.approve_message")
@require_http_methods(["GET", "POST"])
def message_review(request: StaffRequest, pk: int) -> HttpResponse:
    """Say afterwards whether an alarm was rightly sent without a second person."""
    rows = SentAlone.objects.visible_to(request.user).select_related("message__unit", "by")
    row = get_object_or_404(rows, message=pk)
    problem = _take(request, row) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        notices.success(request, _("Your word on the alarm is kept."))
        return redirect("approval-queue")
    message = row.message
    context = {
        "row": row,
        "message": message,
        "problem": problem,
        "verdicts": SentAlone.Verdict.choices,
        "may": not (row.verdict or row.by == request.user)
        and not approving.wrote(request.user, message),
        "typed": request.POST,
        "today": timezone.localdate(),
        "previews": what_goes_out(message),
    }
    status = 422 if problem else 200
    return render(request, "messaging/approval/message_review.html", context, status=status)


def _take(request: StaffRequest, row: SentAlone) -> str:
    verdict, words = request.POST.get("verdict", ""), request.POST.get("words", "")
    try:
        alone.review(row, by=request.user, verdict=verdict, words=words[:2000])
    except alone.CannotReview as refusal:
        return str(refusal)
    return ""


@staff_may("messaging.view_message")
@require_GET
def alone_report(request: StaffRequest) -> HttpResponse:
    """Alarms of a year that went without a second person, and what was said of them."""
    this_year = timezone.localdate().year
    asked = request.GET.get("rok", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == len("2026") else 0
    year = year if FIRST_YEAR <= year <= this_year else this_year
    first = SentAlone.objects.visible_to(request.user).order_by("at").first()
    begin = timezone.localtime(first.at).year if first else this_year
    context = {
        "found": alone.year_of(year, request.user),
        "years": range(this_year, begin - 1, -1),
        "today": timezone.localdate(),
    }
    return render(request, "messaging/approval/alone_report.html", context)
