"""People who come in a file: what was ordered, and what of it differs from people who are here."""

from dataclasses import dataclass, field
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.scoping import ByUnit
from icp.encryption.fields import SealedDocField
from icp.encryption.models import SealedModel, SealedQuerySet

from .files import OfficeFile
from .people import Address, Guardian, Identity, Recipient


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """How the file is read. Sealed: a file without a head has a person in the place of one."""

    kind: str = "csv"
    encoding: str = field(default="", repr=False)
    delimiter: str = field(default="", repr=False)
    sheet: str = field(default="", repr=False)
    sheets: tuple[str, ...] = field(default=(), repr=False)
    has_head: bool = True
    head: tuple[str, ...] = field(default=(), repr=False)
    columns: tuple[str, ...] = ()  # what each column holds, by its place; "" is left out
    town: str = field(default="", repr=False)  # where the file has none
    consents: int = 0  # what everybody in the file agrees to
    reason: str = field(default="", repr=False)  # why the accounts are active at once
    document: str = field(default="", repr=False)  # what proves the consents
    keeper: str = field(default="", repr=False)  # who keeps it


class PeopleImportQuerySet(ByUnit, SealedQuerySet["PeopleImport"]):
    unit_path = "created_by__unit"


class PeopleImport(SealedModel):
    """One file of people on its way: columns, check, arrival, perhaps taken back."""

    class State(models.TextChoices):
        DRAFT = "draft", _("columns to choose")
        CHECKED = "checked", _("checked")
        IMPORTED = "imported", _("imported")
        UNDONE = "undone", _("taken back")
        DROPPED = "dropped", _("given up")

    class Arrive(models.TextChoices):
        PENDING = "pending", _("wait for the signed form")
        ACTIVE = "active", _("active at once: signed papers are kept elsewhere")

    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    file = models.ForeignKey(OfficeFile, models.SET_NULL, null=True, related_name="+")
    plan = SealedDocField(ImportPlan, label="people_import.plan")
    head_digest = models.BinaryField(
        max_length=32, default=bytes
    )  # keyed: finds the same sheet again
    file_digest = models.BinaryField(max_length=32)  # keyed: finds the same file again
    arrive = models.CharField(max_length=8, choices=Arrive, default=Arrive.PENDING)
    send_codes = models.BooleanField(default=True)  # § 4.5, once an account is active
    counts = models.JSONField(default=dict)  # of the last check or import
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    job = models.ForeignKey("recipients.Job", models.SET_NULL, null=True, related_name="+")
    imported_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = PeopleImportQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        permissions = (("import_recipient", _("Can import people from a file")),)

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def is_open(self) -> bool:
        """Its file is here, and nobody came from it yet."""
        return self.state in {self.State.DRAFT, self.State.CHECKED} and self.file_id is not None


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a file says of a person who is registered already."""

    identity: Identity = field(repr=False)
    address: Address | None = field(default=None, repr=False)
    contacts: dict[str, str] = field(default_factory=dict, repr=False)  # kind → value
    consents: int = 0
    guardian: Guardian | None = field(default=None, repr=False)
    language: str = field(default="", repr=False)


class ImportProposal(SealedModel):
    """A registered person who stands otherwise in a file: a member of staff says what is right."""

    class State(models.TextChoices):
        OPEN = "open", _("to decide")
        ACCEPTED = "accepted", _("taken over")
        REJECTED = "rejected", _("left as it was")

    key_owner: ClassVar[str] = "recipient"

    people_import = models.ForeignKey(PeopleImport, models.CASCADE, related_name="proposals")
    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="+")
    row = models.PositiveIntegerField()
    proposed = SealedDocField(Proposed, label="import_proposal.proposed")
    reason = models.CharField(
        max_length=20
    )  # a code of comparing.REASONS: why it is the same person
    fields = models.JSONField(default=list)  # codes of what differs
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["people_import", "row"], name="one_proposal_of_a_row_of_an_import"
            ),
        )
        indexes = (
            models.Index(fields=["people_import", "state", "id"], name="proposals_of_an_import"),
        )

    def __str__(self) -> str:
        return f"proposal {self.pk}"
