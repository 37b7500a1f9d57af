"""Two agents, two connections, one chat: one has it, and one seat never holds more than it takes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connection

from admin_module.models import User
from conversations.chat import codes, seats, steps
from conversations.models import ChatEvent, Conversation, State
from tests import make_conversations

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


def at_once(*doings: tuple[Conversation, User]) -> list[str]:
    """Take each chat in a thread and a connection of its own, all in the same moment."""
    start = Barrier(len(doings))

    def take(chat: Conversation, user: User) -> str:
        close_old_connections()
        try:
            start.wait(timeout=10)
            return "won" if steps.take(chat, user) else "lost"
        except steps.NoRoom:
            return "no room"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(doings)) as pool:
        return sorted(pool.map(lambda doing: take(*doing), doings))


def test_one_of_two_agents_gets_the_chat() -> None:
    agents = [make_conversations.agent(), make_conversations.agent()]
    for agent in agents:
        seats.set_capacity(agent, seats.MOST)
    for _round in range(ROUNDS):
        chat = make_conversations.chat()
        assert at_once(*((chat, agent) for agent in agents)) == ["lost", "won"]
        joins = ChatEvent.objects.filter(conversation=chat, code=codes.JOINED)
        chat.refresh_from_db()
        assert [event.user for event in joins] == [chat.agent]


def test_two_tabs_of_one_agent_do_not_overfill_the_seat() -> None:
    agent = make_conversations.agent()
    seats.set_capacity(agent, 1)
    chats = [make_conversations.chat(), make_conversations.chat()]
    assert at_once(*((chat, agent) for chat in chats)) == ["no room", "won"]
    assert Conversation.objects.filter(agent=agent, state=State.ACTIVE).count() == 1


def test_an_end_and_a_take_cross() -> None:
    """Whoever leaves the queue in the moment of being taken ends once, whichever was first."""
    agent = make_conversations.agent()
    seats.set_capacity(agent, seats.MOST)
    for _round in range(ROUNDS):
        chat, start = make_conversations.chat(), Barrier(2)

        def leave(chat: Conversation = chat, start: Barrier = start) -> bool:
            close_old_connections()
            try:
                start.wait(timeout=10)
                return steps.close(chat, steps.VISITOR)
            finally:
                connection.close()

        def take(chat: Conversation = chat, start: Barrier = start) -> bool:
            close_old_connections()
            try:
                start.wait(timeout=10)
                return steps.take(chat, agent)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            left, took = pool.submit(leave), pool.submit(take)
            assert left.result()
        chat.refresh_from_db()
        assert chat.state == (State.CLOSED if took.result() else State.ABANDONED)
        ends = ChatEvent.objects.filter(conversation=chat, type=ChatEvent.Type.CLOSE)
        assert ends.count() == 1
