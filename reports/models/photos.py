"""Photos of reports: sealed, of a report or waiting for one, and the copy that everybody may see."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from icp.encryption.files import SealedFile, SealedFileQuerySet, file_secret
from recipients.models import Device


class ReportPhotoQuerySet(SealedFileQuerySet["ReportPhoto"]):
    def waiting(self) -> Self:
        """Sent before their report, and not too long ago."""
        return self.live().filter(report=None, redacts=None)

    def originals(self) -> Self:
        """As they were sent: no redacted copies."""
        return self.filter(redacts=None)

    def public(self) -> Self:
        """Originals that a person looked at and let everybody see; ask for the report's visibility too."""
        return self.originals().filter(visibility=ReportPhoto.Visibility.PUBLIC)


class ReportPhoto(SealedFile):
    """One photo: a JPEG and, behind it in the same file, a small one.

    Under a key of its own, not of the person who sent it: the report may outlive the person's account.
    A redacted copy is a row of its own that points at the original.
    """

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("for the office and the reporter")
        PUBLIC = "public", _("for everybody")

    report = models.ForeignKey(
        "reports.Report", models.CASCADE, null=True, blank=True, related_name="photos"
    )
    event = models.ForeignKey(
        "reports.ReportEvent", models.SET_NULL, null=True, blank=True, related_name="sent_photos"
    )
    # Who sent it; neither: somebody without a device, by the public form or by Open311.
    device = models.ForeignKey(Device, models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    redacts = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="redacted"
    )
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PRIVATE)
    width = models.PositiveIntegerField()  # px, of the large one
    height = models.PositiveIntegerField()
    small_from = models.PositiveIntegerField()  # the byte where the small one begins
    secret = file_secret("report_photo.secret")

    objects = ReportPhotoQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(report__isnull=True) ^ Q(expires_at__isnull=True),
                name="a_photo_belongs_to_a_report_or_expires",
            ),
        )
        indexes = (
            models.Index(
                fields=["device", "id"],
                name="photos_that_wait",
                condition=Q(report__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"photo {self.pk}"

    @property
    def for_everybody(self) -> "ReportPhoto":
        """The redacted copy where there is one."""
        copy: ReportPhoto | None = getattr(self, "redacted", None)
        return copy or self
