"""A conversation of the customer office, under a data key of its own, and everything that ends with it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit
from admin_module.scoping import ByUnit
from icp.encryption import canon
from icp.encryption.fields import BlindIndexField, SealedDocField
from icp.encryption.files import SealedFile, SealedFileQuerySet, file_secret
from icp.encryption.models import DataKey, SealedModel, SealedQuerySet

from .lines import Line, NoticeVersion
from .words import CallerId, Direction, Kind, PurgeState, Source, State


@dataclass(frozen=True, slots=True)
class Party:
    """Whom the office spoke with, as far as it is known."""

    phone: str = field(default="", repr=False)  # E.164, of a call; of a chat what the visitor gave
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)  # what it was about, in the visitor's words
    device: str = field(default="", repr=False)  # digest of what names the visitor's address


class ConversationQuerySet(ByUnit, SealedQuerySet["Conversation"]):
    """Conversations belong to the unit whose line or inbox they came by."""

    def kept(self) -> Self:
        """Those that may still be opened: their time is not over, or a hold stands."""
        return self.filter(
            Q(expires_at__gt=timezone.now()) | self._held(), purge_state=PurgeState.KEPT
        )

    def due(self, at: datetime) -> Self:
        """Those whose time is over at `at`, while no hold stands (§ 6)."""
        return self.filter(~self._held(), purge_state=PurgeState.KEPT, expires_at__lte=at)

    def keyless(self, keyless: bool = True) -> Self:
        """Those whose data key is gone, or there: asked of the key table itself."""
        key = Exists(DataKey.objects.filter(uid=OuterRef("uid")))
        return self.filter(~key if keyless else key)

    @staticmethod
    def _held() -> Q:
        holds = apps.get_model("conversations", "RetentionHold").objects
        return Q(Exists(holds.filter(conversation=OuterRef("pk"), released_at=None)))

    def with_number(self, phone: str) -> Self:
        """Exactly this number, found by its token."""
        return self.filter(number_token=phone)


class Conversation(SealedModel):
    """Owns the data key of its messages, recordings and letters: without it all of them are noise.

    `originated_at` is when it began, never when it was registered; six calendar months run from
    there (§ 6). After the purge the row is a tombstone's other half: no party, no key.
    """

    kind = models.CharField(max_length=4, choices=Kind)
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.INCOMING)
    source = models.CharField(max_length=8, choices=Source)
    external_id = models.CharField(max_length=100)  # at its source; no personal data
    state = models.CharField(max_length=9, choices=State, default=State.CLOSED)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="conversations")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    party = SealedDocField(Party, label="conversation.party", null=True)
    number_token = BlindIndexField("party.phone", label="conversation.number", canon=canon.contact)
    caller_id = models.CharField(max_length=11, choices=CallerId, default=CallerId.NONE)
    case_number = models.CharField(max_length=60, blank=True, db_index=True)
    originated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    purge_state = models.CharField(max_length=7, choices=PurgeState, default=PurgeState.KEPT)
    revision = models.PositiveIntegerField(default=1)

    objects = ConversationQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        default_permissions = ()
        permissions = (
            ("view_conversation", _("Can see the register of conversations, numbers masked")),
            ("view_own_conversation", _("Can see one’s own conversations, numbers masked")),
            ("unmask_number", _("Can see a number, with a written reason")),
            ("listen_conversation", _("Can hear or read a conversation, with a written reason")),
            ("break_glass", _("Can hear or read in an emergency; the Director is told at once")),
            ("export_conversation", _("Can export a recording or transcript after a decision")),
            ("handle_chat", _("Can talk with visitors of the chat")),
            ("register_call", _("Can register a call and its notice")),
            ("manage_chat", _("Can manage the chat: inboxes, pages that show it, blocks")),
            ("manage_exchange", _("Can connect telephone exchanges and see what was refused")),
            ("supervise_conversation", _("Can see the reports of supervision")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["source", "external_id"], name="a_conversation_is_registered_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.CHAT) | ~Q(caller_id=CallerId.NONE),
                name="a_call_says_whether_the_number_is_known",
            ),
        )
        indexes = (
            models.Index(fields=["-originated_at", "-id"], name="conversations_newest_first"),
            models.Index(fields=["unit", "-originated_at"], name="conversations_of_a_unit"),
            models.Index(fields=["agent", "-originated_at"], name="conversations_of_an_agent"),
            models.Index(
                fields=["expires_at"],
                name="conversations_to_purge",
                condition=~Q(purge_state="purged"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class NoticeDelivery(models.Model):
    """Proof that the notice came before the conversation; or that there was none to give."""

    class Outcome(models.TextChoices):
        CONTINUED = "continued", _("heard, and went on")
        FULL_PLAYED = "full_played", _("heard in full")
        OPTED_OUT = "opted_out", _("went on without a recording")
        OPTED_IN = "opted_in", _("asked to be recorded")
        LEFT = "left", _("left")
        SAID = "said", _("said by the agent")  # an outgoing call

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notices")
    version = models.ForeignKey(NoticeVersion, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=11, choices=Outcome)
    evidence = models.JSONField(default=dict)  # ids and codes only
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"notice {self.version_id} {self.outcome}"


class Recording(SealedFile):
    """A sealed file of a conversation; noise from the moment the conversation's key is gone."""

    class Role(models.TextChoices):
        ORIGINAL = "original", _("original")
        DERIVATIVE = "derivative", _("converted for playing")
        ATTACHMENT = "attachment", _("attachment")

    key_owner = "conversation"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="recordings")
    role = models.CharField(max_length=10, choices=Role, default=Role.ORIGINAL)
    codec = models.CharField(max_length=20, blank=True)
    channels = models.PositiveSmallIntegerField(default=1)
    duration_ms = models.PositiveIntegerField(default=0)
    playable = models.BooleanField(default=True)  # by a browser; otherwise it waits for conversion
    cipher_sha256 = models.CharField(max_length=64, blank=True)  # of the sealed file
    secret = file_secret("recording.secret")

    objects = SealedFileQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["conversation", "role"],
                condition=Q(role__in=["original", "derivative"]),
                name="a_conversation_has_one_recording_of_a_role",
            ),
        )

    def __str__(self) -> str:
        return f"recording {self.pk}"


class Call(models.Model):
    """What only a call has."""

    class Choice(models.TextChoices):
        """What the caller chose, or what the line's mode chose for them."""

        RECORDED = "recorded", _("recorded")
        UNRECORDED = "unrecorded", _("without a recording")

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="call")
    line = models.ForeignKey(Line, models.PROTECT, related_name="calls")
    linked_id = models.CharField(max_length=100, blank=True)  # joins the legs of one call
    extension = models.CharField(max_length=20, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    disposition = models.CharField(max_length=20, blank=True)  # answered, no_answer, busy, failed
    choice = models.CharField(max_length=10, choices=Choice, default=Choice.UNRECORDED)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"call {self.conversation_id}"
