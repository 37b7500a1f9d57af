"""From the fields about residents' apps to their section."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from .base import SectionForm

_version = RegexValidator(r"^\d{1,5}(\.\d{1,5}){0,2}$", _("Write a version like 1.2.0."))
_lines = RegexValidator(
    r"^\s*(\d[\d ]{1,14} – [^\n]{2,80}\s*)*$",
    _("Write one number a line, then a dash between spaces and whose it is: 112 – numer alarmowy."),
)


def _version_field(label: object) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]  # lazy texts are taken, too
        max_length=17,
        required=False,
        validators=[_version],
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input-short"}),
    )


class ResidentAppsForm(SectionForm):
    code = "resident_apps"
    fieldsets = (
        (_("The least version that works"), ("least_web", "least_android", "least_ios")),
        (_("What every app shows"), ("notice", "emergency")),
    )

    least_web = _version_field(_("Web app"))
    least_android = _version_field(_("Android"))
    least_ios = _version_field(_("iOS"))
    notice = forms.CharField(
        label=_("Notice"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example when the app will be out of use for some hours. Usually empty."),
    )
    emergency = forms.CharField(
        label=_("Emergency numbers"),
        max_length=1000,
        required=False,
        validators=[_lines],
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line: 112 – numer alarmowy."),
    )
