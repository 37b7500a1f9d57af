"""The outbox and the only truth: one person × one channel × one message, and its state."""

from secrets import randbelow

from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.scoping import ByUnit
from icp.encryption.cloak import SALTS, Cloak
from recipients.models import CONTACT_KINDS, Recipient

from .letter import Letter
from .message import Message

LANES = {0: "alarm", 1: "warning", 2: "letter", 3: "bulk"}
# Spelled out: the choices of the enumeration are not at hand inside Meta.
STATES = (
    "queued",
    "submitting",
    "retry_wait",
    "accepted",
    "delivered",
    "read",
    "undelivered",
    "failed",
    "suppressed",
    "unknown",
    "no_receipt",
)
OPEN = ("queued", "submitting", "retry_wait")
# What stands in a person's inbox in the app: its hint was settled, whatever became of it.
IN_INBOX = ("accepted", "delivered", "read", "undelivered", "failed", "unknown", "no_receipt")
NOT_THROUGH = ("retry_wait", "undelivered", "failed", "unknown", "no_receipt")


# Our key at the providers: Message-ID, the callback's address, a push's data.
REFERENCES = Cloak("messaging.reference")


def new_salt() -> int:
    return randbelow(SALTS)


class DeliveryQuerySet(ByUnit, models.QuerySet["Delivery"]):
    unit_path = "message__unit"


class Delivery(models.Model):
    """No address and no body stand here: they are opened in the worker."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
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
        LEFT_UNKNOWN = "left_unknown", _("staff left it as it is")
        SUPPRESSED_ADDRESS = "suppressed_address", _("messages to this address come back")
        OPENED_BEFORE = "opened_before", _("the person opened it in the app before")

    # The unique constraints below serve as the indexes of the first two.
    # No foreign-key checks on the two big keys: the INSERT joins the person, whose row is never
    # deleted, and holds the message's lock. Checking each again made a list half as fast.
    message = models.ForeignKey(
        Message,
        models.PROTECT,
        null=True,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    letter = models.ForeignKey(
        Letter, models.CASCADE, null=True, related_name="deliveries", db_index=False
    )
    # None for a letter to staff only: nobody but the engine meets those.
    recipient: "models.ForeignKey[Recipient, Recipient]" = models.ForeignKey(  # type: ignore[misc]
        Recipient,
        models.PROTECT,
        null=True,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    channel = models.CharField(max_length=8, choices=[(kind, kind) for kind in CONTACT_KINDS])
    salt = models.IntegerField(default=new_salt, editable=False)
    lane = models.PositiveSmallIntegerField(choices=list(LANES.items()))
    state = models.CharField(max_length=11, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    code = models.CharField(max_length=40, blank=True)  # the provider's
    provider_id = models.CharField(max_length=100, blank=True)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    # Left out for the sake of this one, which brings the same text to the same address.
    same_as = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="shared_with", db_index=False
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=STATES), name="a_delivery_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state="submitting", lease_owner__isnull=False, lease_until__isnull=False
                )
                | (
                    ~models.Q(state="submitting")
                    & models.Q(lease_owner__isnull=True, lease_until__isnull=True)
                ),
                name="a_lease_stands_exactly_while_submitting",
            ),
            models.CheckConstraint(
                condition=models.Q(message__isnull=False, letter__isnull=True)
                | models.Q(message__isnull=True, letter__isnull=False),
                name="a_delivery_brings_one_message_or_one_letter",
            ),
            models.UniqueConstraint(
                fields=["message", "recipient", "channel"],
                condition=models.Q(message__isnull=False),
                name="one_delivery_per_person_and_channel",
            ),
            models.UniqueConstraint(
                fields=["letter", "recipient", "channel"],
                condition=models.Q(letter__isnull=False),
                name="one_delivery_per_letter_and_channel",
            ),
        )
        indexes = (
            models.Index(
                fields=["channel", "lane", "due_at", "id"],
                name="deliveries_queued",
                condition=models.Q(state="queued"),
            ),
            models.Index(
                fields=["due_at"],
                name="deliveries_to_retry",
                condition=models.Q(state="retry_wait"),
            ),
            models.Index(
                fields=["lease_until"],
                name="deliveries_leased",
                condition=models.Q(state="submitting"),
            ),
            models.Index(fields=["recipient", "id"], name="deliveries_of_a_person"),
            # The few that staff ask about, out of hundreds of thousands that went well.
            models.Index(
                fields=["message", "id"],
                name="deliveries_not_through",
                condition=models.Q(state__in=NOT_THROUGH),
            ),
            # Those that staff decide about: hardly any, among all that was ever sent.
            models.Index(
                fields=["message", "channel", "id"],
                name="deliveries_unknown",
                condition=models.Q(state="unknown"),
            ),
            models.Index(
                fields=["provider_id"],
                name="deliveries_by_provider_id",
                condition=models.Q(channel__in=["sms", "epuap"]) & ~models.Q(provider_id=""),
            ),
            models.Index(
                fields=["same_as"],
                name="deliveries_sharing",
                condition=models.Q(same_as__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"delivery {self.pk}"

    @property
    def reference(self) -> str:
        """32 hex digits that only this installation can make and read."""
        return REFERENCES.cover([(self.pk, self.salt)])[0]


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
_BY_NEWS = (_S.ACCEPTED, _S.DELIVERED, _S.READ, _S.UNDELIVERED)
DELIVERY_MOVES: dict[str, set[str]] = {
    # News of an earlier try may find a delivery waiting for its next: it is not sent again then.
    # What may have left before is not left out any more: it is unknown.
    _S.QUEUED: {_S.SUBMITTING, _S.SUPPRESSED, _S.UNKNOWN, *_BY_NEWS},
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
    _S.RETRY_WAIT: {_S.QUEUED, _S.SUPPRESSED, _S.UNKNOWN, *_BY_NEWS},
    _S.ACCEPTED: {_S.DELIVERED, _S.READ, _S.UNDELIVERED, _S.NO_RECEIPT},
    _S.UNDELIVERED: {_S.DELIVERED, _S.READ},
    _S.DELIVERED: {_S.READ},
    _S.UNKNOWN: {_S.QUEUED, _S.FAILED, *_BY_NEWS},
    _S.NO_RECEIPT: {_S.DELIVERED, _S.READ, _S.UNDELIVERED},
    _S.SUPPRESSED: {_S.QUEUED},
    _S.READ: set(),
    _S.FAILED: set(),
}
