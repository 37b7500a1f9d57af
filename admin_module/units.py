"""From an administrator's wish about a unit to its place in the tree: one transaction, audited."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.models import Topic
from icp.encryption import canon
from messaging.models import Message
from recipients.models import Recipient, RecipientGroup
from reports.steps import leaving

from . import audit
from .models import Unit, User
from .models.units import below

FIELDS = ("kind", "name", "parent", "sender_name", "reply_to", "sms_budget")
STANDING = (Message.Status.DRAFT, Message.Status.WAITING)
UNDER_WAY = (
    Message.Status.SCHEDULED,
    Message.Status.EXPANDING,
    Message.Status.SENDING,
    Message.Status.PAUSED,
)


class Refused(Exception):
    """Why the step is not possible; `str` is a sentence for staff."""


class StaleUnit(Exception):
    """Somebody else saved this unit meanwhile; `current` is what stands in the database."""

    def __init__(self, current: Unit) -> None:
        super().__init__("the unit was saved by somebody else")
        self.current = current


class Widens(Exception):
    """After this change so many people would see the whole town who do not see it now."""

    def __init__(self, people: int) -> None:
        super().__init__(f"{people} people")
        self.people = people


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit as a row of the tree: how deep it stands and how much belongs to it."""

    unit: Unit
    depth: int
    staff: int
    topics: int
    municipal: bool  # it or a unit above it is municipal: its staff see only their own


@transaction.atomic
def save(unit: Unit, *, by: User, revision: int = 0, widen: bool = False) -> Unit:
    """Add a unit or save its changes, also a move. Raises Refused or StaleUnit.

    Raises Widens where staff would come to see the whole town, unless `widen` says so.
    """
    tree = _locked()
    if unit.parent_id is not None:
        _check_parent(unit, tree)
    if unit._state.adding:
        unit.save(force_insert=True)
        audit.record("unit.added", unit, by=by, detail=_codes(unit))
        return unit
    current = tree[unit.pk]
    if current.revision != revision:
        raise StaleUnit(current)
    changed = [name for name in FIELDS if getattr(unit, name) != getattr(current, name)]
    people = _widened(unit, tree)
    if people and not widen:
        raise Widens(people)
    unit.revision = revision + 1
    unit.save(update_fields=[*FIELDS, "revision"])
    detail = _codes(unit) | {"changed": changed, "was_under": current.parent_id}
    audit.record("unit.changed", unit, by=by, detail=detail)
    return unit


@transaction.atomic
def close(unit: Unit, successor: Unit | None, *, by: User) -> Unit:
    """Shut a unit; what belongs to it goes to `successor`. Raises Refused.

    What was sent keeps its unit, which from now on hangs below the successor: whoever works there
    sees it. People entered by the unit stay with it for the same reason.
    """
    tree = _locked()
    current = tree.get(unit.pk, unit)
    if current.closed_at is not None:
        raise Refused(_("This unit is closed already."))
    _check_under_way(current)
    belongings = belongings_of(current)
    if successor is None and any(number for _what, number in belongings):
        raise Refused(_("Something belongs to this unit. Choose who takes it over."))
    if successor is not None:
        _check_successor(current, tree.get(successor.pk), tree)
        _hand_over(current, successor)
        leaving.hand_over(current, successor, by=by)
        current.parent = successor
    current.closed_at = timezone.now()
    current.revision += 1
    current.save(update_fields=["parent", "closed_at", "revision"])
    detail: dict[str, object] = {"successor": successor.pk if successor else None}
    audit.record("unit.closed", current, by=by, detail=detail)
    return current


@transaction.atomic
def reopen(unit: Unit, *, by: User) -> Unit:
    """Undo a closing; what was handed over stays where it went."""
    current = _locked()[unit.pk]
    if current.closed_at is None:
        raise Refused(_("This unit is not closed."))
    current.closed_at = None
    current.revision += 1
    current.save(update_fields=["closed_at", "revision"])
    audit.record("unit.reopened", current, by=by)
    return current


def belongings_of(unit: Unit) -> list[tuple[str | Promise, int]]:
    """What belongs to a unit and how much of it, in words; for the page that closes it."""
    held: tuple[tuple[str | Promise, QuerySet[Model]], ...] = (
        (gettext_lazy("staff"), User.objects.filter(unit=unit)),
        (gettext_lazy("units below it"), Unit.objects.open().filter(parent=unit)),
        (gettext_lazy("topics"), Topic.objects.filter(unit=unit)),
        (gettext_lazy("groups of recipients"), RecipientGroup.objects.filter(unit=unit)),
        (gettext_lazy("recipients it registered"), Recipient.objects.filter(unit=unit)),
        (gettext_lazy("messages not sent yet"), _standing(unit)),
        *leaving.belongings_of(unit),
    )
    return [(words, rows.count()) for words, rows in held]


def branches(user: User) -> list[Branch]:
    """The open units that `user` may see, each after the one above it, by name."""
    seen = Unit.objects.visible_to(user).open()
    staff = _counted(User.objects.active())
    topics = _counted(Topic.objects.all())
    kinds = bound_units()
    return [
        Branch(unit, depth, staff[unit.pk], topics[unit.pk], unit.pk in kinds)
        for unit, depth in walk(seen)
    ]


def walk(units: Iterable[Unit]) -> Iterator[tuple[Unit, int]]:
    """Units with their depth; one whose parent is not among them stands at the top."""
    known = {unit.pk: unit for unit in units}
    parts: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in sorted(known.values(), key=lambda unit: canon.fold(unit.name)):
        parts[unit.parent_id if unit.parent_id in known else None].append(unit)
    waiting = [(unit, 0) for unit in reversed(parts[None])]
    while waiting:
        unit, depth = waiting.pop()
        yield unit, depth
        waiting += [(part, depth + 1) for part in reversed(parts[unit.pk])]


def bound_units() -> frozenset[int]:
    """The ids of municipal units and of all that stand below one."""
    return _municipal(Unit.objects.all())


def _municipal(units: Iterable[Unit]) -> frozenset[int]:
    known = list(units)
    tops = [unit.pk for unit in known if unit.kind == Unit.Kind.MUNICIPAL]
    return below(tops, [(unit.pk, unit.parent_id) for unit in known])


def _counted(rows: QuerySet[Model]) -> Counter[int]:
    counted = rows.exclude(unit=None).order_by().values_list("unit").annotate(n=Count("pk"))
    return Counter(dict(counted))


def _standing(unit: Unit) -> QuerySet[Message]:
    standing: QuerySet[Message] = Message.objects.filter(unit=unit, status__in=STANDING)
    return standing


def _locked() -> dict[int, Unit]:
    """The whole tree, locked: two moves at once could make a circle of it."""
    units = Unit.objects.select_for_update().order_by("pk")
    return {unit.pk: unit for unit in units}


def _check_parent(unit: Unit, tree: Mapping[int, Unit]) -> None:
    parent = tree.get(unit.parent_id or 0)
    if parent is None or parent.closed_at is not None:
        raise Refused(_("The unit above it is closed. Choose another one."))
    if not unit._state.adding and parent.pk in _below(unit, tree):
        raise Refused(_("A unit cannot stand below itself. Choose another unit above it."))


def _widened(unit: Unit, tree: Mapping[int, Unit]) -> int:
    """How many people are bound to units now and would not be with `unit` as it is to become."""
    after = _municipal({**tree, unit.pk: unit}.values())
    freed = _municipal(tree.values()) - after
    return User.objects.active().filter(unit__in=sorted(freed)).count() if freed else 0


def _check_under_way(unit: Unit) -> None:
    if Message.objects.filter(unit=unit, status__in=UNDER_WAY).exists():
        raise Refused(
            _("A message of this unit is scheduled or going out. Wait for its end, or cancel it.")
        )


def _check_successor(unit: Unit, successor: Unit | None, tree: Mapping[int, Unit]) -> None:
    if successor is None or successor.closed_at is not None:
        raise Refused(_("The unit that is to take over is closed. Choose another one."))
    if successor.pk in _below(unit, tree):
        raise Refused(_("A unit below this one cannot take over. Move it up first."))
    bound = _municipal(tree.values())
    staff = User.objects.active().filter(unit=unit)
    if unit.pk in bound and successor.pk not in bound and staff.exists():
        raise Refused(
            _(
                "Staff of a municipal unit would see the whole town there. Choose a municipal unit,"
                " or move its staff one by one first."
            )
        )


def _below(unit: Unit, tree: Mapping[int, Unit]) -> frozenset[int]:
    return below({unit.pk}, [(one.pk, one.parent_id) for one in tree.values()])


def _hand_over(unit: Unit, successor: Unit) -> None:
    User.objects.filter(unit=unit).update(unit=successor)
    Topic.objects.filter(unit=unit).update(unit=_topic_unit(successor))
    RecipientGroup.objects.filter(unit=unit).update(unit=successor)
    Unit.objects.filter(parent=unit, closed_at=None).update(parent=successor)
    _standing(unit).update(unit=successor)


def _topic_unit(successor: Unit) -> Unit | None:
    """Topics taken over by a department are the whole office's."""
    return successor if successor.reach() is not None else None


def _codes(unit: Unit) -> dict[str, object]:
    return {"kind": unit.kind, "under": unit.parent_id, "sms_budget": unit.sms_budget}
