"""From the public CSV files of the address register to rows; safe to repeat."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TextIO, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
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

Row = Mapping[str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one line of a file, in words for a clerk."""

    line: int
    message: str


@dataclass(slots=True)
class ImportReport:
    streets: int = 0
    points: int = 0
    moved: int = 0  # points that changed their district
    errors: list[RowError] = field(default_factory=list)


def import_csv(streets: TextIO, points: TextIO) -> ImportReport:
    """Read both files; wrong lines are reported and left out, right ones are kept."""
    report = ImportReport()
    for new_streets in _read(streets, _street, {"teryt", "name"}, report):
        with transaction.atomic():
            _save_streets(new_streets)
        report.streets += len(new_streets)
    terms = dict(Street.objects.values_list("teryt", "pk"))
    districts: dict[str, int] = {}

    def point(row: Row) -> AddressPoint:
        return _point(row, terms, districts)

    needed = {"teryt", "number", "district", "latitude", "longitude"}
    for chunk in _read(points, point, needed, report):
        with transaction.atomic():
            report.moved += _moved(chunk)
            _save_points(chunk)
        report.points += len(chunk)
    if report.moved:
        pages.rebuild(FACETS)  # people's districts are read from their address points
    return report


def _read(
    source: TextIO, convert: Callable[[Row], T], needed: set[str], report: ImportReport
) -> Iterator[list[T]]:
    head = source.readline()
    names = [
        _ULIC.get(name, name)
        for name in next(csv.reader([head.lstrip("\ufeff")], delimiter=_delimiter(head)), [])
    ]
    missing = needed - set(names)
    if missing:
        message = _("These columns are missing: %(names)s.") % {"names": ", ".join(sorted(missing))}
        report.errors.append(RowError(1, message))
        return
    rows = csv.DictReader(source, names, restval="", delimiter=_delimiter(head))
    converted = _convert_all(rows, convert, report)
    while chunk := list(islice(converted, CHUNK)):
        yield chunk


def _delimiter(head: str) -> str:
    return ";" if head.count(";") > head.count(",") else ","


def _convert_all(
    rows: Iterable[Row], convert: Callable[[Row], T], report: ImportReport
) -> Iterator[T]:
    for line, row in enumerate(rows, start=2):
        try:
            yield convert(row)
        except ValidationError as error:
            report.errors.append(RowError(line, error.messages[0]))
        except (ValueError, KeyError):
            report.errors.append(RowError(line, _("A number in this line cannot be read.")))


def _street(row: Row) -> Street:
    name = f"{row.get('first_name', '')} {row['name']}".strip()
    words = folded_words(name)
    teryt = row["teryt"].strip()
    if not words or not teryt.isdigit():
        raise ValidationError(_("A street needs a name and its TERYT number."))
    return Street(teryt=teryt, prefix=row.get("prefix", ""), name=name, folded=" ".join(words))


def _save_streets(chunk: list[Street]) -> None:
    unique = {street.teryt: street for street in chunk}
    Street.objects.bulk_create(
        unique.values(),
        update_conflicts=True,
        unique_fields=["teryt"],
        update_fields=["prefix", "name", "folded"],
    )
    if Street.objects.filter(pk__gt=LARGEST_ID).exists():
        raise OverflowError("Ids of streets above 65 535 do not fit into facet pages.")


def _point(row: Row, streets: Mapping[str, int], districts: dict[str, int]) -> AddressPoint:
    street = streets.get(row["teryt"].strip())
    if street is None:
        raise ValidationError(_("The register has no street with this TERYT number."))
    name = row["district"].strip()
    if not name:
        raise ValidationError(_("The district is missing."))
    if name not in districts:
        districts[name] = District.objects.get_or_create(name=name)[0].pk
    return AddressPoint(
        street_id=street,
        district_id=districts[name],
        number=int(row["number"]),
        letter=row.get("letter", "").strip().upper(),
        postal_code=row.get("postal_code", "").strip(),
        latitude=float(row["latitude"].replace(",", ".")),
        longitude=float(row["longitude"].replace(",", ".")),
    )


def _key(point: AddressPoint) -> tuple[int, int, str]:
    return point.street_id, point.number, point.letter


def _moved(chunk: list[AddressPoint]) -> int:
    known = AddressPoint.objects.filter(street__in={point.street_id for point in chunk})
    before = {_key(point): point.district_id for point in known}
    return sum(before.get(_key(point), point.district_id) != point.district_id for point in chunk)


def _save_points(chunk: list[AddressPoint]) -> None:
    # PostgreSQL refuses to update one row twice in a statement: of doubles the last one counts.
    unique = {_key(point): point for point in chunk}
    AddressPoint.objects.bulk_create(
        unique.values(),
        update_conflicts=True,
        unique_fields=["street", "number", "letter"],
        update_fields=["district", "postal_code", "latitude", "longitude"],
    )
