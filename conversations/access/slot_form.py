"""From a day, hours, a place and designated persons to an appointment, with warnings that must be read."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.configuration import CustomerOffice, read
from admin_module.models import User
from conversations.models import Designation
from conversations.register.designations import standing
from icp.inputs import ClockInput, DayInput

from . import slots
from .step_forms import StepForm, area

TEN, QUARTER = time(10, 0), time(10, 45)


class SlotForm(StepForm):
    day = forms.DateField(label=_("Day"), widget=DayInput())
    begins = forms.TimeField(label=_("From"), widget=ClockInput(), initial=TEN)
    ends = forms.TimeField(label=_("To"), widget=ClockInput(), initial=QUARTER)
    place = forms.CharField(label=_("Place"), max_length=200)
    supervisors = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Designated persons"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "options"}),
    )
    remark = forms.CharField(
        label=_("Remark"),
        max_length=1000,
        required=False,
        widget=area(2),
        help_text=_("Interpreter, accessible room, proxy. Only the office reads this."),
    )
    anyway = forms.BooleanField(
        label=_("Set it all the same"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        needs = options["request"].applicant.needs
        initial = {"place": read(CustomerOffice).place, "remark": needs}
        super().__init__(*args, initial=initial | options.pop("initial", {}), **options)
        named = standing(Designation.Scope.SUPERVISOR).values("user")
        fields: Any = self.fields
        fields["supervisors"].queryset = User.objects.active().filter(pk__in=named).order_by("pk")
        wanted = read(CustomerOffice).supervisors_at_listening
        fields["supervisors"].help_text = _("At least %(number)s (§ 4.6).") % {"number": wanted}
        self.warnings: list[str] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"day", "begins", "ends"} <= data.keys():
            begins, ends = self._moments(data)
            self.warnings = list(slots.warnings(self.request, begins, ends))
            if self.warnings:
                self.fields["anyway"].widget = forms.CheckboxInput()
            for words in self.warnings if not data.get("anyway") else ():
                self.add_error("anyway", words)
        return data

    @staticmethod
    def _moments(data: dict[str, Any]) -> tuple[datetime, datetime]:
        first, last = (datetime.combine(data["day"], data[name]) for name in ("begins", "ends"))
        return timezone.make_aware(first), timezone.make_aware(last)

    @property
    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        begins, ends = self._moments(data)
        return {
            **{name: data[name] for name in ("revision", "place", "remark")},
            "begins_at": begins,
            "ends_at": ends,
            "supervisors": list(data["supervisors"]),
        }
