"""What people ask the office to do about their data: a kind, a deadline, an outcome (GDPR art. 12)."""

from dataclasses import dataclass, field
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.scoping import ByUnit
from icp.encryption.fields import SealedDocField
from icp.encryption.models import SealedModel, SealedQuerySet

from .people import Recipient


@dataclass(frozen=True, slots=True)
class RequestWords:
    """What was asked, why it takes longer, what was answered; sealed for the person."""

    asked: str = field(default="", repr=False)
    extension: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)


class RightsRequestQuerySet(ByUnit, SealedQuerySet["RightsRequest"]):
    unit_path = "recipient__unit"

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def late(self) -> Self:
        """Open past their last day."""
        return self.open().filter(due_on__lt=timezone.localdate())


class RightsRequest(SealedModel):
    """One request of one person. Rows stay as proof beside the tombstone; their words do not."""

    key_owner: ClassVar[str] = "recipient"

    class Kind(models.TextChoices):
        VIEW = "view", _("to see the data")
        CORRECT = "correct", _("to correct the data")
        COMPLETE = "complete", _("to complete the data")
        UPDATE = "update", _("to bring the data up to date")
        RECTIFY = "rectify", _("to rectify false data")
        RESTRICT = "restrict", _("to restrict the processing")
        SUSPEND = "suspend", _("to suspend the account")
        RESUME = "resume", _("to resume the account")
        ERASE = "erase", _("to erase the data")

    class How(models.TextChoices):
        DESK = "desk", _("in person at the office")
        PHONE = "phone", _("by telephone")
        LETTER = "letter", _("in a letter")
        EPUAP = "epuap", _("by ePUAP")
        APP = "app", _("in the mobile app")

    class Outcome(models.TextChoices):
        DONE = "done", _("done as asked")
        REFUSED = "refused", _("the office refused")
        TAKEN_BACK = "taken_back", _("taken back by the person")
        VOID = "void", _("ended with the erasure")

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="rights_requests")
    kind = models.CharField(max_length=10, choices=Kind)
    how = models.CharField(max_length=8, choices=How)
    received_at = models.DateTimeField()
    due_on = models.DateField()  # the last day for the answer
    words = SealedDocField(RequestWords, label="request.words", null=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    extended_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    objects = RightsRequestQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        # On this model, for what they allow is done to a person at the person's own request.
        permissions = (
            ("erase_recipient", _("Can erase a recipient")),
            ("print_code", _("Can send validation codes anew and print them")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["recipient", "kind"],
                condition=Q(closed_at__isnull=True),
                name="one_open_request_of_a_kind_per_person",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="a_request_is_closed_with_an_outcome",
            ),
        )
        indexes = (
            models.Index(
                fields=["due_on", "id"],
                name="open_requests_by_due_day",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(fields=["recipient", "-id"], name="requests_of_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def days_left(self) -> int:
        """Whole days until the last one; negative where it has passed."""
        return (self.due_on - timezone.localdate()).days
