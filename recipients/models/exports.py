"""What was taken out of ICP about people: by whom, why, about whom. The file itself ends sooner."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from django.db import models
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from admin_module.scoping import ByUnit
from icp.encryption.fields import SealedDocField
from icp.encryption.models import SealedModel, SealedQuerySet

from .jobs import Job


@dataclass(frozen=True, slots=True)
class Asked:
    """Of a list of people whom a message cannot reach: what it asks for."""

    filter: dict[str, object] = field(default_factory=dict, repr=False)
    topic_bit: int = -1  # -1: consents are not asked for
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """Why it was wanted and who was meant, as typed and chosen."""

    reason: str = field(repr=False)
    words: str = field(repr=False)  # whom, as a clerk reads it
    people: tuple[int, ...] = field(default=(), repr=False)  # ids, where they were chosen singly
    asked: Asked = field(default_factory=Asked, repr=False)


class ExportQuerySet(ByUnit, SealedQuerySet["Export"]):
    unit_path = "job__created_by__unit"

    def holding(self, pk: int) -> Self:
        """Those in which a person stands or stood: one bit of each is looked at, none is opened."""
        byte, bit = divmod(pk, 8)
        rows = self.annotate(eight=Substr("people", byte + 1, 1)).values_list("pk", "eight")
        # SQLite gives bytes or text, PostgreSQL a memoryview, for the same eight people.
        found = [each for each, eight in rows if eight and _byte(eight) >> bit & 1]
        return self.filter(pk__in=found)


def _byte(eight: bytes | memoryview | str) -> int:
    return (eight.encode() if isinstance(eight, str) else bytes(eight))[0]


class Export(SealedModel):
    """One export. Its job says who ordered it and when, and has the file as long as there is one."""

    class Layout(models.TextChoices):
        XLSX = "xlsx", _("XLSX, for a spreadsheet")
        CSV = "csv", _("CSV, for another program")
        PDF = "pdf", _("PDF, to be printed")

    # Tables can be exported as; a list to be printed is another thing.
    TABLES = (Layout.XLSX, Layout.CSV)

    job = models.OneToOneField(Job, models.PROTECT, related_name="export")
    # "all", "state:active", "group:7", "people", "unreached"
    whom = models.CharField(max_length=30)
    layout = models.CharField(max_length=4, choices=Layout)
    columns = models.JSONField(default=list)  # names of exported_columns.COLUMNS
    order = SealedDocField(ExportOrder, label="export.order")
    # Bit n of the whole: the person with the primary key n is in it.
    people = models.BinaryField(default=b"")
    number = models.PositiveIntegerField(default=0)  # of people
    # Somebody in it was erased before the file was ready: it must not be given out.
    stale = models.BooleanField(default=False)

    objects = ExportQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        default_permissions = ()
        permissions = (
            ("view_export", _("Can see exports of people")),
            ("export_recipient", _("Can export people to a file")),
            ("list_unreached", _("Can list people whom a message cannot reach")),
            ("manage_exports", _("Can see and delete everybody’s exports")),
        )

    def __str__(self) -> str:
        return f"export {self.pk}"


def bits_of(ids: Iterable[int]) -> bytes:
    """A bitmap of primary keys: 13 kB for 100 000 people."""
    wanted = list(ids)
    bits = bytearray(max(wanted, default=-1) // 8 + 1)
    for pk in wanted:
        bits[pk // 8] |= 1 << (pk % 8)
    return bytes(bits)
