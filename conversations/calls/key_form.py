"""A key for an exchange, as an administrator asks for it."""

import ipaddress
from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from icp.inputs import DayInput

MOST_NETWORKS = 20


class ExchangeKeyForm(forms.Form):
    """Networks one a line, as addresses or with a mask."""

    name = forms.CharField(
        label=_("Which exchange it is"),
        max_length=100,
        help_text=_("For example: the exchange at plac Armii Krajowej 1."),
    )
    networks = forms.CharField(
        label=_("Addresses it may send from"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One a line, for example 10.20.0.5 or 10.20.0.0/24. Empty: from anywhere."),
    )
    until = forms.DateField(
        label=_("Last day on which it is valid"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: until it is revoked."),
    )

    def clean_networks(self) -> list[str]:
        """Each as 192.0.2.0/24."""
        found = []
        for line in self.cleaned_data["networks"].split():
            try:
                found.append(str(ipaddress.ip_network(line, strict=False)))
            except ValueError:
                words = _("This is no address of a computer or network: line %(number)s.")
                number = {"number": len(found) + 1}
                raise forms.ValidationError(words, code="network", params=number) from None
        if len(found) > MOST_NETWORKS:
            raise forms.ValidationError(_("Enter 20 networks at most."), code="many")
        return found

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is not None and until < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."), code="past")
        return until

    @property
    def expires_at(self) -> datetime | None:
        """The midnight after the last day."""
        until: date | None = self.cleaned_data["until"]
        if until is None:
            return None
        return timezone.make_aware(datetime.combine(until + timedelta(days=1), time()))
