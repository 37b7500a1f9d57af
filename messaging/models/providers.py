"""How the providers of channels are, what each took of a message, and when one may be asked again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .message import Message


class ProviderState(models.Model):
    """The circuit breaker of one provider; without a row it works."""

    class State(models.TextChoices):
        WORKING = "working", _("works")
        RESTING = "resting", _("rests")  # left out until `until`, then its connection is tested
        CHECKING = "checking", _("is being tested")
        TRYING = "trying", _("gets one message to try")  # the next worker may send one
        PROBING = "probing", _("is being tried with one message")
        OFF = "off", _("switched off")  # by hand

    channel = models.CharField(max_length=8)
    provider = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=State, default=State.WORKING)
    code = models.CharField(max_length=40, blank=True)  # why it rests, of channels.CODES
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    rests = models.PositiveSmallIntegerField(default=0)  # in a row: each is twice as long
    worked_at = models.DateTimeField(null=True)  # the end of the last round with a success
    balance = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    balance_unit = models.CharField(max_length=8, blank=True)
    balance_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["channel", "provider"], name="one_state_of_a_channels_provider"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.provider} {self.state}"


class RateSlot(models.Model):
    """Up to when the rate that a provider allows is given away, to all workers together."""

    channel = models.CharField(max_length=8)
    provider = models.CharField(max_length=8)
    free_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["channel", "provider"], name="one_slot_of_a_channels_provider"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.provider}"


class HandedOver(models.Model):
    """How many answers about a message each provider gave; added up at the end of every round."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="handed_over")
    channel = models.CharField(max_length=8)
    provider = models.CharField(max_length=8)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["message", "channel", "provider"],
                name="one_sum_per_message_channel_and_provider",
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.provider} {self.number}"
