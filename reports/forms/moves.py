"""From the fields that a move of a report asks for to its wish: one form for each state it may lead to."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit, User
from icp.days import working_days_after
from icp.inputs import DayInput
from reports.models import AnswerTemplate, OutsideBody, Reason, Report, State
from reports.showing import listing, searching
from reports.steps import guards, handling, recording

from .photos import PhotoForm

LONGEST = 4000
# Which fields a move's page shows, in its order; `text` goes to the resident, `note` stays here.
FIELDS: dict[State, tuple[str, ...]] = {
    State.ACCEPTED: ("unit", "text", "note"),
    State.NEEDS_INFO: ("text", "back_on", "note"),
    State.SCHEDULED: ("scheduled_on", "text", "note"),
    State.IN_PROGRESS: ("text", "note"),
    State.FORWARDED: ("outside", "back_on", "text", "note"),
    State.RESOLVED: ("text", "photos", "kept", "work_order", "without_proof", "note"),
    State.REJECTED: ("reason", "text", "note"),
    State.DUPLICATE: ("lead", "text", "note"),
}
TEXT: dict[State, Promise] = {
    State.NEEDS_INFO: _("What do you want to know?"),
    State.RESOLVED: _("What was done?"),
    State.REJECTED: _("Why, in words for the reporter?"),
}
ASKED = (State.NEEDS_INFO, State.RESOLVED, State.REJECTED)
# Under which field the sentence of a guard stands.
FIELD_OF = {
    "unit_missing": "unit",
    "question_missing": "text",
    "day_missing": "scheduled_on",
    "outside_missing": "outside",
    "outside_has_no_contact": "outside",
    "back_on_missing": "back_on",
    "public_note_missing": "text",
    "proof_missing": "photos",
    "reason_missing": "reason",
    "lead_missing": "lead",
    "lead_is_itself": "lead",
    "lead_is_duplicate": "lead",
    "lead_is_gone": "lead",
    "leads_others": "lead",
}


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class LeadField(forms.CharField):
    """The number of another report: whole, or its last part."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Number of the other report"),
            max_length=20,
            required=False,
            help_text=_("For example ZG/2026/000123, or 123."),
        )


class MoveForm(PhotoForm):
    by: User  # never anybody
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    template = forms.ModelChoiceField(
        AnswerTemplate.objects.none(),
        label=_("Template of an answer"),
        required=False,
        empty_label=_("none"),
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit in charge"), required=False)
    outside = forms.ModelChoiceField(
        OutsideBody.objects.none(), label=_("To whom"), required=False, empty_label=_("choose")
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        choices=Reason.choices,
        widget=forms.RadioSelect(attrs={"class": "options-inline"}),
        help_text=_("If somebody else is in charge, forward the report instead."),
    )
    lead = LeadField()
    scheduled_on = forms.DateField(label=_("Day of the work"), required=False, widget=DayInput())
    back_on = forms.DateField(label=_("Answer expected by"), required=False, widget=DayInput())
    text = forms.CharField(
        label=_("Words for the reporter"), max_length=LONGEST, required=False, widget=area(5)
    )
    work_order = forms.CharField(label=_("Number of the work order"), max_length=60, required=False)
    without_proof = forms.CharField(
        label=_("Why there is neither a photo nor a number"),
        max_length=300,
        required=False,
        help_text=_("Only the office reads this."),
    )
    note = forms.CharField(
        label=_("Internal note"),
        max_length=LONGEST,
        required=False,
        widget=area(2),
        help_text=_("Only the office reads this."),
    )

    def __init__(self, *args: Any, report: Report, to: State, by: User, **options: Any) -> None:
        self.report, self.to = report, to
        initial = {"version": report.version, **self._proposed(report, to)}
        super().__init__(*args, by=by, initial=initial, **options)
        for name in set(self.fields) - {"version", "template", *FIELDS[to]}:
            del self.fields[name]
        self.order_fields(["version", "template", *FIELDS[to]])
        self._fill(by)

    @staticmethod
    def _proposed(report: Report, to: State) -> dict[str, Any]:
        today = timezone.localdate()
        outside = working_days_after(today, 14)
        asked = today + timedelta(days=recording.ASK_DAYS)
        return {
            "unit": report.unit_id or report.category.unit_id,
            "back_on": outside if to == State.FORWARDED else asked,
        }

    def _fill(self, by: User) -> None:
        fields: Any = self.fields
        fields["text"].label = TEXT.get(self.to, fields["text"].label)
        fields["text"].required = self.to in ASKED
        fields["template"].queryset = templates_for(self.report, self.to, by)
        if not fields["template"].queryset:
            del self.fields["template"]
        if "unit" in fields:
            fields["unit"].queryset = handling.units_for(by)
        if "outside" in fields:
            fields["outside"].queryset = OutsideBody.objects.offered()
        if "reason" in fields:
            fields["reason"].required = True

    def clean_lead(self) -> Report | None:
        typed = self.cleaned_data["lead"]
        found = searching.by_number(listing.seen(self.by), typed) if typed else []
        if typed and len(found) != 1:
            raise forms.ValidationError(
                _("There is no such report, or there are several: type the whole number.")
            )
        return Report.objects.get(pk=found[0]) if found else None

    def clean_back_on(self) -> date | None:
        day: date | None = self.cleaned_data["back_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(str(guards.WORDS["day_past"]))
        return day

    @property
    def wish(self) -> dict[str, Any]:
        """The keywords of moves.move."""
        data = self.cleaned_data
        given = {
            name: data[name]
            for name in (
                "template", "unit", "outside", "reason", "lead", "scheduled_on", "back_on",
                "work_order", "without_proof",
            )
            if data.get(name)
        }  # fmt: skip
        texts = {"public_text": data.get("text", ""), "internal_text": data.get("note", "")}
        return {**texts, **given, "photos": data.get("uids", ())}


def templates_for(report: Report, to: str, by: User) -> "QuerySet[AnswerTemplate]":
    """Templates for this state (or for any answer), of the report's category and unit, or of all."""
    rows = AnswerTemplate.objects.offered().filter(state__in=["", to])
    rows = rows.filter(Q(category=None) | Q(category=report.category_id))
    found: QuerySet[AnswerTemplate] = rows.filter(Q(unit=None) | Q(unit=report.unit_id))
    return found
