"""From files of the public address register to rows; safe to repeat, and to try out first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO, TypeVar

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Avg, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from icp.encryption import pages
from recipients.lookup.facets import FACETS
from recipients.models import AddressPoint, District, Street
from recipients.values import checks

from . import point_columns
from .address_reading import CHUNK, ImportReport, Row, Table, chunks, fitting
from .point_columns import Positions
from .street_names import StreetNames, words_of

# Facet records keep ids of streets and districts in two bytes.
LARGEST_ID = 65_535
HIGHEST_NUMBER = 32_767
# A street that is written like this, and no other nearly so, is the street that a file means.
_SAME_STREET = 0.3

K = TypeVar("K")
Row_ = TypeVar("Row_", bound=Model)
# Told how many lines were read so far; may raise to stop the import between two chunks.
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How files are taken in. `trial`: nothing is written, the report says what would be.

    `whole`: streets and houses that are not in a file that was given are marked as gone.
    `axes`: a key of point_columns.AXES.
    """

    trial: bool = False
    whole: bool = False
    axes: str = "auto"


AS_THEY_ARE = Plan()


def _no_streets_missing(columns: Sequence[str]) -> str:
    return ", ".join(sorted({"teryt", "name"} - set(columns)))


STREETS = Table("streets", lambda columns: [c.strip() for c in columns], _no_streets_missing)
POINTS = Table("points", point_columns.renamed, point_columns.missing)


def import_csv(
    streets: TextIO | None,
    points: TextIO | None,
    progress: Progress = lambda _lines: None,
    plan: Plan = AS_THEY_ARE,
) -> ImportReport:
    """Read both files, or one; wrong lines are reported and left out, right ones are kept."""
    report = ImportReport()
    try:
        known_streets = Streets(report, plan)
        if streets:
            known_streets.take(streets, progress)
        if points:
            Points(report, plan, known_streets).take(points, progress)
    finally:
        if report.moved and not plan.trial:
            pages.rebuild(FACETS)  # people's districts are read from their address points
    return report


class _Table:
    """Rows of one table: those that stand already, and which of them a file has, too."""

    model: type[Model]
    columns: tuple[str, ...]

    def __init__(self, report: ImportReport, plan: Plan) -> None:
        self.report, self.plan = report, plan
        self.today = timezone.localdate()
        there = self.model._default_manager.filter(gone_since=None)
        self.there = set(there.values_list("pk", flat=True))
        self.met: set[int] = set()

    def save(self, wanted: Mapping[K, Row_], known: Mapping[K, Row_]) -> None:
        """Insert what is new, update what differs: an upsert would use up ids at every repetition."""
        columns = [*self.columns, "gone_since"]
        new = [row for key, row in wanted.items() if key not in known]
        changed = []
        for key in wanted.keys() & known.keys():
            row, old = wanted[key], known[key]
            self.met.add(old.pk)
            self.report.back += getattr(old, "gone_since") is not None  # noqa: B009 - of both
            if any(getattr(row, name) != getattr(old, name) for name in columns):
                row.pk = old.pk
                changed.append(row)
        self.report.added += len(new)
        self.report.changed += len(changed)
        if not self.plan.trial:
            self.model._default_manager.bulk_create(new)
            if changed:
                self.model._default_manager.bulk_update(changed, columns)

    def mark_gone(self) -> list[int]:
        """Mark what the whole register does not have; nothing where no line of it was right."""
        gone = sorted(self.there - self.met) if self.plan.whole else []
        self.report.gone += len(gone)
        if not self.plan.trial:
            for part in _parts(gone):
                rows = self.model._default_manager.filter(pk__in=part)
                rows.update(gone_since=self.today)
        return gone


class Streets(_Table):
    model = Street
    columns = ("prefix", "name", "folded")

    def __init__(self, report: ImportReport, plan: Plan) -> None:
        super().__init__(report, plan)
        self.by_teryt = dict(Street.objects.values_list("teryt", "pk"))
        self._added = 0
        self._names: StreetNames | None = None
        self._written: list[tuple[int, str, str]] = []

    def take(self, source: TextIO, progress: Progress) -> None:
        for chunk in chunks(STREETS, source, _street, self.report):
            with transaction.atomic():
                self.keep(chunk)
            self.report.streets += len(chunk)
            progress(self.report.lines)
        if self.report.streets:
            self.mark_gone()

    def keep(self, chunk: list[Street]) -> None:
        unique = {street.teryt: street for street in chunk}
        self.save(unique, {s.teryt: s for s in Street.objects.filter(teryt__in=unique)})
        for teryt, street in unique.items():
            if self.plan.trial and teryt not in self.by_teryt:
                self._added += 1
                self.by_teryt[teryt] = -self._added  # a street that is not there yet
            else:
                self.by_teryt.setdefault(teryt, street.pk)
            self._written.append((self.by_teryt[teryt], street.prefix, street.name))
        if max(self.by_teryt.values(), default=0) > LARGEST_ID:
            raise OverflowError("Ids of streets above 65 535 do not fit into facet pages.")

    def of(self, row: Row) -> int:
        """The street that a line of houses names by its number, or by words; raises ValidationError."""
        teryt = row.get("teryt", "").strip()
        found = self.by_teryt.get(teryt.zfill(5)) or self.by_teryt.get(teryt)
        found = found or self._named(row.get("street", ""))
        if found is None:
            raise ValidationError(
                _("The register has no street with this TERYT number.")
                if teryt
                else _("The register has no such street.")
            )
        return found

    def _named(self, text: str) -> int | None:
        if not text.strip():
            return None
        if self._names is None:
            rows = [*Street.objects.values_list("pk", "prefix", "name"), *self._written]
            self._names = StreetNames({row[0]: row for row in rows}.values())
        near = self._names.near(text, 2)
        sure = [one for one in near if one.cost <= _SAME_STREET]
        alone = len(sure) == 1 or (len(sure) > 1 and sure[0].cost < sure[1].cost)
        return sure[0].street_id if alone else None


def _street(row: Row) -> Street:
    name = f"{row.get('first_name', '')} {row['name']}".strip()
    words = words_of(name)
    street = Street(
        teryt=row["teryt"].strip(),
        prefix=row.get("prefix", "").strip(),
        name=name,
        folded=" ".join(words),
    )
    if not words or not street.teryt.isdecimal():
        raise ValidationError(_("A street needs a name and its TERYT number."))
    return fitting(street)


class Points(_Table):
    model = AddressPoint
    columns = ("district_id", "postal_code", "latitude", "longitude")

    def __init__(self, report: ImportReport, plan: Plan, streets: Streets) -> None:
        super().__init__(report, plan)
        self.streets = streets
        self.districts = _Districts(plan)
        self.positions = Positions(plan.axes, _middle())
        self._north, self._east = 0.0, 0.0  # sums

    def take(self, source: TextIO, progress: Progress) -> None:
        for chunk in chunks(POINTS, source, self._point, self.report):
            with transaction.atomic():
                self.keep(chunk)
            self.report.points += len(chunk)
            progress(self.report.lines)
        if self.report.points:
            points = self.report.points
            self.report.middle = self._north / points, self._east / points
            self.report.lived_in = _living_in(self.mark_gone())

    def _point(self, row: Row) -> AddressPoint:
        street = self.streets.of(row)
        number, letter = _house(row)
        latitude, longitude = self.positions.of(row)
        self._north += latitude
        self._east += longitude
        return fitting(
            AddressPoint(
                street_id=street,
                number=number,
                letter=letter,
                postal_code=row.get("postal_code", "").strip(),
                latitude=latitude,
                longitude=longitude,
                district_id=self.districts.of(row.get("district")),
            )
        )

    def keep(self, chunk: list[AddressPoint]) -> None:
        # Of doubles in one chunk the last one counts.
        unique = {_key(point): point for point in chunk}
        streets = {point.street_id for point in chunk}
        numbers = {point.number for point in chunk}
        near = AddressPoint.objects.filter(street__in=streets, number__in=numbers)
        known = {_key(point): point for point in near}
        for key, point in unique.items():
            if not point.district_id:  # the file does not tell: the register stays
                point.district_id = (
                    known[key].district_id if key in known else self.districts.none()
                )
        self.report.moved += sum(
            known[key].district_id != point.district_id
            for key, point in unique.items()
            if key in known
        )
        self.save(unique, known)


def _key(point: AddressPoint) -> tuple[int, int, str]:
    return point.street_id, point.number, point.letter


def _house(row: Row) -> tuple[int, str]:
    """ "12", "12A", "12/14" (the first counts); the letter may stand in a column of its own."""
    text = row["number"].strip()
    if text.isdecimal():
        number, letter = int(text), ""
    else:
        number, letter = checks.house(text.replace("-", "/"))
    letter = row.get("letter", "").strip().upper() or letter
    if not 0 < number <= HIGHEST_NUMBER:
        raise ValidationError(_("A house number is a number from 1 to 32767."))
    return number, letter


class _Districts:
    """Districts by name, made at the first mention; a trial makes none."""

    def __init__(self, plan: Plan) -> None:
        self.trial = plan.trial
        self.known = dict(District.objects.values_list("name", "pk"))

    def of(self, name: str | None) -> int:
        """0 where the file has no such column."""
        if name is None:
            return 0
        name = name.strip()
        if not name:
            raise ValidationError(_("The district is missing."))
        if name not in self.known:
            fitting(District(name=name))
            made = None if self.trial else District.objects.get_or_create(name=name)[0].pk
            self.known[name] = made or -len(self.known) - 1
        return self.known[name]

    def none(self) -> int:
        return self.of(_("(no district)"))


def _middle() -> tuple[float, float] | None:
    """Where the town of the register lies."""
    found = AddressPoint.objects.aggregate(Avg("latitude"), Avg("longitude"))
    latitude, longitude = found["latitude__avg"], found["longitude__avg"]
    return None if latitude is None else (latitude, longitude)


def _living_in(points: Iterable[int]) -> int:
    """How many people have their address in one of these houses."""
    gone = np.fromiter(points, np.int64)
    if not len(gone):
        return 0
    return int(np.isin(pages.snapshot(FACETS).column("point"), gone).sum())


def _parts(pks: list[int]) -> Iterable[list[int]]:
    return (pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK))


__all__ = ["ImportReport", "Plan", "import_csv"]
