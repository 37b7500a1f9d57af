"""From the Director's word to a designation, dated and named, and from a member of staff to theirs of today."""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from conversations.models import Designation

# Named in § 5 (the head of the centre) and § 3 (the Director) themselves: they need no designation.
BY_OFFICE = ("centre_head", "office_director")
# Without one of these rights a designation opens nothing; roles carry them.
NEEDED = {
    Designation.Scope.STAFF: "conversations.listen_conversation",
    Designation.Scope.SUPERVISOR: "conversations.view_accessrequest",  # to check in
    Designation.Scope.DEPUTY: "conversations.view_accessrequest",  # the designation itself lets them decide
}
WORDS: dict[str, Promise] = {
    "self": _("Nobody designates themselves. Another Director or deputy does that."),
    "twice": _("This person is designated for that already, for days that meet these."),
    "ends_first": _("The last day is before the first one."),
    "passed": _("These days are over. A designation holds from today on, never backwards."),
    "blocked": _("This account is closed."),
}


class Refused(Exception):
    """`code` is a key of WORDS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(WORDS[self.code])


def standing(scope: str, on: date | None = None) -> QuerySet[Designation]:
    """Designations of this scope that hold on the day."""
    day = on or timezone.localdate()
    held = Designation.objects.filter(scope=scope, revoked_at=None, begins_on__lte=day)
    return held.filter(Q(ends_on=None) | Q(ends_on__gte=day))


def is_designated(user: User, scope: str, on: date | None = None) -> bool:
    return standing(scope, on).filter(user=user).exists()


def by_office(user: User) -> bool:
    """The head of the centre or the Director."""
    return user.groups.filter(name__in=BY_OFFICE).exists()


@transaction.atomic
def designate(
    user: User, scope: str, *, begins_on: date, ends_on: date | None, by: User
) -> Designation:
    """Name somebody; the days are whole, both counted. Raises Refused."""
    _locked(user)
    _check(user, scope, begins_on, ends_on, by)
    made = Designation.objects.create(
        user=user, scope=scope, begins_on=begins_on, ends_on=ends_on, by=by
    )
    detail: dict[str, object] = {
        "user": user.pk,
        "scope": scope,
        "begins": begins_on.isoformat(),
        "ends": ends_on.isoformat() if ends_on else "",
    }
    audit.record("designation.made", made, by=by, detail=detail)
    return made


def _locked(user: User) -> None:
    """Two who name the same person come one after the other."""
    User.objects.select_for_update().get(pk=user.pk)


def _check(user: User, scope: str, begins_on: date, ends_on: date | None, by: User) -> None:
    today = timezone.localdate()
    if user.pk == by.pk:
        raise Refused("self")
    if not user.is_active:
        raise Refused("blocked")
    if ends_on is not None and ends_on < begins_on:
        raise Refused("ends_first")
    if begins_on < today:
        raise Refused("passed")
    others = Designation.objects.filter(user=user, scope=scope, revoked_at=None)
    meets = others.filter(Q(ends_on=None) | Q(ends_on__gte=begins_on))
    if ends_on is not None:
        meets = meets.filter(begins_on__lte=ends_on)
    if meets.exists():
        raise Refused("twice")


@transaction.atomic
def revoke(designation: Designation, *, by: User) -> bool:
    """End it now; False where it is over already. Open sessions are asked again before every byte."""
    rows = Designation.objects.filter(pk=designation.pk, revoked_at=None)
    if not rows.update(revoked_at=timezone.now()):
        return False
    detail: dict[str, object] = {"user": designation.user_id, "scope": designation.scope}
    audit.record("designation.revoked", designation, by=by, detail=detail)
    return True


def holds(row: Designation, on: date | None = None) -> bool:
    """Whether it counts on the day."""
    day = on or timezone.localdate()
    ended = row.ends_on is not None and row.ends_on < day
    return row.revoked_at is None and row.begins_on <= day and not ended


def lacks_right(row: Designation) -> bool:
    """Whether the person's roles do not let them do what they are designated for."""
    return not row.user.has_perm(NEEDED[Designation.Scope(row.scope)])
