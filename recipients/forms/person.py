"""From what a clerk typed to checked values: a person, a registration, some ticks."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from admin_module.configuration import Municipality, read
from admin_module.models import User
from consents.models import Consent
from recipients.models import Address, AddressPoint, Guardian, Language, Sex
from recipients.people.particulars import RegistrationData
from recipients.people.registration import WISHES

from .ticking import TickField, offer, ticked_by

DAY_FORMATS = ["%d.%m.%Y", "%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d%m%Y"]
CONTACT_FIELDS = {"email": "email", "sms": "phone", "epuap": "epuap"}


def in_a_row() -> forms.RadioSelect:
    return forms.RadioSelect(attrs={"class": "options-inline"})


class DayField(forms.DateField):
    """A day as people type it: 3.05.1961, 03051961 or 1961-05-03."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("input_formats", DAY_FORMATS)
        widget = forms.DateInput(format="%d.%m.%Y", attrs={"inputmode": "decimal"})
        super().__init__(widget=widget, **options)
        self.error_messages["invalid"] = _("Type the date like 03.05.1961.")


class PersonForm(forms.Form):
    """What is known about a person; PESEL may stay empty (minimisation)."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    second_name = forms.CharField(label=_("Second name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    pesel = forms.CharField(
        label=_("PESEL"),
        required=False,
        max_length=20,
        help_text=_("It fills in the birth date and the sex."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    birth_date = DayField(label=_("Birth date"), help_text=_("For example 03.05.1961"))
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, widget=in_a_row())
    street = forms.CharField(
        label=_("Street"),
        max_length=150,
        help_text=_("Type a few letters and choose from the list."),
    )
    street_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    house = forms.CharField(label=_("House number"), max_length=10)
    point_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    flat = forms.CharField(label=_("Flat"), max_length=10, required=False)
    postal_code = forms.RegexField(
        r"^\d{2}-\d{3}$",
        label=_("Postal code"),
        required=False,
        error_messages={"invalid": _("A postal code looks like 00-000.")},
    )
    town = forms.CharField(label=_("Town"), max_length=80)
    outside_register = forms.BooleanField(
        label=_("This address is not in the register; keep it as typed"), required=False
    )
    phone = forms.CharField(
        label=_("Mobile phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    email = forms.CharField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"type": "email"}),
    )
    epuap = forms.CharField(
        label=_("Box on ePUAP"),
        required=False,
        max_length=140,
        help_text=_("For example /jankowalski/skrytka"),
    )

    language = forms.ChoiceField(
        label=_("Language of messages"),
        choices=[(code, capfirst(label)) for code, label in Language.choices],
        initial=Language.PL,
        required=False,
        help_text=_("Where a message has no text in it, the person gets the Polish one."),
    )
    guardian_first_name = forms.CharField(
        label=_("Guardian’s first name"), max_length=80, required=False
    )
    guardian_last_name = forms.CharField(
        label=_("Guardian’s last name"), max_length=80, required=False
    )
    guardian_phone = forms.CharField(
        label=_("Guardian’s phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    guardian_email = forms.CharField(
        label=_("Guardian’s e-mail address"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"type": "email"}),
    )

    person: RegistrationData  # checked; there only where the form is valid

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["town"].initial = read(Municipality).town
        for field in self.fields.values():
            # The desk's computer is shared: the browser must not learn people's data.
            field.widget.attrs.setdefault("autocomplete", "off")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        try:
            self.person = typed(values).checked()
        except ValidationError as error:
            self._forgive_what_pesel_says(but=error.error_dict)
            self.show(error)
        else:
            self._forgive_what_pesel_says()
            self._want_register(values)
        return values

    def show(self, error: ValidationError) -> None:
        """Put errors of the particulars beside the fields they came from."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, sentences in error.error_dict.items():
            field = _field_of(name, sentences[0].code)
            if field not in self.errors:
                self.add_error(field, sentences)

    def _forgive_what_pesel_says(self, but: Collection[str] = ()) -> None:
        for name in {"birth_date", "sex"} - set(but):
            if self.has_error(name, "required"):
                del self.errors[name]

    def _want_register(self, values: Mapping[str, Any]) -> None:
        address = self.person.address
        if address is None or address.point_id or values.get("outside_register"):
            return
        if address.street_id:
            self.add_error("house", _("This street has no such house number in the register."))
        else:
            self.add_error("street", _("There is no such street in the register."))


class RegistrationForm(PersonForm):
    """A person who asks, at the desk, to be written to (§ 5.1)."""

    wish_how = forms.ChoiceField(
        label=_("How did the person ask for it?"),
        choices=list(WISHES.items()),
        initial="desk",
        widget=in_a_row(),
    )
    wanted = TickField()
    form_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
    not_duplicate = forms.BooleanField(
        label=_("I checked: this is a different person"), required=False
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        offer(self, "wanted", by, commercial=False)
        if not self.is_bound:  # a form with mistakes gives the focus to its summary
            self.fields["first_name"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        wanted = values.get("wanted", 0)
        for kind, name in CONTACT_FIELDS.items():
            if ticked_by(wanted, kind) and not values.get(name) and name not in self.errors:
                self.add_error(
                    name,
                    _("Messages by this channel are ticked: fill this in, or clear the ticks."),
                )
        return values


class ConsentsForm(forms.Form):
    """Which topics a person wants by which channel, and how they said so."""

    HOW = (
        (Consent.How.DESK, _("in person, at the office")),
        (Consent.How.PHONE, _("by telephone")),
    )
    granted = TickField()
    seen = forms.IntegerField(widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label=_("How did the person say so?"),
        choices=HOW,
        initial=Consent.How.DESK,
        widget=in_a_row(),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "granted", by)


def typed(values: Mapping[str, Any]) -> RegistrationData:
    """What stands in a form so far, complete or not."""
    return RegistrationData(
        first_name=values.get("first_name") or "",
        second_name=values.get("second_name") or "",
        last_name=values.get("last_name") or "",
        birth_date=values.get("birth_date"),
        sex=values.get("sex") or "",
        pesel=values.get("pesel") or "",
        address=Address(
            street=values.get("street") or "",
            house=values.get("house") or "",
            flat=values.get("flat") or "",
            postal_code=values.get("postal_code") or "",
            town=values.get("town") or "",
            street_id=values.get("street_id") or 0,
            point_id=_chosen_point(values),
        ),
        contacts={kind: values.get(name) or "" for kind, name in CONTACT_FIELDS.items()},
        guardian=_guardian(values),
        language=values.get("language") or "",
    )


def initial_of(data: RegistrationData) -> dict[str, Any]:
    """What a correction starts from."""
    values = {
        name: getattr(data, name)
        for name in (
            "first_name",
            "second_name",
            "last_name",
            "birth_date",
            "sex",
            "pesel",
            "language",
        )
    }
    if data.address:
        values |= asdict(data.address)
        values["outside_register"] = not data.address.point_id
    if data.guardian:
        values |= {f"guardian_{name}": value for name, value in asdict(data.guardian).items()}
    return values | {name: data.contacts.get(kind, "") for kind, name in CONTACT_FIELDS.items()}


def _guardian(values: Mapping[str, Any]) -> Guardian | None:
    """Who stands for a child; None where nothing was typed."""
    given = {name: values.get(f"guardian_{name}") or "" for name in Guardian.__dataclass_fields__}
    return Guardian(**given) if any(given.values()) else None


def _field_of(name: str, code: str | None) -> str:
    if name == "address":
        return "street" if code == "street_empty" else "house"
    return CONTACT_FIELDS.get(name, name)


def _chosen_point(values: Mapping[str, Any]) -> int:
    """The house picked from the list, unless street or number were typed over afterwards."""
    points = AddressPoint.objects.select_related("street")
    point = points.filter(pk=values["point_id"]).first() if values.get("point_id") else None
    if point is None:
        return 0
    same = (str(point.street), point.house) == (values.get("street"), values.get("house"))
    return point.pk if same else 0
