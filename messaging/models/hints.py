"""Who is still to be told that something waits in the app: rounds over devices, and single devices."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recipients.models import Device

from .message import Message


class HintRound(models.Model):
    """A public message's way over the devices that nobody paired, in the order of their ids.

    The cursor stands behind the devices that were taken: they are told right afterwards, so that a
    worker that is killed loses those at the most, and nobody is told twice.
    """

    message = models.OneToOneField(Message, models.CASCADE, related_name="hint_round")
    cursor = models.BigIntegerField(default=0)
    last = models.BigIntegerField()  # the newest device when the round began
    told = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)  # refused, or nobody knows
    began_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["id"],
                name="hint_rounds_under_way",
                condition=models.Q(finished_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"hints of message {self.message_id}"


class DeviceHint(models.Model):
    """One device is to be told of one thing, once; more news of the same thing before it is are told
    together. The row goes before the service is asked."""

    class About(models.TextChoices):
        MESSAGE = "message", _("a message to the person")
        ANNOUNCEMENT = "announcement", _("a message for everybody")
        REPORT = "report", _("a report")

    device = models.ForeignKey(Device, models.CASCADE, related_name="hints")
    about = models.CharField(max_length=12, choices=About)
    thing = models.UUIDField()  # its uid
    # Whose device it was then: told to nobody else. None: it was nobody's.
    paired_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["device", "about", "thing"], name="one_hint_of_a_thing_per_device"
            ),
        )
        indexes = (models.Index(fields=["due_at", "id"], name="device_hints_due"),)

    def __str__(self) -> str:
        return f"hint {self.pk}"
