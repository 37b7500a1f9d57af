"""From topics × channels to a table of ticks on a page, and back to the bits of consents."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms

from consents.models import Topic

from . import permissions
from .models import CONTACT_KINDS

MOST_TOPICS = 15  # that fit into Recipient.consents


@dataclass(frozen=True, slots=True)
class Cell:
    kind: str
    value: int  # the mask of this topic and this kind
    on: bool


@dataclass(frozen=True, slots=True)
class Row:
    topic: Topic
    cells: tuple[Cell, ...]


class TickField(forms.TypedMultipleChoiceField):
    """Ticked boxes of a table of `rows`, cleaned to one mask."""

    def __init__(self) -> None:
        super().__init__(coerce=int, required=False, choices=_choices)

    def clean(self, value: Any) -> int:
        return sum(set(super().clean(value)))


def rows(bits: int) -> list[Row]:
    """The table of every topic, ticked as in `bits`."""
    return [
        Row(
            topic,
            tuple(
                Cell(kind, mask := permissions.bit(topic.bit, kind), bool(bits & mask))
                for kind in CONTACT_KINDS
            ),
        )
        for topic in Topic.objects.all()
    ]


def ticks_in(form: forms.Form, name: str) -> int:
    """The ticks as they stand in a form, also in one that comes back with errors."""
    if form.is_bound:
        form.is_valid()
        return int(form.cleaned_data.get(name) or 0)
    return int(form.initial.get(name) or 0)


def ticked_by(bits: int, kind: str) -> bool:
    """Whether any topic is ticked for this kind of contact."""
    return any(permissions.may(bits, topic, kind) for topic in range(MOST_TOPICS))


def differing(before: int, after: int) -> Collection[tuple[Topic, str, bool]]:
    """Topic, kind and the new answer, for every tick of a page that was set or cleared."""
    return [
        (row.topic, cell.kind, bool(after & cell.value))
        for row in rows(after)
        if not row.topic.mandatory
        for cell in row.cells
        if (before ^ after) & cell.value
    ]


def _choices() -> list[tuple[int, str]]:
    """Every box that can be ticked: alarms by law are sent without asking."""
    return [
        (cell.value, cell.kind) for row in rows(0) if not row.topic.mandatory for cell in row.cells
    ]
