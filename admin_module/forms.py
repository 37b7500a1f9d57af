"""From what staff type on the pages of the office to values; errors in plain words."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import signing_in


def shut_for(minutes: int) -> str:
    """What is said to whoever typed too many wrong passwords."""
    return ngettext(
        "Too many failed attempts. Wait %(number)s minute and try again, or ask the"
        " administrator for help.",
        "Too many failed attempts. Wait %(number)s minutes and try again, or ask the"
        " administrator for help.",
        minutes,
    ) % {"number": minutes}


class SignInForm(forms.Form):
    login = forms.EmailField(
        label=_("E-mail address"),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address, for example anna.nowak@urzad.example."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        error_messages={"required": _("Enter your password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    status = 422

    def sign_in(self, request: HttpRequest) -> bool:
        """Open the session, or say on the form why not."""
        try:
            signing_in.sign_in(request, self.cleaned_data["login"], self.cleaned_data["password"])
        except signing_in.WrongCredentials:
            self.add_error(
                None,
                _("The e-mail address or the password is wrong. Check both and try again."),
            )
        except signing_in.TooManyTries as shut:
            self.status = 429
            self.add_error(None, shut_for(shut.minutes))
        return not self.errors
