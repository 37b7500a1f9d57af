"""From a request to holds on what it is about, so that nothing is deleted while it is handled (RODO art. 18)."""

import logging

from django.db.models import QuerySet
from django.utils import timezone

from admin_module.models import User
from conversations.models import AccessRequest, Conversation, RetentionHold
from conversations.retention import holds
from icp.days import months_after, working_days_after

log = logging.getLogger(__name__)
# The longest case: one month, two more, and time for a complaint.
MONTHS = 4
MOST = 5  # candidates that an application may hold before anybody looked at it
BASIS = {
    AccessRequest.Basis.ORDER: "§ 4 zarządzenia 308/18 w zw. z art. 18 ust. 1 lit. c RODO",
    AccessRequest.Basis.GDPR: "art. 15 i art. 18 ust. 1 lit. c RODO",
    AccessRequest.Basis.AUTHORITY: "żądanie uprawnionego organu, art. 6 ust. 1 lit. c RODO",
}


def hold(request: AccessRequest, conversation: Conversation, by: User | None) -> RetentionHold:
    """Keep this conversation for this request; asked twice, there is one hold. Raises holds.TooLate."""
    review = working_days_after(months_after(timezone.localdate(), MONTHS), 0)
    return holds.place(
        conversation,
        RetentionHold.Reason.ACCESS_REQUEST,
        legal_basis=BASIS[AccessRequest.Basis(request.basis)],
        review_on=review,
        by=by,
        request=request,
        case_number=request.number,
    )


def hold_candidates(request: AccessRequest, found: QuerySet[Conversation], by: User | None) -> int:
    """What an application describes is kept until somebody looks at it; returns how many were held."""
    held = 0
    for conversation in found[:MOST]:
        try:
            hold(request, conversation, by)
        except holds.TooLate:
            log.info("conversation %s was deleted before its request came", conversation.pk)
        else:
            held += 1
    return held
