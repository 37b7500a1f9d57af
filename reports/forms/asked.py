"""From a category to a form that asks its questions, and from a checked form to NewReport."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icp.inputs import DayInput
from recipients.address_register import places
from reports.intake import questions
from reports.models import Question, QuestionType, ReportCategory, ReporterContact
from reports.steps.submitting import NewReport

from .photos import PhotoForm

MOST_PROPOSED = 5
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


class CategoryForm(PhotoForm):
    """A new report of `category`; its place is marked, or an address that the register knows."""

    field_order = ("photos", "kept", "form_key", "description", "address")

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    latitude = forms.FloatField(
        label=_("Latitude"), required=False, localize=False, min_value=-90, max_value=90
    )
    longitude = forms.FloatField(
        label=_("Longitude"), required=False, localize=False, min_value=-180, max_value=180
    )

    def __init__(self, *args: Any, category: ReportCategory, **options: Any) -> None:
        self.category = category
        initial = {"form_key": uuid.uuid4(), **options.pop("initial", {})}
        super().__init__(*args, initial=initial, **options)
        for question in category.asked:
            self.fields[ANSWER + question.code] = answer_field(question)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The category's questions, in its order."""
        return [self[ANSWER + question.code] for question in self.category.asked]

    @property
    def stoppers(self) -> list[str]:
        """What to say or to do instead of reporting here."""
        return [c.stop for q in self.category.asked for c in q.choices if c.stop]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("latitude") is None or data.get("longitude") is None:
            self._clean_address(data)
        return data

    def _clean_address(self, data: dict[str, Any]) -> None:
        found = places.find(data["address"]) if data.get("address") else []
        if len(found) == 1:
            data["latitude"], data["longitude"] = found[0].lat, found[0].lon
        elif found:
            likely = ", ".join(place.label for place in found[:MOST_PROPOSED])
            self.add_error("address", _("Which one do you mean: %(places)s?") % {"places": likely})
        elif not {"latitude", "longitude"} & set(self.errors):
            self.add_error(
                "address",
                _("Mark the place on the map, or type an address that the register knows."),
            )

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
            contact=self.contact,
        )

    @property
    def contact(self) -> ReporterContact | None:
        """Where an answer goes; None: to nobody's address."""
        raise NotImplementedError
