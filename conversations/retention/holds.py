"""From a conversation that is still needed to a hold on it, and from the end of the case to its release.

A hold is a restriction of processing (RODO, art. 18): while it stands nothing is deleted, and nobody
listens but by the case it stands for.
"""

from datetime import date
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from conversations.models import AccessRequest, Conversation, PurgeState, RetentionHold
from icp.days import months_after
from icp.encryption.erasing import hold_key
from icp.encryption.errors import KeyErased

REVIEW_MONTHS = 12  # at most, until somebody looks at a hold again


class HoldRefused(ValueError):
    """No basis, or a review that is too far away or over; its words are for the form."""


class TooLate(Exception):
    """The conversation was deleted, or its deletion has begun: nothing is left to hold."""

    words = _(
        "It is too late for a hold: the conversation has been deleted, or is being deleted now."
        " Its tombstone says when."
    )

    def __str__(self) -> str:
        return str(self.words)


def place(
    conversation: Conversation,
    reason: str,
    *,
    legal_basis: str,
    review_on: date,
    by: User | None = None,
    request: AccessRequest | None = None,
    case_number: str = "",
) -> RetentionHold:
    """Keep the conversation until the hold is released.

    Raises HoldRefused without a basis or with a review later than twelve months, TooLate where
    the purge was first. A request holds a conversation once, however often it asks.
    """
    check(legal_basis, review_on)
    make = partial(
        RetentionHold.objects.create,
        reason=reason,
        legal_basis=legal_basis.strip(),
        review_on=review_on,
        placed_by=by,
        request=request,
        case_number=case_number,
    )
    with transaction.atomic():
        held = lock_kept(conversation)
        known = standing(held).filter(request=request).first() if request else None
        if known is not None:
            return known
        hold: RetentionHold = make(conversation=held)
        detail: dict[str, object] = {"hold": hold.pk, "why": str(reason), "review": review_on}
        if request is not None:
            detail["request"] = request.pk
        audit.record("hold.placed", held, by=by, detail=detail)
    return hold


def check(legal_basis: str, review_on: date) -> None:
    """Raises HoldRefused: no hold without a basis and a day on which somebody looks at it again."""
    if not legal_basis.strip():
        raise HoldRefused(_("Name the legal basis of the hold."))
    today = timezone.localdate()
    if not today <= review_on <= months_after(today, REVIEW_MONTHS):
        raise HoldRefused(_("Choose a day of review within the next twelve months."))


def lock_kept(conversation: Conversation) -> Conversation:
    """The row, locked behind its key, in the order in which the purge takes both. Raises TooLate."""
    hold_key(conversation.uid)
    row = Conversation.objects.select_for_update().get(pk=conversation.pk)
    try:
        row.cipher()
    except KeyErased:
        raise TooLate from None
    if row.purge_state != PurgeState.KEPT:
        raise TooLate
    return row


def release(hold: RetentionHold, by: User | None, *, reason: str = "") -> bool:
    """The conversation's own time counts again; False where somebody released the hold before."""
    with transaction.atomic():
        released = RetentionHold.objects.filter(pk=hold.pk, released_at=None).update(
            released_at=timezone.now(), released_by=by
        )
        if released:
            _keep_reason(hold, reason)
            audit.record(
                "hold.released",
                hold.conversation,
                by=by,
                detail={"hold": hold.pk},
                reason=reason,
            )
    return bool(released)


def _keep_reason(hold: RetentionHold, reason: str) -> None:
    """Sealed under the conversation's key: it goes with it."""
    row = RetentionHold.objects.get(pk=hold.pk)
    if reason:
        row.release_reason = reason
        row.save(update_fields=["release_reason"])


def release_after_case(request: AccessRequest, on: date) -> int:
    """The case is closed: its holds end on the day; returns how many there are."""
    mine = RetentionHold.objects.filter(request=request, released_at=None)
    with transaction.atomic():
        found = list(mine.select_related("conversation"))
        mine.update(release_on=on)
        for hold in found:
            detail: dict[str, object] = {"hold": hold.pk, "on": on}
            audit.record("hold.ends", hold.conversation, by=None, detail=detail)
    return len(found)


def standing(conversation: Conversation) -> QuerySet[RetentionHold]:
    """Holds of the conversation that nobody released."""
    found: QuerySet[RetentionHold] = RetentionHold.objects.filter(
        conversation=conversation, released_at=None
    )
    return found
