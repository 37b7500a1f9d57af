"""From 100 000 people to a name and to a PESEL: found in what is sealed, and in plain indexed columns."""

from collections.abc import Callable, Iterator

from benchmarks.measuring import Ratio, milliseconds, paired

NAME = "kowal"
RUNS = 25


def ratios(people: int) -> Iterator[Ratio]:
    """The people are registered already; both sides give primary keys of the first fifty."""
    from recipients.lookup import names

    pesel = _plain()
    yield paired(
        _ratio(f"a name by its beginning (“{NAME}”), {people:,} people", 40),
        _timed(lambda: names.search(NAME)),
        _timed(lambda: _column("name LIKE %s", f"{NAME}%", names.MOST)),
        RUNS,
    )
    yield paired(
        _ratio(f"an exact PESEL, {people:,} people", 5),
        _timed(lambda: _token(pesel)),
        _timed(lambda: _column("pesel = %s", pesel, 1)),
        RUNS,
    )


def _ratio(work: str, target: float) -> Ratio:
    against = "the same in a plain column with an index of its own"
    return Ratio(f"search: {work}", against, target, unit="ms", smaller_is_better=True)


def _timed(work: Callable[[], list[int]]) -> Callable[[], float]:
    def run() -> float:
        if not work():
            raise RuntimeError("nobody was found")
        return milliseconds(work)

    return run


def _token(pesel: str) -> list[int]:
    from recipients.models import Recipient

    return list(Recipient.objects.filter(pesel_token=pesel).values_list("pk", flat=True)[:1])


def _column(condition: str, value: str, most: int) -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM bench_name WHERE {condition} ORDER BY id LIMIT {most}", [value]
        )
        return [pk for (pk,) in cursor.fetchall()]


def _plain() -> str:
    """Names and PESELs of everybody as they would stand unsealed; returns one of the PESELs."""
    from django.db import connection

    from icp.encryption import canon
    from recipients.models import Recipient

    people = Recipient.objects.filter(identity__isnull=False)
    rows = [
        (pk, canon.fold(identity.last_name), identity.pesel)
        for pk, identity in people.opened("identity")
    ]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_name")
        cursor.execute("CREATE TABLE bench_name (id bigint PRIMARY KEY, name text, pesel text)")
        with cursor.copy("COPY bench_name FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("CREATE INDEX ON bench_name (name text_pattern_ops)")
        cursor.execute("CREATE INDEX ON bench_name (pesel)")
        cursor.execute("VACUUM ANALYZE bench_name")
    found: str = next(pesel for _pk, _name, pesel in reversed(rows) if pesel)
    return found
