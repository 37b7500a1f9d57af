"""Many at once on PostgreSQL: one report, one number, one winner."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection

from reports.models import Origin, Report, ReportEvent, State
from reports.steps import moves
from reports.steps.acting import Actor
from reports.steps.submitting import A_DAY, Refused, submit
from tests import make_reports

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MANY = 20
T = TypeVar("T")


def at_once(number: int, work: Callable[[int], T]) -> list[T]:
    """Each in a thread and a connection of its own, all beginning together."""
    start = threading.Barrier(number)

    def run(which: int) -> T:
        try:
            start.wait(timeout=30)
            return work(which)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_twenty_posts_of_one_report_make_one() -> None:
    device, kind, uid = make_reports.device(), make_reports.category(), uuid.uuid4()

    def send(_which: int) -> tuple[int, bool]:
        row = submit(
            make_reports.new_report(category=kind),
            origin=Origin.APP,
            client_uuid=uid,
            device=device,
        )
        return row.pk, row.replayed

    answers = at_once(MANY, send)
    assert len({pk for pk, _replayed in answers}) == 1
    assert [replayed for _pk, replayed in answers].count(False) == 1
    assert ReportEvent.objects.count() == Report.objects.count() == 1


def test_twenty_reports_of_one_device_get_twenty_numbers_and_stay_below_the_limit() -> None:
    device, kind = make_reports.device(), make_reports.category()
    for _ in range(A_DAY - 10):
        make_reports.report(device=device, category=kind)

    def send(_which: int) -> str:
        try:
            return make_reports.report(device=device, category=kind).number
        except Refused as refused:
            return refused.code

    answers = at_once(MANY, send)
    assert answers.count("too_many_today") == MANY - 10
    assert Report.objects.count() == A_DAY
    numbers = sorted(
        int(number.rsplit("/")[-1]) for number in Report.objects.values_list("number", flat=True)
    )
    assert numbers == list(range(1, A_DAY + 1))


def test_of_many_who_move_one_report_one_wins_and_the_others_are_told() -> None:
    row = make_reports.report(device=make_reports.device())
    people = [make_reports.handler() for _ in range(6)]
    seen = row.version

    def accept(which: int) -> str:
        mine = Report.objects.get(pk=row.pk)
        try:
            moves.move(mine, State.ACCEPTED, by=Actor.staff(people[which]), version=seen)
        except moves.Stale as stale:
            return str(stale.current.state)
        return "won"

    assert sorted(at_once(len(people), accept)) == ["accepted"] * (len(people) - 1) + ["won"]
    assert row.events.count() == 2


def test_two_reports_joined_to_each_other_at_once_do_not_wait_for_ever() -> None:
    one, other = (make_reports.report(device=make_reports.device()) for _ in range(2))
    by = Actor.staff(make_reports.handler())

    def join(which: int) -> str:
        row, lead = (one, other) if which else (other, one)
        mine = Report.objects.get(pk=row.pk)
        try:
            moves.move(mine, State.DUPLICATE, by=by, version=None, lead=lead)
        except moves.NotAllowed as refused:
            return refused.code
        return "joined"

    answers = at_once(2, join)
    assert "joined" in answers
    assert set(answers) <= {"joined", "lead_is_duplicate", "leads_others"}
    assert Report.objects.filter(state=State.DUPLICATE).count() == 1
