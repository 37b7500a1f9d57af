"""From what a clerk chose and why to an order of an export."""

import re
import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from recipients.exports.exported_columns import COLUMNS
from recipients.exports.exporting import ALL, PEOPLE, Wanted
from recipients.lookup.search import MOST
from recipients.models import Export, Recipient, RecipientGroup, living

SHORTEST_REASON = 10
_KEY = re.compile(r"[1-9][0-9]{0,11}")
State = Recipient.State


class ExportForm(forms.Form):
    """Whom, which columns, for what; people found by the search box come along as ids."""

    whom = forms.ChoiceField(label=_("Whom to export"))
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=[(name, column.label) for name, column in COLUMNS.items()],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "options-columns"}),
        help_text=_("Tick only what is needed for the purpose: less is safer."),
        error_messages={"required": _("Tick at least one column.")},
    )
    layout = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[(one.value, one.label) for one in Export.TABLES],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("What the export is for"),
        min_length=SHORTEST_REASON,
        max_length=300,
        help_text=_("For example: labels for the letter about the census of trees."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    people = forms.CharField(required=False, widget=forms.HiddenInput)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, people: tuple[int, ...] = (), **kwargs: Any) -> None:
        kwargs["initial"] = {
            "columns": [name for name, column in COLUMNS.items() if column.ticked],
            "layout": Export.Layout.XLSX,
            "people": ",".join(str(pk) for pk in people),
            "form_key": uuid.uuid4(),
            "whom": PEOPLE if people else ALL,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        self.by = by
        self.chosen = people or keys_in(self.data.get("people", "").split(","))
        self.fields["whom"].choices = self._whom()  # type: ignore[attr-defined]

    def _whom(self) -> list[tuple[str, str | Promise]]:
        states = [state for state in State if state not in Recipient.GONE]
        groups = RecipientGroup.objects.visible_to(self.by).order_by("name")
        return [
            *([(PEOPLE, _("The people found by the search"))] if self.chosen else []),
            (ALL, _("All recipients")),
            *((f"state:{state}", _in_state(state)) for state in states),
            *((f"group:{group.pk}", _("Group: %s") % group.name) for group in groups),
        ]

    def clean_people(self) -> tuple[int, ...]:
        """Only those whom this member of staff may see."""
        return tuple(living(self.by).filter(pk__in=self.chosen).values_list("pk", flat=True))

    def wanted(self) -> Wanted:
        values = self.cleaned_data
        labels = dict(self._whom())
        return Wanted(
            whom=values["whom"],
            words=str(labels[values["whom"]]),
            columns=[name for name in COLUMNS if name in values["columns"]],
            layout=values["layout"],
            reason=values["reason"],
            people=values["people"] if values["whom"] == PEOPLE else (),
        )


def _in_state(state: str) -> str:
    return str(_("Accounts in the state: %s") % State(state).label)


def keys_in(texts: Iterable[str]) -> tuple[int, ...]:
    """Primary keys as a page sends them, as many as a search finds; whatever else came is left out."""
    right = [text for text in texts if _KEY.fullmatch(text)]
    return tuple(int(text) for text in right[:MOST])
