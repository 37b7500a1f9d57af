"""What Twilio Voice adds to a line and to a call: phones that ring, steps that were taken, recordings over there."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from icp.encryption.fields import SealedField
from icp.encryption.models import SealedModel

from .conversations import Conversation, Recording
from .lines import Line, NoticeVersion
from .words import RecordingMode


class VoiceLine(models.Model):
    """A line that Twilio answers: who rings, how long, and when the office is open for calls."""

    line = models.OneToOneField(Line, models.CASCADE, related_name="voice")
    active = models.BooleanField(_("calls are answered through Twilio"), default=True)
    ring_seconds = models.PositiveSmallIntegerField(_("seconds of ringing"), default=25)
    # On working days, by the office's clock; empty: at any time.
    opens_at = models.TimeField(_("open from"), null=True, blank=True)
    closes_at = models.TimeField(_("open until"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"voice line {self.line_id}"


class VoicePhone(SealedModel):
    """A telephone of the office that rings when somebody calls the line; all of them ring at once."""

    voice_line = models.ForeignKey(VoiceLine, models.CASCADE, related_name="phones")
    name = models.CharField(_("name"), max_length=60)
    number = SealedField(models.CharField(max_length=16), label="voice_phone.number")  # E.164
    # Whose the calls are that were taken at it, and who may call from it.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class VoiceCall(models.Model):
    """A call as Twilio knows it. `uid` names it in the addresses that Twilio is told to ask."""

    class State(models.TextChoices):
        ORDERED = "ordered", _("being set up")  # outgoing: the agent's phone rings
        NOTICE = "notice", _("the notice is heard")
        JOINED = "joined", pgettext_lazy("call", "joined")  # rings or talks
        ENDED = "ended", pgettext_lazy("call", "ended")

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="voice")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call_sid = models.CharField(max_length=34, unique=True, null=True, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.NOTICE)
    # What the notice offered: the line's mode as it was when the notice began.
    mode = models.CharField(max_length=12, choices=RecordingMode, default=RecordingMode.OFF)
    notice = models.ForeignKey(NoticeVersion, models.PROTECT, null=True, related_name="+")
    phone = models.ForeignKey(VoicePhone, models.SET_NULL, null=True, related_name="+")
    error = models.CharField(max_length=40, blank=True)  # a code
    look_at = models.DateTimeField(default=timezone.now)  # when to ask Twilio whether it ended

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(
                fields=["look_at"],
                name="voice_calls_under_way",
                condition=~models.Q(state="ended"),
            ),
        )

    def __str__(self) -> str:
        return f"voice call {self.pk}"


class VoiceStep(models.Model):
    """One step of a call, decided once: Twilio may ask for it any number of times."""

    call = models.ForeignKey(VoiceCall, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=20)  # "choice-1"
    decision = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["call", "name"], name="a_step_is_decided_once"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.decision}"


class VoiceRecording(models.Model):
    """A recording at Twilio, on its way into ICP and away from there."""

    class State(models.TextChoices):
        EXPECTED = "expected", _("being recorded")
        WAITING = "waiting", _("to be fetched")
        KEPT = "kept", pgettext_lazy("recording", "kept")
        REFUSED = "refused", _("not kept")  # `error` says why; deleted at Twilio all the same
        ABSENT = "absent", _("there is none")
        FAILED = "failed", _("could not be fetched")

    call = models.ForeignKey(VoiceCall, models.CASCADE, related_name="recordings")
    sid = models.CharField(max_length=34, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.EXPECTED)
    seconds = models.PositiveIntegerField(default=0)  # as Twilio says
    recording = models.ForeignKey(Recording, models.SET_NULL, null=True, related_name="+")
    error = models.CharField(max_length=40, blank=True)  # a code
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=["state", "due_at"], name="voice_recordings_due"),)

    def __str__(self) -> str:
        return f"{self.sid} {self.state}"


class SourceCheck(models.Model):
    """A look at what Twilio still holds (§ 6): nothing of ours may be left there."""

    at = models.DateTimeField(default=timezone.now)
    seen = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)  # ours, and to be deleted since long
    taken_up = models.PositiveIntegerField(default=0)  # whose news never came
    foreign = models.PositiveIntegerField(default=0)  # of no call of ours; nobody touches them
    error = models.CharField(max_length=40, blank=True)

    class Meta:
        default_permissions = ()
        get_latest_by = ("at", "id")

    def __str__(self) -> str:
        return f"check {self.at:%Y-%m-%d}"
