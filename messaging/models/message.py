"""One message: its texts, its audience, its way from a draft to sent."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit
from admin_module.scoping import ByUnit, Reader
from consents.models import Topic
from icp.encryption.fields import SealedDocField, SealedField
from icp.encryption.models import SealedModel, SealedQuerySet
from recipients.models import CONTACT_KINDS


@dataclass(frozen=True, slots=True)
class MessageText:
    title: str = ""
    short: str = ""  # SMS and push
    long: str = ""  # Markdown: e-mail, app, ePUAP
    transliterate_sms: bool = False
    sender_name: str = ""
    reply_to: str = ""
    proof_link: bool = False  # the SMS ends with an address that proves it


@dataclass(frozen=True, slots=True)
class Variants:
    """The same text in other languages. What is empty in one is taken from the Polish text."""

    uk: MessageText | None = None
    en: MessageText | None = None

    def of(self, language: str) -> MessageText | None:
        """The text in this language; None where nobody wrote one."""
        return {"uk": self.uk, "en": self.en}.get(language)

    @property
    def languages(self) -> list[str]:
        """Codes of the languages somebody wrote in, besides Polish."""
        return [code for code in ("uk", "en") if self.of(code) is not None]


@dataclass(frozen=True, slots=True)
class Audience:
    """A filter of `recipients.filtering.audience` and the same in words."""

    filter: dict[str, object] = field(default_factory=dict)
    words: str = ""


class MessageQuerySet(ByUnit, SealedQuerySet["Message"]):
    """Messages belong to the unit of whoever wrote them; deleted drafts are to be seen by nobody."""

    def visible_to(self, user: Reader) -> Self:
        return super().visible_to(user).filter(binned_at=None)

    def binned(self, user: Reader) -> Self:
        """Drafts that somebody deleted and may have back."""
        return super().visible_to(user).filter(binned_at__isnull=False)

    def real(self) -> Self:
        """Without exercises, which brought nothing to anybody."""
        return self.filter(drill=False)

    def drills(self) -> Self:
        return self.filter(drill=True)

    def published(self) -> Self:
        """What everybody may read: since it was sent. Of what was called off, alarms and warnings stay,
        because somebody may still act on them."""
        shown = self.filter(public=True, published_at__isnull=False)
        return shown.exclude(klass=Message.Klass.INFORMATION, withdrawn_at__isnull=False)

    def alerts(self) -> Self:
        return self.published().filter(klass__in=ALERTING)

    def announcements(self) -> Self:
        return self.published().filter(klass=Message.Klass.INFORMATION)


class Message(SealedModel):
    class Klass(models.TextChoices):
        ALARM = "alarm", _("alarm")
        WARNING = "warning", _("warning")
        INFORMATION = "information", _("information")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        WAITING = "waiting_approval", _("waiting for approval")
        SCHEDULED = "scheduled", _("scheduled")
        EXPANDING = "expanding", _("preparing the list")
        SENDING = "sending", _("sending")
        PAUSED = "paused", _("paused")
        SENT = "sent", _("sent")
        SENT_WITH_FAILURES = "sent_with_failures", _("sent, with failures")
        CANCELLED = "cancelled", _("cancelled")
        REJECTED = "rejected", _("rejected")
        EXPIRED = "expired", _("expired")

    MOVES = {
        Status.DRAFT: {Status.WAITING, Status.SCHEDULED},
        Status.WAITING: {Status.DRAFT, Status.SCHEDULED, Status.REJECTED},
        # Back to a draft by a hand; back to approval where what was approved is not what stands there.
        Status.SCHEDULED: {
            Status.EXPANDING,
            Status.CANCELLED,
            Status.EXPIRED,
            Status.DRAFT,
            Status.WAITING,
        },
        Status.EXPANDING: {Status.SENDING, Status.PAUSED, Status.CANCELLED, Status.EXPIRED},
        Status.SENDING: {
            Status.PAUSED,
            Status.SENT,
            Status.SENT_WITH_FAILURES,
            Status.CANCELLED,
            Status.EXPIRED,
        },
        # A list that was being written when it was paused is written to its end afterwards.
        Status.PAUSED: {Status.SENDING, Status.EXPANDING, Status.CANCELLED, Status.EXPIRED},
        # Staff sent an unknown delivery once more.
        Status.SENT_WITH_FAILURES: {Status.SENDING},
        # Only one that came due while nothing ran, by the order of a person.
        Status.EXPIRED: {Status.SCHEDULED, Status.WAITING},
    }

    class FollowKind(models.TextChoices):
        CORRECTION = "correction", _("correction")
        CALL_OFF = "call_off", _("call-off")

    # Lanes: alarms overtake warnings, warnings overtake the rest; letters have their own.
    LANE_OF_CLASS = {Klass.ALARM: 0, Klass.WARNING: 1, Klass.INFORMATION: 3}

    klass = models.CharField(max_length=12, choices=Klass, default=Klass.INFORMATION)
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, related_name="messages")
    channels = models.JSONField(default=list)  # of CONTACT_KINDS
    text = SealedDocField(MessageText, label="message.text", default=MessageText)
    variants = SealedDocField(Variants, label="message.variants", null=True, default=Variants)
    # The words it was begun from; a newer version of the template changes nothing here.
    template_version = models.ForeignKey(
        "messaging.TemplateVersion", models.SET_NULL, null=True, related_name="messages"
    )
    audience = SealedDocField(Audience, label="message.audience", default=Audience)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="messages")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Keyed, of everything that was approved (messaging.steps.approving.digest); empty: nobody had to.
    approved_digest = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)  # when the order to send was given
    due_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # Expansion: the sorted ids of one snapshot, compressed and sealed; the cursor is an offset.
    people = SealedField(label="message.people", null=True)
    people_count = models.PositiveIntegerField(default=0)
    expected_count = models.PositiveIntegerField(default=0)  # what the check page promised
    # SMS: parts of one, and of all together, as the check page promised; 0 where none was.
    sms_parts = models.PositiveSmallIntegerField(default=0)
    sms_planned = models.PositiveIntegerField(default=0)
    # The most SMS parts that somebody allowed for this message; more are not listed, and it asks.
    sms_limit = models.PositiveIntegerField(null=True, blank=True)
    # The app first, an SMS later: `messaging.ledger.escalating.Escalation` as a dict; empty: all at once.
    escalation = models.JSONField(default=dict, blank=True)
    escalates_at = models.DateTimeField(null=True, blank=True)  # when its second step comes due
    cursor = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)  # why expansion stopped and asks
    # For everybody to read, too: on the page of alerts and in apps that nobody paired.
    public = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # called off, where it was published
    areas = models.JSONField(default=list, blank=True)  # ids of District; none: the whole town
    # What is put right or called off: always the first message, also by what follows a follow-up.
    follows: "models.ForeignKey[Message | None, Message | None]" = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="follow_ups"
    )
    follow_kind = models.CharField(max_length=10, choices=FollowKind, blank=True, default="")
    with_unknown = models.BooleanField(default=True)  # also to whom it perhaps never came
    drill = models.BooleanField(default=False)  # into a sink; never to a provider
    begun_at = models.DateTimeField(null=True, blank=True)  # when the first people were listed
    # The last pause or cancelling, and how many deliveries were out of our hands at that moment.
    halted_at = models.DateTimeField(null=True, blank=True)
    handed_at_halt = models.PositiveIntegerField(default=0)
    binned_at = models.DateTimeField(null=True, blank=True)  # a draft that was deleted, for a while
    revision = models.PositiveIntegerField(default=1)
    form_key = models.UUIDField(null=True, unique=True)

    objects = MessageQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        permissions = (
            ("send_message", _("Can send a message")),
            ("approve_message", _("Can approve a message")),
            ("send_alarm", _("Can send an alarm")),
        )
        indexes = (
            models.Index(
                fields=["due_at"],
                name="messages_due",
                condition=models.Q(status__in=["scheduled", "expanding"]),
            ),
            models.Index(
                fields=["sent_at"],
                name="messages_with_sms",
                condition=models.Q(sms_parts__gt=0),
            ),
            models.Index(
                fields=["id"],
                name="messages_under_way",
                condition=models.Q(status__in=["sending", "paused"]),
            ),
            models.Index(
                fields=["id"],
                name="messages_to_approve",
                condition=models.Q(status="waiting_approval"),
            ),
            models.Index(
                fields=["id"],
                name="drills",
                condition=models.Q(drill=True),
            ),
            models.Index(
                fields=["published_at"],
                name="messages_for_everybody",
                condition=models.Q(published_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def languages(self) -> list[str]:
        """Polish, and the languages there are variants in."""
        return ["pl", *(self.variants.languages if self.variants else ())]

    @property
    def ends_at(self) -> datetime | None:
        """When everybody need not heed it any more; None before it is published."""
        if self.published_at is None:
            return None
        return self.expires_at or self.published_at + HEEDED[self.Klass(self.klass)]

    @property
    def lane(self) -> int:
        return self.LANE_OF_CLASS[self.Klass(self.klass)]

    @property
    def chosen_channels(self) -> list[str]:
        return [kind for kind in CONTACT_KINDS if kind in self.channels]


ALERTING = (Message.Klass.ALARM, Message.Klass.WARNING)
# How long a published message without an end counts as going on.
HEEDED = {
    Message.Klass.ALARM: timedelta(hours=24),
    Message.Klass.WARNING: timedelta(hours=48),
    Message.Klass.INFORMATION: timedelta(days=30),
}
