"""Pause, resume, cancel the rest: what still goes out after the click, and who is told what."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from messaging import sweeping
from messaging.engine import expanding, outcomes
from messaging.ledger import closing, counting
from messaging.models import Delivery, Message
from messaging.steps import braking, sending
from messaging.tests import flow
from messaging.tests.conftest import Fake
from tests import make

pytestmark = pytest.mark.django_db
S, Status = Delivery.State, Message.Status
WINDOW, PEOPLE = 5, 24
Brake = Callable[..., Message]


def people_and_a_message(number: int, *, listed: bool = True, **fields: Any) -> Message:
    about = make.topic()
    for _each in range(number):
        make.recipient(topics=(about,), kinds=("email",))
    message = make.message(about=about, **fields)
    if listed:
        return flow.sent(message)
    return sending.send(message, by=message.author)


def fresh(message: Message) -> Message:
    """As another clerk's page has it."""
    return Message.objects.get(pk=message.pk)


@pytest.mark.parametrize("brake", [braking.pause, braking.cancel])
def test_after_the_click_only_one_batch_goes_out(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, brake: Brake
) -> None:
    message = people_and_a_message(PEOPLE)
    channel = fake(window=WINDOW, groups=1)
    before: list[int] = []
    turn = outcomes.turn

    def watched(*args: Any, **more: Any) -> set[int]:
        """The worst moment: an intent was committed, and nothing of it was handed over yet."""
        passed = turn(*args, **more)
        if len(channel.got) >= 10 and not before:
            before.append(len(channel.got))
            brake(fresh(message), by=message.author)
        return passed

    monkeypatch.setattr(outcomes, "turn", watched)
    flow.drain()
    after = len(channel.got) - before[0]
    assert after == WINDOW
    message.refresh_from_db()
    # What was answered and not yet written at the click counts as after it, too.
    assert WINDOW <= (braking.since_halt(message) or 0) <= 2 * WINDOW
    sweeping.close_messages()
    assert sum(flow.states(message).values()) == PEOPLE == sum(flow.counted(message).values())
    left = "queued" if brake is braking.pause else "suppressed"
    assert flow.states(message) == {"accepted": len(channel.got), left: PEOPLE - len(channel.got)}


def test_a_paused_message_goes_on_from_where_it_stopped(fake: Fake) -> None:
    channel = fake()
    message = people_and_a_message(4)
    braking.pause(message, by=message.author)
    assert (flow.drain(), braking.since_halt(message)) == (0, 0)
    braking.resume(message, by=message.author)
    assert braking.since_halt(message) is None
    assert (flow.drain(), len(channel.got)) == (4, 4)


def test_a_message_is_paused_while_its_list_is_written(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake()
    monkeypatch.setattr(expanding, "CHUNK", {"postgresql": 2, "sqlite": 2})
    message = people_and_a_message(5, listed=False)
    expanding.start(message.pk)
    expanding.resolve(message.pk)
    ids = expanding.stored(message.pk)
    assert expanding.insert_chunk(message.pk, ids)
    braking.pause(fresh(message), by=message.author)
    assert not expanding.insert_chunk(message.pk, ids)
    assert flow.drain() == 0
    message = braking.resume(fresh(message), by=message.author)
    assert message.status == Status.EXPANDING
    expanding.expand(message.pk)
    assert (flow.drain(), flow.states(message)) == (5, {"accepted": 5})


def test_one_pauses_while_another_cancels(fake: Fake) -> None:
    fake()
    message = people_and_a_message(3)
    seen_by_one, seen_by_other = fresh(message), fresh(message)
    braking.pause(seen_by_one, by=message.author)
    braking.cancel(
        seen_by_other, by=make.staff()
    )  # a page from before the pause must still stop it
    for step in (braking.pause, braking.resume, braking.cancel):
        with pytest.raises(sending.AlreadyDone, match="anul"):
            step(fresh(message), by=message.author)
    assert flow.drain() == 0
    assert fresh(message).status == Status.CANCELLED


def test_a_double_click_is_told_that_it_stands_still_already() -> None:
    message = people_and_a_message(1)
    braking.pause(fresh(message), by=message.author)
    with pytest.raises(sending.AlreadyDone, match="już wstrzymana"):
        braking.pause(fresh(message), by=message.author)
    braking.resume(fresh(message), by=message.author)
    with pytest.raises(sending.AlreadyDone, match="trwa dalej"):
        braking.resume(fresh(message), by=message.author)


def test_what_is_over_cannot_be_stopped(fake: Fake) -> None:
    fake()
    message = people_and_a_message(1)
    flow.drain()
    with pytest.raises(sending.AlreadyDone, match="za późno"):
        braking.cancel(fresh(message), by=message.author)
    draft = make.message()
    with pytest.raises(sending.CannotSend):
        braking.pause(draft, by=draft.author)


@pytest.mark.parametrize("state", [S.QUEUED, S.RETRY_WAIT])
def test_what_may_have_left_is_not_left_out_but_unknown(state: str) -> None:
    message = people_and_a_message(2)
    maybe = message.deliveries.order_by("pk")[0]
    Delivery.objects.filter(pk=maybe.pk).update(state=state, reason="lost_answer")
    braking.cancel(message, by=message.author)
    assert flow.states(message) == {"unknown": 1, "suppressed": 1} == flow.counted(message)
    maybe.refresh_from_db()
    assert maybe.reason == "lost_answer"
    assert not counting.reconcile(message.pk)


def test_a_long_list_is_left_out_bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "BATCH", 2)
    message = people_and_a_message(5)
    braking.cancel(message, by=message.author)
    assert flow.states(message) == {"suppressed": 2, "queued": 3}
    assert closing.close(message.pk, "cancelled") == 3
    assert flow.states(message) == {"suppressed": 5} == flow.counted(message)


def test_the_page_says_how_many_went_out_after_the_click(fake: Fake, client: Client) -> None:
    fake()
    message = people_and_a_message(3)
    client.force_login(make.staff("duty_officer"))
    pause = reverse("message-pause", args=[message.pk])
    assert "Wstrzymaj" in client.get(pause).content.decode()
    assert client.post(pause, follow=True).status_code == 200
    page = reverse("message-progress", args=[message.pk])
    assert "Po kliknięciu nic więcej nie wyszło." in client.get(page).content.decode()
    Message.objects.update(handed_at_halt=0)
    Delivery.objects.filter(message=message).update(state=S.ACCEPTED)
    counting.reconcile(message.pk)
    assert "Po kliknięciu wyszły jeszcze najwyżej 3" in client.get(page).content.decode()
    again = client.post(pause, follow=True).content.decode()
    assert "Wysyłka jest już wstrzymana" in again


def test_only_what_is_paused_goes_on() -> None:
    """A page left open must not start what is scheduled before its hour, or past its approval."""
    later = timezone.now() + timedelta(days=1)
    message = sending.send(make.message(due_at=later), by=make.clerk())
    with pytest.raises(sending.CannotSend):
        braking.resume(message, by=make.clerk())
    message.refresh_from_db()
    assert message.status == Status.SCHEDULED
