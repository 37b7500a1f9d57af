"""From a clerk's decision about a document of ePUAP to one that can be carried out."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.epuap import intake, showing
from recipients.epuap.doubts import Doubt
from recipients.models import EpuapDocument, Recipient

NEW = "0"


class DecisionForm(forms.Form):
    """One decision; which of them are open depends on the document."""

    decision = forms.ChoiceField(
        choices=[(name, name) for name in ("accept", "keep", "again", "refuse")],
        widget=forms.HiddenInput,
    )
    onto = forms.TypedChoiceField(
        label=_("Who is it?"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(
        label=_("I have compared the data and want to erase this person for good."),
        error_messages={"required": _("Tick the box if the person is to be erased.")},
    )
    reason = forms.CharField(
        label=_("Why it is not carried out"),
        help_text=_("The person reads it in the answer. Do not write the PESEL number."),
        max_length=1000,
        error_messages={"required": _("Write the reason: the person has a right to know it.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, document: EpuapDocument, **kwargs: Any) -> None:
        self.document = document
        self.candidates = showing.candidates(document)
        super().__init__(*args, **kwargs)
        onto = cast(forms.TypedChoiceField, self.fields["onto"])
        if self.is_open_who:
            people = [
                (str(each.person.pk), f"{each.name}, {each.born}") for each in self.candidates
            ]
            onto.choices = [*people, (NEW, _("nobody of these: register a new person"))]

    @property
    def is_open_who(self) -> bool:
        """Whether the clerk must say who it is."""
        return Doubt.LIKELY_DUPLICATE in self.document.reasons and bool(self.candidates)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        decision = cleaned.get("decision")
        if decision != "refuse":
            self.errors.pop("reason", None)
        if decision != "accept" or self.document.purpose != "delete":
            self.errors.pop("sure", None)
        if decision == "accept" and not intake.may_accept(self.document):
            self.add_error(None, _("This document proves nothing and cannot be accepted."))
        if decision == "accept" and self.is_open_who and cleaned.get("onto") is None:
            self.add_error("onto", _("Choose who it is."))
        return cleaned

    @property
    def chosen(self) -> Recipient | None:
        """The person whom the clerk chose; None for a new one, or for whoever has the PESEL."""
        pk = self.cleaned_data.get("onto")
        return next((each.person for each in self.candidates if each.person.pk == pk), None)
