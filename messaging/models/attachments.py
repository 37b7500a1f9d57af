"""What is attached to a message: sealed files, and the address at which a reader finds them."""

import secrets

from django.db import models

from icp.encryption.fields import BlindIndexField, SealedField
from icp.encryption.files import SealedFile, file_secret
from icp.encryption.models import SealedModel

from .message import Message

LETTERS = "abcdefghijkmnopqrstuvwxyz2345678"  # nothing that is taken for something else


def new_token() -> str:
    """110 random bits for an address; signs that cost an SMS nothing and Markdown leaves alone."""
    return "".join(secrets.choice(LETTERS) for _sign in range(22))


class AttachmentLink(SealedModel):
    """Where everything attached to one message is read. Who holds the address may read it, so it is
    sealed, and found by its token."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="attachment_link")
    token = SealedField(
        models.CharField(max_length=22), label="attachment_link.token", default=new_token
    )
    token_index = BlindIndexField("token", label="attachment_link.token", unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"attachment link {self.pk}"


class MessageAttachment(SealedFile):
    """One file of a message; only its draft may gain or lose one."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    place = models.PositiveSmallIntegerField()  # from 1 on
    name = SealedField(models.CharField(max_length=120), label="attachment.name")
    # How often it was fetched; nobody notes by whom.
    downloads = models.PositiveIntegerField(default=0)
    secret = file_secret("attachment.secret")

    class Meta:
        ordering = ("place",)
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["message", "place"], name="one_attachment_of_a_place_per_message"
            ),
        )

    def __str__(self) -> str:
        return f"attachment {self.place} of message {self.message_id}"
