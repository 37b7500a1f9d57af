"""Who heard what, when and before whom: appointments, sessions, attendance, every range that was played."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from icp.encryption.fields import SealedDocField, SealedField
from icp.encryption.models import SealedModel

from .access import AccessRequest, RequestLetter
from .conversations import Conversation, Recording


class Appointment(SealedModel):
    """§ 4.4: when and where the applicant hears or reads."""

    class Status(models.TextChoices):
        SET = "set", pgettext_lazy("appointment", "set")
        CANCELLED = "cancelled", pgettext_lazy("appointment", "cancelled")
        MISSED = "missed", pgettext_lazy("appointment", "the applicant did not come")
        HELD = "held", pgettext_lazy("appointment", "held")

    key_owner = "request"

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="appointments")
    place = models.CharField(max_length=200)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=Status, default=Status.SET)
    supervisors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    remark = SealedField(models.TextField(max_length=1000), label="appointment.remark", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")), name="an_appointment_ends_later"
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(status="set"),
                name="a_request_has_one_appointment_ahead",
            ),
        )

    def __str__(self) -> str:
        return f"appointment {self.pk}"


class PlaybackSession(SealedModel):
    """One person at one player. Its purpose says by what right; without a right there is no session."""

    class Purpose(models.TextChoices):
        REQUEST = "request", _("supervised, on a request")
        QUALITY = "quality", _("quality of service")
        COMPLAINT = "complaint", _("complaint")
        SUPERVISION = "supervision", _("supervision by the Director")
        BREAK_GLASS = "break_glass", _("emergency access of an administrator")
        EXPORT = "export", _("making of a copy after a decision")

    key_owner = "conversation"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="sessions")
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=11, choices=Purpose)
    reason = SealedField(models.TextField(max_length=2000), label="playback_session.reason")
    case_number = models.CharField(max_length=60, blank=True)
    session_digest = models.CharField(max_length=64)  # of the staff's own session in the browser
    player = models.UUIDField(null=True, blank=True)  # the one tab that plays
    player_seen_at = models.DateTimeField(null=True, blank=True)
    began_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(  # of an emergency access
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=(Q(purpose="request") & Q(appointment__isnull=False))
                | (~Q(purpose="request") & Q(appointment__isnull=True)),
                name="a_supervised_session_has_an_appointment",
            ),
        )

    def __str__(self) -> str:
        return f"session {self.pk}"


class PlaybackEvent(models.Model):
    """Append-only: what the player did, and every range of bytes that left the server."""

    class Action(models.TextChoices):
        PLAY = "play", _("play")
        PAUSE = "pause", _("pause")
        SEEK = "seek", _("seek")
        RANGE = "range", _("bytes given out")
        READ = "read", _("transcript shown")
        END = "end", _("end")

    session = models.ForeignKey(PlaybackSession, models.CASCADE, related_name="events")
    recording = models.ForeignKey(Recording, models.CASCADE, null=True, related_name="+")
    action = models.CharField(max_length=5, choices=Action)
    begin = models.BigIntegerField(default=0)  # bytes of a range; milliseconds otherwise
    end = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.session_id} {self.action}"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at a listening who is no member of staff."""

    name: str = field(default="", repr=False)


class Attendance(SealedModel):
    """§ 4.6: who was there. Of an identity document the kind only: no number, no scan."""

    class Role(models.TextChoices):
        SUPERVISOR = "supervisor", _("designated person")
        APPLICANT = "applicant", _("applicant")
        PROXY = "proxy", _("proxy")
        INTERPRETER = "interpreter", _("interpreter")

    class Document(models.TextChoices):
        ID_CARD = "id_card", _("identity card")
        PASSPORT = "passport", _("passport")
        MOBYWATEL = "mobywatel", "mObywatel"
        OTHER = "other", _("other document with a photograph")

    key_owner = "request"

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="attendances")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="attendances")
    role = models.CharField(max_length=11, choices=Role)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    guest = SealedDocField(Guest, label="attendance.guest", null=True)
    document = models.CharField(max_length=9, choices=Document, blank=True)
    checked_in_at = models.DateTimeField(default=timezone.now)
    checked_out_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["appointment", "user"],
                condition=Q(user__isnull=False),
                name="staff_checks_in_once",
            ),
        )

    def __str__(self) -> str:
        return f"attendance {self.pk}"


class ListeningProtocol(SealedModel):
    """What the protocol of a supervised listening says, until it is signed and its scan attached."""

    key_owner = "request"

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="protocols")
    appointment = models.OneToOneField(Appointment, models.CASCADE, related_name="protocol")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    remarks = SealedField(
        models.TextField(max_length=4000), label="listening_protocol.remarks", null=True
    )
    interruptions = models.PositiveSmallIntegerField(default=0)
    paused_at = models.DateTimeField(null=True, blank=True)  # nothing is played until it is resumed
    device = models.CharField(max_length=100, blank=True)  # which workstation
    letter = models.ForeignKey(RequestLetter, models.SET_NULL, null=True, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"protocol {self.pk}"
