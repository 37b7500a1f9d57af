"""Where somebody is signed in: one row for each session, under a keyed digest of its key."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .office import User


class StaffSession(models.Model):
    """Its deletion ends the session; Django's own session store stays as it is."""

    class Browser(models.TextChoices):
        """A family, no version and no address: enough to know one's own computer again."""

        FIREFOX = "firefox", _("Firefox")
        EDGE = "edge", _("Microsoft Edge")
        CHROME = "chrome", _("Chrome or Chromium")
        SAFARI = "safari", _("Safari")
        OTHER = "other", _("another browser")

    class Machine(models.TextChoices):
        WINDOWS = "windows", _("Windows")
        MAC = "mac", _("Mac")
        LINUX = "linux", _("Linux")
        ANDROID = "android", _("Android")
        IOS = "ios", _("iPhone or iPad")
        OTHER = "other", _("another system")

    user = models.ForeignKey(User, models.CASCADE, related_name="staff_sessions")
    digest = models.BinaryField(max_length=64, unique=True)
    browser = models.CharField(max_length=8, choices=Browser, default=Browser.OTHER)
    machine = models.CharField(max_length=8, choices=Machine, default=Machine.OTHER)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ("-seen_at",)

    def __str__(self) -> str:
        return f"session {self.pk}"
