"""What telephone exchanges sent: their keys, every try to register something, what is left at the source."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from icp.encryption.fields import SealedDocField
from icp.encryption.models import SealedModel

from .conversations import Conversation, Recording


class ExchangeKey(models.Model):
    """A key by which an exchange uploads; only its digest is kept."""

    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)  # SHA-256, hexadecimal
    networks = models.JSONField(default=list)  # ["192.0.2.0/24"]; empty: from anywhere
    expires_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was sent and is not registered yet; names of files and rows of calls may hold numbers."""

    name: str = field(default="", repr=False)  # of the file, within the watched folder
    put_aside: str = ""  # its random name in the quarantine
    call: str = field(default="", repr=False)  # what is known of the call, as JSON


class IngestJob(SealedModel):
    """One recording on its way in, and what became of it."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        DONE = "done", _("registered")
        REFUSED = "refused", _("refused")
        QUARANTINED = "quarantined", _("put aside")
        DROPPED = "dropped", _("thrown away by a person")

    source = models.CharField(max_length=8)
    external_id = models.CharField(max_length=100, blank=True)
    exchange = models.ForeignKey(ExchangeKey, models.PROTECT, null=True, related_name="jobs")
    request_key = models.CharField(max_length=64, blank=True)  # SHA-256 of an Idempotency-Key
    details = SealedDocField(Arrival, label="ingest_job.details", null=True)
    state = models.CharField(max_length=11, choices=State, default=State.RECEIVED)
    error = models.CharField(max_length=40, blank=True)  # a code
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=["state", "-at"], name="ingest_jobs_by_state"),
            models.Index(
                fields=["request_key"], name="ingest_jobs_by_request", condition=~Q(request_key="")
            ),
            models.Index(fields=["source", "external_id"], name="ingest_jobs_of_a_call"),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.state} {self.pk}"


class SourceDisposal(models.Model):
    """A recording at its source, to be deleted there once ours is safe; tried until it is gone."""

    recording = models.ForeignKey(Recording, models.SET_NULL, null=True, related_name="disposals")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="disposals")
    source = models.CharField(max_length=8)
    remote_id = models.CharField(max_length=100)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["source", "remote_id"], name="a_source_is_asked_once_to_delete"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.remote_id}"
