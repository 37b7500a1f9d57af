"""From uploaded files to a key and certificates for ePUAP; errors in plain words."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from icp import uploads
from messaging.channels.epuap.certificates import (
    SENTENCES,
    BadCertificate,
    Described,
    Pair,
    read_own,
    read_trusted,
)
from messaging.models import EpuapKey

Kind = EpuapKey.Kind
ACCEPT = {"accept": ".pem,.crt,.cer,.der,.key,.p12,.pfx"}


def _file(**options: Any) -> forms.FileField:
    """A field that leaves emptiness and kind to icp.uploads, which has the words for them."""
    return forms.FileField(
        allow_empty_file=True,
        widget=forms.FileInput(attrs=ACCEPT),
        error_messages={"required": uploads.SENTENCES["missing"]},
        **options,
    )


class OwnKeyForm(forms.Form):
    """The pair that the office signs with."""

    certificate = _file(
        label=_("Certificate"),
        help_text=_("A PKCS#12 file (.p12, .pfx) with the key in it, or a PEM file."),
    )
    key = _file(
        label=_("Private key"), required=False, help_text=_("Only where it is a file of its own.")
    )
    password = forms.CharField(
        label=_("Password of the file"),
        required=False,
        strip=False,
        max_length=200,
        help_text=_("It opens the file once and is not kept."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        raw, key = self._raw("certificate"), self._raw("key")
        if raw is None or key is None:
            return cleaned
        try:
            cleaned["pair"] = read_own(raw, key, cleaned["password"], now=timezone.now())
        except BadCertificate as bad:
            field = {"password": "password", "no_key": "key"}.get(bad.code, "certificate")
            self.add_error(field, SENTENCES[bad.code])
        return cleaned

    @property
    def pair(self) -> Pair:
        pair: Pair = self.cleaned_data["pair"]
        return pair

    def _raw(self, name: str) -> bytes | None:
        """What the file holds, nothing where none was sent, None where it was refused."""
        file = self.cleaned_data.get(name)
        if file is None:
            return b""
        try:
            return uploads.certificate(file)
        except uploads.UploadRefused as refused:
            self.add_error(name, refused)
            return None


class TrustedForm(forms.Form):
    """Certificates that are believed, and for what."""

    kind = forms.ChoiceField(
        label=_("Whose certificate it is"),
        choices=(
            (Kind.TRUSTED, _("ePUAP: signs its answers and what it brings")),
            (Kind.SEAL, _("The minister’s seal: signs for people with profil zaufany")),
            (Kind.AUTHORITY, _("A trust service provider: issues qualified certificates")),
        ),
        widget=forms.RadioSelect,
        initial=Kind.TRUSTED,
    )
    trusted = _file(
        label=_("Certificate file"),
        help_text=_("A PEM or DER file; a PEM file may hold several certificates."),
    )

    def clean_trusted(self) -> list[tuple[str, Described]]:
        raw = uploads.certificate(self.cleaned_data["trusted"])
        try:
            curves = self.cleaned_data.get("kind") == Kind.AUTHORITY
            return read_trusted(raw, now=timezone.now(), curves=curves)
        except BadCertificate as bad:
            raise forms.ValidationError(SENTENCES[bad.code], code=bad.code) from bad
