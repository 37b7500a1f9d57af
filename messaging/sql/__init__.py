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
        return _prepared(postgresql.STATEMENTS[name], params)
    plain = {key: _plain(value) for key, value in params.items()}
    statements = sqlite.STATEMENTS[name]
    with connection.cursor() as cursor:
        for statement in (statements,) if isinstance(statements, str) else statements:
            cursor.execute(statement, plain)
        return cursor.fetchall() if cursor.description else []


def _prepared(statement: str, params: Mapping[str, object]) -> list[Row]:
    """Bound and prepared by the server: planning these statements costs more than running them.

    Django's own cursors write the values into the text.
    """
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection, row_factory=tuple_row) as cursor,
    ):
        # The texts are this package's constants; no value is ever written into them.
        cursor.execute(statement.encode(), dict(params), prepare=True)
        return cursor.fetchall() if cursor.description else []


def _plain(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return json.dumps([_plain(item) for item in value])
    if isinstance(value, uuid.UUID):
        return value.hex
    return value
