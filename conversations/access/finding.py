"""From a day to the conversations a clerk may choose among, each with what tells it from the others."""

from dataclasses import dataclass, field
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from conversations.models import AccessRequest, CallerId, Conversation, Kind
from icp.inputs import DayInput

from . import matching
from .card import number_of

MOST = 50


class FindForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=DayInput())


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code that the applicant reads out"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    conversation: Conversation
    number: str = field(repr=False)  # masked
    same_number: bool
    chosen: bool


def found(request: AccessRequest, day: date | None, by: User) -> list[Candidate]:
    """By the applicant's number around the day they named; with `day` everything of that day.

    Only of units that are theirs to see.
    """
    rows = matching.by_day(day) if day else matching.candidates(request)
    if by.scope is not None:
        rows = rows.filter(unit__in=sorted(by.scope))
    chosen = set(request.items.values_list("conversation_id", flat=True))
    return [
        Candidate(row, number_of(row), _same(request, row), row.pk in chosen)
        for row in rows.select_related("unit", "agent")[:MOST]
    ]


def _same(request: AccessRequest, row: Conversation) -> bool:
    if row.kind == Kind.CALL and row.caller_id != CallerId.ALLOWED:
        return False
    return matching.candidates(request, whole_time=True).filter(pk=row.pk).exists()


__all__ = ["Candidate", "CodeForm", "FindForm", "found"]
