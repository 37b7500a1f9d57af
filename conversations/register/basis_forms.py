"""From the fields of a legal basis, of the officer's opinion and of the Director's approval to what is saved."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversations.models import LegalBasis

FIELDS = ("name", "basis", "purpose", "dpia_reference")


class BasisForm(forms.ModelForm):
    """All four are asked for: without one of them nothing can be approved."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = LegalBasis
        fields = FIELDS
        widgets = {
            "basis": forms.Textarea(attrs={"rows": 4}),
            "purpose": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "name": gettext_lazy("For example: Linia alarmowa straży miejskiej."),
            "basis": gettext_lazy(
                "The provision that lets the office record, not only the article of RODO. “Consent by"
                " staying on the line” is doubted by the supervisory authority."
            ),
            "purpose": gettext_lazy("What the recordings are for, and why notes would not do."),
            "dpia_reference": gettext_lazy(
                "Where the impact assessment (RODO art. 35) is filed, for example DPIA/7/2026."
            ),
        }

    def __init__(self, data: Any = None, *, instance: LegalBasis) -> None:
        super().__init__(data, instance=instance, initial={"revision": instance.revision})

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}


class OpinionForm(forms.Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("Opinion"), choices=LegalBasis.Verdict.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("Reasons and conditions"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("They stand with the basis for good."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ApprovalForm(forms.Form):
    """Asks for a justification where the opinion is not simply positive."""

    justification = forms.CharField(
        label=gettext_lazy("Why it is approved"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, basis: LegalBasis) -> None:
        super().__init__(data, initial={"revision": basis.revision})
        field = self.fields["justification"]
        if basis.opinion == LegalBasis.Verdict.POSITIVE:
            del self.fields["justification"]
        else:
            field.required = True
            field.help_text = _(
                "The opinion is negative or has conditions. Say why the basis is approved all the"
                " same, and how the conditions are met: it stands with the basis for good."
            )
