"""The public register of addresses: districts, streets, houses."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class District(models.Model):
    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        ordering = ("name",)
        permissions = (("view_coverage", _("Can see how many people are registered where")),)

    def __str__(self) -> str:
        return self.name


class Street(models.Model):
    """A street of the public register. `folded` is what typing is compared with."""

    teryt = models.CharField(max_length=7, unique=True)  # SYM_UL of the ULIC catalogue
    prefix = models.CharField(max_length=20, blank=True)  # "ul.", "al.", "pl."
    name = models.CharField(_("name"), max_length=150)
    folded = models.CharField(max_length=150, db_index=True)
    gone_since = models.DateField(null=True)  # a whole register came without it

    class Meta:
        ordering = ("folded",)

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}".strip()


class AddressPoint(models.Model):
    street = models.ForeignKey(Street, models.CASCADE, related_name="points")
    district = models.ForeignKey(District, models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField()
    letter = models.CharField(max_length=3, blank=True)
    postal_code = models.CharField(max_length=6, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    # A whole register came without it. The row stays: somebody may live there.
    gone_since = models.DateField(null=True)

    class Meta:
        ordering = ("street", "number", "letter")
        permissions = (("print_labels", _("Can print envelopes and address labels")),)
        constraints = (
            models.UniqueConstraint(
                fields=["street", "number", "letter"], name="one_point_per_house_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.street} {self.house}"

    @property
    def house(self) -> str:
        return f"{self.number}{self.letter}"
