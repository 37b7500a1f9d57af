"""The whole square of states × states × roles, against the table as the office decided it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from admin_module.models import User
from reports.models import Follower, Report, ReportEvent, State
from reports.steps import guards, moves
from reports.steps.acting import Actor
from tests import make, make_reports

pytestmark = pytest.mark.django_db

# As the office decided it, in letters: s staff, r reporter, f follower, u a rule, c the calendar.
DECIDED = {
    "received": "accepted:su needs_info:s forwarded:s rejected:s duplicate:s withdrawn:r",
    "awaiting_verification": "received:r",
    "accepted": (
        "needs_info:s scheduled:s in_progress:s forwarded:s resolved:s rejected:s duplicate:s "
        "withdrawn:r"
    ),
    "needs_info": "accepted:src rejected:s withdrawn:r",
    "scheduled": "in_progress:s resolved:s forwarded:s needs_info:s",
    "in_progress": "scheduled:s resolved:s forwarded:s needs_info:s",
    "forwarded": "accepted:s resolved:s rejected:s",
    "resolved": "disputed:rf",
    "rejected": "disputed:rf",
    "duplicate": "disputed:rf",
    "disputed": "accepted:s resolved:s rejected:s",
    "withdrawn": "",
}
ALLOWED = {
    (before, way.split(":")[0]): way.split(":")[1]
    for before, ways in DECIDED.items()
    for way in ways.split()
}
# A handler, staff without the right, staff of another unit; then those who are no staff.
ROLES = {
    "handler": "s",
    "editor": "",
    "other_unit": "",
    "reporter": "r",
    "follower": "f",
    "rule": "u",
    "clock": "c",
}
# How a report gets to each state, by steps that are allowed.
PATHS: dict[str, tuple[str, ...]] = {
    State.RECEIVED: (),
    State.ACCEPTED: (State.ACCEPTED,),
    State.NEEDS_INFO: (State.NEEDS_INFO,),
    State.SCHEDULED: (State.ACCEPTED, State.SCHEDULED),
    State.IN_PROGRESS: (State.ACCEPTED, State.IN_PROGRESS),
    State.FORWARDED: (State.FORWARDED,),
    State.RESOLVED: (State.ACCEPTED, State.RESOLVED),
    State.REJECTED: (State.REJECTED,),
    State.DUPLICATE: (State.DUPLICATE,),
    State.DISPUTED: (State.ACCEPTED, State.RESOLVED, State.DISPUTED),
    State.WITHDRAWN: (State.WITHDRAWN,),
}


def in_state(state: str, closer: User) -> Report:
    if state == State.AWAITING:
        return make_reports.anonymous()
    row, lead = made(), made()
    for step in PATHS[state]:
        more: dict[str, Any] = {"lead": lead} if step == State.DUPLICATE else {}
        make_reports.moved(row, step, by=closer, **more)
    return row


def actor(role: str, row: Report, staff: dict[str, User]) -> Actor:
    if role in staff:
        return Actor.staff(staff[role])
    if role == "follower":
        device = make_reports.device()
        Follower.objects.create(report=row, device=device, since=timezone.now())
        found = Actor.of_device(device, row)
        assert found is not None
        return found
    return {
        "reporter": Actor.reporter(device=row.device),
        "rule": Actor.rule(),
        "clock": Actor.clock(),
    }[role]


@pytest.mark.parametrize("before", State.values)
def test_the_whole_square(before: str) -> None:
    staff = {
        "handler": make_reports.handler(),
        "editor": make.staff("editor"),
        "other_unit": make_reports.handler(unit=make.municipal_unit()),
    }
    row, lead = in_state(before, make_reports.handler()), made()
    for role, letter in ROLES.items():
        by = actor(role, row, staff)
        for to in State.values:
            allowed = bool(letter) and letter in ALLOWED.get((before, to), "")
            assert (State(to) in moves.ways(row, by)) is allowed, (before, to, role)
            with transaction.atomic():
                assert moves_on(row, to, by, lead) is allowed, (before, to, role)
                transaction.set_rollback(True)
            row.refresh_from_db()


def moves_on(row: Report, to: str, by: Actor, lead: Report) -> bool:
    """Whether the report took the move; where it did not, nothing of it changed."""
    more = make_reports.wish(to, **({"lead": lead} if to == State.DUPLICATE else {}))
    before, version = row.state, row.version
    try:
        event = moves.move(row, to, by=by, version=version, **more)
    except moves.NotAllowed:
        row.refresh_from_db()
        assert (row.state, row.version) == (before, version)
        return False
    assert (event.before, event.after, event.actor, event.seq) == (before, to, by.kind, row.version)
    assert row.state == to
    return True


def made(**fields: Any) -> Report:
    return make_reports.report(device=make_reports.device(), **fields)


def test_the_table_names_every_state_and_only_known_guards() -> None:
    assert set(moves.MOVES) == set(State)
    named = {name for ways in moves.MOVES.values() for move in ways.values() for name in move.needs}
    assert named == set(guards.GUARDS)


def test_the_second_of_two_gets_a_clear_conflict_and_nothing_is_lost() -> None:
    row, first, second = made(), make_reports.handler(), make_reports.handler()
    seen = row.version
    moves.move(row, State.ACCEPTED, by=Actor.staff(first), version=seen)
    with pytest.raises(moves.Stale) as stale:
        moves.move(
            row,
            State.REJECTED,
            by=Actor.staff(second),
            version=seen,
            **make_reports.wish("rejected"),
        )
    assert stale.value.current.state == State.ACCEPTED
    assert Report.objects.get(pk=row.pk).state == State.ACCEPTED
    assert row.events.count() == 2


@pytest.mark.parametrize(
    ("to", "without", "code"),
    [
        (State.NEEDS_INFO, {"public_text": " "}, "question_missing"),
        (State.FORWARDED, {"outside": None}, "outside_missing"),
        (State.FORWARDED, {"back_on": None}, "back_on_missing"),
        (State.FORWARDED, {"back_on": date(2020, 1, 1)}, "day_past"),
        (State.REJECTED, {"reason": ""}, "reason_missing"),
        (State.REJECTED, {"reason": "not_our_competence"}, "reason_missing"),
        (State.REJECTED, {"public_text": ""}, "public_note_missing"),
        (State.DUPLICATE, {"lead": None}, "lead_missing"),
    ],
)
def test_a_move_asks_for_what_it_needs(to: str, without: dict[str, Any], code: str) -> None:
    refused(made(), to, code, **without)


@pytest.mark.parametrize(
    ("to", "without", "code"),
    [
        (State.SCHEDULED, {"scheduled_on": None}, "day_missing"),
        (State.SCHEDULED, {"scheduled_on": date(2020, 1, 1)}, "day_past"),
        (State.RESOLVED, {"work_order": ""}, "proof_missing"),
        (State.RESOLVED, {"public_text": ""}, "public_note_missing"),
    ],
)
def test_work_asks_for_a_day_and_for_proof(to: str, without: dict[str, Any], code: str) -> None:
    refused(make_reports.moved(made(), State.ACCEPTED), to, code, **without)


def refused(row: Report, to: str, code: str, by: User | None = None, **fields: Any) -> None:
    with pytest.raises(moves.NotAllowed) as problem:
        make_reports.moved(row, to, by=by, **fields)
    assert problem.value.code == code
    assert str(problem.value)


def test_nobody_accepts_for_a_unit_that_is_not_named() -> None:
    row = made(category=make_reports.category("Inne", unit=None))
    with pytest.raises(moves.NotAllowed) as problem:
        moves.move(row, State.ACCEPTED, by=Actor.staff(make_reports.handler()), version=None)
    assert problem.value.code == "unit_missing"


def test_why_there_is_no_proof_may_be_said_to_colleagues() -> None:
    row = make_reports.moved(made(), State.ACCEPTED)
    make_reports.moved(row, State.RESOLVED, work_order="", without_proof="Łatano nocą.")
    event = row.events.latest()
    assert event.facts["proof"] == "none"
    assert "Łatano nocą." in event.internal_text
    assert "Łatano" not in event.public_text


def test_a_lead_is_another_report_and_no_duplicate_itself() -> None:
    one, two, three = made(), made(), made()
    refused(one, State.DUPLICATE, "lead_is_itself", lead=one)
    make_reports.moved(one, State.DUPLICATE, lead=two)
    refused(three, State.DUPLICATE, "lead_is_duplicate", lead=one)
    refused(two, State.DUPLICATE, "leads_others", lead=three)
    refused(three, State.DUPLICATE, "lead_is_gone", lead=make_reports.anonymous())


def test_the_closer_does_not_decide_about_the_dispute() -> None:
    closer = make_reports.handler()
    row = make_reports.moved(made(), State.ACCEPTED, by=closer)
    Report.objects.filter(pk=row.pk).update(assigned_to=closer)
    make_reports.moved(row, State.RESOLVED, State.DISPUTED, by=closer)
    assert row.assigned_to is None
    assert row.disputes == 1
    refused(row, State.RESOLVED, "closed_by_you", by=closer)
    refused(row, State.REJECTED, "closed_by_you", by=closer)
    make_reports.moved(row, State.RESOLVED)
    assert row.closed_by != closer


def test_after_thirty_days_a_new_report_is_made_instead_of_a_dispute() -> None:
    row = make_reports.moved(made(), State.ACCEPTED, State.RESOLVED)
    Report.objects.filter(pk=row.pk).update(
        closed_at=timezone.now() - timedelta(days=30, minutes=1)
    )
    refused(row, State.DISPUTED, "dispute_late")


BROKEN: list[tuple[dict[str, object], str]] = [
    ({"state": "deleted"}, "a_report_is_in_a_known_state"),
    ({"visibility": "secret"}, "a_report_is_known_to_be_public_or_not"),
    ({"state": "accepted", "unit": None}, "a_report_in_hand_has_a_unit"),
    ({"state": "withdrawn"}, "a_closed_report_has_its_day"),
    ({"state": "duplicate", "closed_at": timezone.now()}, "a_duplicate_has_a_lead"),
    ({"state": "forwarded"}, "a_forwarded_report_names_to_whom_and_until_when"),
    ({"state": "rejected", "closed_at": timezone.now()}, "a_rejected_report_has_a_reason"),
    ({"state": "scheduled"}, "a_scheduled_report_has_a_day"),
    ({"deadline": "running"}, "a_deadline_that_counts_has_a_day"),
    ({"state": "awaiting_verification"}, "what_awaits_confirmation_has_its_end"),
]


@pytest.mark.parametrize(("columns", "name"), BROKEN)
def test_the_database_holds_the_sentences(columns: dict[str, object], name: str) -> None:
    row = made()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Report.objects.filter(pk=row.pk).update(**columns)


def test_a_report_leads_not_itself_and_a_dispute_not_to_the_closer() -> None:
    row = make_reports.moved(made(), State.ACCEPTED, State.RESOLVED, State.DISPUTED)
    with pytest.raises(IntegrityError, match="a_dispute_is_not"), transaction.atomic():
        Report.objects.filter(pk=row.pk).update(assigned_to=F("closed_by"))
    other = make_reports.moved(made(), State.DUPLICATE, lead=made())
    with pytest.raises(IntegrityError, match="its_own_lead"), transaction.atomic():
        Report.objects.filter(pk=other.pk).update(lead=F("id"))


def test_events_stay_as_they_are() -> None:
    """What was said may be sealed anew or emptied (an erased person); nothing else may change."""
    event = make_reports.moved(made(), State.REJECTED).events.latest()
    table = ReportEvent.objects.filter(pk=event.pk)
    changes: list[dict[str, Any]] = [{"after": "accepted"}, {"at": timezone.now()}, {"seq": 9}]
    for change in changes:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            table.update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        table.delete()
    event.public_text = "Inne słowa."
    event.save(update_fields=["public_text"])
    assert ReportEvent.objects.get(pk=event.pk).public_text == "Inne słowa."


@pytest.mark.postgres
def test_the_triggers_refuse_what_nobody_may_do_to_events() -> None:
    row = make_reports.report(device=make_reports.device())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        "UPDATE reports_reportevent SET after = 'rejected'",
        "UPDATE reports_reportevent SET facts = '{}', public_text = NULL",
        "DELETE FROM reports_reportevent",
        "TRUNCATE reports_reportevent CASCADE",
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_reportevent SET public_text = NULL, internal_text = NULL")
    assert row.events.count() == 1
