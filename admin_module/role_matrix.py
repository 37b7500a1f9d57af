"""From boxes ticked in the table of roles and permissions to changed roles, audited and told.

A box is on or off, so two administrators who save at once lose nothing: only what each of them
ticked otherwise than their page showed it is changed. Nobody adds a right to a role of their own
that they lack, and the role of the administrator always keeps what it takes to administer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from messaging.correspondence import letters
from messaging.models import LetterText

from . import audit
from .models import User
from .permission_words import SECTIONS, words_of
from .roles import ROLES, label_of

ADMINISTRATOR = "administrator"
# Without these nobody could put anything right.
ADMINISTERS = frozenset({"admin_module.change_user", "auth.view_group", "auth.change_group"})
TOLD = (ADMINISTRATOR, "data_protection_officer")


class Refused(Exception):
    """Why the step is not possible; `str` is a sentence for staff."""


@dataclass(frozen=True, slots=True)
class Cell:
    key: str  # "role-permission", by their numbers
    on: bool
    kept: bool  # cannot be cleared
    role: str  # its name in words, for screen readers


@dataclass(frozen=True, slots=True)
class Row:
    permission: Permission
    code: str
    words: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Change:
    """One box that was ticked (`on`) or cleared."""

    role: Group
    permission: Permission
    on: bool

    @property
    def key(self) -> str:
        return f"{self.role.pk}-{self.permission.pk}"

    @property
    def code(self) -> str:
        return code_of(self.permission)

    @property
    def words(self) -> str:
        return words_of(self.code)


def code_of(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


def codes_of(role: Group) -> set[str]:
    """What a role allows now; works on the prefetch of `all_roles`."""
    return {code_of(one) for one in role.permissions.all()}


def all_roles() -> list[Group]:
    """Those ICP comes with in their order, then the office's own by name; with `people` counted."""
    order = list(ROLES)
    groups = Group.objects.annotate(people=Count("user")).prefetch_related(
        "permissions__content_type"
    )
    return sorted(
        groups,
        key=lambda group: (
            order.index(group.name) if group.name in ROLES else len(order),
            group.name.casefold(),
        ),
    )


def ticked() -> set[str]:
    """The keys of all boxes that are on now."""
    held = Group.permissions.through.objects.values_list("group_id", "permission_id")
    return {f"{group}-{permission}" for group, permission in held}


def sections(roles: Sequence[Group]) -> list[tuple[str | Promise, list[Row]]]:
    """The table: permissions under their part of ICP, one cell for each of `roles`."""
    on = ticked()
    known = {code_of(one): one for one in Permission.objects.select_related("content_type")}
    return [
        (heading, [_row(known[code], code, roles, on) for code in codes if code in known])
        for heading, codes in SECTIONS.items()
    ]


def _row(permission: Permission, code: str, roles: Sequence[Group], on: set[str]) -> Row:
    cells = [
        Cell(
            key := f"{role.pk}-{permission.pk}",
            key in on,
            role.name == ADMINISTRATOR and code in ADMINISTERS,
            label_of(role.name),
        )
        for role in roles
    ]
    return Row(permission, code, words_of(code), cells)


def changes_of(seen: Collection[str], wanted: Collection[str]) -> list[Change]:
    """What somebody ticked otherwise than their page showed it; unknown boxes are left out."""
    shown, ticks = set(seen), set(wanted)
    return changes_from(ticks - shown, shown - ticks)


def changes_from(grant: Iterable[str], take: Iterable[str]) -> list[Change]:
    roles = {str(group.pk): group for group in Group.objects.all()}
    permissions = {
        str(one.pk): one
        for one in Permission.objects.select_related("content_type")
        if code_of(one) in _offered()
    }
    found = []
    for keys, on in ((grant, True), (take, False)):
        for key in sorted(set(keys)):
            role, _dash, permission = key.partition("-")
            if role in roles and permission in permissions:
                found.append(Change(roles[role], permissions[permission], on))
    return sorted(found, key=lambda change: (change.role.pk, not change.on, change.words))


def _offered() -> set[str]:
    return {code for codes in SECTIONS.values() for code in codes}


@transaction.atomic
def apply(changes: Sequence[Change], *, by: User) -> list[Change]:
    """Make the changes that are not made yet; returns those. Raises Refused, and changes nothing."""
    list(Group.objects.select_for_update().order_by("pk"))  # one after the other
    on = ticked()
    real = [change for change in changes if (change.key in on) != change.on]
    check(real, by=by)
    for role, inner in by_role(real):
        role.permissions.add(*(change.permission for change in inner if change.on))
        role.permissions.remove(*(change.permission for change in inner if not change.on))
        audit.record("role.changed", role, by=by, detail=_detail(inner))
    if real:
        _tell(real, by)
    return real


def check(changes: Sequence[Change], *, by: User) -> None:
    """Raise Refused where somebody would raise their own rights, or nobody could administer."""
    own = set(by.groups.values_list("pk", flat=True))
    for change in changes:
        if change.on and change.role.pk in own and not by.has_perm(change.code):
            raise Refused(
                _("Nobody raises their own rights: you hold the role “%(role)s” yourself.")
                % {"role": label_of(change.role.name)}
            )
        if not change.on and change.role.name == ADMINISTRATOR and change.code in ADMINISTERS:
            raise Refused(_("The administrator must be able to give roles and rights back."))


@transaction.atomic
def add_role(name: str, *, by: User) -> Group:
    """Make an empty role of the office's own. Raises Refused."""
    _check_name(name, None)
    role = Group.objects.create(name=name)
    audit.record("role.added", role, by=by)
    return role


@transaction.atomic
def rename_role(role: Group, name: str, *, by: User) -> None:
    """Raises Refused for the roles that ICP comes with: the code knows them by name."""
    _check_own(role)
    _check_name(name, role)
    role.name = name
    role.save(update_fields=["name"])
    audit.record("role.renamed", role, by=by)


@transaction.atomic
def remove_role(role: Group, *, by: User) -> None:
    """Remove a role of the office's own that nobody holds. Raises Refused."""
    _check_own(role)
    locked = Group.objects.select_for_update().get(pk=role.pk)
    if locked.user_set.exists():
        raise Refused(_("Somebody holds this role. Take it from them first."))
    audit.record("role.removed", locked, by=by, detail={"permissions": sorted(codes_of(locked))})
    locked.delete()


def _check_own(role: Group) -> None:
    if role.name in ROLES:
        raise Refused(_("This role comes with ICP: its name stays. Its rights can be changed."))


def _check_name(name: str, but: Group | None) -> None:
    labels = {str(role.label).casefold() for role in ROLES.values()} | set(ROLES)
    others = Group.objects.exclude(pk=but.pk if but else 0).values_list("name", flat=True)
    if name.casefold() in labels | {other.casefold() for other in others}:
        raise Refused(_("There is a role of this name already. Choose another name."))


def by_role(changes: Iterable[Change]) -> list[tuple[Group, list[Change]]]:
    """Changes by role, for the audit and for the page that asks before it saves."""
    found: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        found[change.role.pk].append(change)
    return [(inner[0].role, inner) for inner in found.values()]


def _detail(changes: Iterable[Change]) -> dict[str, object]:
    every = list(changes)
    return {
        "given": [change.code for change in every if change.on],
        "taken": [change.code for change in every if not change.on],
    }


def _tell(changes: Sequence[Change], by: User) -> None:
    """A letter to every administrator and the data protection officer."""
    lines = [
        (
            _("%(role)s: from now on may %(what)s")
            if change.on
            else _("%(role)s: no longer may %(what)s")
        )
        % {"role": label_of(change.role.name), "what": change.words}
        for change in changes
    ]
    text = LetterText(
        subject=_("ICP: the rights of roles changed"),
        short="",
        long=_(
            "The rights of roles in ICP have changed.\n\n%(changes)s\n\n"
            "Changed by: %(by)s\n\n"
            "If this should not be so, look into the audit log and into the roles in ICP."
        )
        % {"changes": "\n".join(f"- {line}" for line in lines), "by": by},
    )
    for person in User.objects.active().filter(groups__name__in=TOLD).distinct():
        letters.post_to_staff(person, text)
