"""From a decision about a colleague's account to what it changes: one transaction, audited.

Nobody raises their own rights or blocks themselves, and one administrator always stays.
"""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from icp.encryption import canon
from messaging.correspondence import letters
from messaging.models import Letter, LetterText
from messaging.steps import drafting
from reports.steps import leaving

from . import audit, session
from .models import Invitation, StaffProfile, Unit, User
from .roles import ROLES, label_of
from .units import bound_units

ADMINISTRATOR = "administrator"
# Who is told by mail when somebody's roles change.
TOLD = (ADMINISTRATOR, "data_protection_officer")


class Refused(Exception):
    """Why the step is not possible; `str` is a sentence for staff."""


class StaleAccount(Exception):
    """Somebody else saved this account meanwhile; `current` is what stands in the database."""

    def __init__(self, current: User) -> None:
        super().__init__("the account was saved by somebody else")
        self.current = current


@transaction.atomic
def correct(
    user: User, login: str, profile: StaffProfile, unit: Unit, *, by: User, revision: int
) -> User:
    """Save who somebody is and where they work. Raises StaleAccount or Refused."""
    current = _locked(user)
    if current.revision != revision:
        raise StaleAccount(current)
    if current.pk == by.pk and unit.pk != current.unit_id:
        raise Refused(_("You cannot move yourself to another unit; another administrator can."))
    if unit.pk != current.unit_id and unit.reach() is not None:
        _keep_an_administrator(current)  # in a municipal unit nobody administers the town
    was_login, was_unit = current.login, current.unit_id
    current.login, current.profile, current.unit = login, profile, unit
    current.revision += 1
    save(current, fields=["login", "login_token", "profile", "unit", "revision"])
    if was_unit != unit.pk:
        session.end_all(current)
    detail: dict[str, object] = {
        "revision": current.revision,
        "unit": unit.pk,
        "login_changed": was_login != login,
    }
    audit.record("staff.changed", current, by=by, detail=detail)
    return current


@transaction.atomic
def introduce_oneself(user: User, profile: StaffProfile, *, revision: int) -> User:
    """Save one's own name and position. Raises StaleAccount."""
    current = _locked(user)
    if current.revision != revision:
        raise StaleAccount(current)
    current.profile = profile
    current.revision += 1
    current.save(update_fields=["profile", "revision"])
    audit.record("staff.changed", current, by=user, detail={"revision": current.revision})
    return current


def save(user: User, fields: list[str] | None = None) -> None:
    """Save an account; raises Refused where somebody else signs in with this address already."""
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError as taken:
        raise Refused(
            _("Somebody signs in with this address already. Find them on the list of staff.")
        ) from taken


@transaction.atomic
def set_roles(user: User, roles: Iterable[str], by: User) -> User:
    """Give somebody exactly these roles (names of groups). Raises Refused; tells those in TOLD."""
    wanted = set(roles)
    _stand_in_line()
    current = _locked(user)
    before = set(current.groups.values_list("name", flat=True))
    added, removed = wanted - before, before - wanted
    if not added and not removed:
        return current
    check_grant(added, by=by, to=current)
    if ADMINISTRATOR in removed:
        _keep_an_administrator(current)
    current.groups.set(Group.objects.filter(name__in=wanted))
    current.__dict__.pop("role_names", None)
    User.objects.filter(pk=current.pk).update(revision=current.revision + 1)
    if current.pk != by.pk:
        session.end_all(current)
    detail: dict[str, object] = {"added": codes(added), "removed": codes(removed)}
    audit.record("staff.roles_changed", current, by=by, detail=detail)
    _tell(current, before, wanted, by)
    current.refresh_from_db(fields=["revision"])
    return current


def check_grant(roles: set[str], *, by: User, to: User | None) -> None:
    """Refuse to give roles to oneself, and roles that allow more than the giver may."""
    if roles and to is not None and to.pk == by.pk:
        raise Refused(_("Nobody raises their own rights: ask another administrator."))
    known = set(Group.objects.filter(name__in=roles).values_list("name", flat=True))
    if known != roles:
        raise Refused(_("One of these roles is gone. Open the page again and choose anew."))
    if ADMINISTRATOR in by.role_names and by.scope is None:
        return
    given = Permission.objects.filter(group__name__in=roles)
    asked = {
        f"{app}.{code}" for app, code in given.values_list("content_type__app_label", "codename")
    }
    if not by.has_perms(sorted(asked)):
        raise Refused(_("You cannot give a role that allows more than you may yourself."))


def codes(roles: Iterable[str]) -> list[str]:
    """Roles as the audit log takes them: an own role of the office by its number, not its words."""
    own = dict(Group.objects.filter(name__in=roles).values_list("name", "pk"))
    return sorted(name if name in ROLES else f"group:{own.get(name, 0)}" for name in roles)


@transaction.atomic
def block(user: User, by: User, heir: User | None) -> User:
    """Shut a leaver's account and give what they had in hand to `heir`. Raises Refused."""
    if user.pk == by.pk:
        raise Refused(_("Nobody blocks their own account: ask another administrator."))
    _stand_in_line()
    current = _locked(user)
    if not current.is_active:
        raise Refused(_("This account is blocked already."))
    _keep_an_administrator(current)
    handed = _hand_over(current, by, heir)
    given_back = leaving.give_back(current, by=by)
    User.objects.filter(pk=current.pk).update(is_active=False, revision=current.revision + 1)
    session.end_all(current)
    withdraw_links(current)
    detail: dict[str, object] = {
        "heir": heir.pk if heir else None,
        "messages": handed,
        "reports": given_back,
    }
    audit.record("staff.blocked", current, by=by, detail=detail)
    current.refresh_from_db(fields=["is_active", "revision"])
    return current


@transaction.atomic
def unblock(user: User, by: User) -> User:
    """Open a blocked account again; password, roles and second factors are what they were."""
    current = _locked(user)
    if current.is_active:
        raise Refused(_("This account is not blocked."))
    User.objects.filter(pk=current.pk).update(is_active=True, revision=current.revision + 1)
    audit.record("staff.unblocked", current, by=by)
    current.refresh_from_db(fields=["is_active", "revision"])
    return current


def possible_heirs(user: User, by: User) -> list[User]:
    """Who may take over what somebody had in hand: colleagues whom `by` sees, and who see it."""
    line = [user.unit, *user.unit.ancestors()]
    sees_it = ~Q(unit__in=bound_units()) | Q(unit__in=line)
    writing = Permission.objects.filter(
        content_type__app_label="messaging", codename="change_message"
    )
    able = (
        User.objects.visible_to(by)
        .active()
        .exclude(pk=user.pk)
        .filter(groups__permissions__in=writing)
    )
    colleagues = able.filter(sees_it).distinct().select_related("unit")
    return sorted(colleagues, key=lambda one: (one.unit_id != user.unit_id, by_name(one)))


def by_name(user: User) -> tuple[str, str]:
    """In the order of the alphabet, Polish letters beside their plain ones."""
    return canon.fold(user.profile.last_name), canon.fold(user.profile.first_name)


def withdraw_links(user: User) -> int:
    """Take back every link that was not used; a letter that has not left yet stays here."""
    waiting = Invitation.objects.waiting().filter(user=user)
    letters.withdraw(Letter.objects.filter(invitation__in=waiting))
    revoked: int = waiting.revoke()
    return revoked


def other_administrators(user: User) -> QuerySet[User]:
    """Who administers the whole town besides; whoever never set a password does not count."""
    never_came = Invitation.objects.filter(kind=Invitation.Kind.FIRST, used_at=None)
    administrators = User.objects.active().filter(groups__name=ADMINISTRATOR)
    others: QuerySet[User] = administrators.exclude(pk=user.pk).exclude(unit__in=bound_units())
    return others.exclude(invitations__in=never_came)


def _hand_over(user: User, by: User, heir: User | None) -> list[int]:
    if not drafting.in_hand(user).exists():
        return []
    if heir is None:
        raise Refused(_("Choose who takes over the drafts and the messages that wait."))
    if heir.pk not in {one.pk for one in possible_heirs(user, by)}:
        raise Refused(_("This person cannot take over messages: choose somebody who writes them."))
    return drafting.hand_over(user, heir, by=by)


def _locked(user: User) -> User:
    found: User = (
        User.objects.select_for_update(of=("self",)).select_related("unit").get(pk=user.pk)
    )
    return found


def _stand_in_line() -> None:
    """Changes that may cost the last administrator wait for each other."""
    Group.objects.select_for_update().filter(name=ADMINISTRATOR).first()


def _keep_an_administrator(user: User) -> None:
    if not user.groups.filter(name=ADMINISTRATOR).exists():
        return
    if not other_administrators(user).exists():
        raise Refused(_("This is the only administrator. Give the role to somebody else first."))


def _tell(user: User, before: set[str], after: set[str], by: User) -> None:
    """A letter to every administrator and the data protection officer."""
    text = LetterText(
        subject=_("ICP: roles of a member of staff changed"),
        short="",
        long=_(
            "The roles of %(person)s in ICP have changed.\n\n"
            "Before: %(before)s\n\n"
            "Now: %(after)s\n\n"
            "Changed by: %(by)s\n\n"
            "If this should not be so, look into the audit log and into the roles in ICP."
        )
        % {"person": user, "before": _words(before), "after": _words(after), "by": by},
    )
    told = User.objects.active().filter(groups__name__in=TOLD).distinct()
    for person in told:
        letters.post_to_staff(person, text)


def _words(roles: set[str]) -> str:
    return ", ".join(sorted(label_of(name) for name in roles)) or _("none")
