"""A report: what somebody told the city, where it stands, who answers for it, what everybody may see."""

from dataclasses import dataclass, field
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit
from admin_module.scoping import ByUnit
from icp.encryption.fields import SealedDocField, SealedField
from icp.encryption.models import SealedModel, SealedQuerySet
from recipients.models import Device, District, Recipient

from .categories import ReportCategory
from .routing import OutsideBody
from .words import CLOSED, IN_HAND, OPEN, Deadline, Origin, Reason, State, Visibility

# About 50 m at 52° north: what maps and lists show.
LAT_STEP, LON_STEP = 0.0005, 0.0008


def rounded(latitude: float, longitude: float) -> tuple[float, float]:
    """The middle of the cell of about 50 m that a point lies in."""
    return (
        round(round(latitude / LAT_STEP) * LAT_STEP, 6),
        round(round(longitude / LON_STEP) * LON_STEP, 6),
    )


@dataclass(frozen=True, slots=True)
class ReporterContact:
    """Who reported without an account, and how they are answered."""

    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Details:
    """What was reported. `answers`: code of a question → text, number, ISO day, code or codes of choices."""

    description: str = field(default="", repr=False)
    answers: dict[str, Any] = field(default_factory=dict, repr=False)
    latitude: float = field(default=0.0, repr=False)  # exact, WGS 84
    longitude: float = field(default=0.0, repr=False)
    accuracy_m: int = field(default=0, repr=False)
    address: str = field(default="", repr=False)
    contact: ReporterContact | None = field(default=None, repr=False)


class ReportQuerySet(ByUnit, SealedQuerySet["Report"]):
    """Reports belong to the unit that answers for them; of no unit: to the office."""

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def closed(self) -> Self:
        return self.filter(state__in=CLOSED)

    def known(self) -> Self:
        """Without those that nobody confirmed yet."""
        return self.exclude(state=State.AWAITING)

    def breached(self) -> Self:
        return self.open().filter(deadline=Deadline.BREACHED)

    def public(self) -> Self:
        """What everybody may see."""
        shown = self.filter(visibility=Visibility.PUBLIC)
        return shown.exclude(state__in=(State.AWAITING, State.WITHDRAWN))

    def of_person(self, people: "list[int]") -> Self:
        """Reported by these ids of recipients."""
        return self.filter(reporter__in=people)


class Report(SealedModel):
    """Rows are never deleted: after its category's time only a tombstone stays (`forgotten_at`)."""

    replayed = False  # submitting.submit found it under its client_uuid

    number = models.CharField(max_length=20, unique=True)  # "ZG/2026/000123"
    state = models.CharField(max_length=24, choices=State, default=State.RECEIVED)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PRIVATE)
    category = models.ForeignKey(ReportCategory, models.PROTECT, related_name="reports")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="reports")
    district = models.ForeignKey(District, models.SET_NULL, null=True, related_name="+")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="assigned_reports"
    )
    # Both may be there: a paired device reports for its person. Neither: nobody who could be told.
    reporter = models.ForeignKey(Recipient, models.SET_NULL, null=True, related_name="reports")
    device = models.ForeignKey(Device, models.SET_NULL, null=True, related_name="reports")
    details = SealedDocField(Details, label="report.details", null=True)
    # What everybody reads in place of the description once the report is public.
    public_text = SealedField(
        models.TextField(max_length=4000), label="report.public_text", null=True
    )
    lat = models.FloatField()  # rounded; the exact point stands in the details
    lon = models.FloatField()
    client_uuid = models.UUIDField(unique=True)
    origin = models.CharField(max_length=8, choices=Origin)
    created_at = models.DateTimeField()
    captured_at = models.DateTimeField()  # when it was seen, by the reporter's own clock, clamped
    accepted_at = models.DateTimeField(null=True, blank=True)  # the first time
    answered_at = models.DateTimeField(null=True, blank=True)  # the first word to the reporter
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(  # stays while it is disputed: another person decides then
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    deadline = models.CharField(max_length=8, choices=Deadline, blank=True, default=Deadline.NONE)
    days_left = models.SmallIntegerField(null=True, blank=True)  # working days, while it is paused
    # The clock's: back from needs_info; of a forwarded report, when the outside body is reminded of.
    back_on = models.DateField(null=True, blank=True)
    scheduled_on = models.DateField(null=True, blank=True)
    outside = models.ForeignKey(OutsideBody, models.PROTECT, null=True, related_name="reports")
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    lead = models.ForeignKey("self", models.PROTECT, null=True, related_name="duplicates")
    confirmed_at = models.DateTimeField(null=True, blank=True)  # the reporter says it is repaired
    disputes = models.PositiveSmallIntegerField(default=0)
    cluster = models.ForeignKey(
        "reports.ReportCluster", models.SET_NULL, null=True, related_name="reports"
    )
    moderated_at = models.DateTimeField(null=True, blank=True)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # An anonymous report waits for a click on the link that was sent; digest of its token.
    token_digest = models.BinaryField(null=True, editable=False)
    token_until = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)  # raised by every event
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        default_permissions = ("view",)
        permissions = (
            ("handle_report", _("Can handle reports")),
            ("assign_report", _("Can assign reports")),
            ("moderate_report", _("Can decide what of a report everybody sees")),
            ("see_reporter", _("Can see who reported")),
            ("export_report", _("Can export reports")),
            ("manage_reports", _("Can manage categories, rules and templates of reports")),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="a_report_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values),
                name="a_report_is_known_to_be_public_or_not",
            ),
            models.CheckConstraint(
                condition=Q(state__in=IN_HAND, unit__isnull=False) | ~Q(state__in=IN_HAND),
                name="a_report_in_hand_has_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CLOSED, closed_at__isnull=False)
                | (~Q(state__in=CLOSED) & Q(closed_at__isnull=True)),
                name="a_closed_report_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DUPLICATE, lead__isnull=False)
                | (~Q(state=State.DUPLICATE) & Q(lead__isnull=True)),
                name="a_duplicate_has_a_lead",
            ),
            models.CheckConstraint(
                condition=Q(lead__isnull=True) | ~Q(lead=F("id")),
                name="a_report_is_not_its_own_lead",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.FORWARDED)
                | Q(outside__isnull=False, back_on__isnull=False),
                name="a_forwarded_report_names_to_whom_and_until_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REJECTED) | ~Q(reason=""),
                name="a_rejected_report_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SCHEDULED) | Q(scheduled_on__isnull=False),
                name="a_scheduled_report_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DISPUTED)
                | Q(assigned_to__isnull=True)
                | Q(closed_by__isnull=True)
                | ~Q(assigned_to=F("closed_by")),
                name="a_dispute_is_not_for_whoever_closed",
            ),
            models.CheckConstraint(
                condition=Q(deadline__in=["running", "breached"], due_on__isnull=False)
                | Q(deadline="paused", days_left__isnull=False)
                | Q(deadline__in=["", "met"]),
                name="a_deadline_that_counts_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state=State.AWAITING, token_until__isnull=False)
                | ~Q(state=State.AWAITING),
                name="what_awaits_confirmation_has_its_end",
            ),
        )
        indexes = (
            models.Index(fields=["state", "unit", "-id"], name="reports_by_state_and_unit"),
            models.Index(fields=["assigned_to", "-id"], name="reports_of_staff"),
            models.Index(fields=["reporter", "-id"], name="reports_of_a_person"),
            models.Index(fields=["device", "-id"], name="reports_of_a_device"),
            models.Index(fields=["category", "created_at"], name="reports_by_category"),
            models.Index(fields=["created_at"], name="reports_by_time"),
            models.Index(
                fields=["-id"], name="newest_public_reports", condition=Q(visibility="public")
            ),
            models.Index(
                fields=["lat", "lon"], name="public_reports", condition=Q(visibility="public")
            ),
            models.Index(
                fields=["due_on"], name="reports_due", condition=Q(deadline__in=["running"])
            ),
            models.Index(
                fields=["back_on"], name="reports_back", condition=Q(back_on__isnull=False)
            ),
            models.Index(
                fields=["closed_at"],
                name="reports_to_forget",
                condition=Q(forgotten_at__isnull=True, closed_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    @property
    def is_late(self) -> bool:
        """Past its last day and still open, whether or not the clock has written it down yet."""
        late = self.due_on is not None and self.due_on < timezone.localdate()
        return self.is_open and (
            self.deadline == Deadline.BREACHED or (self.deadline == Deadline.RUNNING and late)
        )


class ReportSeries(models.Model):
    """The last number drawn in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
