"""What people report about: groups, categories with their questions, and who is in charge of them."""

from dataclasses import dataclass
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit
from admin_module.scoping import ByUnit

CODE = RegexValidator(r"^[a-z][a-z0-9_]{1,39}$", _("Use small letters, digits and underscores."))


class QuestionType(models.TextChoices):
    TEXT = "text", _("words")
    CHOICE = "choice", _("one of several")
    MULTI = "multi", _("any of several")
    NUMBER = "number", _("a number")
    DATE = "date", _("a date")


@dataclass(frozen=True, slots=True)
class Choice:
    """`stop`: with this answer nothing is reported here, and these words say what to do instead.

    `call`: the telephone number that the words are about ("112"); empty where there is none.
    """

    code: str
    text: str
    stop: str = ""
    call: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    code: str
    text: str
    type: str = QuestionType.TEXT
    required: bool = False
    hint: str = ""
    choices: tuple[Choice, ...] = ()

    @classmethod
    def read(cls, plain: dict[str, Any]) -> Self:
        """From JSON as `ReportCategory.questions` keeps it."""
        choices = tuple(Choice(**choice) for choice in plain.get("choices", ()))
        return cls(**{**plain, "choices": choices})


class CategoryQuerySet(ByUnit, models.QuerySet["ReportCategory"]):
    def offered(self) -> Self:
        """What people may choose now, in the order of the list."""
        return self.filter(closed_at=None)


class ReportCategory(models.Model):
    class Publishing(models.TextChoices):
        NEVER = "never", _("never shown to everybody")
        AFTER_LOOK = "after_look", _("shown after somebody at the office has looked")
        AT_ONCE = "at_once", _("shown at once, unless the text looks personal")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])  # Open311's
    group = models.CharField(_("group"), max_length=80)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=300, blank=True)
    keywords = models.CharField(_("other words for it"), max_length=200, blank=True)
    questions = models.JSONField(default=list, blank=True)  # list of Question as plain dicts
    # The texts in other languages: {"uk": {"Drogi": "Дороги", …}}; what lacks is shown in Polish.
    translations = models.JSONField(default=dict, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="report_categories"
    )
    working_days = models.PositiveSmallIntegerField(
        _("working days"), default=14, validators=[MinValueValidator(1), MaxValueValidator(250)]
    )
    publishing = models.CharField(max_length=10, choices=Publishing, default=Publishing.AFTER_LOOK)
    retention_months = models.PositiveSmallIntegerField(
        _("months kept after closing"),
        default=36,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    # Like reports nearby within an hour propose a public notice; 0: never.
    cluster_reports = models.PositiveSmallIntegerField(_("like reports within an hour"), default=5)
    cluster_metres = models.PositiveSmallIntegerField(_("within metres"), default=300)
    place = models.PositiveSmallIntegerField(default=0)  # in the list
    closed_at = models.DateTimeField(null=True, blank=True)  # not offered any more
    revision = models.PositiveIntegerField(default=1)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ("place", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def asked(self) -> tuple[Question, ...]:
        return tuple(Question.read(question) for question in self.questions)

    @property
    def public_by_default(self) -> bool:
        return self.publishing != self.Publishing.NEVER

    def said(self, text: str, language: str) -> str:
        """One of the category's texts in this language; Polish where nobody translated it."""
        found: str = self.translations.get(language[:2], {}).get(text, text)
        return found
