"""From chosen people, or a group, to a sheet, an order and how many labels are used up already."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from recipients.filtering import audience
from recipients.models import RecipientGroup
from recipients.printing import labels


class LabelForm(forms.Form):
    """Whom: people that another page chose, or a group; and on what paper."""

    group = forms.ModelChoiceField(
        RecipientGroup.objects.none(),
        label=_("Group"),
        required=False,
        empty_label=_("– choose a group –"),
    )
    sheet = forms.ChoiceField(
        label=_("Paper"),
        choices=[(code, sheet.label) for code, sheet in labels.SHEETS.items()],
        initial="3x8",
        widget=forms.RadioSelect,
    )
    order = forms.ChoiceField(
        label=_("Order"),
        choices=[(code, words) for code, (words, _key) in labels.ORDERS.items()],
        initial="street",
        widget=forms.RadioSelect(attrs={"class": "options-inline"}),
    )
    skip = forms.IntegerField(
        label=_("Labels used up on the first sheet"),
        min_value=0,
        max_value=23,
        initial=0,
        help_text=_("Counted from the top left corner, along the rows."),
    )

    pks: list[int]  # there where the form is valid

    def __init__(self, *args: Any, by: User, people: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        if people:
            del self.fields["group"]
        else:
            groups = RecipientGroup.objects.visible_to(by).order_by("name")
            self.fields["group"].queryset = groups  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        group = values.get("group")
        if self.people:
            self.pks = self.people
        elif group is not None:
            self.pks = audience.resolve(audience.parse({"groups": [group.pk]})).tolist()
        elif "group" not in self.errors:
            self.add_error("group", _("Choose a group, or tick people on the list first."))
            return values
        if len(getattr(self, "pks", ())) > labels.MOST:
            raise ValidationError(
                _("At most %(most)s people at once. Choose a smaller group."),
                params={"most": labels.MOST},
            )
        return values
