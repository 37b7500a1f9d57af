"""Five hundred visitors at once, and two agents for each of their chats: one place for each, none twice, none lost."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from admin_module.models import User
from conversations.chat import codes, opening, queue, seats, steps
from conversations.models import (
    ChatBlock,
    ChatEvent,
    ChatInbox,
    ChatSession,
    Conversation,
    NoticeDelivery,
    NoticeVersion,
    Party,
    State,
)
from conversations.tests.crowd import at_once
from tests import make_conversations

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
VISITORS, CONNECTIONS = 500, 40
BLOCKED, TWICE = 20, 60  # of the visitors: blocked; sent the same form twice
ROOM = {"bom": 300, "podatki": 80}  # visitors of an even number want one, the others the other
AGENTS, LEAVING = 12, 30


def device(visitor: int) -> str:
    return f"{visitor:064}"


def wanted(visitor: int, inboxes: list[ChatInbox], notice: NoticeVersion) -> opening.Wanted:
    inbox = inboxes[visitor % 2]
    return opening.Wanted(
        inbox, "pl", notice, Party(device=device(visitor)), "Dzień dobry", f"{visitor:032x}"
    )


def test_every_visitor_gets_one_place_or_one_answer_why_not() -> None:
    inboxes = [make_conversations.inbox(code, queue_limit=room) for code, room in ROOM.items()]
    notice, until = make_conversations.notice(), timezone.now() + timedelta(days=1)
    by = make_conversations.agent()
    ChatBlock.objects.bulk_create(
        ChatBlock(device=device(visitor), until=until, reason="abuse", by=by)
        for visitor in range(BLOCKED)
    )

    def come(visitor: int) -> tuple[int, str]:
        try:
            chat = opening.open_chat(wanted(visitor, inboxes, notice))
        except opening.CannotOpen as refusal:
            return visitor, refusal.code
        return visitor, str(chat.pk)

    again = range(BLOCKED, BLOCKED + TWICE)
    came = [n for visitor in range(VISITORS) for n in [visitor] * (2 if visitor in again else 1)]
    answers = at_once(come, came, CONNECTIONS)
    # One answer for each, whoever sent the form twice reads the same twice.
    told = dict(answers)
    assert len(answers) == VISITORS + TWICE
    assert len(set(answers)) == len(told) == VISITORS
    refused = Counter(said for said in told.values() if not said.isdecimal())
    each = (VISITORS - BLOCKED) // 2  # want one of the two
    assert refused == {"blocked": BLOCKED, "queue-full": each - ROOM["podatki"]}
    assert {told[visitor] for visitor in range(BLOCKED)} == {"blocked"}
    # Nothing was stored of those who did not get in; of the others one row of each kind.
    chats = [int(said) for said in told.values() if said.isdecimal()]
    assert len(chats) == len(set(chats)) == VISITORS - refused.total()
    assert set(Conversation.objects.values_list("pk", flat=True)) == set(chats)
    assert ChatSession.objects.count() == NoticeDelivery.objects.count() == len(chats)
    assert ChatEvent.objects.count() == len(chats)
    for inbox in inboxes:
        there = Conversation.objects.filter(chat__inbox=inbox).order_by("?")[:60]
        waiting = queue.waiting(inbox)
        places = [queue.place(chat) for chat in there]
        assert waiting == min(each, inbox.queue_limit)
        assert len(places) == len(set(places))
        assert set(places) <= set(range(1, waiting + 1))


def test_two_agents_for_each_chat_while_visitors_leave() -> None:
    agents = [make_conversations.agent() for _number in range(AGENTS)]
    for agent in agents:
        seats.set_capacity(agent, seats.MOST)
    chats = [make_conversations.chat() for _number in range(AGENTS * seats.MOST)]
    pairs = [(chat, agents[(n + k) % AGENTS]) for n, chat in enumerate(chats) for k in (0, 1)]
    leaving: list[tuple[Conversation, User | None]] = [
        (chat, None) for chat in chats[::4][:LEAVING]
    ]

    def act(asked: tuple[Conversation, User | None]) -> tuple[int, str]:
        chat, agent = asked
        if agent is None:
            return chat.pk, "left" if steps.close(chat, steps.VISITOR) else "over"
        try:
            return chat.pk, "won" if steps.take(chat, agent) else "lost"
        except steps.NoRoom:
            return chat.pk, "no room"

    half = len(pairs) // 2
    told = at_once(act, [*pairs[:half], *leaving, *pairs[half:]], CONNECTIONS)
    won = Counter(pk for pk, said in told if said == "won")
    assert set(won.values()) == {1}
    taken = Conversation.objects.exclude(agent=None)
    assert set(taken.values_list("pk", flat=True)) == set(won)
    joins = ChatEvent.objects.filter(code=codes.JOINED).values_list("conversation", "user")
    assert dict(joins) == dict(taken.values_list("pk", "agent"))
    assert len(joins) == len(won)
    loads = Counter(taken.filter(state=State.ACTIVE).values_list("agent", flat=True))
    assert max(loads.values()) <= seats.MOST
    states = Counter(Conversation.objects.values_list("state", flat=True))
    assert states.total() == len(chats)
    assert states[State.CLOSED] + states[State.ABANDONED] == LEAVING
    ends = ChatEvent.objects.filter(type=ChatEvent.Type.CLOSE).values_list("conversation")
    assert len(ends) == len(set(ends)) == LEAVING
    # Nobody who waits is lost: each is in the queue still.
    assert queue.waiting(make_conversations.inbox()) == states[State.WAITING]
