"""From a draft that nobody wants to the bin, for a week, and from there back or to its end."""

from datetime import timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from icp.encryption.erasing import erase_key
from messaging.models import Message

KEPT = timedelta(days=7)
LAST = "message_binned"  # of the session: the draft that can be taken out by one press
Status = Message.Status


@transaction.atomic
def bin_(message: Message, *, by: User) -> bool:
    """Put a draft away; False where it is none any more. Nothing that was ordered can go."""
    drafts = Message.objects.filter(pk=message.pk, status=Status.DRAFT, binned_at=None)
    if not drafts.update(binned_at=timezone.now()):
        return False
    audit.record("message.binned", message, by=by)
    return True


@transaction.atomic
def take_out(message: Message, *, by: User) -> bool:
    """Give a draft back to its editors; twice is once."""
    binned = Message.objects.filter(pk=message.pk, binned_at__isnull=False)
    if not binned.update(binned_at=None):
        return False
    audit.record("message.unbinned", message, by=by)
    return True


def empty() -> int:
    """Destroy what lay in the bin for a week; its entries in the audit log stay."""
    old = Message.objects.filter(
        status=Status.DRAFT, binned_at__lt=timezone.now() - KEPT, follows=None
    )
    return sum(_destroy(message) for message in old)


def _destroy(message: Message) -> bool:
    """With the files that were attached; what something else still holds stays in the bin."""
    try:
        with transaction.atomic():
            for file in message.attachments.all():
                file.forget()
            for work in message.unsaved.all():
                erase_key(work.uid)
            audit.record("message.destroyed", message, by=None)
            erase_key(message.uid)
            message.delete()
    except ProtectedError:
        return False
    return True
