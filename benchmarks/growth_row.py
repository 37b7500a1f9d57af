"""From 40 000 people to half a million, and to half a million beside an old open transaction."""

from collections.abc import Iterator

import psycopg

from benchmarks import email_row, orders, sinks
from benchmarks.measuring import Ratio
from benchmarks.plan import Finding, Size

MANY, FEW = 500_000, 40_000


def measure(size: Size) -> Iterator[Finding]:
    ratio = Ratio(f"rate at {MANY:,} people, autovacuum on", f"rate at {FEW:,} people", 0.9)
    with sinks.smtp_sink() as port, email_row.working(port):
        orders.deliver(size.of(FEW) // 10)
        ratio.theirs.append(orders.deliver(size.of(FEW)))
        ratio.ours.append(orders.deliver(size.of(MANY)))
        yield ratio
        with _old_snapshot():
            rate = orders.deliver(size.of(MANY))
    yield f"growth: {rate:,.0f} mails a second at {MANY:,} people beside an old snapshot."


def _old_snapshot() -> "psycopg.Connection[tuple[object, ...]]":
    """A report that somebody forgot: nothing that dies from now on can be cleaned away."""
    import os

    connection = psycopg.connect(os.environ["DATABASE_URL"])
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.execute("SELECT count(*) FROM messaging_delivery")
    return connection
