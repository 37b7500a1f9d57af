"""Where reports go and what is answered: rules by category and district, outside bodies, templates."""

from dataclasses import dataclass, field
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit
from admin_module.scoping import ByUnit
from icp.encryption.fields import SealedDocField
from icp.encryption.models import SealedModel, SealedQuerySet
from recipients.models import District

from .categories import ReportCategory
from .words import State


class RoutingRule(models.Model):
    """Reports of this category (or group) from this district go to this unit; the most specific wins."""

    category = models.ForeignKey(
        ReportCategory, models.CASCADE, null=True, blank=True, related_name="rules"
    )
    group = models.CharField(_("group"), max_length=80, blank=True)  # where no category is named
    district = models.ForeignKey(District, models.CASCADE, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="report_rules")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Straight into the unit's hands, with the deadline running; else somebody accepts it first.
    accepts = models.BooleanField(_("accept at once"), default=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                Coalesce("category", 0),
                "group",
                Coalesce("district", 0),
                name="one_rule_for_a_category_and_a_district",
            ),
            models.CheckConstraint(
                condition=Q(category__isnull=True) | Q(group=""),
                name="a_rule_names_a_category_or_a_group",
            ),
        )

    def __str__(self) -> str:
        return f"rule {self.pk}"

    @property
    def weight(self) -> int:
        """How specific the rule is: a category weighs more than its group, both more than a place."""
        return 4 * bool(self.category_id) + 2 * bool(self.group) + bool(self.district_id)


@dataclass(frozen=True, slots=True)
class BodyContact:
    """Whom to reach at an outside body; a person's name may stand here."""

    person: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    epuap: str = field(default="", repr=False)  # /podmiot/skrytka
    address: str = field(default="", repr=False)


class OutsideBodyQuerySet(SealedQuerySet["OutsideBody"]):
    def offered(self) -> Self:
        return self.filter(closed_at=None)


class OutsideBody(SealedModel):
    """Who else is in charge of something: a road authority, a water company, a housing community."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    contact = SealedDocField(BodyContact, label="outside_body.contact", default=BodyContact)
    reply_days = models.PositiveSmallIntegerField(_("working days for an answer"), default=14)
    closed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = OutsideBodyQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class AnswerTemplateQuerySet(ByUnit, models.QuerySet["AnswerTemplate"]):
    def offered(self) -> Self:
        return self.filter(closed_at=None)


class AnswerTemplate(models.Model):
    """Words for people, with placeholders of reports.steps.wording.PLACEHOLDERS."""

    name = models.CharField(_("name"), max_length=100)
    # The state these words go with; none: any answer.
    state = models.CharField(max_length=24, choices=State, blank=True)
    category = models.ForeignKey(
        ReportCategory, models.CASCADE, null=True, blank=True, related_name="templates"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="answer_templates"
    )
    text = models.TextField(_("text"), max_length=4000)
    closed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = AnswerTemplateQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
