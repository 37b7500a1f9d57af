"""From two files that somebody chose to their texts: the streets, and the houses."""

import io
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from admin_module.configuration import Municipality, read
from icp import uploads
from recipients.address_register import ulic
from recipients.address_register.point_columns import AXES
from recipients.models import Street

LARGEST = 30 * uploads.MIB  # the catalogue of the whole country has about 20


class RegisterForm(forms.Form):
    """Either file may be left out; houses need streets that are known or come along."""

    streets = forms.FileField(
        label=_("Streets (CSV or XML)"),
        required=False,
        help_text=_("The catalogue ULIC of GUS as it is; or columns teryt, prefix, name."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xml,text/csv,text/xml"}),
    )
    points = forms.FileField(
        label=_("Houses (CSV)"),
        required=False,
        help_text=_(
            "Street or its teryt, number, and a position in degrees or metres; postal code and"
            " district where the file has them."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    whole = forms.BooleanField(
        label=_("The files are complete: mark streets and houses that are not in them as gone"),
        required=False,
    )
    axes = forms.ChoiceField(
        label=_("Which way does X point?"),
        choices=list(AXES.items()),
        initial="auto",
        help_text=_("Only for positions in metres (PUWG 1992)."),
    )
    form_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    texts: dict[str, str]  # "streets" and "points"

    def clean_streets(self) -> str:
        """The streets as our own CSV; of the catalogue those of the municipality."""
        file = self.cleaned_data.get("streets")
        if not file:
            return ""
        raw = uploads.text_or_xml(file, max_bytes=LARGEST)
        if not ulic.is_catalogue(raw):
            return uploads.text_table(file, max_bytes=LARGEST)
        return ulic.of_municipality(io.BytesIO(raw), read(Municipality).teryt).text

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
