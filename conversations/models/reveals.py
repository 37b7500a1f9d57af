"""Who saw a number that the register masks, and why."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from icp.encryption.fields import SealedField
from icp.encryption.models import SealedModel

from .conversations import Conversation


class NumberReveal(SealedModel):
    """One look at the number of one conversation, with the reason in words; goes with the conversation."""

    key_owner = "conversation"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="reveals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = SealedField(models.TextField(max_length=1000), label="number_reveal.reason")
    at = models.DateTimeField(default=timezone.now)
    emergency = models.BooleanField(default=False)  # by an administrator; the Director reads why
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"reveal {self.pk}"
