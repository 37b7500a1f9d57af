"""What each step asks for: a fact is broken, and the step is refused with that fact's own word."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from admin_module.models import AuditEntry, User
from conversations.access import steps
from conversations.access.refusing import NotAllowed, Stale
from conversations.models import (
    AccessDecision,
    AccessRequest,
    Appointment,
    Attendance,
    CallerId,
    Conversation,
    Designation,
    Opinion,
    Step,
)
from tests import make_access as make
from tests import make_conversations
from tests.make import staff

pytestmark = pytest.mark.django_db
Basis, Identity = AccessRequest.Basis, AccessRequest.Identity


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = str(tmp_path)


def refused(row: AccessRequest, action: str, by: User | None, data: Any = None) -> str:
    """The code of the refusal; the row stays where it was."""
    before = AccessRequest.objects.values_list("step", "revision").get(pk=row.pk)
    with pytest.raises(NotAllowed) as caught:
        steps.perform(row, action, by, data)
    assert AccessRequest.objects.values_list("step", "revision").get(pk=row.pk) == before
    return caught.value.code


def test_opinions_are_asked_only_about_what_is_known_held_and_the_applicants_own() -> None:
    found = make_conversations.call()
    row = make.request(of=found)
    steps.perform(row, "check", make.clerk())
    assert refused(row, "ask_opinions", make.clerk()) == "identity_missing"
    steps.perform(row, "prove_identity", make.clerk(), {"how": Identity.COUNTER})
    assert refused(row, "ask_opinions", make.clerk()) == "nothing_matched"
    steps.perform(row, "match", make.clerk(), {"conversation": found})
    row.holds.update(released_at=timezone.now())
    assert refused(row, "ask_opinions", make.clerk()) == "hold_missing"
    row.holds.update(released_at=None)
    Conversation.objects.filter(pk=found.pk).update(caller_id=CallerId.WITHHELD)
    assert refused(row, "ask_opinions", make.clerk()) == "caller_unknown"
    Conversation.objects.filter(pk=found.pk).update(caller_id=CallerId.ALLOWED)
    Conversation.objects.filter(pk=found.pk).update(purge_state="purging")
    assert refused(row, "ask_opinions", make.clerk()) == "matched_is_gone"
    Conversation.objects.filter(pk=found.pk).update(purge_state="kept")
    steps.perform(row, "ask_opinions", make.clerk())
    assert row.step == Step.OPINIONS


def test_a_call_from_another_number_is_not_heard_under_the_order_but_art_15_may_prove_otherwise() -> (
    None
):
    found = make_conversations.call(phone="+48602999888")
    row = make.checked(of=found)
    assert refused(row, "ask_opinions", make.clerk()) == "caller_differs"
    other = make.request(of=found, basis=Basis.GDPR)
    steps.perform(other, "check", make.clerk())
    steps.perform(other, "prove_identity", make.clerk(), {"how": Identity.OTHER})
    steps.perform(other, "match", make.clerk(), {"conversation": found})
    steps.perform(other, "ask_opinions", make.clerk())
    assert other.step == Step.OPINIONS
    assert refused(
        make.request(of=found), "prove_identity", make.clerk(), {"how": Identity.OTHER}
    ) == "identity_otherwise"  # fmt: skip


def test_a_chat_needs_no_number() -> None:
    row = make.asked(of=make_conversations.chat(), applicant_fields={"phone": ""})
    assert row.step == Step.OPINIONS


def test_nobody_gives_an_opinion_or_decides_about_a_conversation_of_their_own() -> None:
    found = make_conversations.call()
    row = make.asked(of=found)
    Conversation.objects.filter(pk=found.pk).update(agent=make.head())
    words = {"giver": "unit", "verdict": "positive", "text": "Tak."}
    assert refused(row, "give_opinion", make.head(), words) == "conflict"
    deputy = staff("unit_manager", login="zastepczyni@zazolcin.example")
    steps.perform(row, "give_opinion", deputy, words | {"as_deputy": True})
    assert row.opinions.get(giver="unit").as_deputy
    make.give(row, "iod")
    Conversation.objects.filter(pk=found.pk).update(agent=make.director())
    assert refused(row, "grant", make.director(), make.grant_of()) == "conflict"
    assert refused(row, "refuse", make.director(), make.refusal_of()) == "conflict"
    second = make_conversations.designee(Designation.Scope.DEPUTY)
    steps.perform(row, "grant", second, make.grant_of())
    decision = row.decision
    assert decision is not None
    assert decision.acting_as is not None
    assert decision.acting_as.user == second


def test_silence_is_no_opinion_and_each_giver_gives_their_own() -> None:
    row = make.asked()
    words = {"verdict": "positive", "text": "Tak."}
    theirs = {"giver": "iod", **words}
    assert refused(row, "give_opinion", make.head(), theirs) == "opinion_not_yours"
    assert refused(row, "give_opinion", make.officer(), theirs | {"text": " "}) == "opinion_empty"
    row.opinions.update(due_on=timezone.localdate() - timedelta(days=30))
    assert refused(row, "opinions_given", None) == "opinions_missing"
    steps.perform(row, "give_opinion", make.officer(), theirs)
    assert row.step == Step.OPINIONS
    assert refused(row, "give_opinion", make.officer(), theirs) == "opinion_not_asked"
    make.give(row, "unit")
    assert row.step == Step.DECISION


def test_a_decision_stands_on_both_opinions_and_says_why_it_goes_against_one() -> None:
    row = make.opined(Opinion.Verdict.NEGATIVE)
    director = make.director()
    assert refused(row, "grant", director, make.grant_of(reasons=" ")) == "against_opinion"
    assert refused(row, "grant", director, make.grant_of(form="")) == "form_missing"
    refuse: tuple[tuple[str, str], ...] = (
        ("ground", "ground_missing"), ("legal_basis", "law_missing"), ("reasons", "reasons_missing"),
    )  # fmt: skip
    for name, code in refuse:
        assert refused(row, "refuse", director, make.refusal_of(**{name: ""})) == code
    row.opinions.filter(giver="iod").update(given_at=None)
    assert refused(row, "grant", director, make.grant_of()) == "opinions_missing"
    assert refused(row, "refuse", director, make.refusal_of()) == "opinions_missing"


def test_an_art_15_request_is_not_refused_for_want_of_reasons() -> None:
    row = make.opined(basis=Basis.GDPR)
    for ground in (AccessDecision.Ground.NOT_JUSTIFIED, AccessDecision.Ground.CALLER_UNKNOWN):
        code = refused(row, "refuse", make.director(), make.refusal_of(ground=ground))
        assert code == "ground_of_order"


def test_a_part_lies_within_the_recording() -> None:
    found = make_conversations.call()
    make_conversations.recording(found)  # one second
    row = make.opined(of=found)
    parts: tuple[tuple[Any, str], ...] = (
        ({}, "segments_missing"),
        ({"0": [[0, 10]]}, "segments_strange"),
        ({str(found.pk): [[500, 400]]}, "segments_wrong"),
        ({str(found.pk): [[0, 5000]]}, "segments_wrong"),
    )
    for segments, code in parts:
        words = make.grant_of(verdict="partial", segments=segments)
        assert refused(row, "grant", make.director(), words) == code
    words = make.grant_of(verdict="partial", segments={str(found.pk): [[200, 900]]})
    steps.perform(row, "grant", make.director(), words)


def test_asking_again_takes_the_opinion_away_until_it_is_given_anew() -> None:
    row = make.opined()
    steps.perform(row, "ask_again", make.director(), {"givers": ["iod"], "note": "Czy na pewno?"})
    assert row.step == Step.OPINIONS
    assert row.opinions.filter(giver="iod").count() == 2
    assert refused(row, "grant", make.director(), make.grant_of()) == "no_such_way"
    make.give(row, "iod", "negative")
    assert row.step == Step.DECISION


def test_an_appointment_has_a_place_a_time_ahead_and_enough_designated_persons() -> None:
    row = make.granted()
    director = make.director()
    stranger = make_conversations.designee()
    past = timezone.now() - timedelta(hours=1)
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"place": ""}, "place_missing"),
        ({"begins_at": past, "ends_at": past + timedelta(hours=1)}, "slot_past"),
        ({"ends_at": past}, "slot_wrong"),
        ({"supervisors": make.supervisors()[:1]}, "supervisors_few"),
        ({"supervisors": [make.supervisors()[0], stranger]}, "supervisor_not_named"),
    )
    for words, code in wrong:
        assert refused(row, "set_appointment", director, make.slot(**words)) == code
    assert refused(row, "prepare_handover", make.clerk()) == "not_for_handing_over"
    other = make.granted("transcript")
    assert refused(other, "set_appointment", director, make.slot()) == "not_for_hearing"


def test_no_listening_begins_without_all_that_the_order_wants() -> None:
    """Every fact broken one by one: opinions, decision, caller, hold, appointment, hour, persons, applicant."""
    row = make.appointed()
    runs = make.supervisors()[0]
    begin = "begin_listening"
    assert refused(row, begin, runs) == "not_the_time"
    term = make.begun_now(row)
    assert refused(row, begin, runs) == "supervisors_absent"
    for user in make.supervisors():
        Attendance.objects.create(
            request=row, appointment=term, role="supervisor", user=user, checked_by=user
        )
    assert refused(row, begin, runs) == "applicant_not_there"
    there = Attendance.objects.create(
        request=row, appointment=term, role="applicant", document="", checked_by=runs
    )
    assert refused(row, begin, runs) == "applicant_not_there"
    Attendance.objects.filter(pk=there.pk).update(document="passport")
    found = row.items.get().conversation_id
    broken: tuple[tuple[Any, dict[str, Any], dict[str, Any], str], ...] = (
        (row.opinions.filter(giver="iod"), {"given_at": None}, {"given_at": timezone.now()}, "opinions_missing"),
        (row.opinions.filter(giver="unit"), {"superseded_at": timezone.now()}, {"superseded_at": None}, "opinions_missing"),
        (AccessRequest.objects.filter(pk=row.pk), {"identity": ""}, {"identity": "counter"}, "identity_missing"),
        (Conversation.objects.filter(pk=found), {"caller_id": "withheld"}, {"caller_id": "allowed"}, "caller_unknown"),
        (row.holds.all(), {"released_at": timezone.now()}, {"released_at": None}, "hold_missing"),
        (row.appointments.all(), {"status": "cancelled"}, {"status": "set"}, "no_appointment"),
    )  # fmt: skip
    for rows, breaks, mends, code in broken:
        rows.update(**breaks)
        assert refused(row, begin, runs) == code
        rows.update(**mends)
    undesignated = make_conversations.designee()
    assert refused(row, begin, undesignated) == "not_yours"
    steps.perform(row, begin, runs)
    assert row.step == Step.LISTENING


def test_absent_once_another_day_is_set_absent_twice_the_case_is_closed() -> None:
    row = make.appointed()
    runs = make.supervisors()[0]
    assert refused(row, "mark_absent", runs) == "slot_ahead"
    make.begun_now(row)
    steps.perform(row, "mark_absent", runs)
    assert (row.step, row.missed_appointments) == (Step.GRANTED, 1)
    assert row.appointments.get().status == Appointment.Status.MISSED
    steps.perform(row, "set_appointment", make.director(), make.slot())
    make.begun_now(row)
    steps.perform(row, "mark_absent", runs)
    assert row.step == Step.CLOSED_ABSENT
    assert row.closed_at is not None


def test_a_case_is_closed_only_after_its_letter_went_out_and_its_hold_ends_later() -> None:
    row = make.refused()
    assert refused(row, "close_refused", make.clerk()) == "letter_not_sent"
    make.sent(row, "refusal")
    steps.perform(row, "close_refused", make.clerk())
    assert row.step == Step.CLOSED_REFUSED
    hold = row.holds.get()
    assert hold.released_at is None
    assert hold.release_on == timezone.localdate() + timedelta(days=30)
    for action in steps.ACTIONS:
        assert refused(row, action, make.director()) == "no_such_way"


def test_a_page_over_an_old_state_is_stale_and_every_step_is_in_the_log() -> None:
    row = make.request()
    old = row.revision
    steps.perform(row, "check", make.clerk(), {"revision": old})
    with pytest.raises(Stale):
        steps.perform(row, "withdraw", make.clerk(), {"revision": old, "note": "Telefonicznie."})
    steps.perform(row, "withdraw", make.clerk(), {"note": "Telefonicznie od Jadwigi."})
    assert [event.action for event in row.events.order_by("id")] == ["filed", "check", "withdraw"]
    entries = AuditEntry.objects.filter(subject=f"conversations.accessrequest:{row.pk}")
    assert {"access_request.filed", "access_request.check", "access_request.withdraw"} <= set(
        entries.values_list("action", flat=True)
    )
    assert "Jadwig" not in str(list(entries.values_list("detail", "reason")))
