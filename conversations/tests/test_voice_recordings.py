"""From a recording at Twilio to a sealed one here and none there: also when much goes wrong on the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conversations.models import (
    Call,
    Conversation,
    Line,
    Recording,
    RecordingMode,
    SourceCheck,
    SourceDisposal,
    VoiceCall,
    VoiceRecording,
)
from conversations.register.recordings import is_whole
from conversations.tests.voice_world import CALLEE, Town, box, town
from conversations.voice import calls, checking, disposing, fetching, work
from messaging import sweeping
from recipients import jobs
from recipients.models import Job

__all__ = ["box", "town"]
pytestmark = pytest.mark.django_db(transaction=True)
State = VoiceRecording.State


def recorded(town: Town, **wish: Any) -> VoiceRecording:
    """A call that was recorded; the recording waits at Twilio."""
    sid = town.calls(**wish)["sid"]
    return VoiceRecording.objects.get(call__call_sid=sid)


def soon() -> None:
    """Whatever waits for its next try is due."""
    past = timezone.now() - timedelta(seconds=1)
    VoiceRecording.objects.update(due_at=past)
    SourceDisposal.objects.filter(done_at=None).update(due_at=past)


def test_a_recording_is_fetched_sealed_read_back_and_deleted_there(town: Town) -> None:
    row = recorded(town, faults=["twice", "early"])
    assert (row.state, row.seconds) == (State.WAITING, 12)
    assert jobs.waiting()  # the news itself left the job
    town.work()
    kept = Recording.objects.get()
    assert (kept.conversation, kept.media_type, kept.channels) == (
        row.call.conversation,
        "audio/wav",
        2,
    )
    assert kept.duration_ms == 12_000
    assert is_whole(kept)
    row.refresh_from_db()
    assert (row.state, row.recording) == (State.KEPT, kept)
    disposal = SourceDisposal.objects.get()
    assert (disposal.remote_id, disposal.recording) == (row.sid, kept)
    assert disposal.done_at is not None
    assert (town.state()["recordings"], town.state()["deleted"]) == ({}, [row.sid])
    # The same news once more, late: nothing is fetched again, nothing goes back.
    fetching.note(row.call, row.sid, "in-progress", 0)
    fetching.note(row.call, row.sid, "completed", 12)
    town.work()
    assert Recording.objects.count() == 1
    row.refresh_from_db()
    assert row.state == State.KEPT


def test_what_may_not_be_kept_is_deleted_there_unopened(town: Town) -> None:
    basis = town.line.legal_basis
    assert basis is not None

    def declines(row: VoiceRecording) -> None:
        assert calls.stop_recording(row.call, by=town.agent)
        assert not calls.stop_recording(row.call, by=town.agent)

    def expires(row: VoiceRecording) -> None:
        Conversation.objects.filter(pk=row.call.conversation_id).update(expires_at=timezone.now())

    def withdraws(_row: VoiceRecording) -> None:
        Line.objects.update(recording_mode=RecordingMode.OFF)
        basis.withdrawn_at = timezone.now()
        basis.save()

    for change, code in (
        (declines, "not_agreed"),
        (expires, "purged"),
        (withdraws, "no_legal_basis"),
    ):
        row = recorded(town)
        change(row)
        town.work()
        row.refresh_from_db()
        assert (row.state, row.error) == (State.REFUSED, code)
        assert row.sid in town.state()["deleted"]
    assert not Recording.objects.exists()
    assert not town.state()["recordings"]


def test_a_right_that_ends_while_the_sound_comes_keeps_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = recorded(town)

    def declined_meanwhile(file: Any, seconds: int) -> Any:
        calls.stop_recording(row.call, by=town.agent)
        return whole(file, seconds)

    whole = fetching.whole
    monkeypatch.setattr(fetching, "whole", declined_meanwhile)
    town.work()
    row.refresh_from_db()
    assert (row.state, row.error) == (State.REFUSED, "not_agreed")
    assert not Recording.objects.exists()
    assert town.state()["deleted"] == [row.sid]


def test_sound_that_does_not_come_whole_is_tried_again_and_stays_there(town: Town) -> None:
    row = recorded(town)
    faults = ["empty", "garbage", "short", "moved", 503, 401, "cut"]
    town.ask("faults", {"media": faults})
    codes = []
    for _fault in faults:
        soon()
        town.work()
        row.refresh_from_db()
        codes.append(row.error)
        assert row.state == State.WAITING
        assert row.due_at > timezone.now()
    assert codes[:6] == ["empty", "wrong_codec", "too_short", "connect", "later", "unauthorized"]
    assert codes[6] == "connect"
    assert not town.state()["deleted"]
    soon()
    town.work()
    row.refresh_from_db()
    assert (row.state, row.tries) == (State.KEPT, len(faults) + 1)
    assert not town.state()["recordings"]


def test_what_nobody_can_fetch_waits_for_a_person_and_for_its_end(town: Town) -> None:
    row = recorded(town)
    VoiceRecording.objects.update(tries=fetching.MOST_TRIES - 1)
    town.ask("faults", {"media": ["garbage"]})
    town.work()
    row.refresh_from_db()
    assert (row.state, row.error) == (State.FAILED, "wrong_codec")
    assert not town.state()["deleted"]  # it is all that there is
    Conversation.objects.filter(pk=row.call.conversation_id).update(expires_at=timezone.now())
    SourceCheck.objects.all().delete()
    town.work()
    town.work()
    assert town.state()["deleted"] == [row.sid]


def test_twilio_that_does_not_delete_is_asked_until_it_is_gone(town: Town) -> None:
    row = recorded(town)
    town.ask("faults", {"delete": [500, 429, 404]})  # at last somebody else deleted it
    for tries, code in ((1, "later"), (2, "later")):
        soon()
        town.work()
        disposal = SourceDisposal.objects.get()
        assert (disposal.tries, disposal.error, disposal.done_at) == (tries, code, None)
    soon()
    town.work()
    disposal.refresh_from_db()
    assert disposal.done_at is not None
    assert VoiceRecording.objects.get() == row


def test_nothing_is_deleted_there_before_the_copy_was_read_back(town: Town) -> None:
    row = recorded(town)
    town.ask("faults", {"delete": [500]})
    town.work()
    kept = Recording.objects.get()
    sealed = kept.path.read_bytes()
    kept.path.write_bytes(sealed[:-20] + bytes(20))
    soon()
    town.work()
    disposal = SourceDisposal.objects.get()
    assert (disposal.error, disposal.done_at) == ("read_back", None)
    assert row.sid in town.state()["recordings"]
    kept.path.write_bytes(sealed)
    soon()
    town.work()
    assert town.state()["deleted"] == [row.sid]


def test_recordings_that_failed_there_or_never_were(town: Town) -> None:
    absent = recorded(town, caller={"recording": "absent"})
    failed = recorded(town, caller={"recording": "failed"})
    town.work()
    for row, state in ((absent, State.ABSENT), (failed, State.FAILED)):
        row.refresh_from_db()
        assert row.state == state
    assert not SourceDisposal.objects.filter(done_at=None).exists()  # 404 is as good as 204
    assert not Recording.objects.exists()


def test_lost_news_are_found_and_nothing_stays_there(town: Town) -> None:
    silent = VoiceCall.objects.get(call_sid=town.calls(faults=["silent"])["sid"])
    left = VoiceCall.objects.get(
        call_sid=town.calls(faults=["silent"], caller={"leaves": "notice"})["sid"]
    )
    town.ask("recordings", {"call_sid": "CA" + "f" * 32, "seconds": 3, "status": "completed"})
    VoiceCall.objects.update(look_at=timezone.now())
    town.work()
    for call, end in ((silent, "answered"), (left, "no_answer")):
        call.refresh_from_db()
        assert (call.state, call.error) == (VoiceCall.State.ENDED, "news_lost")
        assert call.conversation.call.disposition == end
    check = SourceCheck.objects.get()
    assert (check.seen, check.taken_up, check.foreign, check.left) == (2, 1, 1, 0)
    town.work()
    assert Recording.objects.get().conversation == silent.conversation
    assert [row["seconds"] for row in town.state()["recordings"].values()] == [3]  # not ours

    # Twilio said that it was deleted, and yet it is there a day later.
    sid = VoiceRecording.objects.get().sid
    town.ask("recordings", {"call_sid": silent.call_sid, "seconds": 12, "status": "completed"})
    (again,) = [key for key, row in town.state()["recordings"].items() if row["seconds"] == 12]
    long_ago = timezone.now() - timedelta(days=1)
    VoiceRecording.objects.filter(sid=sid).update(sid=again, at=long_ago)
    SourceDisposal.objects.filter(remote_id=sid).update(remote_id=again)
    SourceCheck.objects.update(at=long_ago)
    town.work()
    assert SourceCheck.objects.latest().left == 1
    town.work()
    assert again in town.state()["deleted"]


def test_a_look_that_fails_is_repeated_within_the_hour(town: Town) -> None:
    town.calls()
    town.work()
    assert not checking.is_due()
    SourceCheck.objects.update(at=timezone.now() - timedelta(days=2))
    town.ask("faults", {"api": [503]})
    town.work()
    assert SourceCheck.objects.latest().error == "later"
    assert not checking.is_due()
    newest = SourceCheck.objects.latest()
    SourceCheck.objects.filter(pk=newest.pk).update(at=timezone.now() - checking.AGAIN)
    assert checking.is_due()


def test_two_workers_fetch_and_delete_once(town: Town) -> None:
    row = recorded(town)
    assert fetching.fetch(row.pk)
    assert not fetching.fetch(row.pk)  # kept already
    disposal = SourceDisposal.objects.get()
    assert disposing.delete(disposal.pk)
    assert not disposing.delete(disposal.pk)
    VoiceRecording.objects.update(state=State.WAITING, due_at=timezone.now() + fetching.CLAIM)
    assert not fetching.fetch(row.pk)  # somebody else is at it


def test_the_clock_orders_the_work_in_celery_and_in_the_dispatcher(town: Town) -> None:
    recorded(town)
    for pk in jobs.waiting():
        jobs.run(pk)
    row = VoiceRecording.objects.get()
    VoiceRecording.objects.update(state=State.WAITING, due_at=timezone.now())
    assert not jobs.waiting()
    sweeping.sweep()  # what Celery's beat and the dispatcher's housekeeper do every half a minute
    (pk,) = jobs.waiting()
    assert Job.objects.get(pk=pk).kind == work.JOB
    assert row.call.conversation.call.choice == Call.Choice.RECORDED


def test_an_opt_out_in_the_middle_of_a_call_that_an_agent_made(town: Town) -> None:
    """The callee agrees first, then says no: the agent presses the button before the recording came."""
    call = town.agent_calls(CALLEE)
    town.client().post(f"/rozmowy/telefon/zadzwon/{call.pk}/bez-nagrania/")
    town.work()
    assert not Recording.objects.exists()
    outcomes = call.conversation.notices.order_by("pk").values_list("outcome", "by")
    assert list(outcomes) == [("continued", None), ("opted_out", town.agent.pk)]
    assert not town.state()["recordings"]
