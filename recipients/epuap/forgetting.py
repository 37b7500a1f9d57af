"""From a person who is erased, or a time that is over, to documents that say nothing any more.

What stays of a document is its row: what was asked, when, with what end; it names nobody.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from icp.encryption.erasing import erase_key
from recipients.models import EpuapDocument, Recipient
from recipients.models.epuap_forms import EpuapForm

from .doubts import Doubt

State = EpuapDocument.State
OPEN = (State.WAITING, State.REVIEW)
# A repeat or a trial proves nothing.
IDLE_KEPT = timedelta(days=30)
BATCH = 500


def forget_person(person: Recipient) -> None:
    """Forget every document that the person signed; runs in the erasure's transaction.

    An application for access to a conversation that waits for a clerk is no matter of the account:
    it is answered first (art. 17 (3) (b) GDPR).
    """
    theirs = Q(recipient=person)
    if person.pesel_token is not None:
        theirs |= Q(pesel_token=person.pesel_token)
    held = EpuapDocument.objects.select_for_update(of=("self",)).filter(
        theirs, forgotten_at__isnull=True
    )
    unanswered = Q(purpose=EpuapForm.Purpose.ACCESS, state=State.REVIEW)
    for document in held.exclude(unanswered).order_by("pk"):
        _forget(document)


def close_forgotten() -> int:
    """Documents of erased people that still waited have nothing to wait for; returns how many."""
    left = EpuapDocument.objects.filter(state__in=OPEN, forgotten_at__isnull=False)
    ended: int = left.update(state=State.IDLE, reasons=[str(Doubt.ERASED)], ended_at=timezone.now())
    return ended


def purge(limit: int = BATCH) -> int:
    """Forget what was kept long enough; returns how many documents.

    A registration is the proof of a consent: it stays as long as the account lives.
    """
    now = timezone.now()
    kept = now - timedelta(days=settings.EPUAP_DOCUMENTS_KEPT_DAYS)
    over = Q(state=State.IDLE, ended_at__lt=now - IDLE_KEPT) | Q(ended_at__lt=kept)
    proof = Q(purpose="register", state=State.DONE)
    due = EpuapDocument.objects.filter(over, forgotten_at__isnull=True).exclude(proof)
    gone = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            held = EpuapDocument.objects.select_for_update(of=("self",)).get(pk=pk)
            gone += _forget(held)
    return gone


def _forget(document: EpuapDocument) -> bool:
    if document.forgotten_at is not None:
        return False
    document.forget(timezone.now())
    document.save()
    erase_key(document.uid)
    return True
