"""Two at once on PostgreSQL: nobody is registered twice, no consent is lost."""

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from recipients.account import rights
from recipients.contacts import permissions
from recipients.models import Recipient
from recipients.people import registration
from recipients.people.moves import CannotMove, StaleRevision
from tests import make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run all together; gives what each returned or raised."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)
    outcomes: list[object] = list(results)

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            outcomes[place] = work()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def test_one_person_at_four_desks_is_registered_once() -> None:
    data, clerk = make.person(), make.clerk()

    def register() -> Recipient:
        return registration.by_hand(data, by=clerk, wish_how="desk", form_key=uuid.uuid4())

    outcomes = at_once(*[register] * 4)
    refused = [o for o in outcomes if isinstance(o, registration.AlreadyRegistered)]
    assert (len(refused), Recipient.objects.count()) == (3, 1)


def test_a_double_click_gives_the_same_person() -> None:
    data, clerk, key = make.person(), make.clerk(), uuid.uuid4()

    def register() -> int:
        return registration.by_hand(data, by=clerk, wish_how="desk", form_key=key).pk

    assert len(set(at_once(*[register] * 4))) == 1
    assert Recipient.objects.count() == 1


def test_bits_set_at_once_are_all_kept() -> None:
    row = make.recipient()

    def grant(topic: int) -> Callable[[], None]:
        return lambda: permissions.set_bit(row.pk, topic, "sms", True)

    at_once(*(grant(topic) for topic in range(6)))
    row.refresh_from_db()
    assert row.consents == sum(permissions.bit(topic, "sms") for topic in range(6))


def test_two_clerks_saving_one_card_lose_nothing() -> None:
    row, clerk = make.recipient(), make.clerk()
    revision = row.revision

    def save(name: str) -> Callable[[], object]:
        data = make.person(last_name=name, address=row.address)
        return lambda: rights.correct(row, data, by=clerk, reason="x", revision=revision)

    outcomes = at_once(save("Pierwsza"), save("Druga"))
    stale = [o for o in outcomes if isinstance(o, StaleRevision)]
    assert len(stale) == 1
    names = {stale[0].mine.last_name, stale[0].theirs.last_name}
    assert names == {"Pierwsza", "Druga"}


def test_erasing_and_restricting_at_once_leaves_one_true_state() -> None:
    row, clerk = make.recipient(), make.clerk()
    outcomes = at_once(
        lambda: rights.erase(row, by=clerk, reason="x"),
        lambda: rights.restrict(row, by=clerk, reason="y"),
    )
    assert not isinstance(outcomes[0], Exception)
    assert isinstance(outcomes[1], CannotMove | Recipient)
    row.refresh_from_db()
    assert (row.state, row.identity) == (Recipient.State.ERASED, None)
