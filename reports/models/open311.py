"""Keys of programs that report by Open311, and which report came by which."""

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .reports import Report

MOST_A_DAY = 10_000


class Open311KeyQuerySet(models.QuerySet["Open311Key"]):
    def live(self) -> Self:
        return self.filter(revoked_at=None)


class Open311Key(models.Model):
    """`icp311_<public>_<secret>`: the secret was shown once; what is kept tells nothing of it."""

    label = models.CharField(
        _("whose program it is"),
        max_length=120,
        help_text=_("The name of the program and of whoever runs it; no person’s name."),
    )
    public = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.BinaryField(max_length=32, editable=False)  # SHA-256 of the secret
    a_day = models.PositiveIntegerField(
        _("reports a day"),
        default=200,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_A_DAY)],
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = Open311KeyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = (("manage_open311", _("Can make and revoke keys of programs that report")),)
        constraints = (
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="somebody_revoked_a_revoked_key",
            ),
        )

    def __str__(self) -> str:
        return self.label


class Open311Receipt(models.Model):
    """Which program brought a report."""

    report = models.OneToOneField(Report, models.CASCADE, related_name="open311")
    key = models.ForeignKey(Open311Key, models.PROTECT, related_name="receipts")
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=["key", "received_at"], name="receipts_of_a_key"),)

    def __str__(self) -> str:
        return f"receipt {self.pk}"
