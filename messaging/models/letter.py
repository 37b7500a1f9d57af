"""A service letter: a code, a confirmation, an answer; to one person, outside any audience."""

from dataclasses import dataclass, field

from django.db import models

from admin_module.models import Invitation, User
from icp.encryption.fields import SealedDocField
from icp.encryption.models import SealedModel
from recipients.models import Recipient, ValidationCode


@dataclass(frozen=True, slots=True)
class LetterText:
    subject: str
    short: str
    long: str


@dataclass(frozen=True, slots=True)
class Farewell:
    """Where the last letter to an erased person goes, by kind of contact; ends with the letter.

    So does an answer to a box whose owner is not in the register.
    """

    recipient: int  # the tombstone; 0: nobody
    email: str = field(default="", repr=False)
    sms: str = field(default="", repr=False)
    epuap: str = field(default="", repr=False)
    push: str = field(default="", repr=False)


class Letter(SealedModel):
    """Its deliveries go through the same engine in the lane `letter`.

    It goes to a recipient, to a member of staff at the address they sign in with, or carries the
    addresses of somebody who is erased. A letter about a validation code or an invitation has no
    text: its secret is drawn in the worker.
    """

    recipient = models.ForeignKey(Recipient, models.CASCADE, null=True, related_name="letters")
    staff = models.ForeignKey(User, models.CASCADE, null=True, related_name="letters")
    code = models.OneToOneField(ValidationCode, models.CASCADE, null=True, related_name="letter")
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, related_name="letters")
    text = SealedDocField(LetterText, label="letter.text", null=True)
    farewell = SealedDocField(Farewell, label="letter.farewell", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    form_key = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    recipient__isnull=False, staff__isnull=True, farewell__isnull=True
                )
                | models.Q(recipient__isnull=True, staff__isnull=False, farewell__isnull=True)
                | models.Q(recipient__isnull=True, staff__isnull=True, farewell__isnull=False),
                name="a_letter_goes_to_one_person",
            ),
        )

    def __str__(self) -> str:
        return f"letter {self.pk}"
