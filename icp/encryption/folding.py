"""From marked rows to rewritten pages: one folder at a time, short transactions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from django.db import connection, transaction

from .models import Page, PageDirty, PageNote
from .page_blobs import SLOTS
from .page_kinds import BATCH, PageKind, Records, load_records, read_pages
from .page_marks import PAGES_LOCK, lock_key

PAGES_AT_ONCE = 4  # a rebuild's transaction: 2 048 rows


@contextmanager
def folder_lock(kind: PageKind) -> Iterator[None]:
    """A transaction in which nobody else writes pages or notes of this kind (SQLite: anything)."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PAGES_LOCK, lock_key(kind)])
        yield


def fold(kind: PageKind) -> int:
    """Write all rows marked until now into their pages; returns how many marks were used up."""
    last = PageDirty.objects.filter(kind=kind.name).order_by("-id").values_list("id", flat=True)
    until = last.first()
    folded = 0
    while until is not None:
        done = _fold_batch(kind, until)
        folded += done
        if done < BATCH:
            break
    return folded


def _fold_batch(kind: PageKind, until: int) -> int:
    with folder_lock(kind):
        marks = list(
            PageDirty.objects.filter(kind=kind.name, id__lte=until)
            .order_by("id")
            .values_list("id", "slot")[:BATCH]
        )
        if marks:
            pks = sorted({pk for _id, pk in marks})
            # All marks of these rows by now: a note counts while they stand, so none may go alone.
            all_marks = PageDirty.objects.filter(kind=kind.name, slot__in=pks)
            mark_ids = list(all_marks.values_list("id", flat=True))
            _write_rows(kind, pks)
            _delete_marks(mark_ids)
            PageNote.objects.filter(kind=kind.name, slot__in=pks)._raw_delete(PageNote.objects.db)
    return len(marks)


def _delete_marks(marks: Sequence[int]) -> None:
    # Exactly those that were read: a mark set meanwhile speaks of something not read yet.
    PageDirty.objects.filter(id__in=marks)._raw_delete(PageDirty.objects.db)


def _write_rows(kind: PageKind, pks: Sequence[int]) -> None:
    records = load_records(kind, pks)
    numbers = sorted({pk // SLOTS for pk in pks})
    pages = read_pages(kind, numbers)
    for number in numbers:
        pages.setdefault(number, np.zeros(SLOTS, kind.dtype))
    for pk, record in records.items():
        pages[pk // SLOTS][pk % SLOTS] = np.frombuffer(record, kind.dtype)[0]
    write_pages(kind, pages)


def write_pages(kind: PageKind, pages: dict[int, Records]) -> None:
    rows = []
    for number, page in pages.items():
        nonce, blob = kind.seal(number, page)
        rows.append(Page(kind=kind.name, number=number, nonce=nonce, blob=blob))
    Page.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "number"],
        update_fields=["nonce", "blob"],
        batch_size=100,
    )


def rebuild(kind: PageKind) -> int:
    """Write every page anew from the rows, after a restore or a new record; returns how many.

    Old pages are not read: they may be of another size, or hold somebody who was erased since.
    """
    last = kind.newest() // SLOTS
    with folder_lock(kind):
        Page.objects.filter(kind=kind.name, number__gt=last).delete()
    for start in range(0, last + 1, PAGES_AT_ONCE):
        numbers = range(start, min(start + PAGES_AT_ONCE, last + 1))
        with folder_lock(kind):
            marks = _marks_on(kind, numbers)
            write_pages(kind, _from_rows(kind, numbers))
            _delete_marks(marks)
            first, end = numbers.start * SLOTS, numbers.stop * SLOTS
            PageNote.objects.filter(kind=kind.name, slot__gte=first, slot__lt=end).delete()
    return last + 1


def _marks_on(kind: PageKind, numbers: range) -> list[int]:
    first, end = numbers.start * SLOTS, numbers.stop * SLOTS
    marks = PageDirty.objects.filter(kind=kind.name, slot__gte=first, slot__lt=end)
    return list(marks.values_list("id", flat=True))


def _from_rows(kind: PageKind, numbers: range) -> dict[int, Records]:
    pks = range(numbers.start * SLOTS, numbers.stop * SLOTS)
    records = load_records(kind, pks)
    table = np.frombuffer(b"".join(records[pk] for pk in pks), kind.dtype)
    return {n: table[(n - numbers.start) * SLOTS :][:SLOTS] for n in numbers}


def verify(kind: PageKind) -> list[int]:
    """Primary keys whose record on the pages differs from their rows; empty is well."""
    fold(kind)
    highest = (
        Page.objects.filter(kind=kind.name).order_by("-number").values_list("number", flat=True)
    )
    last = max(kind.newest() // SLOTS, highest.first() or 0)
    wrong: list[int] = []
    for start in range(0, last + 1, PAGES_AT_ONCE):
        with folder_lock(kind):
            wrong += _differing(kind, range(start, min(start + PAGES_AT_ONCE, last + 1)))
    return wrong


def _differing(kind: PageKind, numbers: range) -> list[int]:
    stored = read_pages(kind, numbers)
    current = _from_rows(kind, numbers)
    blank = np.zeros(SLOTS, kind.dtype)
    wrong = {
        number * SLOTS + int(slot)
        for number in numbers
        for slot in np.flatnonzero(stored.get(number, blank) != current[number])
    }
    # Changed since the pages were read: the mark says so, and no folder takes it away meanwhile.
    marked = PageDirty.objects.filter(kind=kind.name, slot__in=wrong)
    return sorted(wrong - set(marked.values_list("slot", flat=True)))
