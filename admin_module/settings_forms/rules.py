"""From the fields of quiet hours and budgets to their sections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icp.inputs import ClockInput

from .base import SectionForm

LONGEST_PRICE = 10


class QuietHoursForm(SectionForm):
    code = "quiet_hours"
    fieldsets = (
        (_("When"), ("enabled", "begin", "end")),
        (_("What waits"), ("information", "warning")),
    )

    enabled = forms.BooleanField(label=_("Keep quiet hours"), required=False)
    begin = forms.TimeField(
        label=_("From the hour"),
        widget=ClockInput,
        error_messages={"invalid": _("Enter an hour like 22:00.")},
    )
    end = forms.TimeField(
        label=_("Until the hour"),
        widget=ClockInput,
        error_messages={"invalid": _("Enter an hour like 7:00.")},
        help_text=_("What waited goes out at this hour."),
    )
    information = forms.BooleanField(label=_("Information waits"), required=False)
    warning = forms.BooleanField(
        label=_("Warnings wait"),
        required=False,
        help_text=_("Alarms never wait, whatever is set here."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("enabled"):
            if data.get("begin") and data.get("begin") == data.get("end"):
                self.add_error(
                    "end", _("The quiet hours must end at another hour than they begin.")
                )
            if not (data.get("information") or data.get("warning")):
                self.add_error("information", _("Choose what is to wait, or switch the hours off."))
        return data


class SignedFormsForm(SectionForm):
    code = "signed_forms"
    fieldsets = ((_("Forms that do not come back"), ("late_days", "erase_days")),)

    late_days = forms.IntegerField(
        label=_("A printed form is late after (days)"),
        min_value=1,
        max_value=365,
        help_text=_("Then it stands on the list of late forms, to be reminded of."),
    )
    erase_days = forms.IntegerField(
        label=_("Propose to erase a person who never signed after (days)"),
        min_value=7,
        max_value=1_095,
        help_text=_("Without consent there is no reason to keep the data. Nothing goes by itself."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("late_days", 0) >= data.get("erase_days", 1_096):
            self.add_error("erase_days", _("Give people more days than until a form is late."))
        return data


class BudgetsForm(SectionForm):
    code = "budgets"
    fieldsets = ((_("SMS"), ("sms_parts", "part_price")),)

    sms_parts = forms.IntegerField(
        label=_("SMS parts in a calendar month, the whole office"),
        min_value=0,
        max_value=100_000_000,
        help_text=_(
            "0 means no limit. Over it information is refused, a warning asks first, and an alarm"
            " always goes out. Municipal units have budgets of their own beside it."
        ),
        error_messages={
            "invalid": _("Enter a whole number, for example 20000."),
            "min_value": _("The budget cannot be below 0."),
        },
    )
    part_price = forms.DecimalField(
        label=_("Price of one SMS part (złoty, net)"),
        min_value=0,
        max_value=LONGEST_PRICE,
        max_digits=6,
        decimal_places=4,
        localize=False,
        error_messages={"invalid": _("Enter the price as a number, for example 0.07.")},
    )
