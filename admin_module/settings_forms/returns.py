"""From the fields of returned mail and of confirmations to their sections."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from icp import outbound

from .base import SecretField, SectionForm
from .gateways import GatewayForm, port_field, server_field, timeout_field

LONGEST_HOURS = 24 * 30


class MailReturnsForm(GatewayForm):
    code = "returns"
    address_field = "host"
    fieldsets = (
        (_("Server"), ("protocol", "host", "port", "security", "user", "password")),
        (_("Reading"), ("folder", "keep", "every_seconds", "timeout")),
    )

    protocol = forms.ChoiceField(
        label=_("Protocol"),
        choices=[
            ("imap", _("IMAP: what is not a report stays in the mailbox")),
            ("pop3", _("POP3: every mail is removed once it was read")),
        ],
    )
    host = server_field(
        label=_("Server of the mailbox"),
        help_text=_(
            "For example poczta.urzad.example. Empty: the mailbox is not read. The mailbox must take"
            " every address of the form icp-zwroty+code@…: it is set on the mail server."
        ),
    )
    port = port_field(
        help_text=_("IMAP: 993 with TLS, 143 without. POP3: 995 with TLS, 110 without.")
    )
    security = forms.ChoiceField(
        label=_("Encryption"),
        choices=[
            ("tls", _("TLS: secured from the first byte")),
            ("starttls", _("STARTTLS: the connection is secured after it stands")),
            ("none", _("none: only inside the office's own network")),
        ],
    )
    user = forms.CharField(
        label=_("User"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = SecretField(label=_("Password"), max_length=500, strip=False)
    folder = forms.CharField(
        label=_("Folder"),
        max_length=200,
        help_text=_("Of an IMAP mailbox; usually INBOX."),
        validators=[RegexValidator(r"^[ -~]+$", _("Use letters without Polish signs."))],
    )
    keep = forms.BooleanField(
        label=_("Keep the mails that were read"),
        required=False,
        help_text=_("Only with IMAP. Returned mail names people: who keeps it, clears it by hand."),
    )
    every_seconds = forms.IntegerField(
        label=_("Look into the mailbox every (seconds)"), min_value=20, max_value=86_400
    )
    timeout = timeout_field()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("host") and not data.get("user"):
            self.add_error("user", _("The mailbox needs a user: enter it."))
        if data.get("host") and not data.get("password") and not self.current.password:  # type: ignore[attr-defined]
            self.add_error("password", _("The mailbox needs a password: enter it."))
        if data.get("security") == "none" and data.get("host") and not outbound.local_allowed():
            self.add_error(
                "security", _("A password must not travel unencrypted: choose STARTTLS or TLS.")
            )
        return data

    def target(self) -> None:
        outbound.check_host(self.cleaned_data["host"], self.cleaned_data.get("port") or 993)


def _hours(label: Any, help_text: Any = "") -> forms.IntegerField:
    wrong = _("Enter a number of hours from 1 to 720.")
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=LONGEST_HOURS,
        help_text=help_text,
        error_messages={"min_value": wrong, "max_value": wrong, "invalid": wrong},
    )


class ReceiptsForm(SectionForm):
    code = "receipts"
    fieldsets = (
        (_("How long to wait (hours)"), ("email_hours", "sms_hours", "push_hours", "epuap_hours")),
    )

    email_hours = _hours(
        _("E-mail"),
        _("Mail servers confirm nothing, they only say what could not be delivered."),
    )
    sms_hours = _hours(_("SMS"))
    push_hours = _hours(_("Mobile app"))
    epuap_hours = _hours(_("ePUAP"))
