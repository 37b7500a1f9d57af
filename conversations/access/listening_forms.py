"""From what is typed at a supervised listening to who is there, what was remarked, and a signed paper."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversations.models import Attendance
from icp import uploads

Role = Attendance.Role
GUESTS = (Role.APPLICANT, Role.PROXY, Role.INTERPRETER)


class CheckInForm(forms.Form):
    """The password once more: a computer left open confirms nobody's presence."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Enter your password.")},
    )


class AdmitForm(forms.Form):
    role = forms.ChoiceField(
        label=gettext_lazy("In what role"),
        choices=[(one.value, one.label) for one in GUESTS],
        error_messages={"required": gettext_lazy("Choose in what role.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name and surname"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Enter the first and last name.")},
    )
    document = forms.ChoiceField(
        label=gettext_lazy("Which document you have seen"),
        choices=[("", gettext_lazy("no document")), *Attendance.Document.choices],
        required=False,
        help_text=gettext_lazy("Its kind only: no number is written down, and nothing is copied."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("role") in (Role.APPLICANT, Role.PROXY) and not data.get("document"):
            self.add_error(
                "document", _("Look at a document with a photograph and choose its kind.")
            )
        return data


class BeginListeningForm(forms.Form):
    device = forms.CharField(
        label=gettext_lazy("Workstation"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("As it is called in the office, for the protocol."),
    )


class FinishForm(forms.Form):
    interrupted = forms.TypedChoiceField(
        label=gettext_lazy("How it ended"),
        choices=[
            ("", gettext_lazy("It was heard or read to the end")),
            ("1", gettext_lazy("It was broken off: another appointment is needed")),
        ],
        coerce=bool,
        required=False,
        widget=forms.RadioSelect,
    )
    remarks = forms.CharField(
        label=gettext_lazy("Remarks for the protocol"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["interrupted"] = bool(data.get("interrupted"))
        if data["interrupted"] and not data.get("remarks", "").strip():
            self.add_error("remarks", _("Write why it was broken off."))
        return data


class SignedForm(forms.Form):
    scan = forms.FileField(
        label=gettext_lazy("Scan of the signed protocol"),
        help_text=gettext_lazy("PDF, JPEG or PNG."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def clean_scan(self) -> uploads.Sheet:
        try:
            return uploads.sheet(self.cleaned_data["scan"])
        except uploads.UploadRefused as refused:
            raise ValidationError(refused.message) from refused
