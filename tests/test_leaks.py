"""The search for planted values finds them in every disguise."""

import base64
import sqlite3
from pathlib import Path

import pytest

from tests import leaks

pytestmark = pytest.mark.dry

NAME = "Żaneta Gżegżółka"


@pytest.mark.parametrize(
    "disguise",
    [
        NAME.encode(),
        NAME.lower().encode(),
        NAME.encode("utf-16-le"),
        NAME.encode().hex().encode(),
        base64.b64encode(b"x" + NAME.encode() + b"yz"),
        base64.urlsafe_b64encode(b"xy" + NAME.encode()),
        b"zaneta gzegzolka",
    ],
)
def test_a_disguised_value_is_found(disguise: bytes) -> None:
    assert leaks.found([NAME], {"place": b"before" + disguise + b"after"}) == [f"{NAME!r} in place"]


def test_nothing_is_found_where_nothing_is() -> None:
    assert leaks.found([NAME], {"place": b"Jan Kowalski" * 1000}) == []


def test_sqlite_cells_are_read_one_by_one(tmp_path: Path) -> None:
    file = tmp_path / "x.sqlite3"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE t (a BLOB)")
    connection.execute("INSERT INTO t VALUES (?)", (NAME.encode("utf-16-be"),))
    connection.commit()
    connection.close()
    places = leaks.sqlite_places(file)
    assert f"{NAME!r} in cells" in leaks.found([NAME], places)
