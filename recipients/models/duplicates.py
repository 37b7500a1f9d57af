"""Pairs of cards that may be of one person, and what a member of staff said about them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .people import Recipient


class DuplicatePair(models.Model):
    """Ids and codes of reasons only; what is alike about the two stands on their cards."""

    class Strength(models.IntegerChoices):
        PERHAPS = 1, _("perhaps: the same contact only, often a family")
        LIKELY = 2, _("likely")
        CERTAIN = 3, _("certain: the same PESEL")

    first = models.ForeignKey(Recipient, models.CASCADE, related_name="+")  # the lower id
    second = models.ForeignKey(Recipient, models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)  # codes of doubles.REASONS
    strength = models.PositiveSmallIntegerField(choices=Strength)
    found_at = models.DateTimeField()
    # "Not the same person": remembered, so that nobody has to compare them twice.
    different_at = models.DateTimeField(null=True)
    different_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["first", "second"], name="one_row_for_two_alike"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="the_lower_id_comes_first"
            ),
        )
        indexes = (
            models.Index(
                fields=["-strength", "id"],
                name="alike_to_look_at",
                condition=models.Q(different_at__isnull=True),
            ),
        )
        permissions = (("join_recipients", _("Can merge two cards of one person")),)

    def __str__(self) -> str:
        return f"pair {self.pk}"
