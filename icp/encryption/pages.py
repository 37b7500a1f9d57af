"""From facts about people to sealed pages of fixed records, and from pages to one numpy array.

A page holds the records of 512 consecutive primary keys (page = pk // 512, slot = pk % 512) in one
sealed blob. Whoever changes a row only marks it dirty; a folder rewrites the pages. Readers look
at the marks first and at the pages after, and load marked rows themselves: so every record is at
least as new as the moment of the first look, without one long snapshot.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from .folding import fold, rebuild, verify
from .page_blobs import SLOTS
from .page_kinds import KINDS, Ids, PageKind, Records, fetch
from .page_marks import Marks, Notes, mark_dirty, read_marks, records_of

FOLD_ABOVE = 2000  # marked rows: beyond this, folding once is cheaper than loading them every time

Fingerprint = tuple[int, str]


@dataclass(repr=False)
class Snapshot:
    """Everybody's records, and their primary keys in ascending order; shared, so read-only.

    `records` hold the fields that are asked for often; `column` reads the others when they are.
    """

    records: Records
    ids: Ids
    read_seldom: Callable[[Ids], Records]
    seldom: Records | None = None

    def column(self, name: str) -> npt.NDArray[Any]:
        """One field of everybody, in the order of `ids`."""
        if name in (self.records.dtype.names or ()):
            return np.ascontiguousarray(self.records[name])
        if self.seldom is None:
            self.seldom = self.read_seldom(self.ids)
        return np.ascontiguousarray(self.seldom[name])


@dataclass(repr=False)
class _Tables:
    """One part of all pages: all slots as bytes, in order of the pages' numbers."""

    nonces: dict[int, bytes] = field(default_factory=dict)
    table: Records | None = None


@dataclass(repr=False)
class _Memory:
    """What this process knows of a kind; every part is named by random nonces and stamps."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    parts: tuple[_Tables, _Tables] = field(default_factory=lambda: (_Tables(), _Tables()))
    loaded: dict[tuple[int, int], bytes] = field(default_factory=dict)  # (pk, stamp) -> record
    marks: Marks = field(default_factory=dict)
    latest: tuple[Fingerprint, Snapshot] | None = None
    snapshot: Snapshot | None = None


_memories: dict[str, _Memory] = {}


def forget() -> None:
    """Drop what this process remembers of pages."""
    _memories.clear()


# --- what is there ---------------------------------------------------------------------------------


def fingerprint(marks: Marks, nonces: dict[int, bytes]) -> Fingerprint:
    """What tells one state of pages and marks from another: all their random parts in two values."""
    together = 0
    for stamp in marks.values():
        together ^= stamp
    joined = b"".join(nonces[number] for number in sorted(nonces))
    return together, hashlib.md5(joined, usedforsecurity=False).hexdigest()


# One small answer instead of a row for every mark and page: the warm way costs half a millisecond
# less. SQLite has no such aggregates, and no way to save.
_FINGERPRINT = """
    SELECT coalesce((SELECT bit_xor(stamp) FROM encryption_pagedirty WHERE kind = %s), 0),
           (SELECT md5(coalesce(string_agg(nonce, ''::bytea ORDER BY number), ''::bytea))
            FROM encryption_page WHERE kind = %s)
"""


def _still(kind: PageKind, memory: _Memory) -> Snapshot | None:
    """The latest snapshot, where nothing changed since."""
    latest = memory.latest
    if latest is None or connection.vendor != "postgresql":
        return None
    known, remembered = latest
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT, [kind.name, kind.name])
        return remembered if cursor.fetchone() == known else None


def read_nonces(kind: PageKind) -> dict[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, nonce FROM encryption_page WHERE kind = %s ORDER BY number", [kind.name]
        )
        return {number: bytes(nonce) for number, nonce in cursor.fetchall()}


# --- reading --------------------------------------------------------------------------------------


def snapshot(kind: PageKind) -> Snapshot:
    """The records of all rows of this kind as they are now."""
    memory = _memories.setdefault(kind.name, _Memory())
    still = _still(kind, memory)
    if still is not None:
        return still
    marks, notes = read_marks(kind)
    if len(marks) > FOLD_ABOVE and not connection.in_atomic_block:
        fold(kind)
        marks, notes = read_marks(kind)
    with memory.lock:
        before = memory.parts[0].nonces
        table = _table(kind, memory.parts[0], 0)
        nonces = memory.parts[0].nonces
        if nonces is not before:
            memory.snapshot = None
        elif memory.snapshot is not None and memory.marks == marks:
            return memory.snapshot
        records = _load_marked(kind, memory, marks, notes)
        result = _assemble(kind, nonces, table, records, memory)
        # What a transaction sees of its own work must not be remembered: it may roll back.
        if not connection.in_atomic_block:
            memory.marks, memory.snapshot = marks, result
            memory.latest = fingerprint(marks, nonces), result
        elif memory.snapshot is not None:
            memory.snapshot = memory.latest = None
        return result


def _table(kind: PageKind, memory: _Tables, part: int) -> Records:
    """All pages' slots in one array; opens only pages that were written since the last time."""
    old, pages = memory.nonces, {}
    if memory.table is None:
        pages = fetch(kind, part=part)
        known = {number: nonce for number, (nonce, _blob) in pages.items()}
    else:
        known = read_nonces(kind)
        if known == old:
            return memory.table
        changed = [number for number, nonce in known.items() if old.get(number) != nonce]
        pages = fetch(kind, changed, part)
        # A page that vanished between the two looks was emptied by a rebuild.
        for number in changed:
            del known[number]
        known |= {number: nonce for number, (nonce, _blob) in pages.items()}
    numbers = sorted(known)
    # As mere bytes: numpy copies those 30 times faster than fields one by one.
    table = np.empty((len(numbers), SLOTS), np.dtype((np.void, kind.parts[part].itemsize)))
    if memory.table is not None and old:
        _copy_kept(table, numbers, memory.table, sorted(old), set(pages))
    room = table.view(np.uint8)
    for place, number in enumerate(numbers):
        if number in pages:
            kind.open(part, number, pages[number], room[place].data)
    memory.table, memory.nonces = table, {number: known[number] for number in numbers}
    return table


def _copy_kept(
    table: Records, numbers: list[int], before: Records, old: list[int], changed: set[int]
) -> None:
    place = {number: index for index, number in enumerate(old)}
    kept = [n for n in numbers if n in place and n not in changed]
    into = {number: index for index, number in enumerate(numbers)}
    if kept:
        table[[into[number] for number in kept]] = before[[place[number] for number in kept]]


def _load_marked(kind: PageKind, memory: _Memory, marks: Marks, notes: Notes) -> dict[int, bytes]:
    """Current records of marked rows; those marked since the last time are read together."""
    loaded = memory.loaded
    missing = [pk for pk, stamp in marks.items() if (pk, stamp) not in loaded]
    fresh = records_of(kind, missing, notes)
    records = {pk: fresh[pk] if pk in fresh else loaded[pk, stamp] for pk, stamp in marks.items()}
    if not connection.in_atomic_block:
        memory.loaded = {(pk, stamp): records[pk] for pk, stamp in marks.items()}
    return records


def _assemble(
    kind: PageKind,
    nonces: dict[int, bytes],
    table: Records,
    marked: dict[int, bytes],
    memory: _Memory,
) -> Snapshot:
    """Pages with the marked rows laid over them, without the empty slots."""
    numbers = np.fromiter(nonces, np.int64, len(nonces))
    ids = (numbers[:, None] * SLOTS + np.arange(SLOTS)).ravel()
    records = table.reshape(-1)
    there = records.view(kind.parts[0])[kind.present] != 0
    order = sorted(marked)
    pks = np.array(order, np.int64)
    rows = np.frombuffer(b"".join(marked[pk] for pk in order), np.uint8)
    rows = rows.reshape(-1, kind.dtype.itemsize)
    often = np.ascontiguousarray(rows[:, : kind.split]).reshape(-1).view(records.dtype)
    alive = often.view(kind.parts[0])[kind.present] != 0
    on_pages = np.isin(pks // SLOTS, numbers)
    there[np.searchsorted(ids, pks[on_pages])] = alive[on_pages]
    ids, records = ids[there], records[there]
    laid, new = alive & on_pages, alive & ~on_pages
    records[np.searchsorted(ids, pks[laid])] = often[laid]
    if new.any():  # rows of pages that nobody has folded yet
        places = np.searchsorted(ids, pks[new])
        ids, records = np.insert(ids, places, pks[new]), np.insert(records, places, often[new])
    records.setflags(write=False)
    ids.setflags(write=False)

    def seldom(ids: Ids) -> Records:
        return _seldom(kind, memory, ids, pks[alive], rows[alive, kind.split :])

    return Snapshot(records.view(kind.parts[0]), ids, seldom)


def _seldom(kind: PageKind, memory: _Memory, ids: Ids, pks: Ids, rows: Records) -> Records:
    """The other part of the same people's records, at least as new as the first."""
    with memory.lock:
        table = _table(kind, memory.parts[1], 1)
        numbers = np.fromiter(memory.parts[1].nonces, np.int64)
    found = np.zeros(len(ids), table.dtype)
    on_pages = np.isin(ids // SLOTS, numbers)
    stored = ids[on_pages]
    found[on_pages] = table[np.searchsorted(numbers, stored // SLOTS), stored % SLOTS]
    found[np.searchsorted(ids, pks)] = np.ascontiguousarray(rows).reshape(-1).view(table.dtype)
    found.setflags(write=False)
    return found.view(kind.parts[1])


__all__ = [
    "KINDS",
    "PageKind",
    "Snapshot",
    "fold",
    "forget",
    "mark_dirty",
    "rebuild",
    "snapshot",
    "verify",
]
