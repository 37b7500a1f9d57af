"""From the fields of a gateway's page to its section; every address is looked at before it is kept."""

import json
from email.utils import parseaddr
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, validate_email
from django.utils.translation import gettext_lazy as _

from icp import outbound
from icp.web_security import ShallowDecoder

from .base import SecretField, SectionForm

MOST_A_SECOND = 1000
LONGEST_TIMEOUT = 300
GOOGLE_TOKENS = "https://oauth2.googleapis.com/token"
PARTS_OF_CREDENTIALS = ("project_id", "private_key", "client_email", "token_uri")


def server_field(**words: Any) -> forms.CharField:
    """`words`: its label and help_text."""
    return forms.CharField(
        max_length=253,
        required=False,
        **words,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$",
                _("Enter the name of a server, for example poczta.urzad.example."),
            )
        ],
    )


def port_field(**words: Any) -> forms.IntegerField:
    wrong = _("The port must be a number from 1 to 65535.")
    return forms.IntegerField(
        label=_("Port"),
        min_value=1,
        max_value=65_535,
        **words,
        error_messages=dict.fromkeys(("min_value", "max_value", "invalid"), wrong),
    )


def timeout_field() -> forms.FloatField:
    return forms.FloatField(
        label=_("Time limit for an answer (seconds)"),
        min_value=1,
        max_value=LONGEST_TIMEOUT,
        help_text=_("After it the delivery counts as unknown. The usual value is from 20 to 60."),
        error_messages={
            "min_value": _("The time limit must be from 1 to 300 seconds."),
            "max_value": _("The time limit must be from 1 to 300 seconds."),
            "invalid": _("Enter the time limit as a number of seconds."),
        },
    )


def rate_field(what: Any) -> forms.FloatField:
    wrong = _("The speed must be from 0 (no limit) to 1000 a second.")
    return forms.FloatField(
        label=what,
        min_value=0,
        max_value=MOST_A_SECOND,
        help_text=_("Of all workers together. 0 means: as fast as the provider takes them."),
        error_messages={
            "min_value": wrong,
            "max_value": wrong,
            "invalid": _("Enter the speed as a number, for example 10."),
        },
    )


class GatewayForm(SectionForm):
    """A gateway, reached by an https address where it says no other; its page can test the connection."""

    address_field = "base_url"

    def target(self) -> None:
        """Raise OutboundRefused where ICP must not connect to what was typed."""
        outbound.check_url(self.cleaned_data[self.address_field])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        address = self.address_field
        if data.get(address) and data[address] != getattr(self.current, address):
            try:
                self.target()
            except outbound.OutboundRefused as refusal:
                self.add_error(address, str(refusal))
        return data


class EmailForm(GatewayForm):
    code = "email"
    address_field = "host"
    fieldsets = (
        (_("Server"), ("host", "port", "security", "user", "password")),
        (_("Sender"), ("sender", "bounces")),
        (_("Pace"), ("timeout", "rate")),
    )

    host = server_field(
        label=_("Mail server"),
        help_text=_("For example poczta.urzad.example. Empty: the channel is switched off."),
    )
    port = port_field(help_text=_("587 with STARTTLS, 465 with TLS, 25 inside the network."))
    security = forms.ChoiceField(
        label=_("Encryption"),
        choices=[
            ("starttls", _("STARTTLS: the connection is secured after it stands")),
            ("tls", _("TLS: secured from the first byte")),
            ("none", _("none: only inside the office's own network")),
        ],
    )
    user = forms.CharField(
        label=_("User"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Empty: the server asks for no password, and the kept one is dropped."),
    )
    password = SecretField(label=_("Password"), max_length=500, strip=False)
    sender = forms.CharField(
        label=_("Sender"),
        max_length=320,
        help_text=_("A name, and the address in angle brackets, as mail programs show it."),
    )
    bounces = forms.EmailField(
        label=_("Mailbox of returned mail"),
        required=False,
        help_text=_("Where mail comes back to that could not be delivered."),
    )
    timeout = timeout_field()
    rate = rate_field(_("At most so many e-mails a second"))

    def clean_sender(self) -> str:
        sender: str = self.cleaned_data["sender"]
        try:
            validate_email(parseaddr(sender)[1])
        except ValidationError:
            raise ValidationError(
                _("Enter a name and an address like: Urząd Miejski <icp@urzad.example>.")
            ) from None
        return sender

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("user") and not data.get("password") and not self.current.password:  # type: ignore[attr-defined]
            self.add_error("password", _("A user needs a password: enter it."))
        if data.get("user") and data.get("security") == "none" and not outbound.local_allowed():
            self.add_error(
                "security", _("A password must not travel unencrypted: choose STARTTLS or TLS.")
            )
        return data

    def target(self) -> None:
        outbound.check_host(self.cleaned_data["host"], self.cleaned_data.get("port") or 25)

    def converted(self, typed: dict[str, Any]) -> dict[str, Any]:
        return typed if typed["user"] else typed | {"password": ""}


class SmsForm(GatewayForm):
    code = "sms"
    fieldsets = (
        (_("Account"), ("account", "token", "base_url")),
        (_("Sender"), ("sender",)),
        (_("Pace"), ("timeout", "rate")),
    )

    account = forms.CharField(
        label=_("Account (SID)"),
        required=False,
        help_text=_("AC and 32 characters, from the provider's panel."),
        validators=[
            RegexValidator(
                r"^AC[0-9a-fA-F]{32}$", _("The account begins with AC and has 34 characters.")
            )
        ],
    )
    token = SecretField(label=_("Token"), max_length=200)
    base_url = forms.CharField(label=_("Address of the provider's service"), max_length=300)
    sender = forms.CharField(
        label=_("Sender's name"),
        required=False,
        help_text=_(
            "Where the unit has no name of its own: at most 11 letters and digits that the provider"
            " registered, a phone number, or a messaging service (MG…)."
        ),
        validators=[
            RegexValidator(
                r"^((?=.*[A-Za-z])[A-Za-z0-9 &_+-]{1,11}|\+\d{6,15}|MG[0-9a-fA-F]{32})$",
                _("Use up to 11 letters without Polish signs and digits, or a number like +48…"),
            )
        ],
    )
    timeout = timeout_field()
    rate = rate_field(_("At most so many SMS a second"))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("account") and not data.get("token") and not self.current.token:  # type: ignore[attr-defined]
            self.add_error("token", _("An account needs a token: enter it."))
        return data


class PushForm(GatewayForm):
    code = "push"
    fieldsets = (
        (_("Account"), ("project", "credentials", "base_url")),
        (_("Pace"), ("timeout", "rate")),
    )

    project = forms.CharField(
        label=_("Project"),
        max_length=100,
        required=False,
        help_text=_("The project's identifier at Firebase. Empty: the channel is switched off."),
        validators=[
            RegexValidator(r"^[a-z][a-z0-9-]*$", _("Small letters, digits and hyphens only."))
        ],
    )
    credentials = SecretField(
        label=_("Service account (JSON)"),
        max_length=10_000,
        area=True,
        help_text=_("The content of the file that Firebase gave for the service account."),
    )
    base_url = forms.CharField(label=_("Address of the provider's service"), max_length=300)
    timeout = timeout_field()
    rate = rate_field(_("At most so many notifications a second"))

    def clean_credentials(self) -> str:
        typed: str = self.cleaned_data["credentials"]
        if not typed:
            return ""
        try:
            document = json.loads(typed, cls=ShallowDecoder)
        except ValueError:
            document = None
        whole = isinstance(document, dict) and all(document.get(n) for n in PARTS_OF_CREDENTIALS)
        if not whole:
            raise ValidationError(
                _("This is not the JSON of a service account. Paste the whole file from Firebase.")
            )
        # The client would ask for tokens there: an address of the internal network must not stand in it.
        if document["token_uri"] != GOOGLE_TOKENS and not outbound.local_allowed():
            raise ValidationError(_("The file names an address of tokens that is not Google's."))
        return typed


class EpuapForm(GatewayForm):
    code = "epuap"
    address_field = "url"
    lists = ("boxes", "refused_codes")
    fieldsets = (
        (_("Box"), ("url", "subject", "reply_box", "boxes")),
        (_("Answers"), ("refused_codes", "require_signed_answers")),
        (_("Pace"), ("timeout", "rate")),
    )

    url = forms.CharField(
        label=_("Address of ePUAP's service"),
        max_length=300,
        required=False,
        help_text=_("https://ws.epuap.gov.pl. Empty: the channel is switched off."),
    )
    subject = forms.CharField(
        label=_("Identifier of the office (podmiot)"),
        max_length=100,
        required=False,
        validators=[RegexValidator(r"^\S+$", _("The identifier has no spaces."))],
    )
    reply_box = forms.CharField(
        label=_("Box for answers"),
        max_length=200,
        required=False,
        help_text=_("Like /urzad/SkrytkaESP."),
        validators=[
            RegexValidator(r"^/[^/\s]+/[^/\s]+$", _("A box looks like /urzad/SkrytkaESP."))
        ],
    )
    boxes = forms.CharField(
        label=_("Boxes whose documents are fetched"),
        max_length=1000,
        required=False,
        help_text=_(
            "Like /urzad/rejestracja, with commas; with the box for answers, where receipts come"
            " later. Empty: ICP fetches nothing."
        ),
        validators=[
            RegexValidator(
                r"^\s*/[^/\s,]+/[^/\s,]+(\s*,\s*/[^/\s,]+/[^/\s,]+)*\s*$",
                _("Boxes look like /urzad/SkrytkaESP, with commas between them."),
            )
        ],
    )
    refused_codes = forms.CharField(
        label=_("Codes that refuse for good"),
        max_length=200,
        required=False,
        help_text=_("Values of status.kod, with commas. All others but 1 are tried again."),
        validators=[
            RegexValidator(r"^\s*-?\d+(\s*,\s*-?\d+)*\s*$", _("Numbers with commas only."))
        ],
    )
    require_signed_answers = forms.BooleanField(
        label=_("Believe signed answers only"), required=False
    )
    timeout = timeout_field()
    rate = rate_field(_("At most so many letters a second"))

    def initial_of(self, section: Any) -> dict[str, object]:
        lists = {name: ", ".join(getattr(section, name)) for name in self.lists}
        return super().initial_of(section) | lists

    def converted(self, typed: dict[str, Any]) -> dict[str, Any]:
        return typed | {
            name: tuple(part.strip() for part in typed[name].split(",") if part.strip())
            for name in self.lists
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("url"):
            for name in ("subject", "reply_box"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(
                        name, _("ePUAP needs this: enter it, or leave the address empty.")
                    )
        return data
