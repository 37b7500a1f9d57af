"""Groups of people: listed one by one, or whoever fits a saved filter at the moment of asking."""

from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.scoping import ByUnit
from icp.encryption.fields import SealedDocField
from icp.encryption.models import SealedModel

from .people import Recipient


class RecipientGroupQuerySet(ByUnit, models.QuerySet["RecipientGroup"]):
    """Groups of a municipal unit are its own; the others are the office's."""


class RecipientGroup(models.Model):
    class Kind(models.TextChoices):
        FIXED = "fixed", _("listed people")
        DYNAMIC = "dynamic", _("whoever fits a filter")

    name = models.CharField(_("name"), max_length=100, unique=True)
    unit = models.ForeignKey(
        "admin_module.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recipient_groups",
    )
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.FIXED)
    # Who agreed to get messages that are being tried out.
    for_tests = models.BooleanField(default=False)
    members = models.ManyToManyField(Recipient, related_name="groups", blank=True)  # of a fixed one
    revision = models.PositiveIntegerField(default=1)
    form_key = models.UUIDField(null=True, unique=True)  # makes saving the form twice harmless

    objects = RecipientGroupQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_dynamic(self) -> bool:
        return self.kind == self.Kind.DYNAMIC


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter of `recipients.filtering.audience` and the same in words, as of the day it was saved."""

    filter: dict[str, object] = field(default_factory=dict, repr=False)
    words: str = field(default="", repr=False)


class GroupFilter(SealedModel):
    """What a dynamic group asks for: who a town writes to may tell who lives where."""

    group = models.OneToOneField(RecipientGroup, models.CASCADE, related_name="saved")
    saved = SealedDocField(SavedFilter, label="group.filter", default=SavedFilter)

    def __str__(self) -> str:
        return f"filter of group {self.group_id}"
