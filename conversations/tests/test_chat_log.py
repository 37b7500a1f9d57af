"""From what is said in a chat to its log: numbered without gaps, never changed, written once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import DatabaseError, connection, transaction

from admin_module import append_only
from conversations.chat import log
from conversations.models import ChatEvent, ChatSession, Conversation, PurgeState, State
from tests import make_conversations as make_talk

MESSAGE, NOTE = ChatEvent.Type.MESSAGE, ChatEvent.Type.NOTE
VISITOR, AGENT = ChatEvent.Author.VISITOR, ChatEvent.Author.AGENT


def say(chat: Conversation, text: str, **more: object) -> ChatEvent:
    return log.append(chat, MESSAGE, VISITOR, body=text, **more)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_lines_are_numbered_and_read_after_a_cursor() -> None:
    chat, other = make_talk.chat(), make_talk.chat()
    say(chat, "Dzień dobry")
    say(other, "Obcy")
    log.append(chat, NOTE, AGENT, body="między nami", internal=True)
    say(chat, "Żółta łódź <script>alert(1)</script>")
    assert [(line.seq, line.body) for line in log.since(chat, 1, internal=False)] == [
        (3, "Żółta łódź <script>alert(1)</script>")
    ]
    assert [line.seq for line in log.since(chat, 0, internal=True)] == [1, 2, 3]
    session = ChatSession.objects.get(conversation=chat)
    assert session.last_seq == 3
    assert session.visitor_spoke_at is not None


@pytest.mark.django_db
def test_a_repeated_line_is_one_line() -> None:
    chat, key = make_talk.chat(), uuid.uuid4()
    first = say(chat, "Raz", client_id=key)
    assert say(chat, "Raz", client_id=key).pk == first.pk
    assert say(make_talk.chat(), "Raz", client_id=key).pk != first.pk
    assert len(log.since(chat, 0, internal=False)) == 1


@pytest.mark.django_db
def test_nobody_writes_into_a_chat_that_has_ended() -> None:
    chat = make_talk.chat()
    Conversation.objects.filter(pk=chat.pk).update(state=State.CLOSED)
    with pytest.raises(log.ChatOver):
        say(chat, "Halo?")
    log.append(chat, ChatEvent.Type.CLOSE, ChatEvent.Author.SYSTEM, code="closed-by-agent")
    assert [line.type for line in log.since(chat, 0, internal=False)] == ["close"]


@pytest.mark.embedded
@pytest.mark.django_db
def test_the_database_refuses_changes_and_lets_lines_go_with_their_conversation() -> None:
    chat = make_talk.chat()
    say(chat, "Zostaje")
    table = ChatEvent._meta.db_table
    assert table in append_only.guarded(connection)
    for change in (f"UPDATE {table} SET code = 'x'", f"DELETE FROM {table}"):  # noqa: S608
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)
    Conversation.objects.filter(pk=chat.pk).update(purge_state=PurgeState.PURGING)
    assert ChatEvent.objects.filter(conversation=chat).delete()[0] == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_reader_never_passes_a_number_that_is_still_to_come() -> None:
    """The trap of numbers given by a table: of two writers the slower one is missed for ever."""
    chat = make_talk.chat()
    holds, go = Event(), Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                say(chat, "pierwszy")
                holds.set()
                assert go.wait(10)
        finally:
            connection.close()

    def quick() -> None:
        try:
            say(chat, "drugi")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(slow)
        assert holds.wait(10)
        second = pool.submit(quick)
        # The second waits for the first: nothing is there yet that a reader could go past.
        assert log.since(chat, 0, internal=False) == []
        assert not second.done()
        go.set()
        first.result(10)
        second.result(10)
    assert [line.body for line in log.since(chat, 0, internal=False)] == ["pierwszy", "drugi"]
