"""Two administrators at the same moment, on PostgreSQL: no circle of units, no lost right."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from admin_module import role_matrix, units
from admin_module.models import Unit
from tests import make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*steps: Callable[[], object]) -> list[BaseException]:
    """Run the steps together; what they raised."""
    start = Barrier(len(steps))
    raised: list[BaseException] = []

    def run(step: Callable[[], object]) -> None:
        try:
            start.wait(10)
            step()
        except (units.Refused, units.StaleUnit, role_matrix.Refused) as refusal:
            raised.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


def test_two_moves_at_once_make_no_circle() -> None:
    by = make.staff("administrator")
    one, other = (Unit.objects.create(name=name) for name in ("Wydział A", "Wydział B"))

    def move(unit: Unit, below: Unit) -> Callable[[], object]:
        moved = Unit.objects.get(pk=unit.pk)
        moved.parent = below
        return lambda: units.save(moved, by=by, revision=moved.revision)

    raised = at_once(move(one, other), move(other, one))
    assert len(raised) == 1
    one.refresh_from_db()
    other.refresh_from_db()
    assert [one.parent, other.parent].count(None) == 1


def test_a_unit_closes_once() -> None:
    by = make.staff("administrator")
    school = make.municipal_unit()
    raised = at_once(*[lambda: units.close(school, None, by=by)] * 2)
    assert len(raised) == 1


def test_two_tables_saved_at_once_are_both_kept() -> None:
    by = make.staff("administrator")
    seen = role_matrix.ticked()
    auditor = next(role for role in role_matrix.all_roles() if role.name == "auditor")
    free = [
        cell.key
        for _heading, rows in role_matrix.sections([auditor])
        for row in rows
        for cell in row.cells
        if not cell.on
    ]
    mine, theirs = free[:2]
    at_once(
        lambda: role_matrix.apply(role_matrix.changes_of(seen, seen | {mine}), by=by),
        lambda: role_matrix.apply(role_matrix.changes_of(seen, seen | {theirs}), by=by),
    )
    assert {mine, theirs} <= role_matrix.ticked()
