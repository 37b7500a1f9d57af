"""From a member of staff to the requests that are theirs to see: all of them, or those about their own unit."""

from django.db.models import Q

from admin_module.models import User
from conversations.models import AccessRequest, Opinion, Step
from conversations.models.access import AccessRequestQuerySet

from .acting import DECIDE, OFFICER, REGISTER, UNIT, may_decide

SUPERVISE = "conversations.supervise_conversation"
WHOLE = (REGISTER, DECIDE, OFFICER, SUPERVISE)
REGISTERS = (Step.SUBMITTED, Step.CHECKING, Step.COMPLETION, Step.REFUSED, Step.HANDING_OVER)
DECIDES = (Step.DECISION, Step.GRANTED)


def visible_to(user: User) -> AccessRequestQuerySet:
    """Who registers, decides, supervises or is the officer sees all; a unit's head those of the unit."""
    rows: AccessRequestQuerySet = AccessRequest.objects.visible_to(user)
    if any(user.has_perm(right) for right in WHOLE) or may_decide(user):
        return rows
    return rows.filter(unit__in=user.unit.subtree())


def mine_to_do(rows: AccessRequestQuerySet, user: User) -> AccessRequestQuerySet:
    """Those whose next step is this person's."""
    wanted = Q(pk__in=())
    if user.has_perm(REGISTER):
        wanted |= Q(step__in=REGISTERS)
    if may_decide(user):
        wanted |= Q(step__in=DECIDES)
    waiting = Q(opinions__given_at=None, opinions__superseded_at=None, step=Step.OPINIONS)
    if user.has_perm(OFFICER):
        wanted |= waiting & Q(opinions__giver=Opinion.Giver.OFFICER)
    if user.has_perm(UNIT):
        units = user.unit.subtree()
        wanted |= waiting & Q(opinions__giver=Opinion.Giver.UNIT, unit__in=units)
    return rows.filter(wanted).distinct()
