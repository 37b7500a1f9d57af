"""Two cards merged while a message goes out: the person gets it once, and gets it."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from admin_module.models import User
from consents.models import Topic
from messaging.engine import claiming, expanding
from messaging.ledger import counting
from messaging.models import Delivery, Message
from recipients.account import rights
from recipients.models import Recipient
from recipients.people import moves, particulars
from recipients.same_person import joining
from tests import make

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def clerk() -> User:
    return make.staff("recipients_clerk")


@pytest.fixture
def topic() -> Topic:
    return make.topic()


def listed(topic: Topic, *channels: str) -> Message:
    """A message whose list is written and that is going out."""
    message = make.message(about=topic, channels=channels or ("email",))
    Message.objects.filter(pk=message.pk).update(status=Message.Status.EXPANDING)
    expanding.expand(message.pk)
    message.refresh_from_db()
    assert message.status == Message.Status.SENDING
    return message


def join(stays: Recipient, goes: Recipient, *taken: str, by: User) -> None:
    stays.refresh_from_db()
    goes.refresh_from_db()
    joining.join(stays, goes, taken, by=by, revisions=(stays.revision, goes.revision))


def states(message: Message, person: Recipient) -> dict[str, str]:
    return dict(message.deliveries.filter(recipient=person).values_list("channel", "state"))


def as_sent(message: Message, person: Recipient, state: str) -> None:
    row = message.deliveries.get(recipient=person)
    counting.moved([(message.pk, row.channel, row.state, state)])
    Delivery.objects.filter(pk=row.pk).update(state=state)


def counted_right(message: Message) -> bool:
    return not counting.reconcile(message.pk)


def test_of_two_that_wait_one_goes_out(topic: Topic, clerk: User) -> None:
    stays, goes = (make.recipient(topics=(topic,), kinds=("email",)) for _each in range(2))
    message = listed(topic)
    join(stays, goes, by=clerk)
    assert states(message, stays) == {"email": State.QUEUED}
    assert states(message, goes) == {"email": State.SUPPRESSED}
    assert counted_right(message)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.DELIVERED, State.UNKNOWN])
@pytest.mark.parametrize("goes_first", [True, False])
def test_what_one_card_got_the_other_does_not_get_again(
    topic: Topic, clerk: User, state: str, goes_first: bool
) -> None:
    stays, goes = (make.recipient(topics=(topic,), kinds=("email",)) for _each in range(2))
    message = listed(topic)
    got, waits = (goes, stays) if goes_first else (stays, goes)
    as_sent(message, got, state)
    join(stays, goes, by=clerk)
    assert states(message, got) == {"email": state}
    assert states(message, waits) == {"email": State.SUPPRESSED}
    assert claiming.look("email", 3, 10) == []
    assert counted_right(message)


def test_what_only_the_card_that_goes_would_get_comes_to_the_person(
    topic: Topic, clerk: User
) -> None:
    stays = make.recipient(topics=(topic,), kinds=("email",))
    goes = make.recipient(topics=(topic,), kinds=("sms",))
    message = listed(topic, "email", "sms")
    assert states(message, stays) == {"email": State.QUEUED, "sms": State.SUPPRESSED}
    join(stays, goes, by=clerk)
    assert states(message, stays) == {"email": State.QUEUED, "sms": State.QUEUED}
    assert set(states(message, goes).values()) == {State.SUPPRESSED}
    [due] = claiming.look("sms", 3, 10)
    assert due.recipient == stays.pk
    assert due.value is not None
    assert counted_right(message)


def test_a_neighbour_at_the_same_address_still_gets_it_when_the_address_is_left_behind(
    topic: Topic, clerk: User
) -> None:
    stays = make.recipient(topics=(topic,), kinds=("email",))
    shared = {"email": "dom@przyklad.example"}
    goes = make.recipient(topics=(topic,), contacts=shared)
    neighbour = make.recipient(topics=(topic,), contacts=shared, first_name="Jan", sex="M")
    message = listed(topic)
    assert states(message, neighbour) == {"email": State.SUPPRESSED}
    join(stays, goes, by=clerk)  # the address of the card that stays is kept
    assert states(message, neighbour) == {"email": State.QUEUED}
    assert states(message, stays) == {"email": State.QUEUED}
    assert counted_right(message)


def test_a_neighbour_waits_for_the_card_that_took_the_address_over(
    topic: Topic, clerk: User
) -> None:
    stays = make.recipient(topics=(topic,), kinds=("email",))
    shared = {"email": "dom@przyklad.example"}
    goes = make.recipient(topics=(topic,), contacts=shared)
    neighbour = make.recipient(topics=(topic,), contacts=shared, first_name="Jan", sex="M")
    message = listed(topic)
    join(stays, goes, "email", by=clerk)
    row = message.deliveries.get(recipient=neighbour)
    assert row.state == State.SUPPRESSED
    assert row.same_as is not None
    assert row.same_as.recipient == stays
    assert counted_right(message)


def test_a_list_written_after_the_merge_has_the_person_once(topic: Topic, clerk: User) -> None:
    stays, goes = (make.recipient(topics=(topic,), kinds=("email",)) for _each in range(2))
    message = make.message(about=topic)
    Message.objects.filter(pk=message.pk).update(status=Message.Status.EXPANDING)
    expanding.resolve(message.pk)  # both are on the list
    join(stays, goes, by=clerk)
    expanding.expand(message.pk)
    assert states(message, stays) == {"email": State.QUEUED}
    assert states(message, goes) == {"email": State.SUPPRESSED}


# --- At the same time, on PostgreSQL ---------------------------------------------------------------------


def at_once(*steps: Any) -> list[Exception | None]:
    """Run the steps together; the exception of each."""
    start, ends = Barrier(len(steps)), [None] * len(steps)

    def run(place: int, step: Any) -> None:
        start.wait()
        try:
            step()
        except Exception as error:
            ends[place] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [Thread(target=run, args=each) for each in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends  # type: ignore[return-value]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_merges_that_cross_leave_one_card(clerk: User) -> None:
    one, two = make.recipient(), make.recipient()
    revisions = (one.revision, two.revision)
    ends = at_once(
        lambda: joining.join(one, two, (), by=clerk, revisions=revisions),
        lambda: joining.join(two, one, (), by=clerk, revisions=revisions[::-1]),
    )
    assert [type(error) for error in ends if error] in ([joining.StalePair], [moves.CannotMove])
    living = Recipient.objects.exclude(state=Recipient.State.MERGED)
    assert living.count() == 1
    assert living.get().contact_points.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_card_edited_while_it_is_merged_is_neither_lost_nor_half_merged(clerk: User) -> None:
    for _round in range(5):
        stays, goes = make.recipient(), make.recipient()
        data, revision = particulars.of(goes), goes.revision
        revisions = (stays.revision, goes.revision)
        ends = at_once(
            lambda: joining.join(stays, goes, (), by=clerk, revisions=revisions),  # noqa: B023
            lambda: rights.correct(goes, data, by=clerk, reason="Zmiana.", revision=revision),  # noqa: B023
        )
        row = Recipient.objects.get(pk=goes.pk)
        if ends[0] is None:
            assert isinstance(ends[1], moves.CannotMove)
            assert row.identity is None
        else:
            assert isinstance(ends[0], joining.StalePair)
            assert ends[1] is None
            assert row.identity is not None
            assert row.contact_points.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_while_cards_are_merged_send_once(topic: Topic, clerk: User) -> None:
    for _round in range(8):
        stays, goes = (make.recipient(topics=(topic,), kinds=("email",)) for _each in range(2))
        message = listed(topic)
        due = [row for row in claiming.look("email", 3, 50) if row.message == message.pk]
        mine = [row for row in due if row.recipient in (stays.pk, goes.pk)]
        taken: list[set[int]] = []
        revisions = (stays.revision, goes.revision)
        ends = at_once(
            lambda: joining.join(stays, goes, (), by=clerk, revisions=revisions),  # noqa: B023
            lambda: taken.append(claiming.intend(mine[:1], "email")),  # noqa: B023
            lambda: taken.append(claiming.intend(mine[1:], "email")),  # noqa: B023
        )
        assert ends == [None, None, None]
        # Both were claimed before the merge came: they were two people then. Never two after it.
        waiting = claiming.look("email", 3, 50)
        again = [
            row
            for row in waiting
            if row.message == message.pk and row.recipient in (stays.pk, goes.pk)
        ]
        later = claiming.intend(again, "email") if again else set()
        both = set().union(*taken)
        assert len(both) + len(later) == 1 or (len(both) == 2 and not later)
        assert counted_right(message)
