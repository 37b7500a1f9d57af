"""From what somebody fills in about periods, holds and early deletions to checked values."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models import ChatInbox, EarlyPurge, Kind, Line, RetentionHold, RetentionPolicy
from icp.inputs import DayInput

from . import holds

FIRST_REVIEW = timedelta(days=90)


class HoldForm(forms.Form):
    """No hold without a basis and a day of review within twelve months."""

    reason = forms.ChoiceField(label=_("Why it is still needed"))
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The article that lets the office keep it longer, e.g. art. 18 (2) RODO."),
    )
    case_number = forms.CharField(
        label=_("Number of the case"),
        max_length=60,
        required=False,
        help_text=_("The number only: no names."),
    )
    review_on = forms.DateField(
        label=_("Look at it again on"),
        widget=DayInput(),
        help_text=_("Twelve months from today at the latest."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"review_on": timezone.localdate() + FIRST_REVIEW})
        # A request for access holds by itself, and lets go by itself.
        own = RetentionHold.Reason.ACCESS_REQUEST
        reasons = [pair for pair in RetentionHold.Reason.choices if pair[0] != own]
        self.fields["reason"].choices = [("", _("choose")), *reasons]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if "legal_basis" in found and "review_on" in found:
            try:
                holds.check(found["legal_basis"], found["review_on"])
            except holds.HoldRefused as problem:
                self.add_error("review_on", str(problem))
        return found


class ReviewForm(forms.Form):
    review_on = forms.DateField(
        label=_("Look at it again on"),
        widget=DayInput(),
        help_text=_("Twelve months from today at the latest."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"review_on": timezone.localdate() + FIRST_REVIEW})


class ReasonForm(forms.Form):
    """Why a hold ends, or why an early deletion is refused."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class EarlyForm(forms.Form):
    ground = forms.ChoiceField(
        label=_("Ground in art. 17 (1) RODO"),
        choices=[("", _("choose")), *EarlyPurge.Ground.choices],
    )
    case_number = forms.CharField(
        label=_("Number of the case"),
        max_length=60,
        help_text=_("Of the person’s request. The number only: no names."),
    )


class PolicyForm(forms.ModelForm):
    """A period of a kind, of one line or of one inbox."""

    line = forms.ModelChoiceField(
        Line.objects.filter(closed_at=None).order_by("name"),
        label=_("Only this line"),
        required=False,
        empty_label=_("all lines"),
    )
    inbox = forms.ModelChoiceField(
        ChatInbox.objects.filter(closed_at=None).order_by("name"),
        label=_("Only this inbox of the chat"),
        required=False,
        empty_label=_("all inboxes"),
    )
    months = forms.IntegerField(
        label=_("Months"), min_value=1, max_value=120, help_text=_("§ 6 of the order: 6.")
    )

    class Meta:
        model = RetentionPolicy
        fields = ("kind", "line", "inbox", "months", "legal_basis")
        labels = {"kind": _("Kind of conversation"), "legal_basis": _("Legal basis")}
        widgets = {"legal_basis": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "legal_basis": _("Which law says so. Without another law the order’s six months stand.")
        }

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("line") and found.get("kind") == Kind.CHAT:
            self.add_error("line", _("A line is for calls: choose calls, or leave the line empty."))
        if found.get("inbox") and found.get("kind") == Kind.CALL:
            self.add_error("inbox", _("An inbox is for chats: choose chats, or leave it empty."))
        return found
