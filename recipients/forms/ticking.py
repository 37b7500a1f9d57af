"""From topics × channels to a table of ticks on a page, and back to the bits of consents."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from django import forms

from admin_module.models import User
from consents.models import Topic
from recipients.contacts import permissions
from recipients.models import CONTACT_KINDS

MOST_TOPICS = 15  # that fit into Recipient.consents


@dataclass(frozen=True, slots=True)
class Cell:
    kind: str
    value: int  # the mask of this topic and this kind
    on: bool
    offered: bool = True  # people may say yes; a yes from before may always be taken back


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


def offer(form: forms.Form, name: str, by: User, *, commercial: bool = True) -> None:
    """Let `by` tick what is theirs to tick; alarms by law are sent without asking.

    `commercial` False leaves out the box that only the person ticks, on the paper.
    """
    field = cast(TickField, form.fields[name])
    field.choices = [
        (permissions.bit(topic.bit, kind), kind)
        for topic in Topic.objects.visible_to(by)
        if not topic.mandatory and (commercial or not topic.commercial)
        for kind in CONTACT_KINDS
    ]


def rows(bits: int, by: User, *, commercial: bool = True) -> list[Row]:
    """The table of every topic that is `by`'s to see, ticked as in `bits`; closed ones if ticked."""
    topics = Topic.objects.visible_to(by)
    every = [
        Row(topic, _cells(topic, bits)) for topic in topics if commercial or not topic.commercial
    ]
    return [row for row in every if not row.topic.closed or any(cell.on for cell in row.cells)]


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
        for row in rows(before | after, by)
        if not row.topic.mandatory
        for cell in row.cells
        if (before ^ after) & cell.value and (cell.offered or before & cell.value)
    ]


def beside(before: int, ticks: int, by: User) -> int:
    """`ticks` on the topics that are `by`'s, and everything else as it was `before`."""
    own = sum(cell.value for row in rows(0, by) for cell in row.cells)
    return (before & ~own) | (ticks & own)


def _cells(topic: Topic, bits: int) -> tuple[Cell, ...]:
    masks = {kind: permissions.bit(topic.bit, kind) for kind in CONTACT_KINDS}
    return tuple(
        Cell(kind, mask, bool(bits & mask), topic.offers(kind)) for kind, mask in masks.items()
    )
