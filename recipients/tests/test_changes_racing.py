"""The feed on PostgreSQL under real transactions that commit and fail in any order: nothing is lost,
nothing is told twice. A number drawn before the commit, as every serial key is, fails these tests."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import SystemRandom
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from recipients.feed import change_sql, changes
from recipients.feed.changes import Cursor

pytestmark = pytest.mark.postgres
PERSON = 7
WRITERS, THINGS = 4, 12
NOTE = change_sql.NOTE["postgresql"]["person"]
UIDS = [uuid.UUID(int=number) for number in range(1, THINGS + 1)]


@pytest.fixture(autouse=True)
def _table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """`thing` stands for what changes: its version, or no row any more."""
    with django_db_blocker.unblock():
        _run("CREATE TABLE IF NOT EXISTS test_thing (uid uuid PRIMARY KEY, version int)")
        empty()
        yield
        _run("DROP TABLE test_thing")
        empty()


def _run(statement: str, *params: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)
        return cursor.fetchall() if cursor.description else []


def empty() -> None:
    _run("DELETE FROM recipients_change")
    _run("DELETE FROM recipients_changestream")
    if _run("SELECT to_regclass('test_thing')")[0][0]:
        _run("DELETE FROM test_thing")


class Writer:
    """One connection with at most one transaction open."""

    def __init__(self) -> None:
        self.connection = connection.get_new_connection(connection.get_connection_params())
        self.held: set[uuid.UUID] = set()
        self.version = 0

    def change(self, uid: uuid.UUID, *, gone: bool) -> None:
        """Change a thing and note it, in a transaction that stays open."""
        self.held.add(uid)
        with self.connection.cursor() as cursor:
            if gone:
                cursor.execute("DELETE FROM test_thing WHERE uid = %s", [uid])
            else:
                cursor.execute(
                    "INSERT INTO test_thing VALUES (%s, 1) "
                    "ON CONFLICT (uid) DO UPDATE SET version = test_thing.version + 1",
                    [uid],
                )
            cursor.execute(
                NOTE, {"uids": [uid], "owners": [PERSON], "kind": "message", "deleted": gone}
            )

    def savepoint(self, word: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(word)

    def end(self, *, commit: bool) -> None:
        self.held.clear()
        if commit:
            self.connection.commit()
        else:
            self.connection.rollback()


class Client:
    """Keeps what it is told; what is not there any more is deleted.

    Nothing is told twice, but where snapshots are cut and somebody else in the cluster is at work.
    """

    def __init__(self, *, cut: bool = False) -> None:
        self.cut = cut
        self.cursor: Cursor | None = None
        self.kept: dict[uuid.UUID, int] = {}
        self.told: set[tuple[uuid.UUID, int]] = set()

    def page(self, limit: int) -> bool:
        page = changes.read(self.cursor, recipient=PERSON, device=None, limit=limit)
        for one in page.changes:
            key = (one.uid, one.revision)
            assert self.cut or key not in self.told, "told twice"
            self.told.add(key)
        there = dict(
            _run(
                "SELECT uid, version FROM test_thing WHERE uid = ANY(%s)",
                [one.uid for one in page.changes],
            )
        )
        for one in page.changes:
            if one.uid in there:
                self.kept[one.uid] = there[one.uid]
            else:
                self.kept.pop(one.uid, None)
        self.cursor = page.cursor
        return page.more

    def catch_up(self, limit: int = 3) -> None:
        while self.page(limit):
            pass

    def check(self) -> None:
        self.catch_up()  # perhaps only the rest of a round that ends at an older snapshot
        self.catch_up()
        assert self.kept == dict(_run("SELECT uid, version FROM test_thing"))


@contextmanager
def writers() -> Iterator[list[Writer]]:
    made = [Writer() for _ in range(WRITERS)]
    try:
        yield made
    finally:
        for one in made:
            one.connection.close()


@pytest.fixture(scope="module")
def four() -> Iterator[list[Writer]]:
    with writers() as made:
        yield made


Step = tuple[str, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "change",
                "change",
                "delete",
                "inner",
                "inner lost",
                "commit",
                "commit",
                "abort",
                "sync",
                "page",
            ]
        ),
        st.integers(0, WRITERS - 1),
        st.integers(0, THINGS - 1),
    ),
    max_size=40,
)


def _write(writer: Writer, what: str, uid: uuid.UUID) -> None:
    """`inner`: in a savepoint, whose number is not the transaction's; `lost`: rolled back to it."""
    if what.startswith("inner"):
        writer.savepoint("SAVEPOINT one")
        writer.change(uid, gone=False)
        writer.savepoint("ROLLBACK TO one" if what == "inner lost" else "RELEASE one")
    else:
        writer.change(uid, gone=what == "delete")


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_any_interleaving_ends_with_what_stands_in_the_database(
    four: list[Writer], script: list[Step]
) -> None:
    for writer in four:
        writer.end(commit=False)  # what an example that failed left open
    empty()
    client = Client()
    for what, number, thing in script:
        writer, uid = four[number], UIDS[thing]
        if what in {"commit", "abort"}:
            writer.end(commit=what == "commit")
        elif what == "sync":
            client.catch_up()
        elif what == "page":
            client.page(1)  # the rest of the round comes whenever the next step asks
        elif not any(uid in other.held for other in four if other is not writer):
            _write(writer, what, uid)
    for writer in four:
        writer.end(commit=True)
    client.check()


def test_an_old_transaction_holds_nobody_up_and_is_told_when_it_ends(four: list[Writer]) -> None:
    slow, quick = four[:2]
    client = Client()
    slow.change(UIDS[0], gone=False)
    for uid in UIDS[1:]:
        quick.change(uid, gone=False)
        quick.end(commit=True)
    client.check()
    assert set(client.kept) == set(UIDS[1:])
    slow.end(commit=True)
    client.check()
    assert set(client.kept) == set(UIDS)


def test_threads_that_write_as_fast_as_they_can(four: list[Writer]) -> None:
    ends, chance = time.monotonic() + 3, SystemRandom()
    locks = [threading.Lock() for _ in UIDS]

    def work() -> None:
        with Writer().connection as own:
            writer = Writer()
            writer.connection = own
            while time.monotonic() < ends:
                thing = chance.randrange(THINGS)
                with locks[thing]:
                    writer.change(UIDS[thing], gone=chance.random() < 0.2)
                    time.sleep(chance.random() / 200)
                    writer.end(commit=chance.random() < 0.8)

    threads = [threading.Thread(target=work) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    client, rounds = Client(), 0
    while any(thread.is_alive() for thread in threads):
        client.catch_up(2)
        rounds += 1
    for thread in threads:
        thread.join()
    client.check()
    assert rounds > 20
    assert len(client.told) > 50


def test_a_snapshot_with_very_many_under_way_is_cut_and_loses_nothing(
    four: list[Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Room for one or two more of somebody else's in this cluster, not for these four.
    [[now]] = _run("SELECT pg_current_snapshot()::text")
    monkeypatch.setattr(changes, "LONGEST_SNAPSHOT", len(now) + 16)
    for writer, uid in zip(four, UIDS, strict=False):
        writer.change(uid, gone=False)
    client = Client(cut=True)
    client.catch_up()
    for writer in four:
        writer.end(commit=True)
    client.check()


@pytest.mark.django_db
def test_a_transaction_reads_what_it_wrote_itself() -> None:
    """As everything does that runs inside of one, tests among it; it may be told again."""
    changes.note("message", UIDS[:2], people=[PERSON])
    page = changes.read(None, recipient=PERSON, device=None, limit=9)
    assert {one.uid for one in page.changes} == set(UIDS[:2])
