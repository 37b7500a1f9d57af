"""How long, what holds it, and what is left when it is gone."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from icp.encryption.fields import SealedField
from icp.encryption.files import SealedFile, SealedFileQuerySet, file_secret
from icp.encryption.models import SealedModel

from .chat import ChatInbox
from .conversations import Conversation
from .lines import Line
from .words import Kind

MONTHS = 6  # § 6


class RetentionPolicyQuerySet(models.QuerySet["RetentionPolicy"]):
    def ruling(
        self, kind: str, *, line: "Line | None", inbox: "ChatInbox | None"
    ) -> "RetentionPolicy | None":
        """The newest policy of this line or inbox, else of the kind; none: § 6 as it stands."""
        valid = self.filter(kind=kind, valid_from__lte=timezone.now()).order_by(
            "-valid_from", "-id"
        )
        own = valid.filter(line=line, inbox=inbox).first() if line or inbox else None
        return own or valid.filter(line=None, inbox=None).first()

    def months_for(self, kind: str, *, line: "Line | None", inbox: "ChatInbox | None") -> int:
        policy = self.ruling(kind, line=line, inbox=inbox)
        return policy.months if policy else MONTHS


class RetentionPolicy(models.Model):
    """§ 6: six months, unless another law says otherwise; then by the law that is named."""

    kind = models.CharField(max_length=4, choices=Kind)
    line = models.ForeignKey("conversations.Line", models.PROTECT, null=True, blank=True)
    inbox = models.ForeignKey("conversations.ChatInbox", models.PROTECT, null=True, blank=True)
    months = models.PositiveSmallIntegerField(_("months"), default=6)
    legal_basis = models.TextField(_("legal basis"), max_length=1000)
    valid_from = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # How far the days of conversations that were there already follow it.
    reached = models.BigIntegerField(default=0)  # id of the last conversation looked at
    moved = models.PositiveIntegerField(default=0)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = RetentionPolicyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = (
            ("manage_retention", _("Can set how long conversations are kept")),
            ("view_retention", _("Can see retention, holds and protocols of destruction")),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=120), name="a_policy_keeps_for_some_months"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.months}"


class RetentionHold(SealedModel):
    """Keeps a conversation past its time, with a basis and a day on which it is looked at again."""

    class Reason(models.TextChoices):
        ACCESS_REQUEST = "access_request", _("request for access")
        COURT = "court", _("court")
        POLICE = "police", _("police or prosecutor")
        COMPLAINT = "complaint", _("complaint")
        EMPLOYEE_CASE = "employee_case", _("case of an employee")
        SECURITY = "security", _("security incident")

    key_owner = "conversation"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=14, choices=Reason)
    legal_basis = SealedField(models.TextField(max_length=1000), label="retention_hold.legal_basis")
    case_number = models.CharField(max_length=60, blank=True)
    request = models.ForeignKey(
        "conversations.AccessRequest", models.SET_NULL, null=True, related_name="holds"
    )
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    placed_at = models.DateTimeField(default=timezone.now)
    review_on = models.DateField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reminded_at = models.DateTimeField(null=True, blank=True)  # of the review or the end
    release_on = models.DateField(null=True, blank=True)  # set when the case closes
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    release_reason = SealedField(
        models.TextField(max_length=1000), label="retention_hold.release_reason", null=True
    )

    class Meta:
        default_permissions = ()
        permissions = (
            ("propose_hold", _("Can propose to hold a conversation")),
            ("place_hold", _("Can hold a conversation past its time")),
            ("release_hold", _("Can release a hold")),
            ("propose_purge", _("Can propose to delete a conversation early")),
            ("approve_purge", _("Can order an early deletion, with the data protection officer")),
            ("coapprove_purge", _("Can agree to an early deletion as data protection officer")),
        )
        indexes = (
            models.Index(
                fields=["conversation"],
                name="holds_that_stand",
                condition=Q(released_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"hold {self.pk}"


class HoldProposal(SealedModel):
    """Somebody who may not hold asks those who may; it keeps nothing until they do."""

    key_owner = "conversation"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="hold_proposals")
    reason = models.CharField(max_length=14, choices=RetentionHold.Reason)
    legal_basis = SealedField(models.TextField(max_length=1000), label="hold_proposal.legal_basis")
    case_number = models.CharField(max_length=60, blank=True)
    review_on = models.DateField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    hold = models.OneToOneField(  # none: refused
        RetentionHold, models.SET_NULL, null=True, related_name="proposal"
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class PurgeRun(models.Model):
    """One night's deletions; its protocol stands for whoever asks later."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    purged = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"purge {self.pk}"


class Tombstone(models.Model):
    """What is left of a conversation: that it was, and that it is gone."""

    conversation = models.OneToOneField(Conversation, models.PROTECT, related_name="tombstone")
    kind = models.CharField(max_length=4, choices=Kind)
    originated_at = models.DateTimeField()
    policy = models.CharField(max_length=200)  # in words, as it stood
    digests = models.JSONField(default=list)  # SHA-256 of the sealed files
    size = models.BigIntegerField(default=0)  # bytes of the sealed files
    run = models.ForeignKey(PurgeRun, models.PROTECT, related_name="tombstones")
    key_destroyed_at = models.DateTimeField(default=timezone.now)
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True) | Q(purged_at__gte=F("key_destroyed_at")),
                name="a_key_is_destroyed_first",
            ),
        )

    def __str__(self) -> str:
        return f"tombstone {self.conversation_id}"


class EarlyPurge(models.Model):
    """A proposal to delete a conversation before its time (RODO art. 17): two people say yes."""

    class Ground(models.TextChoices):
        """RODO art. 17 (1) a–e."""

        UNNEEDED = "unneeded", _("no longer needed for its purpose (a)")
        WITHDRAWN = "withdrawn", _("consent withdrawn (b)")
        OBJECTION = "objection", _("objection under art. 21 (c)")
        UNLAWFUL = "unlawful", _("recorded without a legal basis (d)")
        OBLIGATION = "obligation", _("a law orders the deletion (e)")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="early_purges")
    # The case itself is in the office's files.
    reason = models.CharField(max_length=12, choices=Ground)
    case_number = models.CharField(max_length=60, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    coapproved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    coapproved_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(coapproved_by__isnull=True)
                | ~Q(approved_by=F("coapproved_by")),
                name="two_people_agree_to_delete_early",
            ),
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(refused_at__isnull=True, done_at__isnull=True),
                name="a_conversation_has_one_early_purge_under_way",
            ),
        )

    def __str__(self) -> str:
        return f"early purge {self.pk}"


class DestructionProtocol(SealedFile):
    """The paper about what was deleted, of a run or of a month: ids, counts and digests only."""

    run = models.OneToOneField(PurgeRun, models.PROTECT, null=True, related_name="protocol")
    month = models.DateField(null=True, unique=True)  # its first day
    purged = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of the PDF, as it stands in the audit chain
    secret = file_secret("destruction_protocol.secret")

    objects = SealedFileQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(run__isnull=True, month__isnull=False)
                | Q(run__isnull=False, month__isnull=True),
                name="a_protocol_is_of_a_run_or_a_month",
            ),
        )

    def __str__(self) -> str:
        return f"protocol of destruction {self.pk}"


class RetentionCheck(models.Model):
    """Whether nothing was kept too long or lost too early, as it was found the last times."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    problems = models.JSONField(default=dict)  # {code: how many}
    told_at = models.DateTimeField(null=True, blank=True)  # whoever answers for it

    class Meta:
        default_permissions = ()
        get_latest_by = "at"

    def __str__(self) -> str:
        return f"check {self.pk}"
