"""Two administrators who dismiss each other at the same moment: one of them stays."""

import threading

import pytest
from django.db import connections

from admin_module import accounts
from admin_module.models import User
from tests import make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*steps: object) -> list[str]:
    """Run all behind one barrier; returns what they were told, empty for a success."""
    said: list[str] = []
    gate = threading.Barrier(len(steps))

    def run(step: object) -> None:
        try:
            gate.wait(10)
            step()  # type: ignore[operator]
            said.append("")
        except accounts.Refused as refusal:
            said.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return said


@pytest.mark.parametrize("how", ["block", "take the role"])
def test_of_two_administrators_who_dismiss_each_other_one_stays(how: str) -> None:
    one = make.staff("administrator", login="a@zazolcin.example")
    two = make.staff("administrator", login="b@zazolcin.example")

    def dismiss(victim: User, by: User) -> object:
        if how == "block":
            return accounts.block(victim, by, None)
        return accounts.set_roles(victim, [], by=by)

    said = at_once(lambda: dismiss(one, two), lambda: dismiss(two, one))
    assert sorted(map(bool, said)) == [False, True]
    left = User.objects.active().filter(groups__name="administrator")
    assert left.count() == 1


def test_two_who_give_up_the_role_themselves_leave_one() -> None:
    one, two = make.staff("administrator"), make.staff("administrator")
    said = at_once(
        lambda: accounts.set_roles(one, [], by=one), lambda: accounts.set_roles(two, [], by=two)
    )
    assert sorted(map(bool, said)) == [False, True]
    assert User.objects.filter(groups__name="administrator").count() == 1
