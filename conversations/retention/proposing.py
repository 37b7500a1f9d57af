"""From an officer's word that a conversation is still needed to a hold that the Director places, or not."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from conversations.models import Conversation, HoldProposal, PurgeState, RetentionHold

from . import holds, telling


def propose(
    conversation: Conversation,
    reason: str,
    by: User,
    *,
    legal_basis: str,
    review_on: date,
    case_number: str = "",
) -> HoldProposal:
    """Ask for a hold; those who may place one get a letter that says until when. It keeps nothing yet.

    Raises HoldRefused and TooLate as `holds.place`.
    """
    holds.check(legal_basis, review_on)
    if conversation.purge_state != PurgeState.KEPT:
        raise holds.TooLate
    with transaction.atomic():
        proposal: HoldProposal = HoldProposal.objects.create(
            conversation=conversation,
            reason=reason,
            legal_basis=legal_basis.strip(),
            review_on=review_on,
            case_number=case_number,
            proposed_by=by,
        )
        detail: dict[str, object] = {"proposal": proposal.pk, "why": str(reason)}
        audit.record("hold.proposed", conversation, by=by, detail=detail)
        day = date_format(timezone.localtime(conversation.expires_at), "j E Y, H:i")
        words = _(
            "A hold of a conversation was proposed. Decide before %(day)s: then it is deleted for good."
        ) % {"day": day}
        telling.post(telling.may("release_hold"), _("ICP: a hold was proposed"), words, "hold-list")
    return proposal


def accept(proposal: HoldProposal, by: User) -> RetentionHold | None:
    """Place the hold as it was proposed; None where somebody decided before. Raises TooLate."""
    with transaction.atomic():
        holds.lock_kept(proposal.conversation)
        row = _undecided(proposal)
        if row is None:
            return None
        today = timezone.localdate()
        hold = holds.place(
            row.conversation,
            row.reason,
            legal_basis=row.legal_basis,
            review_on=max(row.review_on, today),
            by=by,
            case_number=row.case_number,
        )
        row.hold, row.decided_by, row.decided_at = hold, by, timezone.now()
        row.save(update_fields=["hold", "decided_by", "decided_at"])
    return hold


def turn_down(proposal: HoldProposal, by: User) -> bool:
    """The conversation ends at its time; False where somebody decided before."""
    with transaction.atomic():
        row = _undecided(proposal)
        if row is None:
            return False
        row.decided_by, row.decided_at = by, timezone.now()
        row.save(update_fields=["decided_by", "decided_at"])
        detail: dict[str, object] = {"proposal": row.pk}
        audit.record("hold.turned_down", row.conversation, by=by, detail=detail)
    return True


def _undecided(proposal: HoldProposal) -> HoldProposal | None:
    rows = HoldProposal.objects.select_for_update(of=("self",)).filter(decided_at=None)
    return rows.filter(pk=proposal.pk).first()
