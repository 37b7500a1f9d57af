"""The outbox and the only truth: one person × one channel × one message, and its state."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from recipients.models import CONTACT_KINDS, Recipient

from .letter import Letter
from .message import Message

LANES = {0: "alarm", 1: "warning", 2: "letter", 3: "bulk"}


class Delivery(models.Model):
    """No address and no body stand here: they are opened in the worker."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        CLAIMED = "claimed", _("being prepared")
        SUBMITTING = "submitting", _("being handed over")
        RETRY_WAIT = "retry_wait", _("to be tried again")
        ACCEPTED = "accepted", _("handed over, waiting for confirmation")
        DELIVERED = "delivered", _("delivered")
        READ = "read", _("read")
        UNDELIVERED = "undelivered", _("not delivered")
        FAILED = "failed", _("refused")
        SUPPRESSED = "suppressed", _("left out")
        UNKNOWN = "unknown", _("unknown")
        NO_RECEIPT = "no_receipt", _("handed over, no confirmation came")

    class Reason(models.TextChoices):
        """Why a delivery was left out or failed; codes of providers stand in `code`."""

        NO_CONSENT = "no_consent", _("no consent for this topic and channel")
        NO_ADDRESS = "no_address", _("no address for this channel")
        NOT_ACTIVE = "not_active", _("the account is not active")
        RESTRICTED = "restricted", _("the account is restricted")
        SUSPENDED = "suspended", _("the account is suspended")
        ERASED = "erased", _("the account was erased")
        EXPIRED = "expired", _("the message expired")
        CANCELLED = "cancelled", _("the sending was cancelled")
        SAME_ADDRESS = "same_address", _("someone else gets the same text at this address")
        REFUSED = "refused", _("the provider refused")
        TOO_MANY_TRIES = "too_many_tries", _("too many tries")
        LOST_ANSWER = "lost_answer", _("no answer came after it was handed over")

    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="deliveries")
    letter = models.ForeignKey(Letter, models.CASCADE, null=True, related_name="deliveries")
    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=[(kind, kind) for kind in CONTACT_KINDS])
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lane = models.PositiveSmallIntegerField(choices=list(LANES.items()))
    state = models.CharField(max_length=11, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=16, choices=Reason, blank=True)
    code = models.CharField(max_length=40, blank=True)  # the provider's
    provider_id = models.CharField(max_length=100, blank=True)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Attempt(models.Model):
    """Append-only: every time an envelope was handed to a provider, and what came of it."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10)  # channels.base.Outcome, or "news:…"
    code = models.CharField(max_length=40, blank=True)
    provider_id = models.CharField(max_length=100, blank=True)

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


class Counter(models.Model):
    """How many deliveries of a message stand in a state, kept by what changes the states."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="counters")
    channel = models.CharField(max_length=8)
    state = models.CharField(max_length=11)
    number = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["message", "channel", "state"], name="one_counter_per_channel_and_state"
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


class SendingEpoch(models.Model):
    """The restore guard: raised at the start of every message, here and outside the database."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.number}"


FINAL_STATES = frozenset(
    {
        Delivery.State.DELIVERED,
        Delivery.State.READ,
        Delivery.State.UNDELIVERED,
        Delivery.State.FAILED,
        Delivery.State.SUPPRESSED,
        Delivery.State.UNKNOWN,
        Delivery.State.NO_RECEIPT,
    }
)
_S = Delivery.State
DELIVERY_MOVES: dict[str, set[str]] = {
    _S.QUEUED: {_S.CLAIMED, _S.SUPPRESSED},
    _S.CLAIMED: {_S.QUEUED, _S.SUBMITTING, _S.SUPPRESSED},
    _S.SUBMITTING: {
        _S.QUEUED,
        _S.RETRY_WAIT,
        _S.ACCEPTED,
        _S.DELIVERED,
        _S.READ,
        _S.UNDELIVERED,
        _S.FAILED,
        _S.UNKNOWN,
    },
    _S.RETRY_WAIT: {_S.QUEUED, _S.CLAIMED, _S.SUPPRESSED, _S.FAILED},
    _S.ACCEPTED: {_S.DELIVERED, _S.READ, _S.UNDELIVERED, _S.NO_RECEIPT},
    _S.UNDELIVERED: {_S.DELIVERED, _S.READ},
    _S.DELIVERED: {_S.READ},
    _S.UNKNOWN: {_S.ACCEPTED, _S.DELIVERED, _S.READ, _S.UNDELIVERED, _S.QUEUED},
    _S.NO_RECEIPT: {_S.DELIVERED, _S.READ, _S.UNDELIVERED},
    _S.SUPPRESSED: {_S.QUEUED},
    _S.READ: set(),
    _S.FAILED: set(),
}
ATTEMPT_OUTCOMES = ("accepted", "delivered", "retry", "refused", "not_sent", "unknown")
