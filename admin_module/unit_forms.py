"""From what is typed about a unit to checked values."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .models import Unit
from .models.units import below
from .units import FIELDS


class UnitForm(forms.ModelForm):
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)
    widen = forms.BooleanField(
        label=_("Yes, let them see the whole town"), required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = Unit
        fields = FIELDS
        labels = {"parent": _("Stands below"), "kind": _("Kind of unit")}
        help_texts = {
            "name": _("In full, as residents know it: it signs e-mails."),
            "kind": _(
                "Staff of a municipal unit see only what belongs to it: its topics, its messages"
                " and the people it registered."
            ),
            "sender_name": _(
                "What telephones show; up to 11 letters and digits without Polish signs."
            ),
            "reply_to": _("Where answers to e-mails of this unit go."),
            "sms_budget": _("Empty: the unit uses the office’s budget."),
        }
        widgets = {
            "kind": forms.RadioSelect(attrs={"class": "options-inline"}),
            "sms_budget": forms.NumberInput(attrs={"inputmode": "numeric"}),
        }
        error_messages = {
            "name": {
                "required": _("Give the unit a name."),
                "unique": _("There is a unit of this name already. Choose another name."),
            },
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("revision", self.instance.revision)
        parent = cast(forms.ModelChoiceField, self.fields["parent"])
        above = Unit.objects.open()
        if self.instance.pk:
            pairs = Unit.objects.values_list("pk", "parent_id")
            above = above.exclude(pk__in=below({self.instance.pk}, pairs))
        parent.queryset = above
        parent.empty_label = _("nothing: it stands at the top")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        municipal = values.get("kind") == Unit.Kind.MUNICIPAL
        if municipal and not values.get("sender_name") and "sender_name" not in self.errors:
            self.add_error(
                "sender_name",
                _("A municipal unit needs a sender name of its own: its SMS are not the office’s."),
            )
        return values

    def in_words(self) -> dict[str, object]:
        return words_of(self.instance)

    def ask_widening(self, people: int) -> None:
        """Say what the change does, and offer the tick that allows it."""
        self.fields["widen"].widget = forms.CheckboxInput()
        self.add_error(
            "widen",
            ngettext(
                "After this change %(n)s person of this unit would see the data of the whole town."
                " Tick the box to confirm.",
                "After this change %(n)s people of this unit would see the data of the whole town."
                " Tick the box to confirm.",
                people,
            )
            % {"n": people},
        )


def words_of(unit: Unit) -> dict[str, object]:
    """A unit's values to read, by the names of the form's fields."""
    return {
        "kind": unit.get_kind_display(),
        "name": unit.name,
        "parent": str(unit.parent or "–"),
        "sender_name": unit.sender_name,
        "reply_to": unit.reply_to,
        "sms_budget": unit.sms_budget if unit.sms_budget is not None else "",
    }


class CloseForm(forms.Form):
    """Who takes over what belongs to a unit that closes."""

    successor = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Who takes it over"),
        required=False,
        empty_label=_("Choose a unit"),
        help_text=_("Staff, topics, groups and messages not sent yet go there."),
    )

    def __init__(self, *args: Any, unit: Unit, **options: Any) -> None:
        super().__init__(*args, **options)
        successor = cast(forms.ModelChoiceField, self.fields["successor"])
        successor.queryset = Unit.objects.open().exclude(pk__in=unit.subtree())
