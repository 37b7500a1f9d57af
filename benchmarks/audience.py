"""From 100 000 people in sealed pages and in a plain table to the ratio of the same filter."""

import statistics
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import search_row
from benchmarks.measuring import Ratio, milliseconds, paired
from benchmarks.plan import Finding, Size

if TYPE_CHECKING:
    from recipients.filtering.filters import Filter
    from recipients.models import Recipient
    from sandbox.town.people import Invented

PEOPLE = 100_000
DIRTY = 500
RUNS = 25
ON = date(2026, 11, 20)
CHUNK = 2_000
# Ten short streets: with one sex and 25 birth years the answer is about 0.5 % of the town.
STREETS = (
    "Krótka",
    "Przystań",
    "Ratuszowy",
    "Czapli",
    "Poranna",
    "Gęślą Jaźń",
    "Borówkowa",
    "Żabia",
    "Warsztatowa",
    "Radosna",
)
SQL = """
    SELECT id FROM bench_person
    WHERE sex = 2 AND birth BETWEEN %s AND %s AND street = ANY(%s) ORDER BY id
"""


def measure(size: Size) -> Iterator[Finding]:
    fill(size.of(PEOPLE))
    yield _an_index_a_column()
    _index_for_this_filter()
    yield from ratios(size.of(PEOPLE), RUNS)
    yield from search_row.ratios(size.of(PEOPLE))


def fill(number: int) -> None:
    """The invented town's people as recipients, and the same facts unsealed and indexed."""
    from django.core.management import call_command
    from django.db import transaction

    from admin_module.models import User
    from icp.encryption import pages
    from recipients.lookup.facets import FACETS
    from recipients.lookup.names import NAMES
    from recipients.models import AddressPoint, Recipient
    from recipients.people import registration
    from sandbox.town.people import invent

    call_command("migrate", verbosity=0)
    call_command("load_town", people=1)
    points = list(AddressPoint.objects.select_related("street", "district").order_by("pk"))
    known = Recipient.objects.count()
    people = islice(invent(number, points, range(6)), known, None)
    by = User.objects.earliest("pk")
    while chunk := list(islice(people, CHUNK)):
        state = _states(chunk)
        with transaction.atomic():
            registration.create_all(
                [person.data for person in chunk],
                origin=Recipient.Origin.DESK,
                by=by,
                form_keys=[uuid.uuid4() for _ in chunk],
                arrive=state,
            )
    pages.fold(FACETS)
    pages.fold(NAMES)
    _plain()


def _states(chunk: "list[Invented]") -> "Callable[[int, Recipient], None]":
    def arrive(place: int, row: "Recipient") -> None:
        row.state = chunk[place].state
        row.consents = chunk[place].consents

    return arrive


def _plain() -> None:
    from django.db import connection

    from icp.encryption import pages
    from recipients.lookup.facets import FACETS

    shot = pages.snapshot(FACETS)
    columns = ("state", "sex", "birth", "district", "street", "house", "kinds", "consents")
    values = [shot.ids.tolist(), *(shot.column(name).tolist() for name in columns)]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_person")
        cursor.execute(
            "CREATE TABLE bench_person (id bigint PRIMARY KEY, state int, sex int, birth int,"
            " district int, street int, house int, kinds int, consents bigint)"
        )
        with cursor.copy("COPY bench_person FROM STDIN") as copy:
            for row in zip(*values, strict=True):
                copy.write_row(row)
        for column in ("sex", "birth", "district", "street"):
            cursor.execute(f"CREATE INDEX ON bench_person ({column})")
        # As autovacuum does soon after; a bulk load must not be judged by guesses of the planner.
        cursor.execute("VACUUM ANALYZE")


def ratios(people: int, runs: int) -> list[Ratio]:
    """Warm and cold, with 500 people marked dirty."""
    from recipients.filtering import audience

    streets = _streets()
    term = audience.parse(
        {"all": [{"sex": "M"}, {"age": {"from": 66, "to": 90}}, {"street": streets}]}
    )
    return [
        paired(_ratio(people, "warm", 1), _ours(term, cold=False), _theirs(streets), runs),
        paired(_ratio(people, "cold", 15), _ours(term, cold=True), _theirs(streets), runs),
    ]


def _streets() -> list[int]:
    from recipients.models import Street

    return sorted(Street.objects.filter(name__in=STREETS).values_list("pk", flat=True))


def _an_index_a_column() -> str:
    """The plain query where nobody foresaw this filter: a filter may join any of the columns."""
    run = _theirs(_streets())
    figure = statistics.median(run() for _ in range(RUNS))
    return f"audience: with only an index a column the plain query takes {figure:.2f} ms."


def _index_for_this_filter() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX ON bench_person (street, sex, birth)")
        cursor.execute("VACUUM ANALYZE bench_person")


def _ratio(people: int, how: str, target: float) -> Ratio:
    return Ratio(
        f"audience, {people:,} people, {DIRTY} dirty, {how}",
        "the same filter on plaintext columns with an index made for it",
        target,
        unit="ms",
        smaller_is_better=True,
    )


def _ours(term: "Filter", *, cold: bool) -> Callable[[], float]:
    from icp.encryption import pages
    from recipients.filtering import audience

    _dirty()

    def run() -> float:
        if cold:
            pages.forget()
        else:
            audience.resolve(term, ON)
        return milliseconds(lambda: audience.resolve(term, ON))

    return run


def _dirty() -> None:
    """500 people were changed, one by one, since the pages were folded."""
    from icp.encryption import pages
    from recipients.lookup.facets import FACETS, changed

    pages.fold(FACETS)
    ids = pages.snapshot(FACETS).ids
    for pk in np.random.default_rng(1).choice(ids, DIRTY, replace=False).tolist():
        changed([pk])


def _theirs(streets: list[int]) -> Callable[[], float]:
    from django.db import connection

    from recipients.filtering.audience import age_reached
    from recipients.lookup.facets import days

    young, old = days(age_reached(66, ON)), days(age_reached(91, ON)) + 1

    def query() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(SQL, [old, young, streets])
            return [pk for (pk,) in cursor.fetchall()]

    def run() -> float:
        query()
        return milliseconds(query)

    return run
