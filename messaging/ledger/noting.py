"""From hints that are settled to the feed that a person's devices read (recipients.feed.changes)."""

from collections.abc import Iterable

from messaging import sql
from recipients.feed import changes


def note(deliveries: Iterable[int]) -> None:
    """Note the messages of these deliveries (ids, of the app's channel) for whom they are for, as far
    as they stand in an inbox; in the transaction that moved them, at its end.

    On PostgreSQL the statement that settles deliveries notes them itself.
    """
    ids = sorted(deliveries)
    if ids:
        changes.grow()
        sql.run("note_inbox", {"ids": ids})
