"""Receipts of ePUAP (UPP): the platform's own proof that a letter came into a box."""

from django.db import models

from icp.encryption.fields import SealedField
from icp.encryption.models import SealedModel


class Upp(SealedModel):
    """One receipt, as it came. `document` is the letter's name at ePUAP: Delivery.provider_id."""

    number = models.CharField(max_length=100, unique=True)
    document = models.CharField(max_length=100, db_index=True)
    content = SealedField(label="upp.content", block=1024)  # XML that names the addressee
    arrived_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"UPP {self.pk}"
