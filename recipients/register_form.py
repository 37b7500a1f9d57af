"""From two files that somebody chose to their texts: the streets, and the houses."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from icp import uploads

from .models import Street

LARGEST = 10 * uploads.MIB
_ACCEPT = {"accept": ".csv,.txt,text/csv"}


class RegisterForm(forms.Form):
    """Either file may be left out; houses need streets that are known or come along."""

    streets = forms.FileField(
        label=_("Streets (CSV)"),
        required=False,
        help_text=_("Columns: teryt, prefix, name; or the ULIC file of GUS as it is."),
        widget=forms.FileInput(attrs=_ACCEPT),
    )
    points = forms.FileField(
        label=_("Houses (CSV)"),
        required=False,
        help_text=_("Columns: teryt, number, letter, postal_code, district, latitude, longitude."),
        widget=forms.FileInput(attrs=_ACCEPT),
    )
    form_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    texts: dict[str, str]  # "streets" and "points"

    def clean_streets(self) -> str:
        return self._text("streets")

    def clean_points(self) -> str:
        return self._text("points")

    def _text(self, name: str) -> str:
        file = self.cleaned_data.get(name)
        return uploads.text_table(file, max_bytes=LARGEST) if file else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors:
            self.texts = {name: values[name] for name in ("streets", "points")}
            if not any(self.texts.values()):
                raise ValidationError(_("Choose a file: the streets, the houses, or both."))
            if not self.texts["streets"] and not Street.objects.exists():
                self.add_error(
                    "streets",
                    _("There are no streets yet: choose the file with the streets, too."),
                )
        return values
