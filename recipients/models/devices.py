"""A device with the app: who holds it, how it proves itself, what it wants, where it is hinted at."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from icp.encryption.fields import BlindIndexField, SealedDocField, SealedField
from icp.encryption.models import SealedModel, SealedQuerySet

from .people import Recipient

# A device that shows no sign of life for so long has to begin anew.
IDLE_AFTER = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class HomePoint:
    """Where the holder wants to hear about things nearby, in degrees (WGS 84)."""

    lat: float = field(repr=False)
    lon: float = field(repr=False)


def push_name(line: str) -> str:
    """What is the same whenever a device registers again: of a web subscription its endpoint."""
    kind, _, rest = line.partition(":")
    if kind != "webpush":
        return line
    return f"webpush:{json.loads(rest)['endpoint']}"


class DeviceQuerySet(SealedQuerySet["Device"]):
    def live(self, now: datetime | None = None) -> Self:
        """Devices whose tokens still let them in."""
        since = (now or timezone.now()) - IDLE_AFTER
        return self.filter(revoked_at__isnull=True, last_used_at__gt=since)

    def paired(self) -> Self:
        """Devices of somebody; a tombstone is nobody."""
        gone = Recipient.GONE
        return self.filter(recipient__isnull=False).exclude(recipient__state__in=gone)


class Device(SealedModel):
    """One installation of the app. Its own key seals what it told about itself, for it may belong to
    nobody; a device that was removed stays for a while as a row without content, so that what refers
    to it stays whole."""

    class Platform(models.TextChoices):
        WEB = "web", _("web application")
        ANDROID = "android", "Android"
        IOS = "ios", "iOS"

    class Locale(models.TextChoices):
        PL = "pl", "polski"
        UK = "uk", "українська"
        EN = "en", "English"

    class PushKind(models.TextChoices):
        FCM = "fcm", "Firebase Cloud Messaging"
        WEBPUSH = "webpush", "Web Push"

    platform = models.CharField(max_length=8, choices=Platform)
    client_version = models.CharField(max_length=32, blank=True)
    locale = models.CharField(max_length=2, choices=Locale, default=Locale.PL)
    # SHA-256 of the token's secret; enough for 256 random bits, and nothing to guess from.
    digest = models.BinaryField(null=True, editable=False)
    previous_digest = models.BinaryField(null=True, editable=False)
    previous_until = models.DateTimeField(null=True, blank=True)
    recipient = models.ForeignKey(Recipient, models.CASCADE, null=True, related_name="devices")
    paired_at = models.DateTimeField(null=True, blank=True)
    # What the holder wants; None: everything there is.
    topics = models.JSONField(null=True, blank=True)  # ids of consents.Topic
    areas = models.JSONField(null=True, blank=True)  # ids of recipients.District
    report_pushes = models.BooleanField(default=True)
    quiet_from = models.TimeField(null=True, blank=True)  # in the town's time
    quiet_to = models.TimeField(null=True, blank=True)
    home = SealedDocField(HomePoint, label="device.home", null=True)
    push_kind = models.CharField(max_length=8, choices=PushKind, blank=True)
    # A line of messaging.channels.targets: fcm:… or webpush:….
    push = SealedField(models.CharField(max_length=2000), label="device.push", block=64, null=True)
    push_token = BlindIndexField("push", label="device.push", canon=push_name, unique=True)
    push_seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)  # to the hour
    revoked_at = models.DateTimeField(null=True, blank=True)

    # The digest of the token that this request came with; of_token sets it.
    shown: bytes = b""

    objects = DeviceQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        default_permissions = ()
        permissions = (("remove_device", _("Can remove a person’s device with the app")),)
        constraints = (
            models.CheckConstraint(
                condition=Q(recipient__isnull=True, paired_at__isnull=True)
                | Q(recipient__isnull=False, paired_at__isnull=False),
                name="a_device_of_somebody_was_paired",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, digest__isnull=False)
                | Q(
                    revoked_at__isnull=False,
                    digest__isnull=True,
                    previous_digest__isnull=True,
                    recipient__isnull=True,
                    push_kind="",
                ),
                name="a_removed_device_lets_nobody_in",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="quiet_hours_begin_and_end",
            ),
        )
        indexes = (models.Index(fields=["last_used_at"], name="devices_by_last_use"),)

    def __str__(self) -> str:
        return f"{self.platform} {self.pk}"

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.last_used_at > timezone.now() - IDLE_AFTER
