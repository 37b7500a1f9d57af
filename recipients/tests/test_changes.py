"""The feed of changes: what is noted is read once, by its owner, in pages of one snapshot."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.utils import timezone

from recipients.account import rights
from recipients.feed import change_sql, changes
from recipients.feed.changes import Cursor, Expired, Page
from recipients.models import Change, Device, Recipient
from tests import make

# Each note in a transaction of its own, which no test's transaction may hold together. Nothing refers to
# the people here, so they need no rows.
pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = count(1)


def somebody() -> Recipient:
    return Recipient(pk=next(NUMBERS))


def read(cursor: Cursor | None = None, *, of: Recipient, limit: int = 100) -> Page:
    return changes.read(cursor, recipient=of.pk, device=None, limit=limit)


def uids(page: Page) -> set[uuid.UUID]:
    return {change.uid for change in page.changes}


def some(number: int) -> list[uuid.UUID]:
    return [uuid.uuid4() for _ in range(number)]


def test_a_change_is_read_once_and_again_when_it_changes_again() -> None:
    person, (thing,) = somebody(), some(1)
    changes.note("message", [thing], people=[person.pk])
    first = read(of=person)
    assert (uids(first), first.more) == ({thing}, False)
    second = read(first.cursor, of=person)
    assert second.changes == ()
    changes.note("message", [thing], people=[person.pk])
    third = read(second.cursor, of=person)
    assert uids(third) == {thing}
    assert third.changes[0].revision > first.changes[0].revision
    assert Change.objects.count() == 1


def test_everybody_reads_their_own_and_what_is_for_all() -> None:
    one, other = somebody(), somebody()
    device = Device.objects.create(digest=b"x" * 32)
    mine, theirs, of_device, for_all = some(4)
    changes.note("message", [mine], people=[one.pk])
    changes.note("message", [theirs], people=[other.pk])
    changes.note("report", [of_device], devices=[device.pk])
    changes.note("announcement", [for_all], everybody=True)
    assert uids(read(of=one)) == {mine, for_all}
    assert uids(read(of=other)) == {theirs, for_all}
    nobody = changes.read(None, recipient=None, device=device.pk, limit=9)
    assert uids(nobody) == {of_device, for_all}


def test_what_was_deleted_is_told_to_who_knew_it_and_not_to_who_begins() -> None:
    person, (gone, stays) = somebody(), some(2)
    changes.note("message", [gone, stays], people=[person.pk])
    knows = read(of=person).cursor
    changes.note("message", [gone], people=[person.pk], deleted=True)
    assert [(c.uid, c.deleted) for c in read(knows, of=person).changes] == [(gone, True)]
    assert uids(read(of=person)) == {stays}


def pages(person: Recipient, between: Iterable[object] = ()) -> tuple[list[uuid.UUID], Cursor]:
    """Everything in pages of three; between two of them something happens."""
    page, meanwhile = read(of=person, limit=3), iter(between)
    seen = [change.uid for change in page.changes]
    while page.more:
        next(meanwhile, None)
        page = read(page.cursor, of=person, limit=3)
        seen += [change.uid for change in page.changes]
    return seen, page.cursor


def test_pages_are_of_one_snapshot_and_what_changed_meanwhile_follows() -> None:
    person, things = somebody(), some(8)
    for thing in things:
        changes.note("message", [thing], people=[person.pk])
    assert pages(person)[0] == things[::-1]
    new = uuid.uuid4()

    def meanwhile() -> Iterable[None]:
        changes.note("message", [things[0], new], people=[person.pk])
        yield

    seen, cursor = pages(person, meanwhile())
    assert seen == things[:0:-1]  # the first changed before its page was read: it follows
    assert uids(read(cursor, of=person)) == {things[0], new}


def test_a_merged_card_brings_its_changes_and_tells_them_to_who_reads_the_other() -> None:
    stays, goes = somebody(), somebody()
    both, moved, old = some(3)
    changes.note("message", [both, old], people=[stays.pk])
    changes.note("message", [both, moved], people=[goes.pk])
    cursor = read(of=stays).cursor
    changes.join(stays, goes)
    assert uids(read(cursor, of=stays)) == {both, moved}
    assert uids(read(of=stays)) == {both, moved, old}
    assert uids(read(of=goes)) == set()


def test_the_end_of_a_person_ends_their_changes() -> None:
    person = make.recipient()
    changes.note("message", some(2), people=[person.pk])
    rights.erase(person, by=make.clerk(), reason="x")
    assert not Change.objects.exists()


def test_a_cursor_ends_with_its_history_and_with_its_time() -> None:
    person, (thing,) = somebody(), some(1)
    changes.note("message", [thing], people=[person.pk])
    cursor = read(of=person).cursor
    old = replace(cursor, at=cursor.at - int(changes.OLDEST_CURSOR.total_seconds()) - 60)
    other = replace(cursor, stream=uuid.uuid4().hex)
    later = str(10**12)
    ahead = f"{later}:{later}:" if connection.vendor == "postgresql" else later
    for wrong in (old, other, replace(cursor, base=ahead), replace(cursor, upto=ahead)):
        with pytest.raises(Expired):
            read(wrong, of=person)
    changes.begin_anew()
    with pytest.raises(Expired):
        read(cursor, of=person)
    again = read(of=person)
    assert uids(again) == {thing}
    assert read(again.cursor, of=person).changes == ()


def test_deletions_are_remembered_longer_than_any_cursor_lasts() -> None:
    person, (old, late, there) = somebody(), some(3)
    changes.note("message", [old, late], people=[person.pk], deleted=True)
    changes.note("message", [there], people=[person.pk])
    long_ago = timezone.now() - changes.TOMBSTONES - timedelta(days=1)
    Change.objects.exclude(uid=late).update(changed_at=long_ago)
    assert changes.forget_deleted() == 1
    assert set(Change.objects.values_list("uid", flat=True)) == {late, there}
    assert changes.TOMBSTONES > 2 * changes.OLDEST_CURSOR


@pytest.mark.postgres
def test_rows_whose_transaction_is_still_to_come_are_no_news() -> None:
    """A dump of a busier server was loaded without telling ICP."""
    person, (thing,) = somebody(), some(1)
    changes.note("message", [thing], people=[person.pk])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE recipients_change SET revision = '99999999999'")
    assert read(read(of=person).cursor, of=person).changes == ()
    changes.begin_anew()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT revision::text FROM recipients_change")
        assert cursor.fetchall() == [(str(change_sql.FROZEN),)]
    assert uids(read(of=person)) == {thing}
