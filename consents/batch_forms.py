"""From the choice of people to print for to their ids."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from recipients.filtering import audience, filters
from recipients.models import PeopleImport, RecipientGroup

from . import batches

WHO: dict[str, Promise] = {
    "new": _("whoever waits and was never given a form"),
    "unsigned": _("everybody who waits for a signature"),
    "group": _("people of a group"),
    "import": _("people of an import"),
    "people": _("the people marked on the list"),
}


class ImportField(forms.ModelChoiceField):
    """Imports by their day, for they have no name."""

    def label_from_instance(self, obj: PeopleImport) -> str:
        moment = date_format(timezone.localtime(obj.created_at), "d.m.Y H:i")
        return gettext("import no. %(number)s of %(moment)s") % {"number": obj.pk, "moment": moment}


class BatchForm(forms.Form):
    """Who gets a form; `people` are those marked on another page."""

    who = forms.ChoiceField(label=_("For whom"), initial="new", widget=forms.RadioSelect)
    group = forms.ModelChoiceField(
        RecipientGroup.objects.none(), label=_("Group"), required=False, empty_label="–"
    )
    people_import = ImportField(
        PeopleImport.objects.none(), label=_("Import"), required=False, empty_label="–"
    )
    unsigned_only = forms.BooleanField(
        label=_("Of them only those who have not signed yet"), required=False, initial=True
    )
    reminding = forms.BooleanField(
        label=_("With a letter to post before each form"),
        required=False,
        help_text=_("The address stands where the window of an envelope (DL) shows it."),
    )
    people = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.MultipleHiddenInput
    )
    form_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    chosen: list[int]  # ids; there only where the form is valid

    def __init__(self, *args: Any, by: User, marked: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        group: Any = self.fields["group"]
        group.queryset = RecipientGroup.objects.visible_to(by)
        imports: Any = self.fields["people_import"]
        arrived = PeopleImport.objects.visible_to(by).filter(state=PeopleImport.State.IMPORTED)
        imports.queryset = arrived.order_by("-pk")
        people: Any = self.fields["people"]
        people.choices = [(pk, pk) for pk in marked if pk.isdecimal()]
        who: Any = self.fields["who"]
        who.choices = [(key, words) for key, words in WHO.items() if marked or key != "people"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("who") == "group" and not values.get("group"):
            self.add_error("group", _("Choose the group."))
        if values.get("who") == "import" and not values.get("people_import"):
            self.add_error("people_import", _("Choose the import."))
        if not self.errors:
            self.chosen = self._ids(values)
            if not self.chosen:
                self.add_error("who", _("Nobody is among them. Choose others."))
        return values

    def _ids(self, values: dict[str, Any]) -> list[int]:
        if values["who"] == "new":
            return list(batches.without_form(self.by))
        if values["who"] == "unsigned":
            return list(batches.unsigned(self.by))
        if values["who"] == "people":
            return batches.among(self.by, values["people"], unsigned_only=False)
        if values["who"] == "import":
            people = list(values["people_import"].people.values_list("pk", flat=True))
        else:
            people = audience.resolve(filters.Groups((values["group"].pk,))).tolist()
        return batches.among(self.by, people, unsigned_only=values["unsigned_only"])
