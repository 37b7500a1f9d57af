"""From the fields of second providers' pages, and of the page with their order, to their sections."""

import ipaddress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from admin_module.configuration import EmailGateway, read
from icp import outbound
from messaging.channels.email.esp import SERVICES, TITLES

from .base import SecretField, SectionForm
from .gateways import GatewayForm, rate_field, timeout_field


class SmsApiForm(GatewayForm):
    code = "smsapi"
    fieldsets = (
        (_("Account"), ("token", "base_url")),
        (_("Sender"), ("sender",)),
        (_("Reports of delivery"), ("callback_from",)),
        (_("Pace"), ("timeout", "rate")),
    )

    token = SecretField(
        label=_("Token"),
        max_length=200,
        help_text=_("From SMSAPI’s panel, with access to SMS and to the profile."),
    )
    base_url = forms.CharField(
        label=_("Address of the provider's service"),
        max_length=300,
        help_text=_("https://api.smsapi.pl; https://api2.smsapi.pl is its spare one."),
    )
    sender = forms.CharField(
        label=_("Sender's name"),
        required=False,
        help_text=_(
            "Where the unit has no name of its own: at most 11 letters and digits that SMSAPI"
            " accepted for the account."
        ),
        validators=[
            RegexValidator(
                r"^(?=.*[A-Za-z])[A-Za-z0-9 .&_+-]{1,11}$",
                _("Use up to 11 letters without Polish signs and digits."),
            )
        ],
    )
    callback_from = forms.CharField(
        label=_("Networks that reports come from"),
        max_length=500,
        required=False,
        help_text=_(
            "Addresses that SMSAPI names, with commas, like 192.0.2.7 or 192.0.2.0/24. Empty: any,"
            " and the secret address alone protects."
        ),
    )
    timeout = timeout_field()
    rate = rate_field(_("At most so many SMS a second"))

    def initial_of(self, section: Any) -> dict[str, object]:
        return super().initial_of(section) | {"callback_from": ", ".join(section.callback_from)}

    def clean_callback_from(self) -> str:
        typed: str = self.cleaned_data["callback_from"]
        try:
            networks = [ipaddress.ip_network(part) for part in _parts(typed)]
        except ValueError:
            raise ValidationError(
                _("Enter addresses or networks with commas, like 192.0.2.7, 198.51.100.0/24.")
            ) from None
        return ", ".join(str(network) for network in networks)

    def converted(self, typed: dict[str, Any]) -> dict[str, Any]:
        return typed | {"callback_from": tuple(_parts(typed["callback_from"]))}


class EspForm(GatewayForm):
    code = "esp"
    fieldsets = (
        (_("Account"), ("service", "key", "domain", "base_url")),
        (_("Reports of delivery"), ("webhook_secret",)),
        (_("Pace"), ("timeout", "rate")),
    )

    service = forms.ChoiceField(
        label=_("Provider"),
        required=False,
        choices=[("", _("none: the channel uses the mail server only")), *sorted(TITLES.items())],
        help_text=_("The sender’s address is the one of the mail server’s page."),
    )
    key = SecretField(label=_("Key of the API"), max_length=300)
    domain = forms.CharField(
        label=_("Sending domain (Mailgun)"),
        max_length=253,
        required=False,
        help_text=_("Empty: the domain of the sender’s address."),
        validators=[RegexValidator(r"^[A-Za-z0-9.-]+$", _("Enter a domain, like urzad.example."))],
    )
    base_url = forms.CharField(
        label=_("Address of the provider's service"),
        max_length=300,
        required=False,
        help_text=_("Empty: the provider’s own. Mailgun: its servers in the EU."),
    )
    webhook_secret = SecretField(
        label=_("Secret of webhooks"),
        max_length=300,
        help_text=_(
            "Brevo and Postmark: the password of the user icp that you put into the webhook’s"
            " address. MailerSend and Mailgun: the signing secret from their panel. Empty: no"
            " reports are believed."
        ),
    )
    timeout = timeout_field()
    rate = rate_field(_("At most so many e-mails a second"))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("service") and not data.get("key") and not self.current.key:  # type: ignore[attr-defined]
            self.add_error("key", _("An account needs a key: enter it."))
        if data.get("service") and not read(EmailGateway).sender:
            self.add_error("service", _("Set the sender on the page of the mail server first."))
        return data

    def target(self) -> None:
        outbound.check_url(self.cleaned_data["base_url"] or SERVICES["brevo"][2])


class ProvidersForm(SectionForm):
    code = "providers"
    fieldsets = ((_("Who is asked"), ("sms", "email")),)

    sms = forms.ChoiceField(
        label=_("SMS"),
        choices=[
            ("twilio,smsapi", _("Twilio, then SMSAPI")),
            ("smsapi,twilio", _("SMSAPI, then Twilio")),
            ("twilio", _("Twilio only")),
            ("smsapi", _("SMSAPI only")),
        ],
        help_text=_(
            "The second one is asked only where the first clearly refused for the moment. Whoever"
            " has no account is passed by."
        ),
    )
    email = forms.ChoiceField(
        label=_("E-mail"),
        choices=[
            ("smtp,esp", _("mail server, then the provider with an API")),
            ("esp,smtp", _("provider with an API, then the mail server")),
            ("smtp", _("mail server only")),
            ("esp", _("provider with an API only")),
        ],
    )

    def initial_of(self, section: Any) -> dict[str, object]:
        return {name: ",".join(getattr(section, name)) for name in ("sms", "email")}

    def converted(self, typed: dict[str, Any]) -> dict[str, Any]:
        return {name: tuple(value.split(",")) for name, value in typed.items()}

    def words(self, section: Any) -> dict[str, str]:
        shown = {name: ",".join(getattr(section, name)) for name in self.names}
        return {name: self._word(name, value) for name, value in shown.items()}


def _parts(typed: str) -> list[str]:
    return [part.strip() for part in typed.split(",") if part.strip()]
