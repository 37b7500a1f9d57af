"""What is left behind is tidied up: absent visitors, silent ones, agents who are gone; nobody who waits for an answer."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from conversations.chat import codes, log, seats, steps, tidying
from conversations.models import ChatEvent, ChatSeat, ChatSession, Conversation, State
from messaging import sweeping
from tests import make_conversations

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def after(chat: Conversation, minutes: float) -> None:
    """Tidy up so many minutes from now, the visitor's page still open."""
    at = timezone.now() + minutes * MINUTE
    ChatSession.objects.filter(conversation=chat).update(visitor_seen_at=at)
    tidying.tidy(at)


def talk() -> Conversation:
    chat, agent = make_conversations.chat_with("Kiedy otwarte?"), make_conversations.agent()
    seats.beat(agent)
    steps.take(chat, agent)
    return chat


def says(chat: Conversation, author: str) -> None:
    user = chat.agent if author == ChatEvent.Author.AGENT else None
    log.append(chat, ChatEvent.Type.MESSAGE, author, body="Słowa", user=user)


def last(chat: Conversation) -> tuple[str, str]:
    chat.refresh_from_db()
    return chat.state, ChatEvent.objects.filter(conversation=chat).latest("seq").code


def test_a_silent_visitor_is_warned_once_and_then_the_chat_ends() -> None:
    chat = talk()
    says(chat, ChatEvent.Author.AGENT)
    after(chat, 9.9)
    assert last(chat) == (State.ACTIVE, "")
    for _twice in range(2):
        after(chat, 10.1)
    assert last(chat) == (State.ACTIVE, codes.SILENCE_WARNING)
    assert ChatEvent.objects.filter(code=codes.SILENCE_WARNING).count() == 1
    after(chat, 15.1)
    assert last(chat) == (State.CLOSED, codes.CLOSED_BY_SILENCE)
    assert ChatSession.objects.get(conversation=chat).closed_by == "timeout"


def test_whoever_waits_for_an_answer_is_not_silent() -> None:
    untouched, asked = talk(), talk()
    says(asked, ChatEvent.Author.AGENT)
    says(asked, ChatEvent.Author.VISITOR)
    after(untouched, 4)
    after(asked, 4)
    at = timezone.now() + 40 * MINUTE
    ChatSession.objects.update(visitor_seen_at=at)
    ChatSeat.objects.update(seen_at=at)
    tidying.tidy(at)
    assert last(asked) == (State.ACTIVE, "")
    assert last(untouched) == (State.ACTIVE, codes.JOINED)


def test_a_visitor_whose_page_is_gone_ends_the_chat_or_leaves_the_queue() -> None:
    chat, waiting = talk(), make_conversations.chat_with("Czekam")
    tell_seen(chat, waiting, at=timezone.now())
    tidying.tidy(timezone.now() + 4.9 * MINUTE)
    assert (last(chat)[0], last(waiting)[0]) == (State.ACTIVE, State.WAITING)
    tidying.tidy(timezone.now() + 5.1 * MINUTE)
    assert last(chat) == (State.CLOSED, codes.CLOSED_BY_ABSENCE)
    assert last(waiting) == (State.ABANDONED, codes.LEFT_QUEUE)


def tell_seen(*chats: Conversation, at: datetime) -> None:
    ChatSession.objects.filter(conversation__in=chats).update(visitor_seen_at=at)


def test_a_chat_of_an_agent_who_is_gone_goes_back_after_five_minutes() -> None:
    chat = talk()
    now = timezone.now()
    tell_seen(chat, at=now)
    ChatSeat.objects.update(seen_at=now - 3 * MINUTE)
    assert chat in seats.orphans()
    tidying.tidy()
    assert last(chat) == (State.ACTIVE, codes.JOINED)
    ChatSeat.objects.update(seen_at=now - 5.1 * MINUTE)
    tidying.tidy()
    assert last(chat) == (State.WAITING, codes.BACK_IN_QUEUE)
    assert chat.agent is None


def test_the_sweeper_does_it() -> None:
    assert tidying.tidy in sweeping.sweepers
