"""From what a clerk typed about a person's rights to checked values: wishes, reasons, refusals."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from icp.encryption import canon
from icp.web_security import ShallowDecoder
from recipients.account.requests import MOST_WORDS
from recipients.account.rights import CORRECTIONS
from recipients.models import Recipient, RightsRequest

from .person import DayField, PersonForm, in_a_row

Kind, How, Outcome = RightsRequest.Kind, RightsRequest.How, RightsRequest.Outcome
# What comes to a clerk; the rest comes by itself.
WAYS = [(how, how.label) for how in (How.DESK, How.PHONE, How.LETTER)]


OFFICE = "office"


class PresetField(forms.ChoiceField):
    """One of a few, ticked already on the page; where nothing comes, it is that one."""

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.initial)


def how_field() -> PresetField:
    """How the person asked."""
    return PresetField(
        label=_("How did the person ask for it?"),
        choices=[*WAYS, (How.EPUAP, How.EPUAP.label)],
        initial=How.DESK,
        widget=in_a_row(),
    )


class CorrectionForm(PersonForm):
    """A correction of what is known, made over the version that the clerk saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    was = forms.JSONField(
        widget=forms.HiddenInput, required=False, decoder=ShallowDecoder
    )  # merging.as_typed
    asked_for = PresetField(
        label=_("What did the person ask for?"),
        choices=[(kind, kind.label) for kind in CORRECTIONS],
        initial=Kind.CORRECT,
        widget=forms.RadioSelect,
    )
    how = how_field()
    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=300,
        help_text=_("For example: the person moved house."),
    )

    @property
    def asked(self) -> tuple[str, str]:
        """What the person asked for, and how, as `rights.correct` wants it."""
        values = self.cleaned_data
        return values.get("asked_for") or Kind.CORRECT, values.get("how") or How.DESK


class ReasonForm(forms.Form):
    """Why the office restricts an account, or lifts the restriction (§ 5.4)."""

    reason = forms.CharField(
        label=_("Why it is done"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept encrypted with the person's data."),
    )


class WishForm(forms.Form):
    """Something done at the person's wish that needs nothing but how they asked."""

    how = how_field()


class SuspensionForm(ReasonForm, WishForm):
    """At the person's own wish (§ 6.2): until a day, or for good where the day stays empty."""

    field_order = ("until", "reason", "how")
    until = DayField(
        label=_("Until"), required=False, help_text=_("Leave it empty to suspend for good.")
    )


class RestrictionForm(ReasonForm):
    """The office's doubt (§ 5.4), or the person's demand (GDPR art. 18)."""

    asked_how = PresetField(
        label=_("On whose part?"),
        choices=[
            (OFFICE, _("the office doubts that the data are true")),
            *(
                (how, format_lazy(_("the person asked for it, {how}"), how=word))
                for how, word in WAYS
            ),
        ],
        initial=OFFICE,
        widget=forms.RadioSelect,
    )

    def clean_asked_how(self) -> str:
        """Empty where nobody asked."""
        asked = str(self.cleaned_data["asked_how"])
        return "" if asked == OFFICE else asked


class ErasureForm(ReasonForm, WishForm):
    """For good, so the surname must be typed: nobody erases a wrong card by a slip."""

    field_order = ("how", "reason", "surname")
    surname = forms.CharField(
        label=_("Type the surname of the person whom you erase"),
        max_length=80,
        help_text=_("There is no way back, so ICP makes sure that this is the right card."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, recipient: Recipient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recipient = recipient
        self.fields["reason"].help_text = _("Only a digest of it stays, in the audit log.")

    def clean_surname(self) -> str:
        typed = str(self.cleaned_data["surname"])
        identity = self.recipient.identity
        if identity is None or canon.fold(typed) != canon.fold(identity.last_name):
            raise forms.ValidationError(
                _("This is not the surname on the card. Check whether it is the right card.")
            )
        return typed


class RequestForm(forms.Form):
    """What a person asks for, how and when it reached the office: the month runs from that day."""

    kind = forms.ChoiceField(label=_("What does the person ask for?"), choices=Kind.choices)
    how = forms.ChoiceField(
        label=_("How did the request come?"),
        choices=[*WAYS, (How.EPUAP, How.EPUAP.label)],
        initial=How.DESK,
        widget=in_a_row(),
    )
    received_on = DayField(
        label=_("When did it reach the office?"),
        initial=timezone.localdate,
        help_text=_("The answer is due a month after this day (RODO art. 12)."),
    )
    asked = forms.CharField(
        label=_("What exactly"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In a few words, if it is not clear. It is kept encrypted."),
    )

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Choose today or an earlier day."))
        return day


class ExtensionForm(forms.Form):
    reason = forms.CharField(
        label=_("Why does it take longer?"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person gets these words in a letter."),
    )


class ClosingForm(forms.Form):
    """How a request ended; a refusal needs its reason."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[
            (Outcome.DONE, Outcome.DONE.label),
            (Outcome.REFUSED, Outcome.REFUSED.label),
            (Outcome.TAKEN_BACK, Outcome.TAKEN_BACK.label),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer, or the reason of a refusal"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person gets the reason of a refusal in a letter."),
    )


class RequestFilterForm(forms.Form):
    """Which requests a list shows."""

    kind = forms.ChoiceField(
        label=_("What"), choices=[("", _("everything")), *Kind.choices], required=False
    )
    how = forms.ChoiceField(
        label=_("How it came"), choices=[("", _("in any way")), *How.choices], required=False
    )
