"""Answers kept for devices that repeat a request, because they never learned whether it arrived."""

from dataclasses import dataclass, field
from typing import ClassVar

from django.db import models

from icp.encryption.fields import SealedDocField
from icp.encryption.models import SealedModel

from .devices import Device
from .people import Recipient


@dataclass(frozen=True, slots=True)
class Told:
    """What was answered: the body as it went out, and the headers that belong to it."""

    body: str = field(default="", repr=False)
    location: str = ""
    etag: str = ""


class KeptAnswer(SealedModel):
    """One request of one device under its Idempotency-Key; without a status it is being worked on.

    `run` names who works on it: somebody whose claim was taken over must not finish. `recipient` is whose
    device it was: after another pairing the answer is nobody's any more.
    """

    key_owner: ClassVar[str] = "device"

    device = models.ForeignKey(Device, models.CASCADE, related_name="kept_answers")
    recipient = models.ForeignKey(Recipient, models.CASCADE, null=True, related_name="+")
    method = models.CharField(max_length=6)
    path = models.CharField(max_length=200)
    key_digest = models.BinaryField(max_length=32)  # SHA-256 of the key
    body_digest = models.BinaryField(max_length=32)  # of the body's canonical JSON, keyed
    run = models.UUIDField()
    begun_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    told = SealedDocField(Told, label="kept_answer.told", null=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["device", "method", "path", "key_digest"],
                name="one_answer_for_a_key",
            ),
            models.CheckConstraint(
                condition=models.Q(status__isnull=True, told__isnull=True)
                | models.Q(status__isnull=False, told__isnull=False),
                name="an_answer_has_a_status",
            ),
        )
        indexes = (models.Index(fields=["begun_at"], name="kept_answers_by_age"),)

    def __str__(self) -> str:
        return f"{self.method} {self.pk}"
