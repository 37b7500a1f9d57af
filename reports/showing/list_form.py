"""From the filters in the address of the list of reports to what they ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit, User
from icp.inputs import DayInput
from recipients.models import District
from reports.models import ReportCategory, State

MINE, NOBODY = "moje", "nikt"
LATE, TODAY, SOON = "po", "dzis", "wkrotce"
OFFERED = [choice for choice in State.choices if choice[0] != State.AWAITING]


class ReportFilterForm(forms.Form):
    """Every field may be empty. What cannot be read is said and filters nothing."""

    state = forms.MultipleChoiceField(
        label=_("State"),
        choices=OFFERED,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "options-columns"}),
    )
    category = forms.ModelChoiceField(
        ReportCategory.objects.none(), label=_("Category"), required=False, empty_label=_("all")
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("all")
    )
    who = forms.ChoiceField(
        label=_("In whose hands"),
        choices=[("", _("anybody’s")), (MINE, _("mine")), (NOBODY, _("nobody’s"))],
        required=False,
    )
    district = forms.ModelChoiceField(
        District.objects.all(), label=_("District"), required=False, empty_label=_("all")
    )
    deadline = forms.ChoiceField(
        label=_("Deadline"),
        choices=[
            ("", _("any")),
            (LATE, _("missed")),
            (TODAY, _("today")),
            (SOON, _("in 2 working days")),
        ],
        required=False,
    )
    since = forms.DateField(label=_("Reported from"), required=False, widget=DayInput())
    until = forms.DateField(label=_("Reported until"), required=False, widget=DayInput())
    order = forms.ChoiceField(
        label=_("Order"),
        choices=[
            ("nowe", _("newest first")),
            ("stare", _("oldest first")),
            ("termin", _("nearest deadline first")),
        ],
        required=False,
    )

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        choices: Any = self.fields
        choices["category"].queryset = ReportCategory.objects.order_by("group", "place", "name")
        choices["unit"].queryset = Unit.objects.visible_to(by)
        if by.scope is not None and len(by.scope) == 1:
            del self.fields["unit"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day is before the first one."))
        return data

    @property
    def wanted(self) -> dict[str, Any]:
        """What was asked for and could be read."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def narrowing(self) -> int:
        """How many filters are set beside the order: for the words on the button that opens them."""
        return len(set(self.wanted) - {"order"})


class ReportSearchForm(forms.Form):
    """Sent in the body: what people look for may be somebody's name."""

    q = forms.CharField(label=_("Words, an address or a number"), max_length=100, min_length=2)
