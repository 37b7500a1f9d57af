"""A chat's way between agents: taken once, handed over, ended once, never lost with an agent who is gone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from admin_module.models import AuditEntry, User
from conversations.chat import codes, queue, seats, steps
from conversations.models import (
    ChatEvent,
    ChatSeat,
    ChatSession,
    Conversation,
    RetentionPolicy,
    State,
)
from conversations.register.registering import months_later
from conversations.retention import policies
from tests import make, make_conversations

pytestmark = pytest.mark.django_db


def said(chat: Conversation) -> list[str]:
    """The codes of the log, in order."""
    return list(
        ChatEvent.objects.filter(conversation=chat).order_by("seq").values_list("code", flat=True)
    )


def gone(user: User) -> None:
    """The agent's desk has not been heard of for a while."""
    ChatSeat.objects.filter(user=user).update(seen_at=timezone.now() - timedelta(minutes=3))


def test_the_second_agent_loses_and_the_first_keeps_the_chat() -> None:
    chat = make_conversations.chat()
    first, second = make_conversations.agent(), make_conversations.agent()
    assert steps.take(chat, first)
    assert not steps.take(chat, second)
    chat.refresh_from_db()
    assert (chat.agent, chat.state) == (first, State.ACTIVE)
    assert said(chat) == [codes.JOINED]
    entries = AuditEntry.objects.filter(action="chat.taken")
    assert [entry.actor for entry in entries] == [first]


def test_a_full_seat_takes_no_more_and_nobody_hands_one_over_to_it() -> None:
    agent, other = make_conversations.agent(), make_conversations.agent()
    seats.set_capacity(agent, 1)
    assert steps.take(make_conversations.chat(), agent)
    waiting = make_conversations.chat()
    with pytest.raises(steps.NoRoom):
        steps.take(waiting, agent)
    assert steps.take(waiting, other)
    with pytest.raises(steps.NoRoom):
        steps.transfer(waiting, other, agent)
    waiting.refresh_from_db()
    assert waiting.agent == other


def test_handing_over_leaves_a_note_among_staff_and_the_place_in_the_queue() -> None:
    chat, agent, other = (
        make_conversations.chat(),
        make_conversations.agent(),
        make_conversations.agent(),
    )
    steps.take(chat, agent)
    steps.transfer(chat, agent, other, note="Pyta o zasiłek.")
    chat.refresh_from_db()
    assert chat.agent == other
    note = ChatEvent.objects.get(conversation=chat, type=ChatEvent.Type.NOTE)
    assert (note.internal, note.body) == (True, "Pyta o zasiłek.")
    with pytest.raises(steps.NotYours):
        steps.transfer(chat, agent, other)

    school = make.municipal_unit()
    target = make_conversations.inbox("szkola", unit=school, name="Szkoła")
    late = make_conversations.chat(to=target)
    steps.transfer(chat, other, target)
    chat = Conversation.objects.get(pk=chat.pk)
    assert (chat.agent, chat.state, chat.unit) == (None, State.WAITING, school)
    assert (queue.place(chat), queue.place(late)) == (1, 2)
    assert queue.waiting(target) == 2


def test_a_chat_ends_once_and_only_by_whoever_has_it() -> None:
    chat, agent, other = (
        make_conversations.chat(),
        make_conversations.agent(),
        make_conversations.agent(),
    )
    steps.take(chat, agent)
    with pytest.raises(steps.NotYours):
        steps.close(chat, other)
    assert steps.close(chat, agent)
    assert not steps.close(chat, steps.VISITOR)
    assert chat.state == State.CLOSED
    assert chat.ended_at
    assert ChatSession.objects.get(conversation=chat).closed_by == "agent"
    assert said(chat) == [codes.JOINED, codes.CLOSED_BY_AGENT]


def test_who_leaves_the_queue_was_never_taken() -> None:
    chat, agent = make_conversations.chat(), make_conversations.agent()
    assert queue.place(chat) == 1
    assert steps.close(chat, steps.VISITOR)
    assert chat.state == State.ABANDONED
    assert queue.place(chat) == 0
    assert not steps.take(chat, agent)
    assert said(chat) == [codes.LEFT_QUEUE]


def test_a_chat_whose_agent_is_gone_is_taken_over_or_goes_back() -> None:
    chat, agent, other = (
        make_conversations.chat(),
        make_conversations.agent(),
        make_conversations.agent(),
    )
    seats.beat(agent)
    steps.take(chat, agent)
    assert not steps.take_over(chat, other)
    assert not steps.back_to_queue(chat)
    gone(agent)
    assert steps.take_over(chat, other)
    seats.beat(other)
    chat.refresh_from_db()
    assert chat.agent == other
    gone(other)
    assert steps.back_to_queue(chat)
    chat = Conversation.objects.get(pk=chat.pk)
    assert (chat.agent, chat.state) == (None, State.WAITING)
    assert said(chat) == [codes.JOINED, codes.JOINED, codes.BACK_IN_QUEUE]


def test_a_chat_handed_to_another_inbox_is_kept_as_long_as_those_there_from_its_beginning() -> None:
    """§ 6: the law of the place where it lies; a period followed later agrees with what the step set."""
    agent, school = make_conversations.agent(), make.municipal_unit()
    there = make_conversations.inbox("szkoly", unit=school)
    RetentionPolicy.objects.create(
        kind="chat", inbox=there, months=2, legal_basis="art. 6 ustawy o zasobie"
    )
    began = timezone.now() - timedelta(minutes=20)
    chat = make_conversations.chat(at=began)
    assert chat.expires_at == months_later(began, 6)
    steps.take(chat, agent)
    steps.transfer(chat, agent, there)
    chat.refresh_from_db()
    assert (chat.unit, chat.expires_at) == (school, months_later(began, 2))
    assert policies.follow(RetentionPolicy.objects.get())
    chat.refresh_from_db()
    assert chat.expires_at == months_later(began, 2)
    # And back: no period of an inbox in which it lies no more.
    steps.take(chat, agent)
    steps.transfer(chat, agent, make_conversations.inbox())
    chat.refresh_from_db()
    assert chat.expires_at == months_later(began, 6)
    # Another agent of the same inbox changes nothing.
    steps.take(chat, agent)
    steps.transfer(chat, agent, make_conversations.agent())
    chat.refresh_from_db()
    assert chat.expires_at == months_later(began, 6)
