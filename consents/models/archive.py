"""Signed forms as they came back, sealed on disk."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from admin_module.scoping import ByUnit
from icp.encryption.fields import SealedField
from icp.encryption.files import SealedFile, SealedFileQuerySet, file_secret
from recipients.models import Recipient

from .agreeing import ConsentForm


class ScanQuerySet(ByUnit, SealedFileQuerySet["Scan"]):
    unit_path = "recipient__unit"

    def current(self) -> "ScanQuerySet":
        """Those that nobody replaced."""
        return self.filter(replaced_at=None)


class Scan(SealedFile):
    """The signed form as it came back. One that is replaced stays beside the one that follows it.

    It is sealed for the person: their erasure makes noise of it, and the row goes with the file.
    That the form came back, and what was agreed to, is proved by ConsentForm and Consent alone.
    """

    key_owner: ClassVar[str] = "recipient"

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="scans")
    form = models.ForeignKey(ConsentForm, models.PROTECT, related_name="scans")
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    replaced_why = SealedField(
        models.CharField(max_length=300), label="scan.replaced_why", null=True
    )
    secret = file_secret("scan.secret")

    objects = ScanQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["form"],
                condition=models.Q(replaced_at=None),
                name="one_current_scan_of_a_form",
            ),
        )

    def __str__(self) -> str:
        return f"scan {self.pk}"
