"""From a CSV file of the register to its right lines in chunks, and a report of the wrong ones."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TextIO, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

CHUNK = 500  # rows a transaction: SQLite's other writers wait no longer than 100 ms
MOST_ERRORS = 5000  # kept with their lines; all are counted

Row = Mapping[str, str]
T = TypeVar("T")
Row_ = TypeVar("Row_", bound=Model)


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one line of a file ("streets" or "points"), in words for a clerk."""

    line: int
    message: str
    file: str = "points"
    text: str = field(default="", repr=False)


@dataclass(slots=True)
class ImportReport:
    """Lines that were right, and what they changed; `wrong` counts more than `errors` keep.

    `gone` and `back`: houses and streets that a whole register does not have any more, or has again;
    `lived_in`: people in houses that are gone. `middle`: where the houses of the file lie.
    """

    streets: int = 0
    points: int = 0
    added: int = 0
    changed: int = 0
    moved: int = 0  # points that changed their district
    gone: int = 0
    back: int = 0
    lived_in: int = 0
    wrong: int = 0
    lines: int = 0
    middle: tuple[float, float] | None = None
    errors: list[RowError] = field(default_factory=list)

    def refuse(self, error: RowError) -> None:
        self.wrong += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(error)


@dataclass(frozen=True, slots=True)
class Table:
    """One file: what it is called in the report, its columns by our names, what must be there."""

    name: str
    rename: Callable[[Sequence[str]], list[str]]
    missing: Callable[[Sequence[str]], str]


def chunks(
    table: Table, source: TextIO, convert: Callable[[Row], T], report: ImportReport
) -> Iterator[list[T]]:
    """The converted lines, CHUNK at a time; wrong ones go into the report."""
    head = source.readline()
    delimiter = ";" if head.count(";") > head.count(",") else ","
    columns = next(csv.reader([head.lstrip("\ufeff")], delimiter=delimiter), [])
    names = table.rename(columns)
    gaps = table.missing(names)
    if gaps:
        message = _("These columns are missing: %(names)s.") % {"names": gaps}
        report.refuse(RowError(1, message, table.name))
        return
    rows = csv.DictReader(source, names, restkey="", restval="", delimiter=delimiter)
    converted = _convert_all(table.name, rows, convert, report)
    while chunk := list(islice(converted, CHUNK)):
        yield chunk


def _convert_all(
    file: str, rows: "csv.DictReader[str]", convert: Callable[[Row], T], report: ImportReport
) -> Iterator[T]:
    while True:
        row: Row = {}
        try:
            row = next(rows)
            report.lines += 1
            yield convert(row)
        except StopIteration:
            return
        except csv.Error:
            message = _("This line cannot be read: a quotation mark is open, or it is too long.")
        except ValidationError as error:
            message = error.messages[0]
        except (ValueError, KeyError):
            message = _("A number in this line cannot be read.")
        else:
            continue
        line = rows.line_num + 1  # the head was read before
        report.refuse(RowError(line, message, file, " | ".join(map(str, row.values()))[:500]))


def fitting(row: Row_) -> Row_:
    """The row, none of its texts longer than its column."""
    for column in row._meta.concrete_fields:
        longest = column.max_length
        if longest and len(getattr(row, column.attname)) > longest:
            raise ValidationError(
                _("The value of the column %(name)s is too long.") % {"name": column.name}
            )
    return row
