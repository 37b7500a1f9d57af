"""From the fields about Twilio Voice to its section."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from .base import SecretField
from .gateways import GatewayForm, timeout_field


class VoiceForm(GatewayForm):
    code = "voice"
    fieldsets = (
        (_("Account"), ("account", "token", "base_url")),
        (_("Reading aloud"), ("voice",)),
        (_("Pace"), ("timeout",)),
    )

    account = forms.CharField(
        label=_("Account (Account SID)"),
        required=False,
        help_text=_("Empty: no calls are answered through Twilio."),
        validators=[
            RegexValidator(
                r"^AC[0-9a-fA-F]{32}$", _("It begins with AC and has 34 letters and digits.")
            )
        ],
    )
    token = SecretField(
        label=_("Token"),
        max_length=200,
        help_text=_("It also proves that news really come from Twilio."),
    )
    base_url = forms.CharField(
        label=_("Address of the provider's service"),
        max_length=300,
        help_text=_("https://api.twilio.com"),
    )
    voice = forms.CharField(
        label=_("Voice that reads notices"),
        max_length=40,
        help_text=_("A Polish one of Twilio’s, for example Polly.Ewa, Polly.Maja or Polly.Jacek."),
        validators=[
            RegexValidator(r"^[A-Za-z0-9.-]+$", _("Letters without Polish signs, digits, dots."))
        ],
    )
    timeout = timeout_field()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("account") and not data.get("token") and not self.current.token:  # type: ignore[attr-defined]
            self.add_error("token", _("An account needs a token: enter it."))
        return data
