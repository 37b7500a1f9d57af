"""From topics × channels to a table of ticks on a page, and back to the bits of consents."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from django import forms

from admin_module.models import User
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
    """Ticked boxes of a table of `rows`, cleaned to one mask; `offer` says which boxes there are."""

    def __init__(self) -> None:
        super().__init__(coerce=int, required=False)

    def clean(self, value: Any) -> int:
        return sum(set(super().clean(value)))


def offer(form: forms.Form, name: str, by: User) -> None:
    """Let `by` tick what is theirs to tick; alarms by law are sent without asking."""
    field = cast(TickField, form.fields[name])
    field.choices = [
        (cell.value, cell.kind)
        for row in rows(0, by)
        if not row.topic.mandatory
        for cell in row.cells
    ]


def rows(bits: int, by: User) -> list[Row]:
    """The table of every topic that is `by`'s to see, ticked as in `bits`."""
    return [
        Row(
            topic,
            tuple(
                Cell(kind, mask := permissions.bit(topic.bit, kind), bool(bits & mask))
                for kind in CONTACT_KINDS
            ),
        )
        for topic in Topic.objects.visible_to(by)
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


def differing(before: int, after: int, by: User) -> Collection[tuple[Topic, str, bool]]:
    """Topic, kind and the new answer, for every tick of a page that was set or cleared."""
    return [
        (row.topic, cell.kind, bool(after & cell.value))
        for row in rows(after, by)
        if not row.topic.mandatory
        for cell in row.cells
        if (before ^ after) & cell.value
    ]


def beside(before: int, ticks: int, by: User) -> int:
    """`ticks` on the topics that are `by`'s, and everything else as it was `before`."""
    own = sum(cell.value for row in rows(0, by) for cell in row.cells)
    return (before & ~own) | (ticks & own)
