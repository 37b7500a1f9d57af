"""What is written down around a delivery: its tries, the news about it, the counts, the brakes."""

from django.db import models

from .delivery import Delivery
from .message import Message

ATTEMPT_OUTCOMES = ("accepted", "delivered", "retry", "refused", "not_sent", "unknown")


class Attempt(models.Model):
    """Append-only: every time an envelope was handed to a provider, and what came of it."""

    # Without a constraint in the database: its check would lock every delivery row once more.
    delivery = models.ForeignKey(
        Delivery, models.CASCADE, related_name="attempts", db_constraint=False
    )
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16)  # channels.base.Outcome, or "news:" and News
    code = models.CharField(max_length=40, blank=True)
    provider_id = models.CharField(max_length=100, blank=True)
    provider = models.CharField(max_length=8, blank=True, db_default="")  # of several, which one

    def __str__(self) -> str:
        return f"{self.outcome} {self.code}"


class ReceiptNews(models.Model):
    """The receipts inbox: verified news, parsed fields only, applied by a task."""

    channel = models.CharField(max_length=8)
    event_id = models.CharField(max_length=100)
    reference = models.UUIDField(null=True)
    provider_id = models.CharField(max_length=100, blank=True)
    news = models.CharField(max_length=11)  # channels.base.News
    code = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True)  # applied | late | unmatched

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["channel", "event_id"], name="news_of_one_event_is_kept_once"
            ),
        )
        indexes = (
            models.Index(fields=["id"], name="news_to_apply", condition=models.Q(applied_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.news}"


class CounterQuerySet(models.QuerySet["Counter"]):
    def standing(self, state: str) -> models.QuerySet["Counter", int]:
        """The ids of the messages that have deliveries in this state."""
        rows = self.filter(state=state).values("message").annotate(sum=models.Sum("number"))
        return rows.filter(sum__gt=0).values_list("message", flat=True)


class Counter(models.Model):
    """How many deliveries of a message stand in a state, kept by what changes the states.

    Whatever is still to be handed over (queued, submitting, retry_wait) counts as `queued`.
    One number is the sum of up to eight rows, each of which may be below zero: two workers that
    wrote one row waited for each other's commit.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="counters")
    channel = models.CharField(max_length=8)
    state = models.CharField(max_length=11)
    shard = models.PositiveSmallIntegerField(default=0)  # of the server's process that counted
    number = models.IntegerField(default=0)

    objects = CounterQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["message", "channel", "state", "shard"],
                name="one_counter_per_channel_state_and_shard",
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.state} {self.number}"


class ChannelPause(models.Model):
    """The circuit breaker: a channel whose credit or credentials ran out waits here."""

    channel = models.CharField(max_length=8, unique=True)
    code = models.CharField(max_length=40)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.channel


class ProviderPulse(models.Model):
    """How a provider answered during one round of sending; kept for a day, read by /metrics."""

    channel = models.CharField(max_length=8)
    provider = models.CharField(max_length=8, blank=True, db_default="")
    at = models.DateTimeField(db_index=True)
    answers = models.JSONField()  # channels.base.Outcome → how many
    seconds = models.FloatField()  # from handing over to the answer, all together
    slowest = models.FloatField()

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%H:%M:%S}"


class SendingEpoch(models.Model):
    """The restore guard: raised at the start of every message, here and outside the database."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.number}"
