"""From the fields of a category, a rule, an outside body and a template to the columns that are saved."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.models import Unit, User
from icp import braces
from reports.models import (
    AnswerTemplate,
    BodyContact,
    OutsideBody,
    ReportCategory,
    RoutingRule,
    State,
)
from reports.steps import handling, wording

from .moves import area
from .questions_field import QuestionsField, in_words

BOX = r"^/[\w.-]{1,60}/[\w.-]{1,60}$"


class KeptForm(forms.ModelForm):
    """One row, with the revision it was filled over; `words` are its values to read side by side."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    further: ClassVar[tuple[str, ...]] = ()  # fields that are no columns

    def __init__(self, data: Any = None, *, instance: Any, by: User) -> None:
        self.by = by
        initial = {"revision": instance.revision, **self.opened(instance)}
        super().__init__(data, instance=instance, initial=initial)
        for name, field in self.fields.items():
            offered: Any = getattr(field, "queryset", None)
            if isinstance(field, forms.ModelChoiceField) and offered.model is Unit:
                kept = getattr(instance, f"{name}_id")
                field.queryset = Unit.objects.filter(models.Q(closed_at=None) | models.Q(pk=kept))

    @staticmethod
    def opened(instance: Any) -> dict[str, Any]:
        """Values of the fields that are no columns."""
        return {}

    def columns(self) -> dict[str, Any]:
        """What `keeping.save` takes."""
        names = set(self.fields) - {"revision", *self.further}
        return {name: self.cleaned_data[name] for name in names}

    def words(self, row: Any) -> dict[str, object]:
        """A row's values as people read them, by the form's fields."""
        told: dict[str, object] = {}
        for name, field in self.fields.items():
            if name == "revision" or name in self.further:
                continue
            value = getattr(row, name)
            told[name] = self.word(field, value)
        return {**told, **{name: self.opened(row)[name] for name in self.further}}

    def typed(self) -> dict[str, object]:
        return {
            name: self.word(field, self.cleaned_data.get(name))
            for name, field in self.fields.items()
            if name != "revision"
        }

    @staticmethod
    def word(field: forms.Field, value: Any) -> object:
        if isinstance(field, QuestionsField):
            return in_words(value or [])
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(field, forms.TypedChoiceField | forms.ChoiceField) and not isinstance(
            field, forms.ModelChoiceField
        ):
            return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
        return "" if value is None else str(value)

    def _get_validation_exclusions(self) -> set[str]:
        """Unique names are looked at by the database, which is asked when saving."""
        return {*super()._get_validation_exclusions(), "revision"}  # type: ignore[misc]


class CategoryForm(KeptForm):
    questions = QuestionsField()

    class Meta:
        model = ReportCategory
        fields = (
            "code", "group", "name", "description", "keywords", "unit", "working_days", "publishing",
            "retention_months", "cluster_reports", "cluster_metres", "questions",
        )  # fmt: skip
        labels = {
            "code": gettext_lazy("Code for other programs"),
            "unit": gettext_lazy("Unit in charge, where no rule says otherwise"),
            "publishing": gettext_lazy("On the public map"),
            "keywords": gettext_lazy("Other words people use for it"),
            "working_days": gettext_lazy("Deadline in working days"),
            "retention_months": gettext_lazy("Months kept after closing"),
            "cluster_reports": gettext_lazy(
                "Propose a notice from so many like reports in an hour"
            ),
            "cluster_metres": gettext_lazy("… that lie within metres"),
        }
        help_texts = {
            "code": gettext_lazy("Small letters, digits, underscores. It never changes."),
            "cluster_reports": gettext_lazy("0: never."),
        }
        widgets = {
            "description": area(2),
            "publishing": forms.RadioSelect(attrs={"class": "options-inline"}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk is not None:
            del self.fields["code"]
        questions: Any = self.fields["questions"]
        questions.before = self.instance.questions

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("cluster_reports") == 1:
            self.add_error("cluster_reports", _("One report is no group: type 2 or more, or 0."))
        return data


class RuleForm(KeptForm):
    class Meta:
        model = RoutingRule
        fields = ("category", "group", "district", "unit", "assignee", "accepts")
        labels = {
            "category": gettext_lazy("Category"),
            "group": gettext_lazy("… or a whole group"),
            "district": gettext_lazy("District"),
            "unit": gettext_lazy("goes to the unit"),
            "assignee": gettext_lazy("… and there to the person"),
            "accepts": gettext_lazy("Accept at once, so that the deadline runs from the beginning"),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        for name in ("category", "district"):
            fields[name].empty_label = _("every")
        fields["category"].queryset = ReportCategory.objects.order_by("group", "place", "name")
        groups = ReportCategory.objects.order_by("group").values_list("group", flat=True).distinct()
        choices = [("", "–"), *((name, name) for name in groups)]
        fields["group"].widget = forms.Select(choices=choices)
        people = handling.handlers(self.instance.unit if self.instance.unit_id else None)
        fields["assignee"].queryset = people
        fields["assignee"].empty_label = _("nobody")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("category") and data.get("group"):
            self.add_error("group", _("Choose a category or a group, not both."))
        person, unit = data.get("assignee"), data.get("unit")
        if person and unit and not handling.handlers(unit).filter(pk=person.pk).exists():
            self.add_error("assignee", _("This person cannot handle reports of that unit."))
        return data


class BodyForm(KeptForm):
    person = forms.CharField(label=gettext_lazy("Person"), max_length=100, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    epuap = forms.RegexField(
        BOX,
        label=gettext_lazy("ePUAP box"),
        required=False,
        help_text=gettext_lazy("For example /zarzad/skrytka. It goes before the e-mail."),
        error_messages={"invalid": gettext_lazy("Write the box as /subject/box.")},
    )
    phone = forms.RegexField(
        r"^[+\d][\d ()/-]{5,28}$",
        label=gettext_lazy("Telephone"),
        required=False,
        error_messages={"invalid": gettext_lazy("Enter a phone number, for example 22 123 45 67.")},
    )
    address = forms.CharField(
        label=gettext_lazy("Postal address"), max_length=250, required=False, widget=area(2)
    )
    further = ("person", "email", "epuap", "phone", "address")

    class Meta:
        model = OutsideBody
        fields = ("name", "reply_days")
        help_texts = {"name": gettext_lazy("For example: Zarząd Dróg Wojewódzkich.")}

    @staticmethod
    def opened(instance: OutsideBody) -> dict[str, Any]:
        contact = instance.contact or BodyContact()
        return {name: getattr(contact, name) for name in BodyForm.further}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        ways = ("email", "epuap", "phone", "address")
        if not self.errors and not any(data.get(name) for name in ways):
            raise ValidationError(
                _("Give at least one way: an e-mail, an ePUAP box, a telephone or an address.")
            )
        return data

    def columns(self) -> dict[str, Any]:
        contact = BodyContact(**{name: self.cleaned_data[name] for name in self.further})
        return super().columns() | {"contact": contact}


class TemplateForm(KeptForm):
    class Meta:
        model = AnswerTemplate
        fields = ("name", "state", "category", "unit", "text")
        labels = {
            "state": gettext_lazy("For the state"),
            "category": gettext_lazy("Category"),
            "unit": gettext_lazy("Unit"),
        }
        widgets = {"text": area(8)}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        offered = [c for c in State.choices if c[0] not in {State.AWAITING, State.RECEIVED}]
        fields["state"].choices = [("", _("any answer")), *offered]
        fields["category"].empty_label = fields["unit"].empty_label = _("every")

    @property
    def placeholders(self) -> list[tuple[str, object]]:
        """Names in braces and what they stand for."""
        return [(f"{{{name}}}", words) for name, (words, _fill) in wording.PLACEHOLDERS.items()]

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        try:
            braces.check(text, wording.PLACEHOLDERS)
        except braces.UnknownPlaceholder as unknown:
            raise ValidationError(str(unknown)) from unknown
        return text
