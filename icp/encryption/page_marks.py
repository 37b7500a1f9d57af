"""From a changed row to its mark, and to the sealed record that its writer leaves beside the mark.

A mark only says "read this row anew". Right after the commit the writer adds a note: the row's
record, and which marks it answers. A note counts only as long as these are exactly the row's marks,
so it is never older than the row (docs/decisions/0009); without one, readers load the row.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from django.db import connection, transaction

from .models import PageDirty, PageNote, new_stamp
from .page_blobs import Note, open_notes, seal_note
from .page_kinds import BATCH, PageKind, among_these, fetch_binary, load_records

PAGES_LOCK = 0x1C9  # the class of the advisory locks of pages

Marks = dict[int, int]  # primary key -> the stamps of all its marks, as one number
Notes = dict[int, Note]  # primary key -> the note that answers exactly its marks


def mark_dirty(kind: PageKind, pks: Iterable[int]) -> None:
    """Say, in the transaction that changed them, that these rows' records must be read anew."""
    rows = list(pks)
    PageDirty.objects.bulk_create(
        (PageDirty(kind=kind.name, slot=pk, stamp=new_stamp()) for pk in rows), batch_size=BATCH
    )
    if kind.noted:
        # A note only saves time: where it fails, the change stands all the same.
        transaction.on_commit(partial(_note, kind, rows), robust=True)


def read_marks(kind: PageKind) -> tuple[Marks, Notes]:
    """All marks, and the notes that answer them."""
    return _told(fetch_binary(_TOLD.format(among=""), [kind.name, kind.name]))


# One statement: what it sees is of one moment.
_TOLD = """
    SELECT slot, stamp, CAST(NULL AS bytea) FROM encryption_pagedirty WHERE kind = %s{among}
    UNION ALL SELECT slot, covers, record FROM encryption_pagenote WHERE kind = %s{among}
"""


def _told(rows: Iterable[tuple[int, int, bytes | None]]) -> tuple[Marks, Notes]:
    marks: Marks = {}
    notes = []
    for pk, stamp, record in rows:
        if record is None:
            # All of them: a mark with a lower id may be committed after one with a higher.
            marks[pk] = marks.get(pk, 0) ^ stamp
        else:
            notes.append((pk, stamp, record))
    return marks, {note[0]: note for note in notes if marks.get(note[0]) == note[1]}


def records_of(
    kind: PageKind, pks: Sequence[int], notes: Mapping[int, Note]
) -> Mapping[int, bytes]:
    """Current records of marked rows: out of their notes, else read from the rows."""
    noted = [notes[pk] for pk in pks if pk in notes]
    records = open_notes(kind.name, kind.dtype.itemsize, noted)
    return records | load_records(kind, [pk for pk in pks if pk not in records])


def _note(kind: PageKind, pks: Sequence[int]) -> None:
    """Leave the records of changed rows beside their marks."""
    with transaction.atomic():
        if not _nobody_folds(kind):
            return  # the folder reads these rows itself
        # The marks first, the rows after: a record may know more than its marks say, never less.
        marks, notes = _told(_rows(kind, pks))
        records = load_records(kind, sorted(marks.keys() - notes.keys()))
        PageNote.objects.bulk_create(
            (
                PageNote(
                    kind=kind.name,
                    slot=pk,
                    covers=marks[pk],
                    record=seal_note(kind.name, pk, marks[pk], record),
                )
                for pk, record in records.items()
            ),
            batch_size=BATCH,
        )


def _rows(kind: PageKind, pks: Sequence[int]) -> Iterator[tuple[int, int, bytes | None]]:
    for start in range(0, len(pks), BATCH):
        among, parameters = among_these(pks[start : start + BATCH])
        sql = _TOLD.format(among=f" AND slot {among}")
        yield from fetch_binary(sql, [kind.name, *parameters] * 2)


def lock_key(kind: PageKind) -> int:
    """The advisory lock that folders hold alone and writers of notes share."""
    return zlib.crc32(f"pages/{kind.name}".encode()) - 2**31


def _nobody_folds(kind: PageKind) -> bool:
    """Keep folders away until the transaction ends: what one has folded must not be noted again.

    Nobody waits: while a folder works, the answer is no. SQLite has one writer anyway.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock_shared(%s, %s)", [PAGES_LOCK, lock_key(kind)]
        )
        return bool(cursor.fetchone()[0])
