"""From the filters in the address of the register, and the number in the body of a search, to what they ask for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from admin_module.models import Unit, User
from conversations.models import Kind
from icp.inputs import DayInput

from . import seeing
from .phones import e164

OWN = "moje"
WITH, WITHOUT = "tak", "nie"
HELD, SOON, GONE = "wstrzymane", "wkrotce", "usuniete"


class RegisterFilterForm(forms.Form):
    """Every field may be empty. What cannot be read is said and filters nothing."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("calls and chats")), *Kind.choices], required=False
    )
    whose = forms.ChoiceField(
        label=pgettext_lazy("conversations", "Whose"),
        choices=[("", _("all")), (OWN, _("mine"))],
        required=False,
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("all")
    )
    agent = forms.ModelChoiceField(
        User.objects.none(), label=_("Agent"), required=False, empty_label=_("all")
    )
    case = forms.CharField(label=_("Case number"), max_length=60, required=False)
    recording = forms.ChoiceField(
        label=pgettext_lazy("conversation", "Recording"),
        choices=[("", _("all")), (WITH, _("with a recording")), (WITHOUT, _("without"))],
        required=False,
    )
    keeping = forms.ChoiceField(
        label=_("Keeping"),
        choices=[
            ("", _("all")),
            (HELD, pgettext_lazy("conversation", "held")),
            (SOON, _("deleted within 14 days")),
            (GONE, _("deleted for good")),
        ],
        required=False,
    )
    since = forms.DateField(label=_("From the day"), required=False, widget=DayInput())
    until = forms.DateField(label=_("Until the day"), required=False, widget=DayInput())

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        choices: Any = self.fields
        choices["unit"].queryset = Unit.objects.visible_to(by)
        if not by.has_perm(seeing.ALL):
            for name in ("whose", "unit", "agent"):
                del self.fields[name]
            return
        agents = seeing.visible_to(by).exclude(agent=None).values("agent")
        choices["agent"].queryset = User.objects.filter(pk__in=agents)
        if by.scope is not None and len(by.scope) == 1:
            del self.fields["unit"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day is before the first one."))
        return data

    @property
    def wanted(self) -> dict[str, Any]:
        """What was asked for and could be read."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class NumberSearchForm(forms.Form):
    """Sent in the body: a telephone number stands in no address."""

    number = forms.CharField(
        label=_("Telephone number"),
        max_length=30,
        help_text=_(
            "The whole number, for example 601 234 567. Numbers are encrypted, so a part of one finds"
            " nothing."
        ),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"}),
    )

    def clean_number(self) -> str:
        number = e164(self.cleaned_data["number"])
        if not number:
            raise ValidationError(
                _("Enter a whole telephone number, for example 601 234 567 or +48 91 424 50 00.")
            )
        return number
