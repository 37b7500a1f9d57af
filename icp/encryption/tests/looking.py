"""Ways to look: at the stored bytes, at the queries of a step, at a refusal that spoils nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from recipients.models import Recipient


def stored(row: Recipient, column: str) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM recipients_recipient WHERE id = %s", [row.pk])
        columns = [about[0] for about in cursor.description]
        value = cursor.fetchone()[columns.index(column)]
    return None if value is None else bytes(value)


def queries(do: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        do()
    return [query["sql"] for query in captured]


@contextmanager
def refused(problem: type[Exception]) -> Iterator[None]:
    with pytest.raises(problem), transaction.atomic():
        yield
