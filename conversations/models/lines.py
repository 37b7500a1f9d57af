"""What a conversation comes in by: lines and chat inboxes, their notices, and the right to record."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit

from .words import Kind, RecordingMode


class LegalBasis(models.Model):
    """By what right a line records: nothing is recorded before all of it is filled in and approved.

    UODO, Biuletyn 11/2023: an office seldom has one. RODO art. 6 (1), 35, 39 (1) c.
    """

    class Verdict(models.TextChoices):
        POSITIVE = "positive", _("positive")
        CONDITIONAL = "conditional", _("positive with conditions")
        NEGATIVE = "negative", _("negative")

    name = models.CharField(_("name"), max_length=150)
    basis = models.TextField(_("legal basis"), max_length=2000)
    purpose = models.TextField(_("purpose"), max_length=2000)
    dpia_reference = models.CharField(_("number of the impact assessment"), max_length=100)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    opinion = models.CharField(max_length=12, choices=Verdict, blank=True)
    opinion_text = models.TextField(max_length=4000, blank=True)
    opinion_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    opinion_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    # Why it is approved although the opinion is not simply positive.
    justification = models.TextField(_("justification"), max_length=4000, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        default_permissions = ()
        permissions = (
            ("propose_legalbasis", _("Can propose a legal basis of recording")),
            ("opine_legalbasis", _("Can give the data protection officer’s opinion on a basis")),
            ("approve_legalbasis", _("Can approve a legal basis and switch recording on")),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True)
                | (
                    Q(opinion_at__isnull=False)
                    & ~Q(opinion="")
                    & ~Q(basis="")
                    & ~Q(purpose="")
                    & ~Q(dpia_reference="")
                ),
                name="an_approved_basis_has_assessment_and_opinion",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True)
                | Q(opinion="positive")
                | ~Q(justification=""),
                name="a_basis_against_an_opinion_is_justified",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(opinion_by__isnull=True)
                | ~Q(approved_by=F("opinion_by")),
                name="the_officer_does_not_approve_a_basis",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def stands(self) -> bool:
        """Approved and not withdrawn."""
        return self.approved_at is not None and self.withdrawn_at is None


class Line(models.Model):
    """A telephone number of the office at which calls are registered."""

    number = models.CharField(_("number"), max_length=16, unique=True)  # E.164
    name = models.CharField(_("name"), max_length=100)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="lines")
    recording_mode = models.CharField(
        _("recording"), max_length=12, choices=RecordingMode, default=RecordingMode.OFF
    )
    legal_basis = models.ForeignKey(LegalBasis, models.PROTECT, null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        default_permissions = ()
        permissions = (
            ("view_line", _("Can see lines, notices and legal bases")),
            ("manage_line", _("Can manage lines and notices")),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(recording_mode=RecordingMode.OFF) | Q(legal_basis__isnull=False),
                name="a_line_records_only_with_a_legal_basis",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    @property
    def records(self) -> bool:
        """Whether anything may be recorded here at all, now."""
        return (
            self.recording_mode != RecordingMode.OFF
            and self.legal_basis is not None
            and self.legal_basis.stands
        )


class NoticeVersion(models.Model):
    """The words that come before a conversation (§ 1.4, § 1.5); never changed once they stand."""

    class Part(models.TextChoices):
        SHORT = "short", _("before the conversation")
        FULL = "full", _("full information, on demand")
        OUTGOING = "outgoing", _("of an outgoing call")
        UNRECORDED = "plain", _("before a call that is not recorded")
        STAFF = "staff", _("for staff who are recorded, too")

    channel = models.CharField(max_length=4, choices=Kind)
    part = models.CharField(max_length=8, choices=Part)
    language = models.CharField(max_length=2, default="pl")
    text = models.TextField(max_length=8000)
    sha256 = models.CharField(max_length=64)  # of the text in UTF-8
    valid_from = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        default_permissions = ()
        get_latest_by = ("valid_from", "id")
        indexes = (
            models.Index(
                fields=["channel", "part", "language", "-valid_from"], name="notices_by_use"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.part} {self.language} {self.pk}"


class Acknowledgement(models.Model):
    """A member of staff was told that their calls are recorded too (Kodeks pracy, art. 22³)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    notice = models.ForeignKey(NoticeVersion, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"acknowledgement {self.pk}"


class Designation(models.Model):
    """Who the Director named, for what and how long (§ 4.6, § 5)."""

    class Scope(models.TextChoices):
        STAFF = "staff", _("access to recordings and transcripts")
        SUPERVISOR = "supervisor", _("presence at a listening")
        DEPUTY = "deputy", _("deciding in the Director’s place")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="designations")
    scope = models.CharField(max_length=10, choices=Scope)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        permissions = (("designate_staff", _("Can designate staff for recordings and listenings")),)

    def __str__(self) -> str:
        return f"{self.scope} {self.user_id}"
