"""A report's life, drawn at random by Hypothesis: whatever happens, these things hold."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from admin_module.models import User
from recipients.models import Device
from reports.models import CLOSED, IN_HAND, OPEN, Deadline, Report, ReportEvent, State
from reports.steps import answering, moves, publishing
from reports.steps.acting import Actor
from reports.steps.recording import Stale
from tests import make_reports

STATES = st.sampled_from(State.values)


class Life(RuleBasedStateMachine):
    """Two members of staff, the reporter, the clock and a stale browser tab act on one report."""

    row: Report
    lead: Report
    device: Device
    staff: list[User]

    @initialize()
    def arrive(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.device = make_reports.device()
        self.row = make_reports.report(device=self.device)
        self.lead = make_reports.report(device=make_reports.device())
        self.staff = [make_reports.handler(), make_reports.handler()]
        self.seen = self.row.version

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def attempt(self, step: Callable[[], object]) -> None:
        """A step is taken as a whole, or nothing of it is."""
        before = (self.row.version, self.row.state)
        try:
            step()
        except (moves.NotAllowed, Stale):
            self.row.refresh_from_db()
            assert (self.row.version, self.row.state) == before
        else:
            self.row.refresh_from_db()
            assert self.row.version > before[0]

    @rule(to=STATES, who=st.integers(0, 1), stale=st.booleans())
    def staff_move(self, to: str, who: int, stale: bool) -> None:
        version = self.seen if stale else self.row.version
        self.take(to, Actor.staff(self.staff[who]), version)

    def take(self, to: str, by: Actor, version: int | None) -> None:
        more = make_reports.wish(to, **({"lead": self.lead} if to == State.DUPLICATE else {}))
        self.attempt(lambda: moves.move(self.row, to, by=by, version=version, **more))

    @rule(which=st.integers(0, 6), who=st.integers(0, 1))
    def staff_move_on(self, which: int, who: int) -> None:
        """Along the table, so that long lives are drawn, too."""
        by = Actor.staff(self.staff[who])
        offered = sorted(moves.ways(self.row, by))
        if offered:
            self.take(offered[which % len(offered)], by, self.row.version)

    @rule(to=STATES)
    def others_move(self, to: str) -> None:
        for by in (Actor.clock(), Actor.rule(), Actor.reporter(device=self.device)):
            self.attempt(
                lambda by=by: moves.move(  # type: ignore[misc]
                    self.row, to, by=by, version=None, **make_reports.wish(to)
                )
            )

    @rule(text=st.sampled_from(["", "Jeszcze jedno."]))
    def reporter_replies(self, text: str) -> None:
        by = Actor.reporter(device=self.device)
        self.attempt(lambda: answering.reply(self.row, text, by=by))

    @rule(ok=st.booleans())
    def reporter_confirms(self, ok: bool) -> None:
        by = Actor.reporter(device=self.device)
        self.attempt(lambda: answering.confirm(self.row, ok, by=by))

    @rule(shown=st.booleans())
    def somebody_moderates(self, shown: bool) -> None:
        step = publishing.show if shown else publishing.hide
        self.attempt(lambda: step(self.row, by=self.staff[0], version=self.row.version))

    @rule()
    def look(self) -> None:
        self.seen = self.row.version

    @invariant()
    def the_history_tells_how_it_came_to_this(self) -> None:
        events = list(ReportEvent.objects.filter(report=self.row).order_by("seq"))
        assert [event.seq for event in events] == list(range(1, self.row.version + 1))
        assert events[-1].after == self.row.state
        for one, next_one in pairwise(events):
            assert next_one.before == one.after
            if next_one.moved:
                assert State(next_one.after) in moves.MOVES[State(next_one.before)]

    @invariant()
    def the_columns_agree(self) -> None:
        row = self.row
        assert (row.closed_at is not None) == (row.state in CLOSED)
        assert (row.lead_id is not None) == (row.state == State.DUPLICATE)
        if row.state in IN_HAND:
            assert row.unit_id is not None
            assert row.deadline in {Deadline.RUNNING, Deadline.BREACHED}
        if row.state == State.DISPUTED:
            assert row.assigned_to_id is None or row.assigned_to_id != row.closed_by_id
        assert row.deadline != Deadline.PAUSED or row.state in {State.NEEDS_INFO, State.FORWARDED}
        assert row.is_open == (row.state in OPEN)

    @invariant()
    def nobody_decides_about_their_own_closing(self) -> None:
        events = list(ReportEvent.objects.filter(report=self.row).order_by("seq"))
        for event in events:
            if event.before == State.DISPUTED and event.moved and event.after in CLOSED:
                earlier = [e for e in events if e.seq < event.seq and e.after in CLOSED and e.moved]
                assert earlier[-1].by_id != event.by_id


@pytest.mark.django_db
def test_whatever_happens_to_a_report_its_history_and_its_columns_agree() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=10,
            stateful_step_count=15,
            suppress_health_check=list(HealthCheck),
        ),
    )
