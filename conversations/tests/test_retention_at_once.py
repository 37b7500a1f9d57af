"""A hold and the purge of one conversation at once, on two connections: one of them wins, and says so."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from conversations.models import Conversation, EarlyPurge, PurgeState, RetentionHold, Tombstone
from conversations.retention import destroying, early, holds, purging
from conversations.tests.ended import over
from icp.encryption.erasing import erase_key
from icp.encryption.models import DataKey
from tests import make
from tests import make_conversations as made

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
# Asked on the connection that the other one waits for; pg_stat_activity would be as old as the transaction.
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"
    settings.DATA_DIR = tmp_path


@pytest.fixture
def other() -> Iterator[Callable[..., Future[Any]]]:
    """Runs a step in a thread and a connection of its own."""

    def closing(step: Callable[[], Any]) -> Any:
        try:
            return step()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        yield lambda step: pool.submit(closing, step)


def until_somebody_waits() -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise TimeoutError("nobody waits for a lock")


def place(conversation: Conversation) -> Any:
    return holds.place(
        conversation,
        RetentionHold.Reason.COURT,
        legal_basis="art. 250 k.p.c.",
        review_on=timezone.localdate() + timedelta(days=30),
    )


def test_a_hold_that_was_first_wins_and_the_conversation_stays_readable(
    other: Callable[..., Future[Any]],
) -> None:
    call = over(made.call())
    with transaction.atomic():
        place(call)
        purged = other(purging.purge)
        until_somebody_waits()
    assert purged.result(30) == purging.Purged(0, ())
    call.refresh_from_db()
    assert call.party.phone == made.PHONE
    assert call.purge_state == PurgeState.KEPT
    assert not Tombstone.objects.exists()


def test_a_purge_that_was_first_wins_and_the_hold_says_that_it_is_too_late(
    other: Callable[..., Future[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = over(made.call())
    reached, real = threading.Event(), erase_key

    def slow(uid: UUID) -> Any:
        gone = real(uid)
        reached.set()
        until_somebody_waits()
        return gone

    monkeypatch.setattr(destroying, "erase_key", slow)
    purged = other(purging.purge)
    assert reached.wait(20)
    with pytest.raises(holds.TooLate):
        place(call)
    assert purged.result(30) == purging.Purged(1, ())
    assert not RetentionHold.objects.exists()
    assert not DataKey.objects.filter(uid=call.uid).exists()
    assert Tombstone.objects.get().purged_at


def test_raced_often_each_conversation_is_either_held_and_whole_or_gone_and_not_held(
    other: Callable[..., Future[Any]],
) -> None:
    calls = [over(made.call()) for _ in range(8)]

    def hold_all() -> Any:
        told = []
        for call in reversed(calls):
            try:
                place(call)
                told.append(call.pk)
            except holds.TooLate:
                continue
        return set(told)

    purged, held = other(purging.purge), other(hold_all)
    done, kept = purged.result(60), held.result(60)
    assert done.failed == ()
    assert done.done + len(kept) == len(calls)
    for call in Conversation.objects.all():
        whole = call.purge_state == PurgeState.KEPT
        assert whole is (call.pk in kept)
        assert whole is DataKey.objects.filter(uid=call.uid).exists()
        assert whole is (call.party is not None)


def test_two_purges_at_once_delete_each_conversation_once(
    other: Callable[..., Future[Any]],
) -> None:
    calls = [over(made.call()) for _ in range(8)]
    both = [other(purging.purge), other(purging.purge)]
    results = [one.result(60) for one in both]
    assert [result.failed for result in results] == [(), ()]
    purging.purge()  # what one of them passed over because the other held it
    stones = Tombstone.objects.filter(purged_at__isnull=False)
    assert stones.count() == len(calls)
    assert {stone.run.ended_at is not None for stone in stones} == {True}
    assert sum(run.purged for run in {stone.run for stone in stones}) == len(calls)


def test_the_two_agreements_at_once_delete_once(other: Callable[..., Future[Any]]) -> None:
    call, director = made.call(), made.director()
    officer = make.staff("data_protection_officer")
    proposal = early.propose(call, EarlyPurge.Ground.OBJECTION, director, case_number="IOD.1.2026")
    both = [other(lambda user=user: early.agree(proposal, user)) for user in (director, officer)]
    assert sorted(one.result(60) for one in both) == [False, True]
    proposal.refresh_from_db()
    assert proposal.done_at
    assert Tombstone.objects.count() == 1
