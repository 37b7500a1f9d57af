"""A service letter: a code, a confirmation, an answer; to one person, outside any audience."""

from dataclasses import dataclass

from django.db import models

from icp.encryption.fields import SealedDocField
from icp.encryption.models import SealedModel
from recipients.models import Recipient, ValidationCode


@dataclass(frozen=True, slots=True)
class LetterText:
    subject: str
    short: str
    long: str


class Letter(SealedModel):
    """Its deliveries go through the same engine in the lane `letter`.

    A letter about a validation code has no text: the code is drawn in the worker that sends it.
    """

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="letters")
    code = models.OneToOneField(ValidationCode, models.CASCADE, null=True, related_name="letter")
    text = SealedDocField(LetterText, label="letter.text", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    form_key = models.UUIDField(null=True, unique=True)

    def __str__(self) -> str:
        return f"letter {self.pk}"
