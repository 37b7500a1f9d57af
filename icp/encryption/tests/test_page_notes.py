"""A note beside a mark spares reading the row, and never says less than the row."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pytest
from django.db import transaction
from django.db.models import F

from icp.encryption import folding, pages, rotation
from icp.encryption.errors import Tampered
from icp.encryption.models import PageDirty, PageNote
from recipients.models import Recipient

from .conftest import Ring
from .people import person
from .test_pages import Crowd

RECORD = np.dtype([("state", "u1"), ("revision", "<u4")])
pytestmark = pytest.mark.django_db(transaction=True)
loaded: list[int] = []


def load(pks: Sequence[int]) -> Mapping[int, bytes]:
    loaded.extend(pks)
    people = Recipient.objects.filter(pk__in=pks).exclude(state="erased")
    return {
        pk: np.array([(1, revision)], RECORD).tobytes()
        for pk, revision in people.values_list("pk", "revision")
    }


@pytest.fixture(autouse=True)
def kind() -> Iterator[pages.PageKind]:
    yield pages.PageKind("noted", RECORD, load, noted=True)
    pages.KINDS.pop("noted")
    pages.forget()


def change(kind: pages.PageKind, pk: int) -> None:
    with transaction.atomic():
        Recipient.objects.filter(pk=pk).update(revision=F("revision") + 1)
        pages.mark_dirty(kind, [pk])


def seen(kind: pages.PageKind) -> dict[int, int]:
    """What a process without memory reads."""
    pages.forget()
    loaded.clear()
    shot = pages.snapshot(kind)
    revisions = shot.records["revision"].tolist()
    return dict(zip(shot.ids.tolist(), revisions, strict=True))


def true() -> dict[int, int]:
    return dict(Recipient.objects.exclude(state="erased").values_list("pk", "revision"))


def notes() -> int:
    return PageNote.objects.count()


def test_a_reader_need_not_read_the_rows_again(kind: pages.PageKind) -> None:
    rows = [person() for _ in range(3)]
    pages.mark_dirty(kind, [row.pk for row in rows])
    for row in (rows[0], rows[1], rows[1]):
        change(kind, row.pk)
        assert seen(kind) == true()
        assert loaded == []
    pages.fold(kind)
    assert not PageDirty.objects.exists()
    assert notes() == 0
    assert seen(kind) == true()


def test_a_note_counts_only_for_exactly_the_marks_it_answers(kind: pages.PageKind) -> None:
    row = person()
    change(kind, row.pk)
    # A change whose writer died before its note, or whose mark was committed out of order.
    Recipient.objects.filter(pk=row.pk).update(revision=7)
    PageDirty.objects.create(id=-1, kind=kind.name, slot=row.pk)
    assert seen(kind) == true() == {row.pk: 7}
    assert loaded == [row.pk]
    change(kind, row.pk)  # its note answers all three
    assert seen(kind) == {row.pk: 8}
    assert loaded == []


def test_what_is_not_committed_has_no_note(kind: pages.PageKind) -> None:
    row = person()
    with transaction.atomic():
        change(kind, row.pk)
        assert seen(kind) == true()
        assert notes() == 0
        transaction.set_rollback(True)
    assert notes() == 0


def test_folding_takes_all_marks_of_a_row_together(
    kind: pages.PageKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, other = person(), person()
    for pk in (row.pk, other.pk, row.pk):
        change(kind, pk)
    monkeypatch.setattr(folding, "BATCH", 1)
    folding._fold_batch(kind, PageDirty.objects.latest("id").pk)
    assert set(PageDirty.objects.values_list("slot", flat=True)) == {other.pk}
    assert seen(kind) == true()


@pytest.mark.postgres
def test_nobody_writes_a_note_while_somebody_folds(kind: pages.PageKind) -> None:
    row = person()
    with folding.folder_lock(kind):
        Crowd().run(lambda: change(kind, row.pk))
        assert notes() == 0
    assert seen(kind) == true()
    assert loaded == [row.pk]


def test_the_erased_leave_no_note(kind: pages.PageKind) -> None:
    row = person()
    change(kind, row.pk)
    with transaction.atomic():
        Recipient.objects.filter(pk=row.pk).update(
            state="erased", identity=None, pesel_token=None, duplicate_token=None
        )
        pages.mark_dirty(kind, [row.pk])
    assert seen(kind) == {}
    pages.fold(kind)
    assert notes() == 0


def test_notes_under_an_old_key_go_with_it(kind: pages.PageKind, ring: Ring) -> None:
    row = person()
    change(kind, row.pk)
    ring.rotate("enc")
    assert seen(kind) == true()
    before = rotation.left_under("enc", 1)
    rotation.reseal_pages()
    assert before - rotation.left_under("enc", 1) == 1
    assert notes() == 0
    assert seen(kind) == true()
    assert loaded == [row.pk]


def test_a_note_in_another_ones_place_is_refused(kind: pages.PageKind) -> None:
    row, other = person(), person()
    for each in (row, other):
        change(kind, each.pk)
    note, theirs = PageNote.objects.order_by("slot")
    PageNote.objects.filter(pk=note.pk).update(record=theirs.record)
    with pytest.raises(Tampered):
        seen(kind)


def test_the_newest_wins_whoever_writes_and_folds_at_once(kind: pages.PageKind) -> None:
    people = [person().pk for _ in range(4)]
    dice = np.random.default_rng(1050)

    def write() -> None:
        for pk in dice.permutation(people * 10).tolist():
            change(kind, pk)

    def read(between: Callable[[], object]) -> Callable[[], None]:
        def look() -> None:
            for _ in range(40):
                before = true()
                table = pages.snapshot(kind)
                pages.forget()
                now = dict(zip(table.ids.tolist(), table.records["revision"].tolist(), strict=True))
                assert all(now.get(pk, 1) >= revision for pk, revision in before.items())
                between()

        return look

    Crowd().run(write, write, write, read(lambda: pages.fold(kind)), read(lambda: None))
    assert set(true().values()) == {31}
    assert seen(kind) == true()
    pages.fold(kind)
    assert seen(kind) == true()
