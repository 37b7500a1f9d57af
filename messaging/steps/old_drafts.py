"""From all drafts to those that nobody touched for long and nobody has taken up."""

from datetime import timedelta

from django.utils import timezone

from admin_module.models import AuditEntry, User
from messaging.models import Message

DAYS = 90
MOST = 200


def of(by: User) -> list[Message]:
    """The oldest first; a draft counts from its last change."""
    before = timezone.now() - timedelta(days=DAYS)
    drafts = Message.objects.visible_to(by).filter(
        status=Message.Status.DRAFT, created_at__lt=before
    )
    found = list(drafts.select_related("author", "unit").defer("people").order_by("pk")[:MOST])
    subjects = {f"messaging.message:{draft.pk}": draft.pk for draft in found}
    touched = AuditEntry.objects.filter(
        subject__in=subjects, action="message.changed", at__gte=before
    )
    fresh = {subjects[subject] for subject in touched.values_list("subject", flat=True)}
    return [draft for draft in found if draft.pk not in fresh]
