"""Calls through Twilio over real sockets: what the caller hears, what is registered, what is recorded."""

from datetime import time
from typing import Any

import pytest

from conversations.models import (
    Call,
    CallerId,
    Conversation,
    NoticeDelivery,
    NoticeVersion,
    RecordingMode,
    State,
    VoiceCall,
)
from conversations.tests.voice_world import CALLEE, Town, box, town

__all__ = ["box", "town"]
pytestmark = pytest.mark.django_db(transaction=True)
Outcome = NoticeDelivery.Outcome
RECORDED, UNRECORDED = Call.Choice.RECORDED, Call.Choice.UNRECORDED


def outcomes(conversation: Conversation) -> list[str]:
    return list(conversation.notices.order_by("pk").values_list("outcome", flat=True))


def registered(call: dict[str, Any]) -> Conversation:
    return Conversation.objects.select_related("call").get(external_id=call["sid"])


def test_a_caller_who_waits_is_joined_and_recorded_after_the_notice(town: Town) -> None:
    call = town.calls(faults=["twice", "forged"])
    conversation, log = registered(call), call["log"]
    notice = next(line for line in log if "wszystkie rozmowy są nagrywane" in line)
    assert log.index(notice) < log.index("record") < log.index("talk 12")
    assert (conversation.state, conversation.caller_id) == (State.CLOSED, CallerId.ALLOWED)
    assert (conversation.party.phone, conversation.agent) == ("+48601234567", town.agent)
    assert (conversation.call.disposition, conversation.call.choice) == ("answered", RECORDED)
    assert conversation.call.answered_at is not None
    (delivery,) = conversation.notices.all()  # though everything was told twice
    assert (delivery.outcome, delivery.version.part) == (
        Outcome.CONTINUED,
        NoticeVersion.Part.SHORT,
    )
    assert delivery.evidence["call_sid"] == call["sid"]
    assert "+48601234567" not in str(delivery.evidence)
    (recorded,) = town.state()["recordings"].values()
    assert recorded["heard"] == []  # of the notice nothing was recorded
    assert "differs" not in log
    # Whoever cannot sign is turned away each time, and changed nothing (they pressed 9).
    assert set(town.state()["refused"]) == {403}


def test_what_a_key_leads_to(town: Town) -> None:
    short, full = Outcome.CONTINUED, Outcome.FULL_PLAYED
    cases: list[tuple[list[str], list[str], str]] = [
        (["9"], [Outcome.OPTED_OUT], UNRECORDED),
        (["1", "", ""], [full, short], RECORDED),
        (["1", "", "9"], [full, Outcome.OPTED_OUT], UNRECORDED),
        (["1", "5", ""], [short], RECORDED),  # the full information was broken off
        (["5", "9"], [Outcome.OPTED_OUT], UNRECORDED),
        (["#", "#", "#"], [short], UNRECORDED),  # never heard to its end: not recorded
    ]
    for keys, delivered, choice in cases:
        call = town.calls(caller={"keys": keys})
        conversation = registered(call)
        assert outcomes(conversation) == delivered, keys
        assert conversation.call.choice == choice, keys
        assert ("record" in call["log"]) == (choice == RECORDED), keys
        assert "talk 12" in call["log"], keys  # whatever they choose, somebody talks with them
    said = [line for line in call["log"] if "wszystkie rozmowy są nagrywane" in line]
    assert len(said) == 3
    assert any("wcisnąć 9" in line for line in said)


def test_who_calls_is_known_or_not(town: Town) -> None:
    for said, status in (
        ("anonymous", CallerId.WITHHELD),
        ("+266696687", CallerId.WITHHELD),
        ("+86282452253", CallerId.UNAVAILABLE),
        ("sip:ktos@example.org", CallerId.UNAVAILABLE),
    ):
        conversation = registered(town.calls(from_=said, caller={"leaves": "notice"}))
        assert (conversation.caller_id, conversation.party.phone) == (status, ""), said
        assert conversation.number_token is None


def test_calls_in_which_nobody_talks(town: Town) -> None:
    left = town.calls(caller={"leaves": "notice"})
    conversation = registered(left)
    assert outcomes(conversation) == [Outcome.LEFT]
    assert (conversation.state, conversation.call.disposition) == (State.CLOSED, "no_answer")
    assert "record" not in left["log"]
    assert conversation.call.choice == UNRECORDED

    rang = registered(town.calls(caller={"leaves": "ringing"}))
    assert (outcomes(rang), rang.call.disposition) == ([Outcome.CONTINUED], "no_answer")

    away = {phone.number: {"answers": "no-answer"} for phone in town.phones}
    town.ask("phones", away)
    call = town.calls()
    assert registered(call).call.disposition == "no_answer"
    assert registered(call).agent is None
    assert any("Nikt nie może teraz odebrać" in line for line in call["log"])

    town.line.voice.phones.all().delete()
    assert any("Nikt nie może teraz odebrać" in line for line in town.calls()["log"])
    assert not town.state()["recordings"]


def test_what_a_line_offers(town: Town) -> None:
    line = town.line
    line.recording_mode = RecordingMode.OPT_IN
    line.save()
    waits, asks = town.calls(), town.calls(caller={"keys": ["2"]})
    assert registered(waits).call.choice == UNRECORDED
    assert (registered(asks).call.choice, outcomes(registered(asks))) == (
        RECORDED,
        [Outcome.OPTED_IN],
    )
    assert any("wcisnąć 2" in said for said in waits["log"])
    assert not any("wszystkie rozmowy są nagrywane" in said for said in waits["log"])

    line.recording_mode = RecordingMode.AFTER_NOTICE
    line.save()
    call = town.calls(caller={"keys": ["9", "9", "9"]})  # not offered here, yet nobody is recorded
    assert registered(call).call.choice == UNRECORDED

    line.recording_mode, line.legal_basis = RecordingMode.OFF, None
    line.save()
    call = town.calls()
    assert any("Ta rozmowa nie jest nagrywana" in said for said in call["log"])
    (delivery,) = registered(call).notices.all()
    assert delivery.version.part == NoticeVersion.Part.UNRECORDED
    assert "record" not in call["log"]

    served = line.voice
    served.opens_at = served.closes_at = time(0, 0)  # never open
    served.save()
    call = town.calls()
    assert any("w dni robocze od 00:00 do 00:00" in said for said in call["log"])
    assert not any(step.startswith("ring") for step in call["log"])

    served.active = False
    served.save()
    assert town.calls()["log"] == ["reject", "end"]
    assert town.calls(to="+48999999999")["log"] == ["reject", "end"]


def test_an_agent_calls_somebody(town: Town) -> None:
    """The whole way from the form to a recorded call; the callee hears the notice before they are joined."""
    call = town.agent_calls(CALLEE, case_number="BOI.12.2026")
    conversation = call.conversation
    log = town.log_of(call)
    notice = next(line for line in log if "dzwonimy z" in line)
    assert log.index(f"ring {CALLEE}") < log.index(notice) < log.index("record")
    assert log.index("record") < log.index("talk 12")
    (recorded,) = town.state()["recordings"].values()
    assert recorded["heard"] == []
    assert (conversation.direction, conversation.agent) == ("out", town.agent)
    assert (conversation.case_number, conversation.party.phone) == ("BOI.12.2026", CALLEE)
    assert (conversation.state, conversation.call.disposition) == (State.CLOSED, "answered")
    (delivery,) = conversation.notices.all()
    assert (delivery.version.part, delivery.outcome) == ("outgoing", Outcome.CONTINUED)
    town.work()
    assert conversation.recordings.count() == 1
    assert not town.state()["recordings"]


def test_outgoing_calls_that_are_not_recorded(town: Town) -> None:
    cases: list[tuple[dict[str, Any], list[str], str]] = [
        ({"keys": ["9"]}, [Outcome.OPTED_OUT], "answered"),
        ({"leaves": "notice"}, [Outcome.LEFT], "no_answer"),
        ({"answers": "busy"}, [], "busy"),
    ]
    for behaviour, delivered, disposition in cases:
        town.ask("phones", {CALLEE: behaviour})
        conversation = town.agent_calls(CALLEE).conversation
        assert outcomes(conversation) == delivered, behaviour
        assert conversation.call.disposition == disposition, behaviour
        assert conversation.call.choice == UNRECORDED, behaviour
    town.ask("phones", {town.phones[0].number: {"answers": "no-answer"}})
    call = town.agent_calls(CALLEE)  # the agent does not come to their own phone
    assert (call.conversation.call.disposition, outcomes(call.conversation)) == ("no_answer", [])
    assert not town.state()["recordings"]


def test_an_outgoing_call_that_twilio_refuses_is_registered_as_failed(town: Town) -> None:
    town.ask("faults", {"api": [400]})
    answer = town.order(CALLEE)
    assert answer.status_code == 422
    assert "Twilio odmówiło" in answer.content.decode()
    call = VoiceCall.objects.get()
    assert (call.state, call.error) == (VoiceCall.State.ENDED, "refused")
    assert call.conversation.call.disposition == "failed"
