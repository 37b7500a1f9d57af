"""What happened to a report, one row each, and who follows it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from icp.encryption.fields import SealedField
from icp.encryption.models import SealedModel, SealedQuerySet
from recipients.models import Device, Recipient

from .reports import Report
from .routing import AnswerTemplate
from .words import ActorKind, EventKind, State


class ReportEventQuerySet(SealedQuerySet["ReportEvent"]):
    def told(self) -> "ReportEventQuerySet":
        """What the reporter may read: moves, answers and their own words, never internal notes."""
        return self.filter(
            kind__in=(
                EventKind.MOVED,
                EventKind.ANSWERED,
                EventKind.REPLIED,
                EventKind.CONFIRMED,
                EventKind.LINKED,
            )
        )


class ReportEvent(SealedModel):
    """Append-only: the database refuses any change but sealing the texts anew, or emptying them."""

    key_owner: ClassVar[str] = "report"

    report = models.ForeignKey(Report, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()  # 1, 2, 3 … within the report: its version after the event
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=EventKind, default=EventKind.MOVED)
    actor = models.CharField(max_length=8, choices=ActorKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # The same where nothing moved; empty before the first.
    before = models.CharField(max_length=24, choices=State, blank=True)
    after = models.CharField(max_length=24, choices=State)
    public_text = SealedField(
        models.TextField(max_length=4000), label="report_event.public_text", null=True
    )
    internal_text = SealedField(
        models.TextField(max_length=4000), label="report_event.internal_text", null=True
    )
    template = models.ForeignKey(AnswerTemplate, models.PROTECT, null=True, related_name="+")
    # Ids, days and codes only: reason, outside, back_on, scheduled_on, lead, unit, work_order …
    facts = models.JSONField(default=dict)

    objects = ReportEventQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        default_permissions = ()
        ordering = ("report", "seq")
        get_latest_by = "seq"
        constraints = (
            models.UniqueConstraint(
                fields=["report", "seq"], name="events_of_a_report_are_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(after__in=State.values), name="an_event_ends_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(actor="staff", by__isnull=False)
                | (~Q(actor="staff") & Q(by__isnull=True)),
                name="the_office_signs_its_events",
            ),
        )

    def __str__(self) -> str:
        return f"event {self.pk}"

    @property
    def moved(self) -> bool:
        return self.before != self.after

    def fact(self, name: str) -> Any:
        return self.facts.get(name)


class Follower(models.Model):
    """Somebody who wants to be told what becomes of a report that another person made."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="followers")
    recipient = models.ForeignKey(
        Recipient, models.CASCADE, null=True, related_name="followed_reports"
    )
    device = models.ForeignKey(Device, models.CASCADE, null=True, related_name="followed_reports")
    since = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, device__isnull=True)
                | Q(recipient__isnull=True, device__isnull=False),
                name="a_follower_is_a_person_or_a_device",
            ),
            models.UniqueConstraint(fields=["report", "recipient"], name="a_person_follows_once"),
            models.UniqueConstraint(fields=["report", "device"], name="a_device_follows_once"),
        )

    def __str__(self) -> str:
        return f"follower {self.pk}"
