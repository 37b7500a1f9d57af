"""A document that came into the office's ePUAP box, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from icp.encryption import canon
from icp.encryption.fields import BlindIndexField, SealedDocField, SealedField
from icp.encryption.models import SealedModel, SealedQuerySet

from .epuap_forms import EpuapForm
from .people import Recipient


@dataclass(frozen=True, slots=True)
class Arrival:
    """What ePUAP said about a document beside the document itself."""

    digest: str = field(repr=False)  # SHA-256 of content, box and time of sending, hex
    content_digest: str = field(repr=False)  # SHA-256 of the content alone, hex
    file_name: str = field(default="", repr=False)
    box: str = field(default="", repr=False)
    sent_at: datetime | None = None
    sender_pesel: str = field(default="", repr=False)
    sender_name: str = field(default="", repr=False)
    reply_to: str = field(default="", repr=False)  # the box to answer to, /podmiot/skrytka


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a document: who signed it, and the fields of the form by their names."""

    fields: dict[str, list[str]] = field(default_factory=dict, repr=False)
    kind: str = ""  # profil_zaufany | qualified; empty: the signature was not believed
    pesel: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    account: str = field(default="", repr=False)
    fingerprint: str = ""  # SHA-256 of the signing certificate, hex
    problems: dict[str, str] = field(default_factory=dict, repr=False)  # a field → what is wrong


class EpuapDocument(SealedModel):
    """A signed form as it came. It has a data key of its own, which ends with what it said.

    The row outlives the content: what was asked, when and with what end names nobody.
    """

    class ArrivedBy(models.TextChoices):
        PULL = "pull", _("fetched from the box")
        PUSH = "push", _("brought by ePUAP")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        DONE = "done", _("carried out")
        REVIEW = "review", _("waiting for a decision")
        REFUSED = "refused", _("refused by the office")
        IDLE = "idle", _("nothing to do")  # a trial, or the same document once more

    arrival = SealedDocField(Arrival, label="document.arrival", null=True)
    token = BlindIndexField("arrival.digest", label="document.digest", unique=True)
    content_token = BlindIndexField("arrival.content_digest", label="document.repeated")
    content = SealedField(label="document.content", block=1024, null=True)  # the XML as it came
    reading = SealedDocField(Reading, label="document.reading", null=True)
    # The token of Recipient.pesel_token: an erasure finds what the person signed.
    pesel_token = BlindIndexField("reading.pesel", label="recipient.pesel", canon=canon.digits)
    arrived_by = models.CharField(max_length=4, choices=ArrivedBy)
    arrived_at = models.DateTimeField()
    trial = models.BooleanField(default=False)  # czyTestowe: nothing may come of it
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reasons = models.JSONField(default=list)  # codes, in the order in which they were found
    purpose = models.CharField(max_length=10, choices=EpuapForm.Purpose, blank=True)
    signed_at = models.DateTimeField(null=True)
    recipient = models.ForeignKey(
        Recipient, models.PROTECT, null=True, related_name="epuap_documents"
    )
    due_at = models.DateTimeField()  # when a worker may look at it
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    forgotten_at = models.DateTimeField(null=True)  # from then on nothing personal is in it

    objects = SealedQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        default_permissions = ()
        permissions = (("review_epuap", _("Can decide about documents from ePUAP")),)
        indexes = (
            models.Index(
                fields=["due_at", "id"],
                name="epuap_documents_to_work_off",
                condition=models.Q(state="waiting"),
            ),
            models.Index(fields=["state", "id"], name="epuap_documents_by_state"),
            models.Index(
                fields=["ended_at"],
                name="epuap_documents_to_forget",
                condition=models.Q(forgotten_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"ePUAP document {self.pk}"

    def forget(self, moment: datetime) -> None:
        """Nothing personal is in the row from now on; the caller saves it and ends its key."""
        self.arrival = self.content = self.reading = None
        self.forgotten_at = moment
