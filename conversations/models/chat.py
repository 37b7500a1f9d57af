"""The chat: where it is offered, who sits at it, and the one log of events that everybody reads."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit
from icp.encryption.fields import SealedField
from icp.encryption.models import SealedModel

from .conversations import Conversation

BODY_LETTERS = 2000


class ChatInbox(models.Model):
    """A subject that visitors choose; its unit answers."""

    code = models.SlugField(_("code"), max_length=30, unique=True)  # in addresses: "bom"
    name = models.CharField(_("name"), max_length=100)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="chat_inboxes")
    # ISO weekday → pairs of "HH:MM", in the office's time: {"1": [["07:30", "15:30"]]}
    hours = models.JSONField(default=dict)
    queue_limit = models.PositiveSmallIntegerField(_("people in the queue at most"), default=20)
    closed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class ChatSession(models.Model):
    """What only a chat has. Its row is locked whenever an event gets its number."""

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="chat")
    inbox = models.ForeignKey(ChatInbox, models.PROTECT, related_name="sessions")
    language = models.CharField(max_length=2, default="pl")
    last_seq = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    visitor_seen_at = models.DateTimeField(null=True, blank=True)
    visitor_spoke_at = models.DateTimeField(null=True, blank=True)
    visitor_typed_at = models.DateTimeField(null=True, blank=True)
    agent_typed_at = models.DateTimeField(null=True, blank=True)
    agent_read_seq = models.PositiveIntegerField(default=0)  # how far the agent has read
    warned_at = models.DateTimeField(null=True, blank=True)  # that a silent chat will be closed
    token_round = models.PositiveIntegerField(default=1)  # raised: older tokens are void
    closed_by = models.CharField(max_length=8, blank=True)  # visitor | agent | timeout

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=["inbox", "queued_at"], name="queue_of_an_inbox"),)

    def __str__(self) -> str:
        return f"chat {self.conversation_id}"


class ChatEvent(SealedModel):
    """Append-only: one line of a chat, numbered without gaps within its conversation."""

    class Type(models.TextChoices):
        MESSAGE = "message", _("message")
        NOTE = "note", _("note among staff")  # `internal`
        JOIN = "join", _("an agent took the chat")
        TRANSFER = "transfer", _("handed over")
        CLOSE = "close", _("ended")
        SYSTEM = "system", _("said by the system")

    class Author(models.TextChoices):
        VISITOR = "visitor", _("visitor")
        AGENT = "agent", _("agent")
        SYSTEM = "system", _("system")

    key_owner = "conversation"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=8, choices=Type)
    author = models.CharField(max_length=7, choices=Author)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    body = SealedField(
        models.TextField(max_length=BODY_LETTERS), label="chat_event.body", null=True
    )
    code = models.CharField(max_length=30, blank=True)  # which sentence the system said
    internal = models.BooleanField(default=False)  # staff only: RODO art. 15 (4)
    client_id = models.UUIDField(null=True)  # of whoever wrote it: a repeated POST is one event
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["conversation", "seq"], name="events_of_a_chat_have_numbers"
            ),
            models.UniqueConstraint(
                fields=["conversation", "client_id"],
                condition=Q(client_id__isnull=False),
                name="a_chat_event_is_written_once",
            ),
        )

    def __str__(self) -> str:
        return f"event {self.conversation_id}:{self.seq}"


class ChatSeat(models.Model):
    """An agent at the chat, here and able to take so many at once."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_seat")
    available = models.BooleanField(default=False)
    capacity = models.PositiveSmallIntegerField(default=4)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"seat {self.user_id}"


class CannedResponse(models.Model):
    """An answer that agents give often, found by its shortcut."""

    inbox = models.ForeignKey(ChatInbox, models.CASCADE, null=True, blank=True)  # none: all
    shortcut = models.SlugField(_("shortcut"), max_length=30)
    language = models.CharField(max_length=2, default="pl")
    text = models.TextField(_("text"), max_length=BODY_LETTERS)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["inbox", "shortcut", "language"], name="a_shortcut_means_one_answer"
            ),
            models.UniqueConstraint(
                fields=["shortcut", "language"],
                condition=Q(inbox__isnull=True),
                name="a_shortcut_of_all_means_one_answer",
            ),
        )

    def __str__(self) -> str:
        return self.shortcut


class ChatRating(SealedModel):
    """What a visitor thought of a chat."""

    key_owner = "conversation"

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="rating")
    stars = models.PositiveSmallIntegerField()
    comment = SealedField(models.TextField(max_length=1000), label="chat_rating.comment", null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(stars__gte=1, stars__lte=5), name="a_rating_has_one_to_five_stars"
            ),
        )

    def __str__(self) -> str:
        return f"rating {self.conversation_id}"


class AllowedOrigin(models.Model):
    """A site of the city that may show the chat inside its pages."""

    origin = models.CharField(_("address of the site"), max_length=200, unique=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.origin


class ChatBlock(models.Model):
    """Somebody who may not chat until a day; known by a digest only."""

    class Reason(models.TextChoices):
        ABUSE = "abuse", _("abusive words")
        THREATS = "threats", _("threats")
        SPAM = "spam", _("advertising or automatic messages")

    device = models.CharField(max_length=64, db_index=True)  # HMAC, as Party.device
    until = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"block {self.pk}"
