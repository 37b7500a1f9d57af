"""From an administrator's reason in an emergency to a whole number for five minutes; who supervises is told at once."""

import uuid
from datetime import timedelta

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from conversations.models import Conversation, NumberReveal
from conversations.register import listing

from . import rights, telling
from .rights import BREAK_GLASS, Purpose, Refused
from .sessions import LEAST_REASON

SHOWN_FOR = timedelta(minutes=5)


class EmergencyNumberForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=LEAST_REASON,
        max_length=1000,
        help_text=_("It is kept with the conversation and read by whoever supervises."),
        error_messages={
            "required": _("Write why you need the whole number."),
            "min_length": _("Write why, in at least %(limit_value)d letters."),
        },
    )


def refusal(user: User, row: Conversation) -> str:
    """The code of what is missing, a key of rights.WORDS; empty: nothing. As for hearing in an emergency."""
    missing = rights.refusal(user, row, Purpose.BREAK_GLASS)
    return missing or ("" if listing.phone_of(row) else "no_number")


@transaction.atomic
def reveal(row: Conversation, reason: str, *, by: User) -> NumberReveal:
    """One look, kept with its reason, the Directors and the officer told. Raises Refused."""
    if missing := refusal(by, row):
        raise Refused(missing)
    seen: NumberReveal = NumberReveal.objects.create(
        conversation=row, user=by, reason=reason, emergency=True
    )
    detail: dict[str, object] = {"reveal": seen.pk}
    audit.record("conversation.unmasked_in_emergency", row, by=by, detail=detail, reason=reason)
    telling.tell_of_number(seen)
    return seen


def number_of(seen: NumberReveal) -> str:
    """The number in E.164 while the look lasts and its right stands; raises Refused."""
    if timezone.now() >= seen.at + SHOWN_FOR:
        raise Refused("number_over")
    if missing := refusal(seen.user, seen.conversation):
        raise Refused(missing)
    return listing.phone_of(seen.conversation)


@staff_may(BREAK_GLASS)
@require_http_methods(["GET", "POST"])
def break_glass_number(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask why; without a right, say what is missing."""
    row = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    form = EmergencyNumberForm(request.POST if request.method == "POST" else None)
    missing = refusal(request.user, row)
    if form.is_valid() and not missing:
        seen = reveal(row, form.cleaned_data["reason"], by=request.user)
        return redirect("break-glass-number-shown", seen.uid)
    context = {"conversation": row, "form": form, "why_not": rights.WORDS.get(missing, "")}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/playback/break_glass_number.html", context, status=status)


@staff_may(BREAK_GLASS)
@require_GET
def break_glass_number_shown(request: StaffRequest, uid: uuid.UUID) -> HttpResponse:
    """The number to whoever gave the reason; after five minutes the page goes back to the card by itself."""
    mine = NumberReveal.objects.filter(user=request.user, emergency=True)
    seen = get_object_or_404(mine.select_related("user", "conversation"), uid=uid)
    template = "conversations/playback/break_glass_number_shown.html"
    context: dict[str, object] = {"conversation": seen.conversation, "until": seen.at + SHOWN_FOR}
    try:
        context["number"] = number_of(seen)
    except Refused as refused:
        return render(request, template, context | {"why_not": str(refused)}, status=410)
    left = int((seen.at + SHOWN_FOR - timezone.now()).total_seconds())
    card = reverse("conversation-card", args=[seen.conversation_id])
    answer = render(request, template, context)
    answer["Refresh"] = f"{left + 1}; url={card}"
    return answer
