"""Addresses that mail and SMS came back from."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from icp.encryption import canon
from icp.encryption.fields import BlindIndexField, SealedField
from icp.encryption.models import SealedModel

# Kinds of contact whose addresses may go dead: a box in ePUAP refuses at once, devices are dropped.
HELD_KINDS = ("email", "sms")


class SuppressedAddress(SealedModel):
    """What came back from one address. While it is `held`, nothing is sent to it.

    The token is the one that contact points have (label `contact.value`), so that the engine joins
    the two; the value is kept sealed so that a new key can make the token anew. The row ends with the
    last person who has the address.
    """

    class Reason(models.TextChoices):
        HARD = "hard", _("the address does not exist")
        SOFT = "soft", _("several messages in a row came back")
        COMPLAINT = "complaint", _("the person marked a message as spam")
        STOPPED = "stopped", _("the person answered STOP to the provider")

    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in HELD_KINDS])
    value = SealedField(models.CharField(max_length=320), label="suppressed.value", block=64)
    value_token = BlindIndexField(
        "value", label="contact.value", canon=canon.contact, db_index=False
    )
    held = models.BooleanField(default=False)
    reason = models.CharField(max_length=9, choices=Reason)
    code = models.CharField(max_length=40, blank=True)  # what the provider said last
    since = models.DateTimeField()  # of the reason
    until = models.DateTimeField(null=True)  # a soft reason passes by itself
    soft_count = models.PositiveSmallIntegerField(default=0)  # since something last got through
    last_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(null=True)  # the person was asked for another address

    class Meta:
        default_permissions = ("view",)
        permissions = (
            ("lift_suppression", _("Can let messages go to a suppressed address again")),
        )
        constraints = (
            models.UniqueConstraint(fields=["kind", "value_token"], name="one_row_for_an_address"),
        )
        indexes = (models.Index(fields=["held", "kind", "since"], name="addresses_held"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
