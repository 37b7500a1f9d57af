"""Messages left out of hours are answered once; figures name nobody and stay when the chats are gone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry
from conversations.chat import figures, left_messages
from conversations.models import ChatDay, ChatRating, ChatSession, Conversation, State
from messaging import sweeping
from tests import make, make_conversations

pytestmark = pytest.mark.django_db
YESTERDAY = timedelta(days=1)


def left(text: str = "Proszę o kontakt.", **fields: object) -> Conversation:
    chat = make_conversations.chat_with(text, state=State.OFFLINE, **fields)
    ChatSession.objects.filter(conversation=chat).update(queued_at=None)
    return chat


def test_a_message_is_read_with_a_trace_and_answered_once() -> None:
    agent, chat = make_conversations.agent(), left("<i>Zażółć</i>")
    client = Client()
    client.force_login(agent)
    where = reverse("chat-message", args=[chat.pk])
    assert "&lt;i&gt;Zażółć&lt;/i&gt;" in client.get(where).content.decode()
    assert client.post(where, {"how": "wcale"}).status_code == 422
    assert client.post(where, {"how": "email"})["Location"] == reverse("chat-message-list")
    chat.refresh_from_db()
    assert (chat.state, chat.agent) == (State.OFFLINE, agent)
    assert not left_messages.handle(chat, "phone", by=make_conversations.agent())
    assert client.get(where).status_code == 404
    told = AuditEntry.objects.filter(action__startswith="chat.message").order_by("pk")
    assert [entry.action for entry in told] == [
        "chat.message_opened",
        "chat.message_opened",
        "chat.message_handled",
    ]
    assert told[2].detail == {"how": "email"}


def test_another_units_messages_are_not_there() -> None:
    chat = left()
    client = Client()
    client.force_login(make_conversations.agent(unit=make.municipal_unit()))
    assert client.get(reverse("chat-message", args=[chat.pk])).status_code == 404
    assert "Proszę" not in client.get(reverse("chat-message-list")).content.decode()


def _chat(wait: int | None, *, stars: int = 0, state: str = State.CLOSED) -> Conversation:
    began = timezone.now() - YESTERDAY
    chat = make_conversations.chat(at=began, state=state)
    taken = None if wait is None else began + timedelta(seconds=wait)
    ChatSession.objects.filter(conversation=chat).update(queued_at=began, taken_at=taken)
    if stars:
        ChatRating.objects.create(conversation=chat, stars=stars)
    return chat


def test_days_are_counted_and_stay_when_the_chats_are_gone() -> None:
    for wait, stars in ((3, 5), (20, 4), (95, 0)):
        _chat(wait, stars=stars)
    _chat(None, state=State.ABANDONED)
    left(at=timezone.now() - YESTERDAY)
    figures.count_lately()
    figures.count_lately()
    day = ChatDay.objects.get()
    assert (day.begun, day.taken, day.abandoned, day.offline) == (4, 3, 1, 1)
    assert (day.waits, day.stars) == ({"10": 1, "20": 1, "100": 1}, {"5": 1, "4": 1})

    ChatRating.objects.all().delete()
    ChatSession.objects.all().delete()
    _month, kept = figures.by_month()[0]
    assert (kept.begun, kept.wait, kept.rated, kept.rating) == (4, 20, 2, 4.5)


def test_the_page_shows_them_and_today_at_once() -> None:
    _chat(12)
    figures.count_lately()
    make_conversations.chat()
    client = Client()
    client.force_login(make_conversations.agent())
    page = client.get(reverse("chat-figures"))
    assert page.context["total"].begun == 2
    assert client.get(reverse("chat-figures"), {"skrzynka": "bom"}).context["chosen"].code == "bom"
    assert client.get(reverse("chat-figures"), {"skrzynka": "nie-ma"}).status_code == 200
    assert figures.count_lately in sweeping.daily_sweepers


def test_without_a_chat_there_is_no_median() -> None:
    nothing = figures.Figures()
    assert (nothing.wait, nothing.rating, nothing.rated) == (None, None, 0)
