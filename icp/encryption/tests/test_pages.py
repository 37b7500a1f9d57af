"""Pages hold what the rows say: after edits, rebuilds, rollbacks, and with two writers at once."""

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from icp.encryption import pages, rotation
from icp.encryption.errors import Tampered
from icp.encryption.models import Page, PageDirty
from recipients.models import Recipient

from .conftest import Ring
from .people import identity, person

RECORD = np.dtype([("state", "u1"), ("revision", "<u4"), ("length", "<u2")])
pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


def load(pks: Sequence[int]) -> Mapping[int, bytes]:
    people = Recipient.objects.filter(pk__in=pks, identity__isnull=False)
    return {
        pk: np.array([(1, revision, len(who.last_name))], RECORD).tobytes()
        for pk, who, revision in people.opened("identity", "revision")
    }


def newest() -> int:
    last = Recipient.objects.order_by("-pk").first()
    return last.pk if last else 0


KIND = pages.PageKind("test", RECORD, load, newest, noted=True, often=5)  # the length is not


@pytest.fixture(autouse=True)
def _no_memory() -> Iterator[None]:
    pages.forget()
    yield
    pages.forget()


def registered(number: int) -> list[Recipient]:
    people = [person() for _ in range(number)]
    pages.mark_dirty(KIND, [row.pk for row in people])
    return people


def edit(row: Recipient, last_name: str) -> None:
    with transaction.atomic():
        row.identity = identity(last_name)
        row.revision += 1
        row.save()
        pages.mark_dirty(KIND, [row.pk])


def seen() -> dict[int, tuple[int, int]]:
    shot = pages.snapshot(KIND)
    assert list(shot.ids) == sorted(shot.ids)
    columns = (shot.column(name).tolist() for name in ("revision", "length"))
    return dict(zip(shot.ids.tolist(), zip(*columns, strict=True), strict=True))


def true() -> dict[int, tuple[int, int]]:
    people = Recipient.objects.filter(identity__isnull=False).opened("identity", "revision")
    return {pk: (revision, len(who.last_name)) for pk, who, revision in people}


def far_away(row: Recipient) -> Recipient:
    """The same person on another page."""
    Recipient.objects.filter(pk=row.pk).update(id=row.pk + 5 * 512)
    return Recipient.objects.get(pk=row.pk + 5 * 512)


def test_pages_follow_random_edits() -> None:
    people = registered(5)
    people.append(far_away(person()))
    pages.mark_dirty(KIND, [people[-1].pk])
    assert seen() == true()
    for _ in range(40):
        row = secrets.choice(people)
        edit(row, "N" * secrets.randbelow(20))
        if secrets.randbelow(4) == 0:
            pages.fold(KIND)
        if secrets.randbelow(2):
            assert seen() == true()
    pages.fold(KIND)
    assert not PageDirty.objects.exists()
    pages.forget()
    assert seen() == true()
    assert pages.verify(KIND) == []


def test_an_erased_person_leaves_the_pages() -> None:
    row, other = registered(2)
    pages.fold(KIND)
    Recipient.objects.filter(pk=row.pk).update(
        state="erased", identity=None, pesel_token=None, duplicate_token=None
    )
    pages.mark_dirty(KIND, [row.pk])
    assert set(seen()) == {other.pk}
    pages.fold(KIND)
    assert set(seen()) == {other.pk}


@committed
def test_what_rolls_back_is_not_remembered() -> None:
    (row,) = registered(1)
    pages.fold(KIND)
    before = seen()
    with transaction.atomic():
        edit(row, "Rozmyślona")
        assert seen() != before
        pages.fold(KIND)
        assert seen() != before
        transaction.set_rollback(True)
    assert seen() == before


@committed
def test_the_warm_way_reads_two_short_lists_or_one_fingerprint() -> None:
    registered(3)
    first = pages.snapshot(KIND)
    with CaptureQueriesContext(connection) as queries:
        second = pages.snapshot(KIND)
    assert len(queries) == (1 if connection.vendor == "postgresql" else 2)
    assert second is first
    with pytest.raises(ValueError, match="read-only"):
        second.records["state"][0] = 0


@committed
def test_two_marks_committed_in_another_order_are_both_seen() -> None:
    (row,) = registered(1)
    seen()
    edit(row, "Druga")  # its mark has the higher id
    assert seen() == true()
    Recipient.objects.filter(pk=row.pk).update(revision=77)
    PageDirty.objects.create(id=PageDirty.objects.latest("id").pk - 1000, kind="test", slot=row.pk)
    assert seen() == true()


@committed
def test_many_marks_are_folded_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "FOLD_ABOVE", 2)
    registered(3)
    assert seen() == true()
    assert not PageDirty.objects.exists()


def test_a_rebuild_needs_no_old_page() -> None:
    registered(3)
    pages.fold(KIND)
    good = seen()
    Page.objects.update(blob=b"nonsense")
    Page.objects.create(kind="test", number=10_000, nonce=b"n" * 12, blob=b"left over")
    pages.forget()
    with pytest.raises(Tampered):
        pages.snapshot(KIND)
    pages.rebuild(KIND)
    assert seen() == good
    assert pages.verify(KIND) == []


def test_verify_names_who_differs() -> None:
    row, _other = registered(2)
    pages.fold(KIND)
    Recipient.objects.filter(pk=row.pk).update(revision=9)  # and not marked
    assert pages.verify(KIND) == [row.pk]


def test_what_is_seldom_asked_for_is_read_later_and_never_older() -> None:
    kept, gone, far = [*registered(2), far_away(person())]
    pages.fold(KIND)
    pages.mark_dirty(KIND, [far.pk])
    shot = pages.snapshot(KIND)
    assert shot.records.dtype.names == ("state", "revision")
    edit(kept, "Nowsza")
    Recipient.objects.filter(pk=gone.pk).update(
        state="erased", identity=None, pesel_token=None, duplicate_token=None
    )
    pages.mark_dirty(KIND, [gone.pk, *(row.pk for row in registered(1))])
    pages.fold(KIND)
    lengths = dict(zip(shot.ids.tolist(), shot.column("length").tolist(), strict=True))
    assert lengths == {kept.pk: len("Nowsza"), gone.pk: 0, far.pk: len("Kowalska")}
    assert shot.column("length").tolist() == list(lengths.values())


def test_parts_of_two_writings_do_not_fit_together() -> None:
    (row,) = registered(1)
    pages.fold(KIND)
    first = Page.objects.get()
    edit(row, "Nowsza")
    pages.fold(KIND)
    page = Page.objects.get()
    end = KIND.first_length
    page.blob = bytes(page.blob)[:end] + bytes(first.blob)[end:]
    page.save()
    pages.forget()
    with pytest.raises(Tampered):
        pages.snapshot(KIND).column("length")
    with pytest.raises(Tampered):
        pages.verify(KIND)


def test_a_new_key_seals_both_parts_anew(ring: Ring) -> None:
    registered(2)
    pages.fold(KIND)
    ring.rotate("enc")
    assert rotation.reseal_pages() == 1
    assert rotation.left_under("enc", 1) == Recipient.objects.count()  # their data keys
    assert seen() == true()


@pytest.mark.parametrize("column", ["kind", "number", "nonce", "blob"])
def test_a_page_is_bound_to_its_place(column: str) -> None:
    registered(1)
    pages.fold(KIND)
    page = Page.objects.get()
    wrong = {"kind": "tesu", "number": page.number + 1, "nonce": b"n" * 12, "blob": None}[column]
    if column == "blob":
        blob = bytearray(page.blob)
        blob[-1] ^= 1
        wrong = bytes(blob)
    setattr(page, column, wrong)
    page.save()
    pages.forget()
    other = pages.PageKind("tesu", RECORD, load) if column == "kind" else KIND
    with pytest.raises(Tampered):
        pages.snapshot(other).column("length")
    pages.KINDS.pop("tesu", None)


class Crowd:
    """Threads whose first problem is shown; on SQLite, where one writes, they take turns."""

    def __init__(self) -> None:
        self.problems: list[BaseException] = []
        self.at_once = connection.vendor == "postgresql"

    def run(self, *works: Callable[[], None]) -> None:
        threads = [threading.Thread(target=self._one, args=(work,)) for work in works]
        for thread in threads if self.at_once else ():
            thread.start()
        for work in () if self.at_once else works:
            work()
        for thread in threads if self.at_once else ():
            thread.join()
        assert not self.problems

    def _one(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as problem:
            self.problems.append(problem)
        finally:
            connection.close()


@committed
def test_two_writers_and_two_folders_at_once() -> None:
    people = registered(12)

    def write(mine: list[Recipient]) -> None:
        for _ in range(30):
            edit(secrets.choice(mine), "N" * secrets.randbelow(20))

    def fold() -> None:
        for _ in range(30):
            pages.fold(KIND)
            pages.snapshot(KIND)

    Crowd().run(lambda: write(people[:6]), lambda: write(people[6:]), fold, fold)
    assert seen() == true()
    pages.fold(KIND)
    pages.forget()
    assert seen() == true()
    assert pages.verify(KIND) == []
