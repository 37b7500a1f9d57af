"""From what is typed about a line's phones, or about a call to be made, to checked values."""

from typing import Any, cast

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from conversations.models import VoiceLine, VoicePhone
from icp.inputs import ClockInput

SHORTEST_RINGING, LONGEST_RINGING = 5, 120
MOST_PHONES = 10  # Twilio lets so many ring at once


def number(text: str) -> str:
    """A telephone number as E.164, of a landline or a mobile; without a country code it is Polish."""
    try:
        found = phonenumbers.parse(text, "PL")
    except phonenumbers.NumberParseException:
        found = None
    if found is None or not phonenumbers.is_valid_number(found):
        raise ValidationError(
            _("This is not a phone number. Type 9 digits, or + and the country code in front.")
        )
    if phonenumbers.number_type(found) == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        raise ValidationError(
            _("This is a number with a surcharge. ICP does not call such numbers.")
        )
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


class NumberField(forms.CharField):
    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=30, **options)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return number(text) if text else ""


class VoiceLineForm(forms.ModelForm):
    """How a line is answered; carries the version that it was filled over."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    ring_seconds = forms.IntegerField(
        label=_("Let the phones ring for (seconds)"),
        min_value=SHORTEST_RINGING,
        max_value=LONGEST_RINGING,
        help_text=_("After that the caller hears that nobody can take the call."),
    )

    class Meta:
        model = VoiceLine
        fields = ("active", "ring_seconds", "opens_at", "closes_at")
        labels = {
            "active": _("Calls to this line are answered through Twilio"),
            "opens_at": _("Calls are taken from"),
            "closes_at": _("Calls are taken until"),
        }
        help_texts = {
            "opens_at": _("On working days. Empty: at any time."),
            "closes_at": _("On working days. Empty: at any time."),
        }
        widgets = {"opens_at": ClockInput, "closes_at": ClockInput}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["revision"] = self.instance.revision if self.instance.pk else 0

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        begin, end = values.get("opens_at"), values.get("closes_at")
        if (begin is None) != (end is None):
            self.add_error("closes_at" if begin else "opens_at", _("Fill in both hours, or none."))
        elif begin and end and begin >= end:
            self.add_error("closes_at", _("The end must be later than the beginning."))
        return values

    def words(self, values: dict[str, Any]) -> dict[str, str]:
        """The values to read, by field."""
        yes = _("yes") if values["active"] else _("no")
        hours = {name: values[name] for name in ("opens_at", "closes_at")}
        shown = {name: f"{hour:%H:%M}" if hour else "–" for name, hour in hours.items()}
        return {"active": str(yes), "ring_seconds": str(values["ring_seconds"]), **shown}


class VoicePhoneForm(forms.Form):
    """A phone that rings for a line."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("For example: stanowisko 3, telefon dyżurny.")
    )
    number = NumberField(label=_("Phone number"))
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Whose it is"),
        required=False,
        empty_label=_("nobody’s: several people take turns"),
        help_text=_("Calls taken at it are this person’s, and they may call from it."),
    )

    def __init__(self, *args: Any, served: VoiceLine, **options: Any) -> None:
        self.served = served
        super().__init__(*args, **options)
        field = cast("forms.ModelChoiceField[User]", self.fields["user"])
        staff = User.objects.filter(is_active=True)
        field.queryset = staff
        named = sorted(((user.pk, str(user)) for user in staff), key=lambda one: one[1])
        # Names are sealed: no database sorts them.
        field.choices = [("", field.empty_label), *named]

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"]
        phones = list(self.served.phones.all()) if self.served.pk else []
        if any(phone.number == typed for phone in phones):
            raise ValidationError(_("This phone rings for the line already."))
        if len(phones) >= MOST_PHONES:
            raise ValidationError(_("Ten phones can ring at once at most. Remove one first."))
        return typed


class VoiceCallForm(forms.Form):
    """A call that an agent wants to make."""

    phone = forms.ModelChoiceField(
        VoicePhone.objects.none(),
        label=_("Call from"),
        widget=forms.RadioSelect,
        help_text=_("Your own phone rings first. The other side sees the number of the line."),
    )
    number = NumberField(label=_("Number to call"))
    case_number = forms.CharField(
        label=_("Number of the case"),
        max_length=60,
        required=False,
        help_text=_("Where the call belongs to one."),
    )

    def __init__(self, *args: Any, phones: list[VoicePhone], **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ModelChoiceField[VoicePhone]", self.fields["phone"])
        field.queryset = VoicePhone.objects.filter(pk__in=[phone.pk for phone in phones])
        field.choices = [
            (phone.pk, f"{phone.name} – {phone.voice_line.line.name}") for phone in phones
        ]
        if phones:
            field.initial = phones[0].pk
