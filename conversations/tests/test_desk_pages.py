"""The agents' desk over the client: take, answer, note, hand over, end, and what nobody else may do or see."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from conversations.chat import codes, desk_rows, log, seats, steps
from conversations.models import CannedResponse, ChatEvent, ChatSession, Conversation, State
from tests import make, make_conversations

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def agent() -> User:
    return make_conversations.agent(last_name="Zaklińska")


@pytest.fixture
def desk(agent: User) -> Client:
    return signed_in(agent)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def visitor_says(chat: Conversation, body: str) -> None:
    log.append(chat, ChatEvent.Type.MESSAGE, ChatEvent.Author.VISITOR, body=body)


def bodies(chat: Conversation) -> list[tuple[str, bool, str]]:
    rows = ChatEvent.objects.filter(conversation=chat).exclude(body__isnull=True).order_by("seq")
    return [(row.author, row.internal, row.body) for row in rows]


def taken(agent: User, **fields: object) -> Conversation:
    chat = make_conversations.chat_with("Jak złożyć wniosek o dowód?", **fields)
    assert steps.take(chat, agent)
    return chat


def test_an_agent_takes_the_first_and_a_colleague_is_told_who_was_quicker(
    desk: Client, agent: User
) -> None:
    chat = make_conversations.chat_with("Zasiłek <b>rodzinny</b>")
    page = desk.get(reverse("chat-desk")).content.decode()
    assert "Zasiłek &lt;b&gt;rodzinny&lt;/b&gt;" in page
    answer = desk.post(reverse("desk-take", args=[chat.pk]))
    assert answer["Location"] == reverse("desk-talk", args=[chat.pk])
    late = signed_in(make_conversations.agent())
    told = late.post(reverse("desk-take", args=[chat.pk]), follow=True).content.decode()
    assert str(agent) in told
    assert late.get(reverse("desk-talk", args=[chat.pk])).status_code == 404
    chat.refresh_from_db()
    assert chat.agent == agent


def test_words_go_both_ways_as_plain_text_once(desk: Client, agent: User) -> None:
    chat = taken(agent)
    visitor_says(chat, "<script>alert('zażółć')</script>")
    where = reverse("desk-talk", args=[chat.pk])
    page = desk.get(where).content.decode()
    assert "&lt;script&gt;alert(&#x27;zażółć&#x27;)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    words = {"body": "Dzień dobry!\r\nProszę o numer.", "to": "visitor", "client_id": uuid.uuid4()}
    for _twice in range(2):
        assert desk.post(reverse("desk-say", args=[chat.pk]), words)["Location"] == where
    live = desk.post(
        reverse("desk-say", args=[chat.pk]),
        {"body": "Oddzwoni wydział.", "to": "staff", "client_id": uuid.uuid4()},
        headers=HTMX,
    )
    assert "Oddzwoni wydział." in live.content.decode()
    assert bodies(chat)[-2:] == [
        ("agent", False, "Dzień dobry!\nProszę o numer."),
        ("agent", True, "Oddzwoni wydział."),
    ]
    assert "Oddzwoni" not in str([row.body for row in log.since(chat, 0, internal=False)])


def test_a_changed_second_try_is_not_lost(desk: Client, agent: User) -> None:
    chat, same = taken(agent), uuid.uuid4()
    for body in ("Proszę przyjść we wtorek.", "Proszę przyjść w środę."):
        words = {"body": body, "to": "visitor", "client_id": same}
        desk.post(reverse("desk-say", args=[chat.pk]), words)
    assert [body for *_who, body in bodies(chat)][-2:] == [
        "Proszę przyjść we wtorek.",
        "Proszę przyjść w środę.",
    ]


def test_what_cannot_be_sent_comes_back_with_the_words(desk: Client, agent: User) -> None:
    chat = taken(agent)
    say = reverse("desk-say", args=[chat.pk])
    long = "ż" * 2001
    answer = desk.post(say, {"body": long, "to": "visitor"})
    assert answer.status_code == 422
    assert long in answer.content.decode()
    assert desk.post(say, {"body": " \n ", "to": "visitor"}).status_code == 422
    assert desk.post(say, {"body": "x", "to": "kosmos"}).status_code == 422
    assert desk.post(say, {"body": "a\0b", "to": "visitor"}).status_code == 400
    beside = desk.post(say, {"body": "", "to": "visitor"}, headers=HTMX)
    assert (beside.status_code, beside["HX-Retarget"]) == (422, "#desk-errors")
    steps.close(chat, steps.VISITOR)
    late = desk.post(say, {"body": "Jeszcze jedno", "to": "visitor"})
    assert late.status_code == 422
    assert "Jeszcze jedno" in late.content.decode()
    assert len(bodies(chat)) == 1
    assert desk.post(say, {"body": "Do sprawy", "to": "staff"}).status_code == 302


def test_the_stream_answers_only_where_something_is_new_and_knows_what_was_read(
    desk: Client, agent: User
) -> None:
    chat = taken(agent)
    stream, live = reverse("desk-stream", args=[chat.pk]), reverse("desk-live")
    assert 'data-unread="1"' in desk.get(live, headers=HTMX).content.decode()
    unseen = desk.get(stream, headers=HTMX)
    assert "Jak złożyć" in unseen.content.decode()
    assert 'data-unread="1"' in desk.get(live, headers=HTMX).content.decode()
    version = unseen.context["version"]
    assert desk.get(stream, {"stan": version, "widac": 1}, headers=HTMX).status_code == 204
    assert 'data-unread="0"' in desk.get(live, headers=HTMX).content.decode()
    visitor_says(chat, "Halo?")
    assert "Halo?" in desk.get(stream, {"stan": version}, headers=HTMX).content.decode()
    other = make_conversations.agent()
    steps.transfer(chat, agent, other)
    gone = desk.get(stream, headers=HTMX)
    assert (gone.status_code, "Halo?" in gone.content.decode()) == (286, False)


def test_ready_answers_are_the_inboxes_own_in_the_visitors_language(
    desk: Client, agent: User
) -> None:
    chat = taken(agent)
    other = make_conversations.inbox("inna")
    make_ready = CannedResponse.objects.create
    make_ready(shortcut="czesc", text="Dzień dobry, w czym pomóc?")
    own = make_ready(shortcut="czesc", text="Tu Biuro.", inbox=chat.chat.inbox)
    make_ready(shortcut="obce", text="Nie tutaj", inbox=other)
    make_ready(shortcut="hello", text="Hello", language="en")
    page = desk.get(reverse("desk-talk", args=[chat.pk]) + f"?gotowa={own.pk}")
    assert [row.text for row in page.context["canned"]] == ["Tu Biuro."]
    assert page.context["form"]["body"].value() == "Tu Biuro."
    ChatSession.objects.filter(conversation=chat).update(language="en")
    page = desk.get(reverse("desk-talk", args=[chat.pk]))
    assert [row.text for row in page.context["canned"]] == ["Hello"]


def test_handing_over_needs_somebody_who_is_here(desk: Client, agent: User) -> None:
    chat = taken(agent)
    away, here = make_conversations.agent(), make_conversations.agent(last_name="Obecna")
    seats.set_available(here, True)
    school = make_conversations.agent(unit=make.municipal_unit(), last_name="Szkolna")
    seats.set_available(school, True)
    where = reverse("desk-transfer", args=[chat.pk])
    offered = desk.get(where).context["form"].fields["agent"].queryset
    assert list(offered) == [here]
    assert desk.post(where, {"agent": away.pk}).status_code == 422
    assert desk.post(where, {}).status_code == 422
    both = {"agent": here.pk, "inbox": chat.chat.inbox_id}
    assert desk.post(where, both).status_code == 422
    assert desk.post(where, {"agent": here.pk, "note": "Pilne"})["Location"] == reverse("chat-desk")
    chat.refresh_from_db()
    assert chat.agent == here
    assert bodies(chat)[-1] == ("agent", True, "Pilne")
    assert desk.get(where).status_code == 404


def test_the_end_leaves_time_for_a_note_and_the_case_number(desk: Client, agent: User) -> None:
    chat = taken(agent)
    assert desk.get(reverse("desk-close", args=[chat.pk])).status_code == 200
    talk = desk.post(reverse("desk-close", args=[chat.pk]), follow=True)
    assert dict(talk.context["form"].fields["to"].choices).keys() == {"staff"}
    case = reverse("desk-case", args=[chat.pk])
    chat.refresh_from_db()
    number = {"case_number": "BOI.123.2026", "revision": chat.revision}
    assert desk.post(case, number).status_code == 302
    stale = desk.post(case, number | {"case_number": "BOI.7.2026"})
    assert stale.status_code == 409
    chat.refresh_from_db()
    assert (chat.state, chat.case_number) == (State.CLOSED, "BOI.123.2026")
    entries = AuditEntry.objects.filter(action__startswith="chat.").values_list("action", flat=True)
    assert set(entries) == {"chat.taken", "chat.closed"}
    assert "BOI" not in str([entry.detail for entry in AuditEntry.objects.all()])
    chat.ended_at = timezone.now() - desk_rows.WRAP_UP
    chat.save(update_fields=["ended_at"])
    assert desk.get(reverse("desk-talk", args=[chat.pk])).status_code == 404


def test_seats_are_set_and_a_full_one_says_so(desk: Client, agent: User) -> None:
    desk.post(reverse("desk-available"), {"available": "1"})
    desk.post(reverse("desk-seat"), {"capacity": "1"})
    seat = seats.seat_of(agent)
    assert (seat.available, seat.capacity, seats.is_here(seat)) == (True, 1, True)
    assert desk.post(reverse("desk-seat"), {"capacity": "400"}, follow=True).status_code == 200
    taken(agent)
    waiting = make_conversations.chat_with("Drugi")
    told = desk.post(reverse("desk-take", args=[waiting.pk]), follow=True).content.decode()
    assert "disabled" in told
    waiting.refresh_from_db()
    assert (waiting.agent, seats.seat_of(agent).capacity) == (None, 1)
    desk.post(reverse("desk-available"))
    assert not seats.seat_of(agent).available


def test_a_unit_sees_only_its_own_queue(desk: Client) -> None:
    school = make.municipal_unit()
    inbox = make_conversations.inbox("szkola", unit=school)
    chat = make_conversations.chat_with("Zapisy do klasy", to=inbox)
    other = make_conversations.chat_with("Sprawa urzędu")
    theirs = signed_in(make_conversations.agent(unit=school))
    page = theirs.get(reverse("desk-live"), headers=HTMX).content.decode()
    assert "Zapisy do klasy" in page
    assert "Sprawa urzędu" not in page
    assert theirs.post(reverse("desk-take", args=[other.pk])).status_code == 404
    assert theirs.post(reverse("desk-take", args=[chat.pk])).status_code == 302


def test_an_orphaned_chat_shows_at_other_desks(desk: Client, agent: User) -> None:
    gone = make_conversations.agent(last_name="Nieobecna")
    chat = taken(gone)
    page = desk.get(reverse("chat-desk")).content.decode()
    assert "Nieobecna" in page
    assert desk.post(reverse("desk-take", args=[chat.pk])).status_code == 302
    chat.refresh_from_db()
    assert chat.agent == agent
    assert ChatEvent.objects.filter(conversation=chat, code=codes.JOINED).count() == 2
