"""From the rows of a file to people whose particulars are right, or to what is wrong with a row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.models import Topic
from icp import tables
from icp.encryption.canon import name_and_birth_date
from recipients.address_register.matching import Matcher
from recipients.contacts import permissions
from recipients.models import CONTACT_KINDS, Address, Guardian, ImportPlan
from recipients.people.particulars import RegistrationData
from recipients.values import guardians

from . import cells
from .columns import EVERY, FIELDS, letter

CHUNK = 500  # rows a transaction: other writers wait no longer than a moment
_ADDRESS = ("street", "address", "house")
_NAMES = ("name_forwards", "name_backwards")
WHOLE_ROW = gettext_lazy("whole row")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a row, and in which of its columns."""

    column: str = field(repr=False)  # the head of the column, or "whole row"
    reason: str = field(repr=False)


@dataclass(slots=True)
class Row:
    """One row of the file: a person, or errors; neither where it is empty."""

    number: int  # as the spreadsheet counts, from 1
    cells: Sequence[str] = field(default=(), repr=False)
    data: RegistrationData | None = field(default=None, repr=False)
    consents: int = 0
    errors: list[Wrong] = field(default_factory=list, repr=False)

    @property
    def is_empty(self) -> bool:
        return not self.cells and not self.errors

    def refuse(self, column: str | Promise, reason: str) -> None:
        self.errors.append(Wrong(str(column), reason))
        self.data = None


def shape_of(plan: ImportPlan) -> tables.Shape:
    return tables.Shape(plan.kind, plan.encoding, plan.delimiter, plan.sheet, plan.sheets)


def chunks(file: BinaryIO, plan: ImportPlan) -> Iterator[list[tuple[int, list[str] | None]]]:
    """The rows below the head with their numbers, CHUNK at a time."""
    numbered = enumerate(tables.rows(file, shape_of(plan)), start=1)
    below = islice(numbered, 1 if plan.has_head else 0, None)
    while chunk := list(islice(below, CHUNK)):
        yield chunk


class Checker:
    """Reads row after row, and remembers who stood in the file before."""

    def __init__(self, plan: ImportPlan, topics: Sequence[Topic]) -> None:
        self.plan = plan
        self.matcher = Matcher()
        self.topics = {topic.bit: topic for topic in topics}
        self.pesels: dict[str, int] = {}
        self.names: dict[str, list[tuple[str, int]]] = {}

    def read(self, rows: Sequence[tuple[int, list[str] | None]]) -> list[Row]:
        return [self._row(number, values) for number, values in rows]

    def _row(self, number: int, values: list[str] | None) -> Row:
        if values is None:
            row = Row(number)
            row.refuse(
                WHOLE_ROW,
                _("This row cannot be read: a quotation mark is open, or the file is damaged."),
            )
            return row
        row = Row(number, values)
        if values and any(values):
            self._fill(row, self._by_field(values))
        else:
            row.cells = ()
        return row

    def _by_field(self, values: Sequence[str]) -> dict[str, str]:
        pairs = zip(self.plan.columns, values, strict=False)
        return {name: value for name, value in pairs if name}

    def _fill(self, row: Row, by_field: Mapping[str, str]) -> None:
        data = self._data(row, by_field)
        consents = self._consents(row, by_field, data)
        if row.errors:
            return
        try:
            row.data = data.checked(self.matcher)
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                if "pesel" in error.error_dict and errors[0].code in {"birth_empty", "sex_empty"}:
                    continue  # the number would have said them
                sought = name
                if name == "address":
                    sought = "street" if errors[0].code == "street_empty" else "house"
                row.refuse(self._column(sought), " ".join(errors[0].messages))
            return
        if row.data.birth_date and guardians.needed(row.data.birth_date) and not row.data.guardian:
            row.refuse(self._column("guardian_last_name"), str(guardians.MISSING))
            return
        row.consents = consents
        before = self._stood_before(row)
        if before:
            row.refuse(
                WHOLE_ROW, _("The same person stands in row %(row)s already.") % {"row": before}
            )

    def _data(self, row: Row, by_field: Mapping[str, str]) -> RegistrationData:
        read: dict[str, Any] = {}
        for name, convert in cells.READERS.items():
            read[name] = self._tried(row, name, convert, by_field.get(name, ""))

        def whole_guardian(_nothing: str) -> Guardian | None:
            return cells.guardian(by_field)

        def whole_address(_nothing: str) -> Address:
            return cells.address(by_field, self.plan.town)

        first, second, last = cells.names(by_field)
        return RegistrationData(
            first_name=first,
            second_name=second,
            last_name=last,
            pesel=read["pesel"] or "",
            birth_date=read["birth_date"],
            sex=read["sex"] or "",
            address=self._tried(row, "address", whole_address, ""),
            contacts={
                "email": by_field.get("email", ""),
                "sms": read["sms"] or "",
                "epuap": by_field.get("epuap", ""),
            },
            guardian=self._tried(row, "guardian_phone", whole_guardian, ""),
            language=read["language"] or "",
        )

    def _tried(self, row: Row, name: str, convert: Callable[[str], Any], value: str) -> Any:
        try:
            return convert(value)
        except ValidationError as error:
            row.refuse(self._column(name), error.messages[0])
            return None

    def _consents(self, row: Row, by_field: Mapping[str, str], data: RegistrationData) -> int:
        """What the row says yes to, and what everybody does; only by ways that the person gave."""
        reached = [kind for kind in CONTACT_KINDS if data.contacts.get(kind, "").strip()]
        bits = 0
        for bit, topic in self.topics.items():
            for kind in reached:
                if topic.offers(kind):
                    bits |= self.plan.consents & permissions.bit(bit, kind)
        for name, value in by_field.items():
            if name.startswith("consent:"):
                bits |= self._answered(row, name, value, reached)
        return bits

    def _answered(self, row: Row, name: str, value: str, reached: Sequence[str]) -> int:
        _consent, bit, kind = name.split(":")
        topic = self.topics.get(int(bit))
        if topic is None or not self._tried(row, name, cells.answer, value):
            return 0
        if kind != EVERY and kind not in reached:
            row.refuse(
                self._column(name),
                _("There is a consent by this channel, but no address or number for it."),
            )
            return 0
        kinds = reached if kind == EVERY else [kind]
        return sum(permissions.bit(topic.bit, one) for one in kinds if topic.offers(one))

    def _stood_before(self, row: Row) -> int:
        """The row where the same person stood, or 0; remembers this one."""
        if row.data is None:
            return 0
        number = row.data.pesel
        who = name_and_birth_date(row.data.identity())
        if number and number in self.pesels:
            return self.pesels[number]
        for other, place in self.names.get(who, []):
            if not (number and other):
                return place
        if number:
            self.pesels[number] = row.number
        self.names.setdefault(who, []).append((number, row.number))
        return 0

    def _column(self, name: str) -> str:
        """The head of the column that a field came from, as it stands in the file."""
        sought = {
            "address": _ADDRESS,
            "street": _ADDRESS,
            "house": ("house", "address", "street"),
            "first_name": ("first_name", *_NAMES),
            "second_name": ("second_name", *_NAMES),
            "last_name": ("last_name", *_NAMES),
        }.get(name, (name,))
        for one in sought:
            if one in self.plan.columns:
                return column_name(self.plan, self.plan.columns.index(one))
        return str(FIELDS.get(name, WHOLE_ROW))


def column_name(plan: ImportPlan, place: int) -> str:
    """The head of a column, or its letter where there is none: "PESEL", "kolumna C"."""
    head = plan.head[place] if plan.has_head and place < len(plan.head) else ""
    return head or _("column %(letter)s") % {"letter": letter(place)}
