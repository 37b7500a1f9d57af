"""From a finished draft to the order to send it: the last look, the typed word, the button."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from admin_module.http import StaffRequest, staff_may
from messaging.budget import budgeting
from messaging.budget.budgeting import Budget
from messaging.composing import alike
from messaging.composing.foreseeing import by_district
from messaging.composing.outlook import Outlook, look_ahead
from messaging.forms import MessageForm
from messaging.models import Message
from messaging.steps import approving, drafting, sending
from messaging.texts.previewing import what_goes_out

from . import confirming


@staff_may("messaging.add_message")
@require_GET
def message_check(request: StaffRequest, pk: int) -> HttpResponse:
    """What will happen, in one sentence and in numbers, before anything does."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    if message.status != Message.Status.DRAFT:
        return redirect("message-progress", pk=pk)
    if is_unfinished(message, request):
        return redirect(reverse("message-edit", args=[pk]) + "?check=1")
    return render(request, "messaging/compose/message_check.html", context_of(message, request))


@staff_may("messaging.send_message")
@require_POST
def message_send(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the order; whoever comes second is told who gave it."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    if message.status != Message.Status.DRAFT:
        return already_sent(request, message)
    if is_unfinished(message, request):
        return redirect(reverse("message-edit", args=[pk]) + "?check=1")
    context = context_of(message, request)
    wrong = confirming.what_is_missing(request.POST, message, context)
    problem = wrong.words if wrong else give_the_order(request, message, context["outlook"])
    if problem:
        context |= {"problem": problem, "problem_field": wrong.field if wrong else ""}
        return render(request, "messaging/compose/message_check.html", context, status=422)
    return redirect("message-progress", pk=pk)


def is_unfinished(message: Message, request: StaffRequest) -> bool:
    return bool(MessageForm.of(message, user=request.user).errors) or not (
        message.audience.filter or message.follows_id
    )


def context_of(message: Message, request: StaffRequest) -> dict[str, Any]:
    outlook = look_ahead(message, message.audience.filter, by=request.user)
    approval = approving.needs_approval(message)
    budgets = budget_rows(message, outlook)
    found = alike.find(message, by=request.user, hide_people=outlook.people is None)
    return {
        "message": message,
        "outlook": outlook,
        "previews": what_goes_out(message),
        "needs_approval": approval,
        "button": button_words(outlook, approval=approval),
        "word": confirming.word_for(outlook),
        "alike": found,
        "forecast": by_district(message, by=request.user),
        "asks_again": any(one.same_now for one in found),
        "budgets": budgets,
        "asks_budget": message.klass == Message.Klass.WARNING and any(row[1] for row in budgets),
    }


def budget_rows(message: Message, outlook: Outlook) -> list[tuple[Budget, bool]]:
    """The budgets that the SMS draw on, and whether each of them holds too little."""
    if not outlook.sms_chosen:
        return []
    planned = outlook.sms.chosen.parts * outlook.sms_people
    return [(budget, planned > budget.left) for budget in budgeting.budgets_of(message)]


def give_the_order(request: StaffRequest, message: Message, outlook: Outlook) -> str:
    """Order, or say why not. A refusal because somebody was faster is no error to mend."""
    try:
        sms = outlook.sms_chosen
        drafting.promise(
            message,
            outlook.expected,
            sms_parts=outlook.sms.chosen.parts if sms else 0,
            sms_people=outlook.sms_people if sms else 0,
        )
        sending.send(message, by=request.user)
    except sending.CannotSend as refusal:
        message.refresh_from_db(fields=["status"])
        if message.status == Message.Status.DRAFT:
            return str(refusal)
        already_sent(request, message)
    return ""


def already_sent(request: StaffRequest, message: Message) -> HttpResponse:
    notices.warning(
        request, _("This message has already been sent. Nothing was sent a second time.")
    )
    return redirect("message-progress", pk=message.pk)


def button_words(outlook: Outlook, *, approval: bool) -> str:
    """The button says exactly what will happen: "Send 914 SMS and 626 e-mails"."""
    if approval:
        return _("Pass on for approval")
    if outlook.total is None:
        return _("Send the message")  # a number on the button would tell what the page hides
    pieces = [COUNTED[channel.kind](channel.number) for channel in outlook.chosen if channel.number]
    if not pieces:
        return _("Send the message")
    *first, last = pieces
    what = (
        _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    )
    return _("Send %(what)s") % {"what": what}


COUNTED = {
    "email": lambda n: ngettext("%(n)s e-mail", "%(n)s e-mails", n) % {"n": _spaced(n)},
    "sms": lambda n: ngettext("%(n)s SMS", "%(n)s SMS messages", n) % {"n": _spaced(n)},
    "epuap": lambda n: ngettext("%(n)s ePUAP letter", "%(n)s ePUAP letters", n) % {"n": _spaced(n)},
    "push": lambda n: ngettext("%(n)s app notice", "%(n)s app notices", n) % {"n": _spaced(n)},
}


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")
