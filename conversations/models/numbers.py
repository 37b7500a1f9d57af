"""What a request is told by and proven by: its number of the year, and codes to the calling number."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from .access import AccessRequest


class AccessSeries(models.Model):
    """The last number of a year: BOI.12.2026; drawn under its lock, so that there are no gaps."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class IdentityCode(models.Model):
    """A code sent to the calling number: whoever reads it back holds that telephone."""

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="codes")
    digest = models.BinaryField(max_length=32)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"code {self.pk}"
