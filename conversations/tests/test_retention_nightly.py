"""Once a night: holds of closed cases end, what is due is deleted, and whoever answers for it hears of trouble."""

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from admin_module import statistics
from admin_module.models import Heartbeat
from conversations.models import (
    AccessRequest,
    Conversation,
    DestructionProtocol,
    PurgeState,
    RetentionCheck,
    RetentionHold,
)
from conversations.retention import destroying, holds, nightly, protocols, purging, reviewing
from conversations.tests.ended import over, whole
from messaging import sweeping
from messaging.models import Letter
from tests import make
from tests import make_conversations as made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"
    settings.DATA_DIR = tmp_path


def at(monkeypatch: pytest.MonkeyPatch, *parts: int) -> None:
    moment = timezone.make_aware(datetime(*parts))  # type: ignore[arg-type]  # noqa: DTZ001
    monkeypatch.setattr(timezone, "now", lambda: moment)


def held(call: Conversation, **changed: Any) -> Any:
    given: dict[str, Any] = {
        "legal_basis": "art. 250 k.p.c.",
        "review_on": timezone.localdate(),
    } | changed
    return holds.place(call, RetentionHold.Reason.COURT, **given)


def test_it_works_once_a_night_after_two_whoever_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert nightly.tick in sweeping.sweepers
    runs = []
    monkeypatch.setattr(nightly, "run", lambda: runs.append(timezone.now()))
    for hour, expected in ((1, 0), (2, 1), (2, 1), (14, 1)):
        at(monkeypatch, 2026, 12, 1, hour, 30)
        nightly.tick()
        assert len(runs) == expected
    at(monkeypatch, 2026, 12, 2, 1, 59)
    nightly.tick()
    assert len(runs) == 1
    at(monkeypatch, 2026, 12, 2, 2, 0)
    nightly.tick()
    assert len(runs) == 2
    assert Heartbeat.objects.filter(name="conversation_purge").exists()


def test_a_hold_ends_by_itself_some_days_after_its_case_and_the_night_deletes() -> None:
    call, today = over(made.call()), timezone.localdate()
    request = AccessRequest.objects.create(
        number="BOI.4.2026", channel="paper", received_at=timezone.now(), due_on=today
    )
    hold = held(call, request=request)
    holds.release_after_case(request, today + timedelta(days=3))
    assert nightly.run().problems == {}
    call.refresh_from_db()
    assert call.purge_state == PurgeState.KEPT
    holds.release_after_case(request, today)
    nightly.run()
    call.refresh_from_db()
    assert call.purge_state == PurgeState.PURGED
    assert not RetentionHold.objects.filter(pk=hold.pk).exists()


def test_a_review_is_reminded_of_once_a_month_until_somebody_looks() -> None:
    director = made.director()
    made.agent()
    hold, other = held(made.call()), held(made.call())
    assert reviewing.remind() == 2
    assert [letter.staff for letter in Letter.objects.all()] == [director]
    assert reviewing.remind() == 0
    month_ago = timezone.now() - timedelta(days=31)
    RetentionHold.objects.update(reminded_at=month_ago)
    assert reviewing.review(other, director, review_on=timezone.localdate() + timedelta(days=90))
    assert reviewing.remind() == 1
    assert Letter.objects.count() == 2
    holds.release(hold, director)
    RetentionHold.objects.update(reminded_at=None)
    assert reviewing.remind() == 0


def test_trouble_is_logged_and_told_once_a_day(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    director, officer = made.director(), make.staff("data_protection_officer")
    call = over(made.call())

    def failing(pk: int) -> Any:
        raise OSError("no disk")

    monkeypatch.setattr(destroying, "unlink_files", failing)
    nightly.run()
    nightly.run()
    assert {letter.staff for letter in Letter.objects.all()} == {director, officer}
    assert Letter.objects.count() == 2
    text = Letter.objects.order_by("pk")[0].text
    assert "/rozmowy/przechowywanie/" in text.long
    assert "Retention of conversations: 1 failed" in caplog.text
    monkeypatch.undo()
    assert nightly.run().problems == {}
    call.refresh_from_db()
    assert call.purge_state == PurgeState.PURGED


def test_the_start_page_shows_green_or_red_to_whoever_sees_retention() -> None:
    director, clerk = made.director(), make.staff("recipients_clerk")

    def tile(user: Any) -> Any:
        found = [one for one in statistics.board(user).waiting if "przechowywanie" in one.url]
        return [(one.number, one.tone) for one in found]

    assert tile(director) == []
    nightly.run()
    assert tile(director) == [(0, "ok")]
    call = made.call()
    Conversation.objects.filter(pk=call.pk).update(purge_state=PurgeState.PURGED)
    nightly.run()
    assert tile(director) == [(3, "danger")]
    assert tile(clerk) == []
    assert RetentionCheck.objects.count() == 2


def test_the_commands_count_delete_and_judge() -> None:
    whole()
    said = io.StringIO()
    call_command("purge_conversations", "--dry-run", stdout=said)
    assert "Due: 1 calls, 1 chats" in said.getvalue()
    assert Conversation.objects.filter(purge_state=PurgeState.KEPT).count() == 2
    Conversation.objects.update(expires_at=timezone.now() - timedelta(days=3))
    with pytest.raises(CommandError, match="1 of 11"):
        call_command("retention_audit", stdout=said)
    assert "overdue" in said.getvalue()
    call_command("purge_conversations", stdout=said)
    assert "2 conversations are deleted" in said.getvalue()
    call_command("retention_audit", stdout=said)
    assert "Green" in said.getvalue()


def test_a_month_that_is_over_gets_its_own_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    whole()
    at(monkeypatch, 2030, 3, 31, 23)
    purging.purge()
    assert DestructionProtocol.objects.filter(month=None).count() == 1
    at(monkeypatch, 2030, 4, 1, 2)
    assert protocols.draw_missing() == 1
    month = DestructionProtocol.objects.get(month="2030-03-01")
    assert month.purged == 2
    assert month.read().startswith(b"%PDF")
    assert protocols.name(month.month or timezone.localdate()) == "za marzec 2030"
    assert protocols.draw_missing() == 0
