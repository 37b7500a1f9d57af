"""From what a clerk typed about a group, or pasted into it, to checked values."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from admin_module.models import User
from recipients.filtering.groups import fixed_seen_by
from recipients.lookup import search
from recipients.models import RecipientGroup

MOST_LINES = 2_000
LONGEST_ID = 18  # digits that fit into a primary key
LONGEST_LINE = 60  # an identifier with spaces and hyphens is shorter


class GroupForm(forms.Form):
    """The name of a group; whom a dynamic one means stands in the filter editor beside it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_(
            "For example: Senior Council, volunteers of the fire brigade. No names of people."
        ),
    )
    for_tests = forms.BooleanField(
        label=_("Messages may be tried out on this group"),
        required=False,
        help_text=_("Only for people who agreed to get tests, marked [TEST]; at most 20."),
    )
    filter = forms.CharField(
        label=_("Advanced filter (JSON)"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "mono"}),
        required=False,
        help_text=_("When it is filled in, it is used instead of the conditions above."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    form_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


@dataclass(frozen=True, slots=True)
class Pasted:
    """What the lines that were pasted came to; `unknown` are (number of the line, what it says)."""

    people: list[int]
    unknown: list[tuple[int, str]]


class PasteForm(forms.Form):
    """Identifiers or PESEL numbers from a list that somebody keeps elsewhere."""

    lines = forms.CharField(
        label=_("Identifiers or PESEL numbers"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "mono"}),
        help_text=_(
            "One a line, at most 2000. Nothing of this list is kept but who is in the group."
        ),
    )

    def clean_lines(self) -> list[str]:
        lines: list[str] = self.cleaned_data["lines"].splitlines()
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(
                ngettext(
                    "The list has %(n)s line. Paste at most %(most)s at once.",
                    "The list has %(n)s lines. Paste at most %(most)s at once.",
                    len(lines),
                ),
                params={"n": len(lines), "most": MOST_LINES},
            )
        return lines

    def people(self, *, by: User) -> Pasted:
        """Look every line up; audited as one look, and what was typed is kept nowhere."""
        lines = [
            (number, text.strip()) for number, text in enumerate(self.cleaned_data["lines"], 1)
        ]
        typed = [(number, text) for number, text in lines if text]
        found = search.exact([text for _number, text in typed], by=by)
        unknown = [
            (number, text[:LONGEST_LINE])
            for (number, text), pk in zip(typed, found, strict=True)
            if pk is None
        ]
        return Pasted(sorted({pk for pk in found if pk is not None}), unknown)


class MembershipForm(forms.Form):
    """In which of the groups that are filled one by one a person is."""

    groups = forms.ModelMultipleChoiceField(
        RecipientGroup.objects.none(),
        label=_("Groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["groups"]
        field.queryset = fixed_seen_by(by).order_by("name")


class IntoGroupForm(forms.Form):
    """The rows ticked on a list, and the group that they shall belong to."""

    group = forms.ModelChoiceField(
        RecipientGroup.objects.none(),
        label=_("Group"),
        error_messages={"required": _("Choose the group.")},
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["group"]
        field.queryset = fixed_seen_by(by).order_by("name")


def ids_in(values: Iterable[str]) -> list[int]:
    """The primary keys among values that a browser sent; what is none is left out."""
    return sorted(
        {int(value) for value in values if value.isdecimal() and len(value) <= LONGEST_ID}
    )
