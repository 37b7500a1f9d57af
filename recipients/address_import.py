"""From the public CSV files of the address register to rows; safe to repeat."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TextIO, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from icp.encryption import pages

from .addresses import folded_words
from .facets import FACETS
from .models import AddressPoint, District, Street

CHUNK = 500  # rows a transaction: SQLite's other writers wait no longer than 100 ms
# Facet records keep ids of streets and districts in two bytes.
LARGEST_ID = 65_535
# The columns of the ULIC catalogue (GUS) mean the same as ours.
_ULIC = {"SYM_UL": "teryt", "CECHA": "prefix", "NAZWA_1": "name", "NAZWA_2": "first_name"}

MOST_ERRORS = 5000  # kept with their lines; all are counted
HIGHEST_NUMBER = 32_767

Row = Mapping[str, str]
T = TypeVar("T")
K = TypeVar("K")
Row_ = TypeVar("Row_", bound=Model)
# Told how many lines were read so far; may raise to stop the import between two chunks.
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one line of a file ("streets" or "points"), in words for a clerk."""

    line: int
    message: str
    file: str = "points"
    text: str = field(default="", repr=False)


@dataclass(slots=True)
class ImportReport:
    """Lines that were right, and what they changed; `wrong` counts more than `errors` keep."""

    streets: int = 0
    points: int = 0
    added: int = 0
    changed: int = 0
    moved: int = 0  # points that changed their district
    wrong: int = 0
    lines: int = 0
    errors: list[RowError] = field(default_factory=list)

    def refuse(self, error: RowError) -> None:
        self.wrong += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(error)


def import_csv(
    streets: TextIO | None, points: TextIO | None, progress: Progress = lambda _lines: None
) -> ImportReport:
    """Read both files, or one; wrong lines are reported and left out, right ones are kept."""
    report = ImportReport()
    try:
        if streets:
            _import_streets(streets, report, progress)
        if points:
            _import_points(points, report, progress)
    finally:
        if report.moved:
            pages.rebuild(FACETS)  # people's districts are read from their address points
    return report


def _import_streets(source: TextIO, report: ImportReport, progress: Progress) -> None:
    for chunk in _read("streets", source, _street, {"teryt", "name"}, report):
        with transaction.atomic():
            _save_streets(chunk, report)
        report.streets += len(chunk)
        progress(report.lines)


def _import_points(source: TextIO, report: ImportReport, progress: Progress) -> None:
    terms = dict(Street.objects.values_list("teryt", "pk"))
    districts: dict[str, int] = {}

    def point(row: Row) -> AddressPoint:
        return _point(row, terms, districts)

    needed = {"teryt", "number", "district", "latitude", "longitude"}
    for chunk in _read("points", source, point, needed, report):
        with transaction.atomic():
            _save_points(chunk, report)
        report.points += len(chunk)
        progress(report.lines)


def _read(
    file: str,
    source: TextIO,
    convert: Callable[[Row], T],
    needed: set[str],
    report: ImportReport,
) -> Iterator[list[T]]:
    head = source.readline()
    delimiter = _delimiter(head)
    columns = next(csv.reader([head.lstrip("\ufeff")], delimiter=delimiter), [])
    names = [_ULIC.get(name.strip(), name.strip()) for name in columns]
    missing = needed - set(names)
    if missing:
        message = _("These columns are missing: %(names)s.") % {"names": ", ".join(sorted(missing))}
        report.refuse(RowError(1, message, file))
        return
    rows = csv.DictReader(source, names, restkey="", restval="", delimiter=delimiter)
    converted = _convert_all(file, rows, convert, report)
    while chunk := list(islice(converted, CHUNK)):
        yield chunk


def _delimiter(head: str) -> str:
    return ";" if head.count(";") > head.count(",") else ","


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


def _street(row: Row) -> Street:
    name = f"{row.get('first_name', '')} {row['name']}".strip()
    words = folded_words(name)
    street = Street(
        teryt=row["teryt"].strip(),
        prefix=row.get("prefix", "").strip(),
        name=name,
        folded=" ".join(words),
    )
    if not words or not street.teryt.isdecimal():
        raise ValidationError(_("A street needs a name and its TERYT number."))
    return _fitting(street)


def _fitting(row: Row_) -> Row_:
    """The row, none of its texts longer than its column."""
    for column in row._meta.concrete_fields:
        longest = column.max_length
        if longest and len(getattr(row, column.attname)) > longest:
            raise ValidationError(
                _("The value of the column %(name)s is too long.") % {"name": column.name}
            )
    return row


def _save_streets(chunk: list[Street], report: ImportReport) -> None:
    unique = {street.teryt: street for street in chunk}
    known = {street.teryt: street for street in Street.objects.filter(teryt__in=unique)}
    _save(Street, unique, known, ["prefix", "name", "folded"], report)
    if Street.objects.filter(pk__gt=LARGEST_ID).exists():
        raise OverflowError("Ids of streets above 65 535 do not fit into facet pages.")


def _save(
    model: type[Row_],
    wanted: Mapping[K, Row_],
    known: Mapping[K, Row_],
    columns: list[str],
    report: ImportReport,
) -> None:
    """Insert what is new, update what differs: an upsert would use up ids at every repetition."""
    new = [row for key, row in wanted.items() if key not in known]
    changed = []
    for key in wanted.keys() & known.keys():
        if any(getattr(wanted[key], name) != getattr(known[key], name) for name in columns):
            wanted[key].pk = known[key].pk
            changed.append(wanted[key])
    model._default_manager.bulk_create(new)
    if changed:
        model._default_manager.bulk_update(changed, columns)
    report.added += len(new)
    report.changed += len(changed)


def _point(row: Row, streets: Mapping[str, int], districts: dict[str, int]) -> AddressPoint:
    street = streets.get(row["teryt"].strip())
    if street is None:
        raise ValidationError(_("The register has no street with this TERYT number."))
    point = _fitting(
        AddressPoint(
            street_id=street,
            number=int(row["number"]),
            letter=row.get("letter", "").strip().upper(),
            postal_code=row.get("postal_code", "").strip(),
            latitude=float(row["latitude"].replace(",", ".")),
            longitude=float(row["longitude"].replace(",", ".")),
        )
    )
    if not 0 < point.number <= HIGHEST_NUMBER:
        raise ValidationError(_("A house number is a number from 1 to 32767."))
    if not (abs(point.latitude) <= 90 and abs(point.longitude) <= 180):  # noqa: PLR2004 - degrees
        raise ValidationError(_("The position is not on the Earth: check latitude and longitude."))
    point.district_id = _district(row["district"].strip(), districts)
    return point


def _district(name: str, known: dict[str, int]) -> int:
    if not name:
        raise ValidationError(_("The district is missing."))
    if name not in known:
        _fitting(District(name=name))
        known[name] = District.objects.get_or_create(name=name)[0].pk
    return known[name]


def _key(point: AddressPoint) -> tuple[int, int, str]:
    return point.street_id, point.number, point.letter


def _save_points(chunk: list[AddressPoint], report: ImportReport) -> None:
    # Of doubles in one chunk the last one counts.
    unique = {_key(point): point for point in chunk}
    streets = {point.street_id for point in chunk}
    numbers = {point.number for point in chunk}
    near = AddressPoint.objects.filter(street__in=streets, number__in=numbers)
    known = {_key(point): point for point in near}
    report.moved += sum(
        known[key].district_id != point.district_id for key, point in unique.items() if key in known
    )
    columns = ["district_id", "postal_code", "latitude", "longitude"]
    _save(AddressPoint, unique, known, columns, report)
