"""From a proposal to delete before the time (RODO, art. 17) to two agreements and the purge, or a refusal.

The Director orders, the data protection officer agrees: two people, in any order. A hold stands above
both (art. 17 (3)): while there is one, nothing is deleted.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from conversations.models import Conversation, EarlyPurge, PurgeState

from . import holds, purging

APPROVE, COAPPROVE = "conversations.approve_purge", "conversations.coapprove_purge"


class EarlyRefused(ValueError):
    """Why this cannot be done now, in words for the page."""


def under_way(conversation: Conversation) -> EarlyPurge | None:
    return conversation.early_purges.filter(refused_at=None, done_at=None).first()


def propose(conversation: Conversation, ground: str, by: User, *, case_number: str) -> EarlyPurge:
    """Ask for it; raises EarlyRefused where somebody asked already, or nothing is left to delete."""
    if conversation.purge_state != PurgeState.KEPT:
        raise EarlyRefused(_("The conversation is deleted already."))
    try:
        with transaction.atomic():
            proposal: EarlyPurge = EarlyPurge.objects.create(
                conversation=conversation, reason=ground, case_number=case_number, proposed_by=by
            )
            detail: dict[str, object] = {"proposal": proposal.pk, "ground": str(ground)}
            audit.record("early_purge.proposed", conversation, by=by, detail=detail)
    except IntegrityError:
        raise EarlyRefused(
            _("Somebody has proposed it already: see “Early deletion” on the page of retention.")
        ) from None
    return proposal


def agree(proposal: EarlyPurge, by: User) -> bool:
    """Say yes in the part that `by` may play; True once both have and the conversation is gone.

    Raises EarlyRefused while a hold stands, and for the second yes of one person.
    """
    with transaction.atomic():
        row = _locked(proposal)
        if holds.standing(row.conversation).exists():
            raise EarlyRefused(
                _("A hold stands on this conversation: release it first, or refuse the proposal.")
            )
        part = _part(row, by)
        setattr(row, f"{part}_by", by)
        setattr(row, f"{part}_at", timezone.now())
        row.save(update_fields=[f"{part}_by", f"{part}_at"])
        audit.record(f"early_purge.{part}", row.conversation, by=by, detail={"proposal": row.pk})
    return carry_out(row, by)


def _locked(proposal: EarlyPurge) -> EarlyPurge:
    row = EarlyPurge.objects.select_for_update().get(pk=proposal.pk)
    if row.refused_at or row.done_at:
        raise EarlyRefused(_("This proposal has been decided already."))
    return row


def _part(row: EarlyPurge, by: User) -> str:
    """Which of the two agreements this person still can give."""
    if by.pk in (row.approved_by_id, row.coapproved_by_id):
        raise EarlyRefused(_("You have agreed already: a second person has to."))
    if row.approved_by_id is None and by.has_perm(APPROVE):
        return "approved"
    if row.coapproved_by_id is None and by.has_perm(COAPPROVE):
        return "coapproved"
    raise EarlyRefused(_("Somebody else has agreed in your part already."))


def carry_out(row: EarlyPurge, by: User) -> bool:
    """Purge what both agreed on; may be repeated where somebody was killed in between."""
    if row.approved_by_id is None or row.coapproved_by_id is None:
        return False
    gone = purging.purge_early(row, by)
    if not gone:
        row.conversation.refresh_from_db()
        if row.conversation.purge_state == PurgeState.KEPT:  # a hold came in between
            return False
    EarlyPurge.objects.filter(pk=row.pk, done_at=None).update(done_at=timezone.now())
    return True


def carry_out_agreed() -> int:
    """Nightly: agreed on, but a hold or a death came in between."""
    agreed = EarlyPurge.objects.filter(
        approved_at__isnull=False, coapproved_at__isnull=False, done_at=None, refused_at=None
    )
    rows = agreed.select_related("conversation", "approved_by").order_by("pk")
    return sum(carry_out(row, row.approved_by) for row in rows if row.approved_by)


def refuse(proposal: EarlyPurge, by: User, *, reason: str) -> None:
    """It stays until its time; the applicant's letter belongs to the case (art. 12 (4))."""
    with transaction.atomic():
        row = _locked(proposal)
        row.refused_by, row.refused_at = by, timezone.now()
        row.save(update_fields=["refused_by", "refused_at"])
        detail: dict[str, object] = {"proposal": row.pk}
        audit.record("early_purge.refused", row.conversation, by=by, detail=detail, reason=reason)
