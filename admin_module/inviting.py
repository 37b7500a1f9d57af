"""From an administrator's invitation to an account whose password nobody else knows."""

import re
from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from messaging.correspondence import letters

from . import accounts, audit, session, signing_in
from .models import Invitation, StaffProfile, Unit, User

Kind = Invitation.Kind


class BadLink(Exception):
    """The link opens nothing; `code` is one of: unknown, used, revoked, expired."""

    def __init__(self, code: str, invitation: Invitation | None = None) -> None:
        super().__init__(code)
        self.code, self.invitation = code, invitation


@transaction.atomic
def invite(
    login: str, profile: StaffProfile, unit: Unit, roles: Iterable[str], *, by: User
) -> User:
    """Make an account without a password and send the link to set one. Raises accounts.Refused."""
    wanted = set(roles)
    accounts.check_grant(wanted, by=by, to=None)
    user = User(login=login, profile=profile, unit=unit)
    user.set_unusable_password()
    accounts.save(user)
    user.groups.set(Group.objects.filter(name__in=wanted))
    detail: dict[str, object] = {"unit": unit.pk, "roles": accounts.codes(wanted)}
    audit.record("staff.invited", user, by=by, detail=detail)
    _send(user, Kind.FIRST, by)
    return user


@transaction.atomic
def send_again(user: User, *, by: User) -> Invitation:
    """A new link in the place of the one before; of the same kind. Raises accounts.Refused."""
    never = not Invitation.objects.filter(user=user, used_at__isnull=False).exists()
    first = never and not user.has_usable_password()
    return _send(user, Kind.FIRST if first else Kind.RESET, by)


@transaction.atomic
def reset_password(user: User, *, by: User) -> Invitation:
    """Make the old password void at once, sign its owner out everywhere, send a link."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    session.end_all(user)
    audit.record("staff.password_reset", user, by=by)
    return _send(user, Kind.RESET, by)


@transaction.atomic
def revoke(user: User, *, by: User) -> None:
    """Take the link back; the account stays, and nobody can get in by it."""
    accounts.withdraw_links(user)
    audit.record("staff.link_revoked", user, by=by)


def find(token: str) -> Invitation:
    """The invitation that a link belongs to. Raises BadLink."""
    number, __, secret = token.partition("-")
    known = Invitation.objects.select_related("user__unit")
    named = re.fullmatch(r"[0-9]{1,18}", number)
    found: Invitation | None = known.filter(pk=int(number)).first() if named else None
    if found is None or not found.opens_by(secret):
        raise BadLink("unknown")
    return check(found)


def opened(invitation: Invitation) -> list[str]:
    """What a session may remember of a link that was opened: no secret."""
    return [str(invitation.pk), bytes(invitation.digest or b"").hex()]


def opened_before(remembered: list[str]) -> Invitation:
    """The invitation whose link was opened in this session. Raises BadLink."""
    pk, digest = remembered or ("0", "")
    known = Invitation.objects.select_related("user__unit").filter(pk=int(pk))
    found: Invitation | None = known.first()
    if found is None or opened(found) != [pk, digest]:
        raise BadLink("unknown")  # a newer link was sent meanwhile, or none was opened here
    return check(found)


def check(invitation: Invitation) -> Invitation:
    """The same invitation, if it can still be used. Raises BadLink."""
    states = (
        (invitation.used_at is not None, "used"),
        (invitation.revoked_at is not None or not invitation.user.is_active, "revoked"),
        (invitation.has_expired, "expired"),
    )
    for wrong, code in states:
        if wrong:
            raise BadLink(code, invitation)
    return invitation


def accept(request: HttpRequest, invitation: Invitation, password: str) -> User:
    """Set the password, use the link up, and sign its owner in. Raises BadLink."""
    with transaction.atomic():
        locked = Invitation.objects.select_for_update(of=("self",)).select_related("user")
        current = check(locked.get(pk=invitation.pk))
        current.used_at = timezone.now()
        current.save(update_fields=["used_at"])
        set_password(current.user, password)
    signing_in.open_session(request, current.user)
    return current.user


@transaction.atomic
def set_password(user: User, password: str, *, but: HttpRequest | None = None) -> None:
    """Keep a new password (its rules are the form's) and end the sessions opened with the old."""
    user.set_password(password)
    user.save(update_fields=["password"])
    session.end_all(user, but=but)
    audit.record("staff.password_set", user, by=user)


def _send(user: User, kind: str, by: User) -> Invitation:
    if not user.is_active:
        raise accounts.Refused(_("This account is blocked: unblock it first."))
    accounts.withdraw_links(user)
    invitation = Invitation.objects.create(user=user, kind=kind, invited_by=by)
    letters.post_to_staff(user, invitation=invitation, expires_at=invitation.expires_at)
    audit.record("staff.link_sent", user, by=by, detail={"kind": str(kind)})
    made: Invitation = invitation
    return made
