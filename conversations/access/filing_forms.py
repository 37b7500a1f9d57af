"""From an application as somebody types it, a clerk or the applicant, to filing.Application."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

import phonenumbers
from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.models import AccessRequest, Applicant
from icp.encryption.tokens import mac
from icp.inputs import DayInput

from .filing import Application
from .step_forms import area, radio

Basis, Channel, Form, Identity = (
    AccessRequest.Basis, AccessRequest.Channel, AccessRequest.Form, AccessRequest.Identity,
)  # fmt: skip
_LABEL = "access_request.form"


class PhoneField(forms.CharField):
    """Any telephone, landlines too, as E.164; without a country code it is Polish."""

    def clean(self, value: Any) -> str:
        text = super().clean(value).strip()
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, "PL")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise forms.ValidationError(
                _("This is not a phone number. Type 9 digits, or + and the country code in front.")
            )
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class ApplicationForm(forms.Form):
    """What both the desk and the public page ask."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    first_name = forms.CharField(label=_("First name"), max_length=60)
    last_name = forms.CharField(label=_("Last name"), max_length=60)
    address = forms.CharField(
        label=_("Postal address"),
        max_length=300,
        widget=area(3),
        help_text=_("Street and number, postal code and town. Letters go here."),
    )
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    epuap = forms.CharField(label=_("ePUAP box"), max_length=130, required=False)
    phone = PhoneField(
        label=_("The number that the call came from"),
        max_length=20,
        required=False,
        help_text=_("By this number the call is found. For a chat it may stay empty."),
    )
    conversation_on = forms.DateField(label=_("Day of the call or chat"), widget=DayInput())
    conversation_time = forms.CharField(label=_("About what time"), max_length=60, required=False)
    about = forms.CharField(label=_("What it was about"), max_length=500)
    basis = forms.ChoiceField(label=_("Basis"), choices=Basis.choices, widget=radio())
    justification = forms.CharField(
        label=_("Why access is needed"),
        max_length=4000,
        required=False,
        widget=area(4),
        help_text=_("Needed under § 4.1 of the order; not needed under art. 15 RODO."),
    )
    requested_form = forms.ChoiceField(
        label=_("Wanted form"), choices=Form.choices, widget=radio(), initial=Form.SUPERVISED
    )
    needs = forms.CharField(
        label=_("Interpreter, sign language, accessible room"), max_length=300, required=False
    )
    proxy = forms.CharField(label=_("Who acts for the applicant"), max_length=200, required=False)

    WHO = (
        _("Applicant"), ("first_name", "last_name", "address", "email", "epuap", "proxy", "needs"),
    )  # fmt: skip
    WHAT = (_("Call or chat"), ("phone", "conversation_on", "conversation_time", "about"))
    WHY = (_("What is asked for"), ("basis", "justification", "requested_form"))
    SECTIONS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (WHO, WHAT, WHY)

    def __init__(self, *args: Any, **options: Any) -> None:
        told = options.get("initial", {})
        options["initial"] = {"form_key": uuid.uuid4(), "basis": Basis.ORDER, **told}
        super().__init__(*args, **options)

    def clean_conversation_on(self) -> date:
        day: date = self.cleaned_data["conversation_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Choose today or an earlier day."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("basis") == Basis.ORDER and not data.get("justification", "").strip():
            self.add_error(
                "justification", _("Write why: § 4.1 wants an exceptional, justified case.")
            )
        return data

    @property
    def sections(self) -> list[tuple[str | Promise, list[forms.BoundField]]]:
        """The questions in their groups."""
        return [(words, [self[name] for name in names]) for words, names in self.SECTIONS]

    @property
    def applicant(self) -> Applicant:
        """Of what was answered well; what was not is empty."""
        data = self.cleaned_data
        names = (
            "first_name", "last_name", "address", "email", "phone", "epuap", "proxy", "needs",
            "conversation_time", "about", "justification",
        )  # fmt: skip
        told = {name: data.get(name, "").strip() for name in names}
        day = data.get("conversation_on")
        return Applicant(conversation_on=day.isoformat() if day else "", **told)


class FilingForm(ApplicationForm):
    """At the desk: from paper, from ePUAP, from whoever stands there."""

    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[one for one in Channel.choices if one[0] != Channel.WEB],
        widget=radio(),
        initial=Channel.PAPER,
    )
    received_on = forms.DateField(label=_("When it reached the office"), widget=DayInput())
    reference = forms.CharField(
        label=_("Number of the paper or of the ePUAP document"),
        max_length=60,
        required=False,
        help_text=_("From ePUAP or e-Doręczenia it is needed: the signature is checked there."),
    )
    document_seen = forms.BooleanField(
        label=_("I saw the applicant’s identity document (its number is not noted)"), required=False
    )
    CAME = (_("How it came"), ("channel", "received_on", "reference", "document_seen"))
    SECTIONS = (CAME, ApplicationForm.WHO, ApplicationForm.WHAT, ApplicationForm.WHY)
    SIGNED = (Channel.EPUAP, Channel.EDORECZENIA)

    def __init__(self, *args: Any, **options: Any) -> None:
        initial = {"received_on": timezone.localdate(), **options.pop("initial", {})}
        super().__init__(*args, initial=initial, **options)

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if not timezone.localdate() - timedelta(days=60) <= day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day within the last 60 days."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("channel") in self.SIGNED and not data.get("reference", "").strip():
            self.add_error("reference", _("Write the number of the document, so that it is found."))
        return data

    @property
    def new(self) -> Application:
        data = self.cleaned_data
        return Application(
            applicant=self.applicant,
            channel=data["channel"],
            basis=data["basis"],
            requested_form=data["requested_form"],
            identity=self._identity(),
            received_at=_moment(data["received_on"]),
            reference=data["reference"].strip(),
            form_key=data["form_key"],
        )

    def _identity(self) -> str:
        if self.cleaned_data["channel"] in self.SIGNED:
            return Identity.EPUAP
        return Identity.COUNTER if self.cleaned_data["document_seen"] else Identity.NONE


def _moment(day: date) -> datetime:
    """Now, or noon of an earlier day."""
    if day == timezone.localdate():
        return timezone.now()
    return timezone.make_aware(datetime.combine(day, time(12)))


class ApplicantsForm(ApplicationForm):
    """By the applicants themselves: they are no authority."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["basis"].choices = [one for one in Basis.choices if one[0] != Basis.AUTHORITY]


class PublicForm(ApplicantsForm):
    """On the public page. `website` is left empty by people; programs fill it in."""

    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    @property
    def by_program(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    @property
    def who(self) -> str:
        """A keyed token of the number, for counting: nobody floods the office with one number."""
        phone = self.cleaned_data["phone"] or self.cleaned_data["last_name"].lower()
        return mac(_LABEL, phone.encode()).hex()

    @property
    def new(self) -> Application:
        data = self.cleaned_data
        return Application(
            applicant=self.applicant,
            channel=Channel.WEB,
            basis=data["basis"],
            requested_form=data["requested_form"],
            form_key=data["form_key"],
        )
