"""From the fields of a designation to a person, a scope and days."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from conversations.models import Designation
from icp.inputs import DayInput


class DesignationForm(forms.Form):
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Person"),
        empty_label=_("choose"),
        help_text=_("Active staff. What they may open depends on their role, too."),
    )
    scope = forms.ChoiceField(
        label=_("For what"), choices=Designation.Scope.choices, widget=forms.RadioSelect
    )
    begins_on = forms.DateField(label=_("From the day"), widget=DayInput())
    ends_on = forms.DateField(
        label=_("Until the day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: until it is ended."),
    )

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data, initial={"begins_on": timezone.localdate()})
        people: Any = self.fields["user"]
        people.queryset = User.objects.filter(is_active=True).exclude(pk=by.pk)
