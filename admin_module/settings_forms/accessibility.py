"""From the fields about accessibility to the section behind the public declaration."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from icp.inputs import DayInput

from .base import SectionForm
from .office import PHONE

LONGEST_TEXT = 3000  # characters


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, required=required, widget=DayInput)


def _text(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AccessibilityForm(SectionForm):
    code = "accessibility"
    fieldsets = (
        (_("State of accessibility"), ("status", "problems", "assessed_by")),
        (_("Dates"), ("published", "updated", "prepared", "reviewed")),
        (_("Who answers"), ("contact", "email", "phone")),
        (_("Building, communication, apps"), ("building", "communication", "apps")),
    )

    status = forms.ChoiceField(
        label=_("This website is, by the act of 4 April 2019,"),
        choices=[
            ("full", _("fully compliant")),
            ("partial", _("partly compliant")),
            ("none", _("not compliant")),
        ],
        widget=forms.RadioSelect,
    )
    problems = _text(
        _("What is not accessible"),
        _(
            "One thing a line: what, on which page, what to use instead. Only if not fully compliant."
        ),
    )
    assessed_by = forms.CharField(
        label=_("Who examined it"),
        required=False,
        max_length=200,
        help_text=_("Empty: the office itself."),
    )
    published = _day(_("Website published on"))
    updated = _day(_("Last important change of the website"))
    prepared = _day(_("Declaration prepared on"))
    reviewed = _day(
        _("Declaration last reviewed on"),
        _("The law asks for a review every year, until 31 March."),
        required=False,
    )
    contact = forms.CharField(
        label=_("Person or unit"),
        required=False,
        max_length=150,
        help_text=_("Empty: the office."),
    )
    email = forms.EmailField(
        label=_("E-mail address"), required=False, help_text=_("Empty: the office’s address.")
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=30,
        validators=[PHONE],
        help_text=_("Empty: the office’s number."),
    )
    building = _text(
        _("Building"),
        _("Entrances, lifts, toilets, parking, induction loops, assistance dogs."),
    )
    communication = _text(
        _("Communication"),
        _("Sign language interpreter, text in large print, reading aloud."),
    )
    apps = _text(_("Mobile apps"), _("Name of the app and the address of its own declaration."))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("status") in {"partial", "none"} and not data.get("problems"):
            self.add_error("problems", _("Say what is not accessible, or choose full compliance."))
        for name in ("published", "updated", "prepared", "reviewed"):
            if (day := data.get(name)) and day > timezone.localdate():
                self.add_error(name, ValidationError(_("This day is still to come.")))
        return data
