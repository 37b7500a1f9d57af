"""From a clerk's wish to a group that is kept, filled, changed or removed; and who uses it."""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module import audit
from admin_module.models import User
from icp.encryption.erasing import erase_key
from recipients.models import GroupFilter, Recipient, RecipientGroup, SavedFilter, living
from recipients.models.groups import RecipientGroupQuerySet

from . import audience, filters, wording
from .audience import MOST_NESTED, BadFilter

Members = RecipientGroup.members.through


@dataclass(frozen=True, slots=True)
class GroupData:
    """A group as filled in; `filter` is empty for a fixed one."""

    name: str
    kind: str
    filter: Mapping[str, Any]
    for_tests: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """Something that would not know whom it means any more if the group were gone."""

    words: str | Promise
    number: int


# What other apps know about their own use of a group, added in their AppConfig.ready: imports run
# down only. Each says in words what its things are, and counts those that name the group.
uses: dict[Promise, Callable[[RecipientGroup], int]] = {}


class StaleGroup(Exception):
    """Somebody saved the group first; `current` is what stands there now."""

    def __init__(self, current: RecipientGroup) -> None:
        self.current = current
        super().__init__("The group was saved by somebody else meanwhile.")


class GroupInUse(Exception):
    """The group cannot go while something means it; `uses` say what."""

    def __init__(self, found: Collection[Use]) -> None:
        self.uses = found
        super().__init__("The group is in use.")


def filter_of(group: RecipientGroup) -> SavedFilter:
    """The saved filter of a dynamic group; an empty one of a fixed group."""
    kept = GroupFilter.objects.filter(group=group).first()
    return kept.saved if kept else SavedFilter()


@transaction.atomic
def create(data: GroupData, *, by: User, form_key: uuid.UUID) -> RecipientGroup:
    """Keep a new group; pressing twice with one `form_key` makes one. Raises ValidationError."""
    known = RecipientGroup.objects.filter(form_key=form_key).first()
    if known is not None:
        return known
    _want_free_name(data.name)
    group = RecipientGroup.objects.create(
        name=data.name,
        kind=data.kind,
        for_tests=data.for_tests,
        unit=by.unit if by.scope is not None else None,
        form_key=form_key,
    )
    if group.is_dynamic:
        GroupFilter.objects.create(group=group, saved=_checked(data.filter, group, by))
    audit.record("group.added", group, by=by, detail={"kind": group.kind})
    return group


@transaction.atomic
def change(group: RecipientGroup, data: GroupData, *, by: User, revision: int) -> RecipientGroup:
    """Keep a changed name or filter; the kind stays. Raises StaleGroup, ValidationError."""
    # All groups: two filters saved at once must not come to lead to each other.
    rows = {row.pk: row for row in RecipientGroup.objects.select_for_update().order_by("pk")}
    row = rows[group.pk]
    if row.revision != revision:
        raise StaleGroup(row)
    _want_free_name(data.name, but=row.pk)
    row.name, row.revision = data.name, revision + 1
    row.for_tests = data.for_tests
    row.save(update_fields=["name", "for_tests", "revision"])
    if row.is_dynamic:
        kept = GroupFilter.objects.get(group=row)
        kept.saved = _checked(data.filter, row, by)
        kept.save()
    audit.record("group.changed", row, by=by, detail={"revision": row.revision})
    return row


def _want_free_name(name: str, but: int | None = None) -> None:
    same = RecipientGroup.objects.filter(name=name)
    if (same.exclude(pk=but) if but else same).exists():
        raise ValidationError({"name": _("There is a group of this name already. Choose another.")})


def _checked(filter_: Mapping[str, Any], group: RecipientGroup, by: User) -> SavedFilter:
    """The filter with its words; raises ValidationError where it is unclear or leads back."""
    try:
        term = audience.parse(filter_)
        audience.refuse_strangers(term, by)
        _refuse_ring(term, [group])
    except BadFilter as bad:
        raise ValidationError({"filter": str(bad)}) from None
    return SavedFilter(dict(filter_), audience.describe(term))


def _refuse_ring(term: audience.Filter, way: list[RecipientGroup]) -> None:
    """Raise BadFilter where the groups of a filter lead back to one on the way to it."""
    inner = GroupFilter.objects.filter(group__in=wording.ids_in(term)[2])
    for saved in inner:
        if saved.group in way:
            names = " → ".join(one.name for one in (*way, saved.group))
            raise BadFilter(
                _("The group would contain itself: %(way)s. Take it out of the filter.")
                % {"way": names}
            )
        if len(way) >= MOST_NESTED:
            raise BadFilter(
                _(
                    "There are more than %(n)s groups inside of one another. Make the filter simpler."
                )
                % {"n": MOST_NESTED}
            )
        _refuse_ring(filters.parse(saved.saved.filter), [*way, saved.group])


@transaction.atomic
def add(group: RecipientGroup, people: Collection[int], *, by: User) -> list[int]:
    """Add people to a fixed group; returns the ids that were not in it before."""
    if group.is_dynamic:
        raise ValueError("A dynamic group has no members of its own.")
    RecipientGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    wanted = set(living(by).filter(pk__in=people).values_list("pk", flat=True))
    present = Members.objects.filter(recipientgroup=group, recipient__in=wanted)
    fresh = sorted(wanted - set(present.values_list("recipient_id", flat=True)))
    Members.objects.bulk_create(Members(recipientgroup=group, recipient_id=pk) for pk in fresh)
    if fresh:
        audit.record("group.people_added", group, by=by, detail={"recipients": fresh})
    return fresh


@transaction.atomic
def take_out(group: RecipientGroup, people: Collection[int], *, by: User) -> list[int]:
    """Take people out of a fixed group; returns the ids that were in it."""
    RecipientGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    seen = Recipient.objects.visible_to(by).filter(pk__in=people)
    rows = Members.objects.filter(recipientgroup=group, recipient__in=seen)
    gone = sorted(rows.values_list("recipient_id", flat=True))
    rows.delete()
    if gone:
        audit.record("group.people_removed", group, by=by, detail={"recipients": gone})
    return gone


def set_groups(person: Recipient, wanted: Collection[RecipientGroup], *, by: User) -> int:
    """Put a person into exactly these of the fixed groups that `by` may see; returns changes."""
    changes = 0
    with transaction.atomic():
        for group in fixed_seen_by(by).order_by("pk"):
            step = add if group in wanted else take_out
            changes += len(step(group, [person.pk], by=by))
    return changes


def fixed_seen_by(by: User) -> RecipientGroupQuerySet:
    """The groups that people can be put into one by one."""
    return RecipientGroup.objects.visible_to(by).filter(kind=RecipientGroup.Kind.FIXED)


def uses_of(group: RecipientGroup) -> list[Use]:
    """What means this group now: other groups, and what the other apps know of."""
    inside = sum(group.pk in wording.ids_in(term)[2] for term in _filters_but(group))
    found = [Use(gettext_lazy("filters of other groups"), inside)]
    found += [Use(words, number(group)) for words, number in uses.items()]
    return [use for use in found if use.number]


def _filters_but(group: RecipientGroup) -> list[audience.Filter]:
    others = GroupFilter.objects.exclude(group=group)
    return [filters.parse(saved.filter) for _pk, saved in others.opened("saved")]


@transaction.atomic
def remove(group: RecipientGroup, *, by: User) -> None:
    """Remove a group, its list or its filter; the people stay. Raises GroupInUse."""
    list(RecipientGroup.objects.select_for_update().order_by("pk").values_list("pk"))
    found = uses_of(group)
    if found:
        raise GroupInUse(found)
    audit.record("group.removed", group, by=by, detail={"kind": group.kind})
    for uid in list(GroupFilter.objects.filter(group=group).values_list("uid", flat=True)):
        erase_key(uid)
    group.delete()


def sizes(rows: Collection[RecipientGroup]) -> dict[int, int]:
    """How many people each group has at this moment, by one look at the town."""
    return audience.count_all({row.pk: filters.Groups((row.pk,)) for row in rows})
