"""How fast exercises went, and when the next one is held by itself."""

import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .message import Message

LAST_DAY = 28  # every month has one


class DrillTime(models.Model):
    """One channel of a finished drill; seconds from its start to the acceptance by the sink."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="drill_times")
    channel = models.CharField(max_length=8)
    people = models.PositiveIntegerField()  # who were handed over; left-out ones do not count
    half = models.FloatField(null=True)  # of 50 %; none where nobody was handed over
    most = models.FloatField(null=True)  # of 95 %
    last = models.FloatField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["message", "channel"], name="one_time_per_drill_and_channel"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.half}"


class DrillPlan(models.Model):
    """One row: a drill like `pattern` on a day of each month, by the clock in the town."""

    pattern = models.ForeignKey(
        Message, models.SET_NULL, null=True, related_name="+", verbose_name=_("Drill to repeat")
    )
    enabled = models.BooleanField(_("Hold a drill every month"), default=False)
    day = models.PositiveSmallIntegerField(
        _("Day of the month"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(LAST_DAY)],
    )
    clock = models.TimeField(_("Hour"), default=datetime.time(10, 0))
    ran_on = models.DateField(null=True)  # the day of the last one that was held by itself
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)
    revision = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"day {self.day}"
