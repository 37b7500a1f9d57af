"""The units of the town: departments of the office, schools, libraries, clinics; and their yearly review."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.scoping import ByUnit

# What operators show as a sender: a few Latin letters and digits, at least one letter (GSM 03.40).
SENDER_NAME = RegexValidator(
    r"^(?=.*[A-Za-z])[A-Za-z0-9 &_+-]{1,11}$",
    _("Use 1–11 characters: letters without Polish signs, digits, spaces. One must be a letter."),
)


class UnitQuerySet(ByUnit, models.QuerySet["Unit"]):
    unit_path = "pk"

    def open(self) -> Self:
        return self.filter(closed_at=None)


class Unit(models.Model):
    """A department of the office or a municipal unit (§ 2.13): a school, a library, a clinic."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("office department")
        MUNICIPAL = "municipal", _("municipal unit")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DEPARTMENT)
    name = models.CharField(_("name"), max_length=150, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    sender_name = models.CharField(
        _("sender name"), max_length=11, blank=True, validators=[SENDER_NAME]
    )
    reply_to = models.EmailField(_("address for replies"), blank=True)
    # SMS parts a month; nothing: the unit draws on the office's budget.
    sms_budget = models.PositiveIntegerField(_("SMS parts a month"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")), name="a_unit_is_not_its_own_parent"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def subtree(self) -> frozenset[int]:
        """The ids of this unit and of everything below it."""
        return below({self.pk}, Unit.objects.values_list("pk", "parent_id"))

    def ancestors(self) -> list["Unit"]:
        """From the unit right above to the top; empty for a unit at the top."""
        every = {unit.pk: unit for unit in Unit.objects.all()}
        found: list[Unit] = []
        above = self.parent_id
        while above is not None and above in every and every[above] not in found:
            found.append(every[above])
            above = every[above].parent_id
        return found

    def speaks_as(self) -> str:
        """What telephones show: its own sender name, or that of the nearest unit above with one."""
        if self.sender_name:
            return self.sender_name
        return next((unit.sender_name for unit in self.ancestors() if unit.sender_name), "")

    def reach(self) -> frozenset[int] | None:
        """Which units its staff may see: None for the whole town."""
        line = [self, *self.ancestors()]
        municipal = [unit for unit in line if unit.kind == Unit.Kind.MUNICIPAL]
        return self.subtree() if municipal else None


def below(tops: Iterable[int], pairs: Iterable[tuple[int, int | None]]) -> frozenset[int]:
    """`tops` and all that hang below them, by (id, id of the unit above)."""
    parts: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in pairs:
        parts[parent].append(pk)
    found: set[int] = set()
    waiting = list(tops)
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting += parts[pk]
    return frozenset(found)


class AccessReviewQuerySet(ByUnit, models.QuerySet["AccessReview"]):
    """Reviews of a municipal unit are its own; those of the whole town are the office's."""


class AccessReview(models.Model):
    """Somebody looked at who may do what, and found it right; due once a year (KRI § 20)."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The municipal unit whose staff was looked at; none: everybody.
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="access_reviews")
    people = models.PositiveIntegerField()  # accounts on the report

    objects = AccessReviewQuerySet.as_manager()

    class Meta:
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return f"access review {self.pk}"
