"""From what a clerk chose about a file to how it is read: a file, its columns, its consents."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from consents.models import Topic
from icp import tables, uploads
from recipients.forms.person import in_a_row
from recipients.forms.ticking import TickField, offer
from recipients.models import ImportPlan, PeopleImport

from . import columns
from .checking import column_name

_DELIMITERS = {";": _("semicolon"), ",": _("comma"), "\t": _("tab"), "|": _("vertical line")}
_NAMES = ({"first_name", "last_name"}, {"name_forwards"}, {"name_backwards"})
_BIRTH = ({"pesel"}, {"birth_date"})
_HOMES = ({"street", "house"}, {"address"}, {"street"})
Arrive = PeopleImport.Arrive


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File with people"),
        help_text=_("XLSX, or CSV in UTF-8 or Windows-1250. The first row names the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.LARGEST_REQUEST:
            raise uploads.UploadRefused("too_large")
        return file


class ShapeForm(forms.Form):
    """How the table is cut into cells, where the guess was wrong."""

    encoding = forms.ChoiceField(
        label=_("Encoding of letters"), choices=list(tables.ENCODINGS.items())
    )
    delimiter = forms.ChoiceField(label=_("Columns are divided by"), choices=[])
    sheet = forms.ChoiceField(label=_("Sheet"), choices=[])

    def __init__(self, *args: Any, plan: ImportPlan, **kwargs: Any) -> None:
        kwargs["initial"] = {
            name: getattr(plan, name) for name in ("encoding", "delimiter", "sheet")
        }
        super().__init__(*args, **kwargs)
        self.plan = plan
        for name in ("encoding", "delimiter") if plan.kind == tables.XLSX else ("sheet",):
            del self.fields[name]
        if "delimiter" in self.fields:
            self.fields["delimiter"].choices = list(_DELIMITERS.items())  # type: ignore[attr-defined]
        if "sheet" in self.fields:
            self.fields["sheet"].choices = [(name, name) for name in plan.sheets]  # type: ignore[attr-defined]

    def chosen(self) -> ImportPlan:
        return replace(self.plan, **self.cleaned_data)


class ColumnsForm(forms.Form):
    """What each column holds; which consents the papers prove; in which state the people arrive."""

    has_head = forms.BooleanField(label=_("The first row names the columns"), required=False)
    town = forms.CharField(label=_("Town, where the file has none"), max_length=80, required=False)
    consents = TickField()
    arrive = forms.ChoiceField(
        label=_("In which state do these people arrive?"),
        choices=Arrive.choices,
        initial=Arrive.PENDING,
        widget=in_a_row(),
    )
    reason = forms.CharField(
        label=_("Why are the accounts active at once?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: consents collected on paper at the meetings of May 2026."),
    )
    document = forms.CharField(
        label=_("What proves the consents?"),
        max_length=200,
        required=False,
        help_text=_("For example: signed forms, binder OK.0141.2026."),
    )
    keeper = forms.CharField(label=_("Who keeps the papers?"), max_length=200, required=False)
    send_codes = forms.BooleanField(
        label=_("Send a validation code to every address and number"), required=False, initial=True
    )

    def __init__(
        self, *args: Any, order: PeopleImport, topics: Sequence[Topic], by: User, **kwargs: Any
    ) -> None:
        self.plan: ImportPlan = order.plan
        kwargs["initial"] = {
            "has_head": self.plan.has_head,
            "town": self.plan.town,
            "consents": self.plan.consents,
            "arrive": order.arrive,
            "reason": self.plan.reason,
            "document": self.plan.document,
            "keeper": self.plan.keeper,
            "send_codes": order.send_codes,
        }
        super().__init__(*args, **kwargs)
        offer(self, "consents", by)
        found = columns.choices(topics)
        self.names = [f"column_{place}" for place in range(len(self.plan.columns))]
        for place, name in enumerate(self.names):
            self.fields[name] = forms.ChoiceField(
                label=column_name(self.plan, place),
                choices=found,
                required=False,
                initial=self.plan.columns[place],
                widget=forms.Select(attrs={"class": "column-choice"}),
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        chosen = [values.get(name, "") for name in self.names]
        for place, name in enumerate(chosen):
            if name and name in chosen[:place]:
                self.add_error(
                    self.names[place],
                    _("Another column is chosen for this already. Leave one of them out."),
                )
        self._want(chosen, _NAMES, _("Choose the columns with first and last name."))
        self._want(chosen, _BIRTH, _("Choose the column with the PESEL or the birth date."))
        self._want(chosen, _HOMES, _("Choose the columns with the street and the house number."))
        if values.get("arrive") == Arrive.ACTIVE:
            for name in ("reason", "document", "keeper"):
                if not values.get(name, "").strip():
                    self.add_error(
                        name, _("Fill this in: without a signed form it is the only proof (§ 5.1).")
                    )
        return values

    def _want(self, chosen: Sequence[str], ways: Sequence[set[str]], sentence: Promise) -> None:
        if not any(way <= set(chosen) for way in ways):
            self.add_error(None, ValidationError(str(sentence)))

    def chosen(self) -> ImportPlan:
        values = self.cleaned_data
        active = values["arrive"] == Arrive.ACTIVE
        return replace(
            self.plan,
            has_head=values["has_head"],
            town=values["town"].strip(),
            consents=values["consents"],
            columns=tuple(values[name] for name in self.names),
            reason=values["reason"] if active else "",
            document=values["document"] if active else "",
            keeper=values["keeper"] if active else "",
        )
