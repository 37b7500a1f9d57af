"""What the pages of one kind hold, and where their records come from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import Cursor

from .page_blobs import HEADER, SLOTS, open_page, seal_page
from .sealing import NONCE, TAG

BATCH = 2000

Records = npt.NDArray[Any]
Ids = npt.NDArray[np.int64]
SealedPage = tuple[bytes, bytes]  # nonce, blob


@dataclass(frozen=True, eq=False)
class PageKind:
    """What the pages of one kind hold.

    `load` reads the current records of rows by primary key, in bulk; a missing row has none. A
    record whose field `present` is 0 counts as nobody. `newest` is the highest primary key. `noted`:
    writers leave their rows' records beside the marks (page_marks.py). `often`: how many of a record's
    bytes most readers ask for; a page keeps the others behind them, sealed apart (0: all of them).
    """

    name: str
    dtype: "np.dtype[Any]"
    load: Callable[[Sequence[int]], Mapping[int, bytes]]
    newest: Callable[[], int] = lambda: 0
    present: str = "state"
    noted: bool = False
    often: int = 0

    def __post_init__(self) -> None:
        KINDS[self.name] = self

    @cached_property
    def parts(self) -> "list[np.dtype[Any]]":
        """The fields of a record that a page keeps together: those asked for often, the others."""
        often: list[tuple[str, np.dtype[Any]]] = []
        seldom: list[tuple[str, np.dtype[Any]]] = []
        for name, (dtype, offset, *_title) in (self.dtype.fields or {}).items():
            (often if offset < self.split else seldom).append((name, dtype))
        return [np.dtype(part) for part in (often, seldom) if part]

    @property
    def split(self) -> int:
        return self.often or int(self.dtype.itemsize)

    def seal(self, number: int, records: Records) -> SealedPage:
        """(nonce, blob) of a page."""
        table = np.ascontiguousarray(records).view(np.uint8).reshape(SLOTS, -1)
        nonce, blob = seal_page(self.name, number, table[:, : self.split].tobytes())
        if self.often:
            own, seldom = seal_page(self._seldom(nonce), number, table[:, self.split :].tobytes())
            blob += own + seldom
        return nonce, blob

    def open(self, part: int, number: int, page: SealedPage, into: memoryview) -> None:
        """Write one part of a page, as `fetch` gives it, into a buffer; raises Tampered."""
        nonce, blob = page
        if part:
            open_page(self._seldom(nonce), number, blob[:NONCE], blob[NONCE:], into)
        else:
            open_page(self.name, number, nonce, blob, into)

    def open_whole(self, number: int, page: SealedPage) -> Records:
        """A page's records, from all that stands in its row."""
        nonce, blob = page
        end = self.first_length if self.often else len(blob)
        table = np.empty((SLOTS, self.dtype.itemsize), np.uint8)
        first = 0
        for part, (dtype, sealed) in enumerate(
            zip(self.parts, (blob[:end], blob[end:]), strict=False)
        ):
            room = np.empty((SLOTS, dtype.itemsize), np.uint8)
            self.open(part, number, (nonce, sealed), room.reshape(-1).data)
            table[:, first : first + dtype.itemsize] = room
            first += dtype.itemsize
        return table.reshape(-1).view(self.dtype)

    @property
    def first_length(self) -> int:
        """How many bytes of a page's blob hold its first part."""
        return HEADER + self.split * SLOTS + TAG

    def _seldom(self, nonce: bytes) -> str:
        """What the second part is bound to: the very writing of the first."""
        return f"{self.name}/{nonce.hex()}"


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


def fetch(
    kind: PageKind, numbers: Sequence[int] | None = None, part: int | None = None
) -> dict[int, SealedPage]:
    """Pages by number, all or those asked for, whole or one part of them.

    One may be newer than the nonce asked for.
    """
    sql = _PAGES.format(blob=_part_of_blob(kind, part))
    if numbers is None:
        return _sealed(fetch_binary(sql, [kind.name]))
    pages: dict[int, SealedPage] = {}
    for start in range(0, len(numbers), BATCH):
        among, parameters = among_these(numbers[start : start + BATCH])
        pages |= _sealed(fetch_binary(f"{sql} AND number {among}", [kind.name, *parameters]))
    return pages


_PAGES = "SELECT number, nonce, {blob} FROM encryption_page WHERE kind = %s"


def _part_of_blob(kind: PageKind, part: int | None) -> str:
    # The database need not read, nor send, the rest of it.
    if part is None or not kind.often:
        return "blob"
    if part == 0:
        return f"substr(blob, 1, {kind.first_length})"
    return f"substr(blob, {kind.first_length + 1})"


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
    return {number: kind.open_whole(number, page) for number, page in fetch(kind, numbers).items()}
