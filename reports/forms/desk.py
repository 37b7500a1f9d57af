"""From a call or a visit, as a clerk types it, to a new report: its category's questions, place, reporter."""

import uuid
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from recipients.address_register import places
from recipients.models import Recipient, living
from reports.intake import questions
from reports.models import Question, QuestionType, ReportCategory, ReporterContact
from reports.showing.list_form import DayInput
from reports.steps.submitting import LONGEST, NewReport

from .moves import area
from .photos import PhotoForm

PERSON, CONTACT, NOBODY = "osoba", "kontakt", "nikt"
PHONE = RegexValidator(
    r"^[+\d][\d ()/-]{5,28}$", _("Enter a phone number, for example 22 123 45 67.")
)
ANSWER = "q_"


def answer_field(question: Question) -> forms.Field:
    """A field for one question; what it must be, `questions.checked` says."""
    choices = [(choice.code, choice.text) for choice in question.choices]
    common: dict[str, Any] = {
        "label": question.text,
        "help_text": question.hint,
        "required": question.required,
    }
    if question.type == QuestionType.CHOICE:
        blank = [] if question.required else [("", _("not known"))]
        return forms.ChoiceField(
            choices=[*blank, *choices],
            widget=forms.RadioSelect(attrs={"class": "options-inline"}),
            **common,
        )
    if question.type == QuestionType.MULTI:
        return forms.MultipleChoiceField(
            choices=choices,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "options-columns"}),
            **common,
        )
    if question.type == QuestionType.DATE:
        return forms.CharField(widget=DayInput(), **common)
    if question.type == QuestionType.NUMBER:
        numeric = forms.TextInput(attrs={"inputmode": "decimal"})
        return forms.CharField(max_length=20, widget=numeric, **common)
    return forms.CharField(max_length=questions.LONGEST, **common)


class DeskForm(PhotoForm):
    """A new report of `category`; `person`s are those a search found, see views.desk."""

    by: User  # never anybody
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    description = forms.CharField(
        label=_("What is wrong"), max_length=LONGEST, required=False, widget=area(4)
    )
    address = forms.CharField(
        label=_("Place in words"),
        max_length=200,
        required=False,
        help_text=_("Street and number, or what stands near by. A known address marks the place."),
    )
    latitude = forms.FloatField(
        label=_("Latitude"), required=False, localize=False, min_value=-90, max_value=90
    )
    longitude = forms.FloatField(
        label=_("Longitude"), required=False, localize=False, min_value=-180, max_value=180
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

    def __init__(self, *args: Any, category: ReportCategory, by: User, **options: Any) -> None:
        self.category = category
        initial = {"form_key": uuid.uuid4(), **options.pop("initial", {})}
        super().__init__(*args, by=by, initial=initial, **options)
        for question in category.asked:
            self.fields[ANSWER + question.code] = answer_field(question)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The category's questions, in its order."""
        return [self[ANSWER + question.code] for question in self.category.asked]

    @property
    def stoppers(self) -> list[str]:
        """What a clerk says instead of taking the report down."""
        return [c.stop for q in self.category.asked for c in q.choices if c.stop]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._clean_place(data)
        self._clean_who(data)
        return data

    def _clean_place(self, data: dict[str, Any]) -> None:
        if data.get("latitude") is not None and data.get("longitude") is not None:
            return
        found = places.find(data.get("address", "")) if data.get("address") else []
        if len(found) == 1:
            data["latitude"], data["longitude"] = found[0].lat, found[0].lon
        elif not {"latitude", "longitude"} & set(self.errors):
            self.add_error(
                "address",
                _("Mark the place on the map, or type an address that the register knows."),
            )

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
    def new(self) -> NewReport:
        data = self.cleaned_data
        answers = {q.code: data.get(ANSWER + q.code) for q in self.category.asked}
        return NewReport(
            category=self.category,
            description=data.get("description", ""),
            latitude=data["latitude"],
            longitude=data["longitude"],
            answers={code: value for code, value in answers.items() if value},
            address=data.get("address", ""),
            photos=data["uids"],
            wants_public=data["wants_public"],
            contact=self._contact(data),
        )

    @staticmethod
    def _contact(data: dict[str, Any]) -> ReporterContact | None:
        if data["who"] != CONTACT:
            return None
        names = ("first_name", "last_name", "email", "phone")
        return ReporterContact(**{name: data.get(name, "") for name in names})
