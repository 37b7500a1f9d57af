"""From a database that a test really wrote into to the one the migrations left, touching only what changed.

Django would empty every table and make its content types, permissions and roles anew.
"""

from typing import Any

from django.db import connection

from admin_module import append_only

KEPT = {"django_migrations"}
_first: dict[str, list[tuple[Any, ...]]] = {}  # by table: its rows after the migrations
_late: list[
    None
] = []  # something may still be writing: a page's last request, a worker's last round


def remember() -> None:
    """What the migrations wrote; called once, before any test."""
    _first.update({table: _rows(table) for table in _filled()})


def empty_after() -> None:
    """After a test that really wrote."""
    empty()
    _late.append(None)


def empty_before() -> None:
    """Before a test that will write nothing for good: what came late after the last one that did."""
    if _late:
        _late.clear()
        empty()


def empty() -> None:
    """Delete what tests wrote, write what they took away."""
    changed = {table for table in _filled() if table not in _first}
    changed |= {table for table, rows in _first.items() if _rows(table) != rows}
    if not changed:
        return
    guarded = changed & set(append_only.guarded(connection))
    for table in guarded:
        append_only.release(connection, table)
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which knows no such thing for a whole session
            cursor.execute("SET session_replication_role = replica")
        for table in changed:
            cursor.execute(f"DELETE FROM {table}")
            _write(cursor, table)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
    for table in guarded:
        append_only.guard(connection, table)


def end_other_sessions() -> None:
    """A thread of some test may have left its connection open: the database could not be dropped."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def _filled() -> list[str]:
    tables = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in sorted(tables))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [row[0] for row in cursor.fetchall()]


def _rows(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
        return [tuple(_plain(value) for value in row) for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _write(cursor: Any, table: str) -> None:
    rows = _first.get(table, [])
    if rows:
        places = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
