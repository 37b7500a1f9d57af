"""From the fields that a step of the procedure asks for to what steps.perform is given."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.http import REVISION
from admin_module.models import User
from conversations.models import AccessDecision, AccessRequest, Opinion

from . import grounds
from .acting import may_opine
from .facts import standing_opinions

LONGEST = 4000


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def radio() -> forms.RadioSelect:
    return forms.RadioSelect(attrs={"class": "options"})


class StepForm(forms.Form):
    """A step that asks for nothing but to be confirmed."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, request: AccessRequest, by: User, **options: Any) -> None:
        self.request, self.by = request, by
        options["initial"] = {REVISION: request.revision, **options.get("initial", {})}
        super().__init__(*args, **options)

    @property
    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class NoteForm(StepForm):
    note = forms.CharField(label=_("Words for the case file"), max_length=LONGEST, widget=area(4))


class CompletionForm(StepForm):
    note = forms.CharField(
        label=_("What is missing?"),
        max_length=LONGEST,
        widget=area(4),
        help_text=_("These words stand in the letter to the applicant, one line for each thing."),
    )


class ExtendForm(StepForm):
    note = forms.CharField(
        label=_("Why is more time needed?"),
        max_length=LONGEST,
        widget=area(4),
        help_text=_("These words stand in the letter to the applicant."),
    )


class IdentityForm(StepForm):
    how = forms.ChoiceField(
        label=_("How was the identity proven?"),
        choices=[one for one in AccessRequest.Identity.choices if one[0]],
        widget=radio(),
        help_text=_("Only look at the document: no number is noted and no copy is made."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["how"]
        # A code proves itself when it is read back; art. 15 alone may prove it otherwise.
        out = {AccessRequest.Identity.SMS}
        if self.request.basis == AccessRequest.Basis.ORDER:
            out.add(AccessRequest.Identity.OTHER)
        field.choices = [one for one in field.choices if one[0] not in out]


class NotFoundForm(StepForm):
    code = forms.ChoiceField(
        label=_("Why is there nothing to give?"),
        choices=list(grounds.NOT_FOUND.items()),
        widget=radio(),
    )


class OpinionForm(StepForm):
    """The opinions that are still waited for and that this person may give."""

    giver = forms.ChoiceField(label=_("Whose opinion"), widget=radio())
    verdict = forms.ChoiceField(label=_("Opinion"), choices=Opinion.Verdict.choices, widget=radio())
    text = forms.CharField(label=_("Reasons"), max_length=LONGEST, widget=area(6))
    as_deputy = forms.BooleanField(
        label=_("I give it in place of the head, who had this conversation or is absent"),
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        open_ones = standing_opinions(self.request).filter(given_at=None).order_by("giver")
        theirs = [one for one in open_ones if may_opine(self.by, self.request, one.giver)]
        fields: Any = self.fields
        fields["giver"].choices = [(one.giver, one.get_giver_display()) for one in theirs]
        if len(theirs) == 1:
            fields["giver"].widget = forms.HiddenInput()
            fields["giver"].initial = theirs[0].giver
        if Opinion.Giver.UNIT not in {one.giver for one in theirs}:
            del self.fields["as_deputy"]


class AskAgainForm(StepForm):
    givers = forms.MultipleChoiceField(
        label=_("Whose opinion is asked for once more"),
        choices=Opinion.Giver.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "options"}),
    )
    note = forms.CharField(label=_("What is to be explained?"), max_length=LONGEST, widget=area(4))


class RefuseForm(StepForm):
    ground = forms.ChoiceField(
        label=_("Ground"), choices=AccessDecision.Ground.choices, widget=radio()
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=1000,
        widget=area(2),
        help_text=_("For example: art. 15 ust. 4 RODO."),
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        max_length=8000,
        widget=area(6),
        help_text=_("They stand in the letter to the applicant."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.request.basis != AccessRequest.Basis.ORDER:
            field: Any = self.fields["ground"]
            field.choices = [one for one in field.choices if one[0] not in grounds.OF_THE_ORDER]

    @property
    def given(self) -> dict[str, Any]:
        return {**self.cleaned_data, "verdict": AccessDecision.Verdict.REFUSE}
