"""From the name of a statement to its rows: all hand-written SQL of the engine, in two dialects."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection
from psycopg.rows import tuple_row

from . import postgresql, sqlite

Row = tuple[Any, ...]


def on_postgresql() -> bool:
    return connection.vendor == "postgresql"


def run(name: str, params: Mapping[str, object]) -> list[Row]:
    """Run one statement on this thread's connection; rows for those that return any.

    Lists are arrays in PostgreSQL and JSON in SQLite.
    """
    if on_postgresql():
        return _bound(postgresql.STATEMENTS[name], params, prepare=name in postgresql.HOT)
    plain: dict[str, Any] = {key: _plain(value) for key, value in params.items()}
    statements = sqlite.STATEMENTS[name]
    with connection.cursor() as cursor:
        for statement in (statements,) if isinstance(statements, str) else statements:
            cursor.execute(statement, plain)
        return cursor.fetchall() if cursor.description else []


def plan_once() -> None:
    """Let this connection plan the hot statements once: planning costs more than running them."""
    if on_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")


def _bound(statement: str, params: Mapping[str, object], *, prepare: bool) -> list[Row]:
    """Bound by the server; Django's own cursors write the values into the text."""
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection, row_factory=tuple_row) as cursor,
    ):
        # The texts are this package's constants; no value is ever written into them.
        literals = {
            key: _array(value) if isinstance(value, list) else value
            for key, value in params.items()
        }
        cursor.execute(statement.encode(), literals, prepare=prepare)
        return cursor.fetchall() if cursor.description else []


def _array(values: list[object]) -> str:
    """An array as PostgreSQL writes it; every statement casts it to its type.

    psycopg looks at each text with a pattern, which costs more than sending the row does.
    """
    if values and isinstance(values[0], str):
        escaped = "\x00".join(values).replace("\\", r"\\").replace('"', r"\"")  # type: ignore[arg-type]
        return '{"' + escaped.replace("\x00", '","') + '"}'
    return "{" + ",".join(map(str, values)) + "}"


def _plain(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return json.dumps([_plain(item) for item in value])
    if isinstance(value, uuid.UUID):
        return value.hex
    return value
