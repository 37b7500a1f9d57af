"""The link by which a member of staff sets their own password: the first, or a new one."""

import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone

from icp.encryption.tokens import mac, verify_mac

from .office import User

LABEL = "staff.invitation"
VALID = timedelta(days=7)


def _in_a_week() -> datetime:
    return timezone.now() + VALID


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self) -> Self:
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=timezone.now())

    def revoke(self) -> int:
        return self.update(revoked_at=timezone.now())

    def waiting(self) -> Self:
        """Neither used nor taken back; it may have expired."""
        return self.filter(used_at=None, revoked_at=None)


class Invitation(models.Model):
    """A one-time link; its secret is drawn when the letter is written and kept as a MAC only."""

    class Kind(models.TextChoices):
        FIRST = "first", "first"
        RESET = "reset", "reset"

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.FIRST)
    digest = models.BinaryField(max_length=64, null=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=_in_a_week)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def draw(self) -> str:
        """The secret of the link, new at each call: the letter that is sent last is the one."""
        secret = secrets.token_urlsafe(32)
        self.digest = mac(LABEL, self._bound(secret))
        self.save(update_fields=["digest"])
        return f"{self.pk}-{secret}"

    def opens_by(self, secret: str) -> bool:
        if self.digest is None:
            return False
        return verify_mac(LABEL, self._bound(secret), bytes(self.digest))

    @property
    def is_usable(self) -> bool:
        return self.used_at is None and self.revoked_at is None and not self.has_expired

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    def _bound(self, secret: str) -> bytes:
        return f"{self.pk}|{secret}".encode()
