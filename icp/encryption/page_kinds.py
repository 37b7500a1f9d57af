"""What the pages of one kind hold, and where their records come from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import Cursor

from .page_blobs import SLOTS, open_page

BATCH = 2000

Records = npt.NDArray[Any]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PageKind:
    """What the pages of one kind hold.

    `load` reads the current records of rows by primary key, in bulk; a missing row has none. A
    record whose field `present` is 0 counts as nobody. `newest` is the highest primary key. `noted`:
    writers leave their rows' records beside the marks (page_marks.py).
    """

    name: str
    dtype: "np.dtype[Any]"
    load: Callable[[Sequence[int]], Mapping[int, bytes]]
    newest: Callable[[], int] = lambda: 0
    present: str = "state"
    noted: bool = False

    def __post_init__(self) -> None:
        KINDS[self.name] = self

    @property
    def raw(self) -> "np.dtype[Any]":
        """Records as mere bytes: numpy copies those 30 times faster than fields one by one."""
        return np.dtype((np.void, self.dtype.itemsize))

    @property
    def page_size(self) -> int:
        return int(self.dtype.itemsize) * SLOTS


KINDS: dict[str, PageKind] = {}


def load_records(kind: PageKind, pks: Sequence[int]) -> dict[int, bytes]:
    """One record for every primary key, zeros where the row has none."""
    nobody = bytes(kind.dtype.itemsize)
    records: dict[int, bytes] = {}
    for start in range(0, len(pks), BATCH):
        part = pks[start : start + BATCH]
        found = kind.load(part)
        records |= {pk: found.get(pk, nobody) for pk in part}
    return records


SealedPage = tuple[bytes, bytes]  # nonce, blob


def fetch(kind: PageKind, numbers: Sequence[int] | None = None) -> dict[int, SealedPage]:
    """Pages by number, all or those asked for; one may be newer than the nonce asked for."""
    if numbers is None:
        return _sealed(fetch_binary(_PAGES, [kind.name]))
    pages: dict[int, SealedPage] = {}
    for start in range(0, len(numbers), BATCH):
        part = list(numbers[start : start + BATCH])
        among, parameters = among_these(part)
        pages |= _sealed(fetch_binary(f"{_PAGES} AND number {among}", [kind.name, *parameters]))
    return pages


_PAGES = "SELECT number, nonce, blob FROM encryption_page WHERE kind = %s"


def _sealed(rows: list[Any]) -> dict[int, SealedPage]:
    return {number: (bytes(nonce), bytes(blob)) for number, nonce, blob in rows}


def among_these(ids: Sequence[int]) -> tuple[str, list[Any]]:
    """A condition on ids: one array where the database has them, for 500 parameters cost more
    than what they find."""
    if connection.vendor == "postgresql":
        return "= ANY(%s)", [list(ids)]
    return f"IN ({', '.join(['%s'] * len(ids))})", list(ids)


def fetch_binary(sql: str, parameters: Sequence[Any]) -> list[Any]:
    """All rows of a query full of sealed bytes, on PostgreSQL not as hexadecimal text: a quarter of
    the time for a whole town."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
    connection.ensure_connection()
    with Cursor(connection.connection) as bare:
        bare.execute(sql.encode(), parameters, binary=True)
        return bare.fetchall()


def read_pages(kind: PageKind, numbers: Sequence[int]) -> dict[int, Records]:
    """Copies of opened pages by number, for whoever rewrites or checks them."""
    pages: dict[int, Records] = {}
    for number, (nonce, blob) in fetch(kind, numbers).items():
        pages[number] = np.empty(SLOTS, kind.dtype)
        open_page(kind.name, number, nonce, blob, pages[number].view(np.uint8).data)
    return pages
