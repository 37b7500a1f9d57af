"""From what is typed at the desk about a report, and moves no state, to the values of its step."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit, User
from reports.models import AnswerTemplate, Report, ReportCategory
from reports.steps.handling import handlers, units_for

from .moves import LONGEST, area, templates_for
from .photos import PhotoForm


class VersionForm(forms.Form):
    """Carries the version of the report that it was filled over."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, report: Report, by: User, **options: Any) -> None:
        self.report = report
        super().__init__(data, initial={"version": report.version, **self.now(report)}, **options)
        self.fill(by)

    def now(self, report: Report) -> dict[str, Any]:
        """What stands in the fields before anybody types."""
        return {}

    def fill(self, by: User) -> None:
        """Choices that depend on the report and on who asks."""


class AssignForm(VersionForm):
    to = forms.ModelChoiceField(
        User.objects.none(), label=_("Person"), required=False, empty_label=_("nobody")
    )

    def now(self, report: Report) -> dict[str, Any]:
        return {"to": report.assigned_to_id}

    def fill(self, by: User) -> None:
        field: Any = self.fields["to"]
        field.queryset = handlers(self.report.unit, seen_by=by)
        named = sorted(((user.pk, str(user)) for user in field.queryset), key=lambda one: one[1])
        field.choices = [
            ("", field.empty_label),
            *named,
        ]  # names are sealed: no database sorts them


class RouteForm(VersionForm):
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit in charge"))

    def now(self, report: Report) -> dict[str, Any]:
        return {"unit": report.unit_id}

    def fill(self, by: User) -> None:
        field: Any = self.fields["unit"]
        field.queryset = units_for(by)


class SortForm(VersionForm):
    category = forms.ModelChoiceField(ReportCategory.objects.none(), label=_("Category"))

    def now(self, report: Report) -> dict[str, Any]:
        return {"category": report.category_id}

    def fill(self, by: User) -> None:
        field: Any = self.fields["category"]
        field.queryset = ReportCategory.objects.offered().order_by("group", "place", "name")


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Internal note"),
        max_length=LONGEST,
        widget=area(3),
        help_text=_("Only the office reads this."),
    )


class AnswerForm(PhotoForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    template = forms.ModelChoiceField(
        AnswerTemplate.objects.none(),
        label=_("Template of an answer"),
        required=False,
        empty_label=_("none"),
    )
    text = forms.CharField(label=_("Words for the reporter"), max_length=LONGEST, widget=area(6))

    def __init__(self, *args: Any, report: Report, by: User, **options: Any) -> None:
        self.report = report
        super().__init__(*args, by=by, initial={"version": report.version}, **options)
        self.order_fields(["version", "template", "text", "photos", "kept"])
        field: Any = self.fields["template"]
        field.queryset = templates_for(report, "", by)
        if not field.queryset:
            del self.fields["template"]
