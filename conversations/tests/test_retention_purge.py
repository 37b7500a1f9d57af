"""§ 6: at six months, to the second, a conversation ends in steps that may be killed anywhere and go on."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from admin_module.models import AuditEntry
from conversations.models import (
    Call,
    ChatEvent,
    ChatRating,
    ChatSession,
    Conversation,
    DestructionProtocol,
    IngestJob,
    NoticeDelivery,
    PurgeRun,
    PurgeState,
    Recording,
    RetentionHold,
    RetentionPolicy,
    SourceDisposal,
    State,
    Tombstone,
)
from conversations.retention import destroying, holds, leftovers, purging
from conversations.tests.ended import over, whole_call, whole_chat
from icp.encryption.errors import KeyErased
from icp.encryption.models import DataKey
from tests import make_conversations as made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"
    settings.DATA_DIR = tmp_path


def test_everything_of_an_expired_conversation_ends_and_what_stays_names_nobody() -> None:
    (call, recording), chat, young = whole_call(), whole_chat(), made.call()
    assert recording.path.exists()
    result = purging.purge()
    assert (result.done, result.failed) == (2, ())
    assert not recording.path.exists()
    for gone in (call, chat):
        gone.refresh_from_db()
        assert (gone.purge_state, gone.party, gone.number_token) == (PurgeState.PURGED, None, None)
        assert not DataKey.objects.filter(uid=gone.uid).exists()
        assert gone.tombstone.purged_at
        assert gone.tombstone.purged_at >= gone.tombstone.key_destroyed_at
        with pytest.raises(KeyErased):
            gone.cipher()
    young.refresh_from_db()
    assert young.party.phone == made.PHONE
    stone = Tombstone.objects.get(conversation=call)
    assert len(stone.digests[0]) == 64
    assert stone.size > 16_000
    assert stone.policy == "6 mies.; zarządzenie nr 308/18, § 6"
    run = PurgeRun.objects.get()
    assert (run.purged, run.by) == (2, None)
    assert purging.purge().done == 0
    assert PurgeRun.objects.count() == DestructionProtocol.objects.filter(run=run).count() == 1


def test_of_what_hung_on_it_only_ids_times_and_codes_stay() -> None:
    (call, _recording), chat = whole_call(), whole_chat()
    purging.purge()
    assert not Recording.objects.exists()
    assert not ChatEvent.objects.exists()
    assert not ChatRating.objects.exists()
    assert NoticeDelivery.objects.get().evidence == {}
    job = IngestJob.objects.get()
    assert job.details is None
    assert not DataKey.objects.filter(uid=job.uid).exists()
    # The source is asked at once and until it confirms; the statistics of line and inbox stay.
    assert SourceDisposal.objects.get().due_at <= timezone.now()
    assert (Call.objects.get().conversation, ChatSession.objects.get().closed_by) == (
        call,
        "timeout",
    )
    chat.refresh_from_db()
    assert chat.state == State.CLOSED
    ended = AuditEntry.objects.filter(action="conversation.purged")
    assert (
        ended.count() == AuditEntry.objects.filter(action="conversation.key_destroyed").count() == 2
    )
    run = PurgeRun.objects.get()
    assert (run.purged, run.by) == (2, None)
    assert purging.purge().done == 0
    assert PurgeRun.objects.count() == DestructionProtocol.objects.filter(run=run).count() == 1


def test_six_calendar_months_to_the_second_by_the_clock_of_the_office(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: _at(2026, 9, 1))
    call = made.call(at=_at(2026, 8, 31, 12))
    assert call.expires_at == _at(2027, 2, 28, 12)
    just_before = call.expires_at - timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: just_before)
    assert purging.purge().done == 0
    assert Conversation.objects.kept().exists()
    monkeypatch.setattr(timezone, "now", lambda: call.expires_at)
    assert not Conversation.objects.kept().exists()
    assert purging.due_by_kind() == {"call": 1}
    assert purging.purge().done == 1


def _at(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))  # type: ignore[arg-type]  # noqa: DTZ001


def test_a_hold_keeps_past_the_time_and_its_release_lets_go() -> None:
    call, recording = whole_call()
    hold = holds.place(
        call,
        RetentionHold.Reason.POLICE,
        legal_basis="art. 217 k.p.k.",
        review_on=timezone.localdate() + timedelta(days=30),
    )
    assert purging.purge().done == 0
    assert Conversation.objects.kept().filter(pk=call.pk).exists()
    assert recording.read()
    holds.release(hold, made.director())
    assert purging.purge().done == 1
    assert not RetentionHold.objects.exists()


def test_a_policy_that_keeps_longer_is_obeyed_though_the_row_knows_an_older_day() -> None:
    call = over(made.call())
    RetentionPolicy.objects.create(kind="call", months=12, legal_basis="art. 6 ustawy o zasobie")
    assert purging.purge().done == 0
    call.refresh_from_db()
    assert call.expires_at > timezone.now() + timedelta(days=150)


class Killed(BaseException):
    """As if the process were gone: nothing may catch it."""


STEPS = ("destroy_key", "unlink_files", "delete_rows")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_around_any_step_the_next_run_finishes(
    moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in STEPS:
        call, recording = whole_call()
        real = getattr(destroying, name)

        def killed(*given: Any, real: Any = real, **named: Any) -> None:
            if moment == "after":
                real(*given, **named)
            raise Killed

        with monkeypatch.context() as patch, suppress(Killed):
            patch.setattr(destroying, name, killed)
            purging.purge()
        call.refresh_from_db()
        started = (name, moment) != ("destroy_key", "before")
        assert (call.purge_state != PurgeState.KEPT) is started
        # Whatever was left: the key and the files agree, and nobody can place a hold any more.
        assert DataKey.objects.filter(uid=call.uid).exists() is not started
        assert purging.purge().failed == ()
        call.refresh_from_db()
        assert call.purge_state == PurgeState.PURGED
        assert not recording.path.exists()
        assert call.tombstone.purged_at
    assert Tombstone.objects.count() == 3
    assert not PurgeRun.objects.filter(ended_at=None).exists()
    assert DestructionProtocol.objects.count() == PurgeRun.objects.count()


def test_a_step_killed_inside_leaves_nothing_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    call, recording = whole_call()

    def killed(uid: UUID) -> None:
        raise Killed

    with monkeypatch.context() as patch, suppress(Killed):
        patch.setattr(destroying, "erase_key", killed)
        purging.purge()
    assert not Tombstone.objects.exists()
    assert recording.read()
    destroying.destroy_key(call.pk, PurgeRun.objects.get())
    with monkeypatch.context() as patch, suppress(Killed):
        patch.setattr(leftovers, "clear", killed)
        purging.purge()
    call.refresh_from_db()
    assert (call.purge_state, Recording.objects.count()) == (PurgeState.PURGING, 1)
    assert purging.purge().done == 1


def test_one_that_fails_hinders_no_other_and_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = over(made.call()), over(made.call())
    real = destroying.unlink_files

    def failing(pk: int) -> Any:
        if pk == bad.pk:
            raise OSError("no disk")
        real(pk)

    monkeypatch.setattr(destroying, "unlink_files", failing)
    result = purging.purge()
    assert (result.done, result.failed) == (1, (bad.pk,))
    assert str(bad.pk) in caplog.text
    assert made.PHONE not in caplog.text
    assert Conversation.objects.get(pk=good.pk).purge_state == PurgeState.PURGED
    # The run waits for it: its protocol says what is true.
    assert not DestructionProtocol.objects.exists()


def test_what_is_deleted_is_written_over_where_the_database_can_be_told_so() -> None:
    if connection.vendor != "sqlite":
        assert "secure_delete" not in str(settings.DATABASES["default"].get("OPTIONS"))
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone()[0] == 1


def test_every_model_that_points_at_a_conversation_goes_or_says_what_stays() -> None:
    """A new one goes by itself; whoever wants it to stay says so in leftovers.KEPT."""
    known = {model._meta.label_lower for model, _column in leftovers.kinds()}
    assert set(leftovers.KEPT) <= known
    assert {"conversations.recording", "conversations.chatevent"} <= known - set(leftovers.KEPT)
