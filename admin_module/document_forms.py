"""From what the data protection officer types to a version of the impact assessment."""

from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.configuration import ImpactAssessment
from icp.inputs import DayInput

LONGEST = 10_000  # characters


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class AssessmentForm(forms.Form):
    """The parts of the assessment that are a person's to write; empty ones stay lines on paper."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    context = _text(
        _("The town’s circumstances"),
        _("What is special here: size, risks of flood or industry, earlier incidents."),
    )
    necessity = _text(_("Is it necessary and proportionate?"))
    views = _text(_("Views of the people concerned"), _("Whom you asked, and what they said."))
    opinion = _text(_("Your recommendations"))
    decision = _text(
        _("Decision of the controller"),
        _("Also whether the supervisory authority has to be consulted first (article 36)."),
    )
    review_on = forms.DateField(
        label=_("Next review"),
        required=False,
        widget=DayInput(),
    )

    @classmethod
    def over(cls, now: ImpactAssessment, revision: int) -> "AssessmentForm":
        shown = {one.name: getattr(now, one.name) for one in fields(now)}
        return cls(initial=shown | {"revision": revision})

    def typed(self) -> ImpactAssessment:
        names = (one.name for one in fields(ImpactAssessment))
        return ImpactAssessment(**{name: self.cleaned_data[name] for name in names})

    @staticmethod
    def in_words(version: ImpactAssessment) -> dict[str, object]:
        """Values to read, by field; a day as it stands in the field."""
        return {one.name: getattr(version, one.name) or "–" for one in fields(version)}
