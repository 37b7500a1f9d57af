"""From the fields of the page "Approval" to its section: who asks for a second person, and the last seconds."""

from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit
from messaging.models import Message

from .base import SectionForm

UNIT_FIELDS = ("information_units", "warning_units")


def _units(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "options-columns"}),
        help_text=help_text,
    )


class ApprovalForm(SectionForm):
    code = "approval"
    fieldsets = (
        (_("The whole office"), ("classes",)),
        (_("Single units"), UNIT_FIELDS),
        (_("The last seconds"), ("cooldown_seconds", "cooldown_people")),
    )

    classes = forms.MultipleChoiceField(
        label=_("A second person must approve"),
        choices=[
            (klass.value, capfirst(klass.label))
            for klass in (Message.Klass.INFORMATION, Message.Klass.WARNING)
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "An alarm always needs a second person, unless its author says why there is no time."
        ),
    )
    information_units = _units(
        _("Information from these units, too"),
        _("With everything that stands below them. Not needed where the whole office asks."),
    )
    warning_units = _units(_("Warnings from these units, too"))
    cooldown_seconds = forms.IntegerField(
        label=_("Seconds before a mass release"),
        min_value=0,
        max_value=600,
        help_text=_(
            "In that time anybody who may send can stop it. 0: it leaves at once. Alarms never wait."
        ),
        error_messages={"invalid": _("Enter a whole number of seconds, for example 30.")},
    )
    cooldown_people = forms.IntegerField(
        label=_("From how many people on"),
        min_value=0,
        max_value=10_000_000,
        help_text=_("A release to more people than this counts as a mass release."),
        error_messages={"invalid": _("Enter a whole number of people, for example 1000.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kept = {pk for name in UNIT_FIELDS for pk in getattr(self.current, name)}
        # A closed unit that stands in the rules can still be taken off.
        units = [unit for unit in Unit.objects.all() if unit.closed_at is None or unit.pk in kept]
        for name in UNIT_FIELDS:
            field = cast(forms.MultipleChoiceField, self.fields[name])
            field.choices = [(str(unit.pk), unit.name) for unit in units]

    def converted(self, typed: dict[str, Any]) -> dict[str, Any]:
        units = {name: tuple(sorted(int(pk) for pk in typed[name])) for name in UNIT_FIELDS}
        return typed | units | {"classes": tuple(typed["classes"])}
