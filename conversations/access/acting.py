"""From a member of staff to what they may do in the procedure: register, give an opinion, decide, preside."""

from collections.abc import Callable, Mapping

from admin_module.models import User
from conversations.models import AccessRequest, Designation, Opinion
from conversations.register.designations import is_designated, standing

REGISTER = "conversations.register_accessrequest"
OFFICER = "conversations.opine_as_officer"
UNIT = "conversations.opine_as_unit"
DECIDE = "conversations.decide_accessrequest"
LISTEN = "conversations.run_listening"
Scope = Designation.Scope


def may_register(user: User | None) -> bool:
    return user is not None and user.has_perm(REGISTER)


def may_decide(user: User | None) -> bool:
    """The Director, or whoever the Director named as deputy for today (§ 4.3)."""
    if user is None:
        return False
    return user.has_perm(DECIDE) or is_designated(user, Scope.DEPUTY)


def acting_as(user: User) -> Designation | None:
    """The deputy's designation; None where the Director acts in their own right."""
    if user.has_perm(DECIDE):
        return None
    return standing(Scope.DEPUTY).filter(user=user).first()


def may_opine(user: User, request: AccessRequest, giver: str) -> bool:
    """The officer; for the unit, whoever heads the unit concerned or one above it."""
    if giver == Opinion.Giver.OFFICER:
        return user.has_perm(OFFICER)
    if request.unit is None or not user.has_perm(UNIT):
        return False
    return request.unit_id in user.unit.subtree()


def may_preside(user: User | None) -> bool:
    """Runs a supervised listening: the Director, or staff whom the Director named for it (§ 4.6)."""
    if user is None or not user.has_perm(LISTEN):
        return False
    return user.has_perm(DECIDE) or is_designated(user, Scope.SUPERVISOR)


def may_give_opinion(user: User | None) -> bool:
    return user is not None and (user.has_perm(OFFICER) or user.has_perm(UNIT))


def nobody(user: User | None) -> bool:
    """Steps that follow from others by themselves."""
    return user is None


WHO: Mapping[str, Callable[[User | None], bool]] = {
    "registers": may_register,
    "opines": may_give_opinion,
    "decides": may_decide,
    "presides": may_preside,
    "itself": nobody,
}
