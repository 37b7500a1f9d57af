"""From a call or a visit, as a clerk types it, to a new report: its category's questions, place, reporter."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from recipients.models import Recipient, living
from reports.models import ReporterContact
from reports.steps.submitting import LONGEST

from .asked import CategoryForm
from .moves import area

PERSON, CONTACT, NOBODY = "osoba", "kontakt", "nikt"
PHONE = RegexValidator(
    r"^[+\d][\d ()/-]{5,28}$", _("Enter a phone number, for example 22 123 45 67.")
)


class DeskForm(CategoryForm):
    """A new report of `category`; `person`s are those a search found, see views.desk."""

    by: User  # never anybody
    description = forms.CharField(
        label=_("What is wrong"), max_length=LONGEST, required=False, widget=area(4)
    )
    address = forms.CharField(
        label=_("Place in words"),
        max_length=200,
        required=False,
        help_text=_("Street and number, or what stands near by. A known address marks the place."),
    )
    who = forms.ChoiceField(
        label=_("Who reports"),
        choices=[
            (PERSON, _("a registered person")),
            (CONTACT, _("somebody else, who wants an answer")),
            (NOBODY, _("somebody who gives no name")),
        ],
        initial=PERSON,
        widget=forms.RadioSelect(attrs={"class": "options-inline"}),
    )
    query = forms.CharField(
        label=_("Find the person"),
        max_length=100,
        required=False,
        help_text=_("PESEL, phone, e-mail, identifier or name."),
    )
    person = forms.IntegerField(required=False, widget=forms.HiddenInput)
    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Telephone"), required=False, validators=[PHONE])
    wants_public = forms.BooleanField(
        label=_("The person agrees that everybody sees the report on the map, without their name"),
        required=False,
        initial=True,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._clean_who(data)
        return data

    def _clean_who(self, data: dict[str, Any]) -> None:
        data["reporter"] = None
        if data.get("who") == PERSON:
            data["reporter"] = self._person(data.get("person"))
            if data["reporter"] is None:
                self.add_error("query", _("Find the person and choose them from the list."))
        elif data.get("who") == CONTACT and not (data.get("email") or data.get("phone")):
            self.add_error("email", _("Type an e-mail address or a telephone for the answer."))

    def _person(self, pk: int | None) -> Recipient | None:
        if pk is None or not self.by.has_perm("recipients.view_recipient"):
            return None
        found: Recipient | None = living(self.by).filter(pk=pk).first()
        return found

    @property
    def contact(self) -> ReporterContact | None:
        data = self.cleaned_data
        if data["who"] != CONTACT:
            return None
        names = ("first_name", "last_name", "email", "phone")
        return ReporterContact(**{name: data.get(name, "") for name in names})
