"""From staff, units and roles to the yearly review of access: who may do what, and who checked it.

KRI (Rozporządzenie w sprawie Krajowych Ram Interoperacyjności, § 20) asks that rights are kept up
to date and reviewed; art. 24 and 32 of the GDPR ask for proof. Once a year is the office's rule.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from icp.encryption import canon

from . import audit
from .models import AccessReview, Authenticator, Passkey, Unit, User
from .permission_words import words_of
from .role_matrix import all_roles, codes_of
from .roles import label_of
from .scoping import OFFICE_ONLY
from .units import bound_units, walk

VALID = timedelta(days=365)
FACTORS = {"app": _("app with codes"), "passkey": _("passkey")}


@dataclass(frozen=True, slots=True)
class Access:
    """One account: who, in which roles, with which proof, since when unused."""

    user: User = field(repr=False)
    roles: list[str]
    permissions: int
    factors: list[str | Promise]

    @property
    def groups(self) -> list[Group]:
        return list(self.user.groups.all())

    @property
    def name(self) -> str:
        profile = self.user.profile
        return f"{profile.last_name} {profile.first_name}"


@dataclass(frozen=True, slots=True)
class UnitAccess:
    unit: Unit
    depth: int
    accounts: list[Access]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that `by` may see of it, as it stood at `at`."""

    at: datetime
    units: list[UnitAccess]
    roles: list[tuple[str, int, list[str]]]  # name, how many hold it, what it allows
    last: AccessReview | None

    @property
    def people(self) -> int:
        return sum(len(unit.accounts) for unit in self.units)

    @property
    def blocked(self) -> int:
        return sum(not one.user.is_active for unit in self.units for one in unit.accounts)


def report(by: User) -> Report:
    """Units in the order of the tree, in each its staff by name; closed units only with staff."""
    seen = User.objects.visible_to(by).select_related("unit").prefetch_related("groups")
    factors, bound = _factors(), bound_units()
    allowed = {role.name: codes_of(role) for role in all_roles()}
    staff: dict[int, list[Access]] = defaultdict(list)
    for user in seen:
        names = [group.name for group in user.groups.all()]
        codes = set().union(*(allowed[name] for name in names))
        codes -= OFFICE_ONLY if user.unit_id in bound else frozenset()
        roles = sorted(label_of(name) for name in names)
        staff[user.unit_id].append(Access(user, roles, len(codes), factors[user.pk]))
    units = [
        UnitAccess(unit, depth, sorted(staff[unit.pk], key=lambda one: canon.fold(one.name)))
        for unit, depth in walk(Unit.objects.visible_to(by))
        if unit.closed_at is None or staff[unit.pk]
    ]
    return Report(timezone.now(), units, _roles(units, allowed), last_review(by))


def _roles(
    units: Iterable[UnitAccess], allowed: Mapping[str, set[str]]
) -> list[tuple[str, int, list[str]]]:
    everybody = [group.name for unit in units for one in unit.accounts for group in one.groups]
    held = Counter(everybody)
    return [
        (label_of(name), held[name], sorted(words_of(code) for code in codes))
        for name, codes in allowed.items()
    ]


def _factors() -> dict[int, list[str | Promise]]:
    found: dict[int, list[str | Promise]] = defaultdict(list)
    apps = Authenticator.objects.filter(confirmed=True)
    for kind, rows in (("app", apps), ("passkey", Passkey.objects.all())):
        for pk in rows.order_by().values_list("user_id", flat=True).distinct():
            found[pk].append(FACTORS[kind])
    return found


def top_of(by: User) -> Unit | None:
    """What a review by this person covers: their municipal unit, or everybody (None)."""
    if by.scope is None:
        return None
    line = [by.unit, *by.unit.ancestors()]
    return next(unit for unit in reversed(line) if unit.pk in by.scope)


def last_review(by: User) -> AccessReview | None:
    """The newest review of the same ground."""
    found = AccessReview.objects.filter(unit=top_of(by)).select_related("by")
    return found.order_by("-at", "-pk").first()


def is_due(by: User) -> bool:
    """Whether somebody who may confirm it should be reminded: a year after the last one, or after
    the first account was made."""
    if not by.has_perm("admin_module.add_accessreview"):
        return False
    last = last_review(by)
    since = last.at if last else _first_account(by)
    return since is not None and since < timezone.now() - VALID


def _first_account(by: User) -> datetime | None:
    first: datetime | None = User.objects.visible_to(by).aggregate(at=Min("date_joined"))["at"]
    return first


@transaction.atomic
def mark(people: int, *, by: User) -> AccessReview:
    """Write down that `by` looked at the report with so many accounts and found it right."""
    review = AccessReview.objects.create(at=timezone.now(), by=by, unit=top_of(by), people=people)
    audit.record("access.reviewed", review, by=by, detail={"people": people})
    return review
