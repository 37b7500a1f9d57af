"""Who looked at a message, what they decided and why; and alarms that went without a second person."""

from dataclasses import dataclass, field
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.scoping import ByUnit
from icp.encryption.fields import SealedDocField, SealedField
from icp.encryption.models import SealedModel, SealedQuerySet

from .message import Message


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a person read it: the names of its parts (messaging.steps.approving) and their words."""

    parts: dict[str, str] = field(default_factory=dict)


class ApprovalStep(SealedModel):
    """Append-only: somebody passed a message on, looked at it, or decided about it.

    `digest` says which wording it was about; of looks, the first of each person at each wording is
    kept, with what they read, so that the next look can show what changed since.
    """

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("passed on for approval")
        SEEN = "seen", _("read before the decision")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned for changes")
        REJECTED = "rejected", _("rejected")
        TAKEN_BACK = "taken_back", _("taken back to be changed")
        VOIDED = "voided", _("approval void: the message was changed")
        SENT_ALONE = "sent_alone", _("sent without a second person")
        JUSTIFIED = "justified", _("found justified afterwards")
        NOT_JUSTIFIED = "not_justified", _("found not justified afterwards")

    message = models.ForeignKey(Message, models.CASCADE, related_name="approval_steps")
    kind = models.CharField(max_length=13, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    revision = models.PositiveIntegerField()
    digest = models.CharField(
        max_length=64
    )  # keyed, of what stood in the message (approving.digest)
    note = SealedField(models.TextField(), label="approval.note", null=True)
    shown = SealedDocField(Shown, label="approval.shown", null=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["message", "by", "digest"],
                condition=models.Q(kind="seen"),
                name="one_look_of_a_person_at_one_wording",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class SentAloneQuerySet(ByUnit, SealedQuerySet["SentAlone"]):
    unit_path = "message__unit"

    def open(self) -> Self:
        """Those that nobody has looked at afterwards."""
        return self.filter(verdict="")


class SentAlone(SealedModel):
    """An alarm that its author let go without a second person; somebody else looks at it within a week."""

    class Verdict(models.TextChoices):
        JUSTIFIED = "justified", _("justified")
        NOT_JUSTIFIED = "not_justified", _("not justified")

    message = models.OneToOneField(Message, models.CASCADE, related_name="sent_alone")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = SealedField(models.TextField(), label="sent_alone.reason")
    due_on = models.DateField()  # until when somebody has to look at it
    reminded_on = models.DateField(null=True)
    verdict = models.CharField(max_length=13, choices=Verdict, blank=True)
    note = SealedField(models.TextField(), label="sent_alone.note", null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)

    objects = SentAloneQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=models.Q(verdict="", reviewed_at=None)
                | (~models.Q(verdict="") & models.Q(reviewed_at__isnull=False)),
                name="a_verdict_on_an_alarm_has_its_time",
            ),
        )
        indexes = (
            models.Index(
                fields=["due_on"], name="alarms_to_look_at", condition=models.Q(verdict="")
            ),
        )

    def __str__(self) -> str:
        return f"alarm {self.message_id} sent alone"
