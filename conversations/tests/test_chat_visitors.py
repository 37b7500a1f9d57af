"""From the notice to the end of a chat, as a visitor without a script and one with it go there."""

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conversations.chat import board, codes, log, news, rating, stamps, steps, tokens, wording
from conversations.models import (
    AllowedOrigin,
    ChatBlock,
    ChatEvent,
    ChatInbox,
    ChatRating,
    ChatSession,
    Conversation,
    NoticeDelivery,
    State,
)
from tests import make
from tests import make_conversations as make_talk

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> \u202ełódź https://bip.zazolcin.example/a?b=1&c=<i>"


@pytest.fixture(autouse=True)
def _in_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "SHORTEST", 0.0)


def form(client: Client, **typed: str) -> dict[str, str]:
    """The form before a chat as a browser would send it."""
    page = client.get(reverse("chat-ask")).content.decode()
    hidden = dict(re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page))
    return {"inbox": "bom", "text": "Kiedy kasa?", "website": ""} | hidden | typed


def begin(client: Client, **typed: str) -> tuple[Conversation, str]:
    """A chat that waits, and the token in the page of its visitor."""
    response = client.post(reverse("chat-ask"), form(client, **typed))
    assert response.status_code == 200, response.content.decode()
    token = re.search(r'name="token"\s+value="([^"]+)"', response.content.decode())
    assert token
    return Conversation.objects.order_by("-pk")[0], token[1]


def ask(client: Client, name: str, token: str, body: Any = None, **more: str) -> Any:
    said = {"headers": {"Authorization": f"Bearer {token}"}}
    if body is None:
        return client.get(reverse(name), more, **said)  # type: ignore[arg-type]
    return client.post(reverse(name), json.dumps(body), content_type="application/json", **said)  # type: ignore[arg-type]


def say(client: Client, token: str, text: str, key: str = "") -> Any:
    return ask(client, "chat-say", token, {"text": text, "client_id": key or str(uuid.uuid4())})


def test_nothing_is_stored_before_the_yes(client: Client) -> None:
    make_talk.inbox()
    for language, word in (("pl", "Rezygnuję"), ("en", "No, thank you"), ("uk", "Відмовляюся")):
        for name in ("chat", "chat-widget", "chat-ask", "chat-left", "chat-room"):
            response = client.get(reverse(name), {"lang": language})
            assert response.status_code == 200
            assert not response.cookies
        page = client.get(reverse("chat"), {"lang": language}).content.decode()
        assert word in page
        assert f'lang="{language}"' in page
    assert not Conversation.objects.exists()


def test_a_chat_from_the_notice_to_the_rating(client: Client) -> None:
    inbox, agent = make_talk.inbox(), make_talk.agent()
    chat, token = begin(client, text=HOSTILE, name="Żaneta", phone="91 424 50 00")
    assert (chat.state, chat.unit, chat.party.phone) == ("waiting", inbox.unit, "+48914245000")
    delivery = NoticeDelivery.objects.get(conversation=chat)
    assert delivery.outcome == NoticeDelivery.Outcome.CONTINUED
    assert delivery.version.language == "pl"
    told = ask(client, "chat-events", token, after="0").json()
    assert told["status"] == {"state": "waiting", "place": 1, "typing": False}
    assert told["lines"][0]["text"] == HOSTILE.replace("\u202e", "")
    assert steps.take(chat, agent)
    log.append(chat, "message", "agent", body="Dzień dobry", user=agent)
    log.append(chat, "note", "agent", body="tajne", user=agent, internal=True)
    key = str(uuid.uuid4())
    assert [say(client, token, "Dziękuję", key).status_code for _ in range(2)] == [201, 201]
    told = ask(client, "chat-events", token, after="1").json()
    assert [line["code"] or line["text"] for line in told["lines"]] == [
        "joined", "Dzień dobry", "Dziękuję",
    ]  # fmt: skip
    assert told["status"]["state"] == "active"
    assert ask(client, "chat-typing", token, {}).status_code == 204
    assert board.look()[chat.pk].visitor_types
    assert ask(client, "chat-end", token, {}).json()["status"]["state"] == "closed"
    assert say(client, token, "Jeszcze").json() == {"code": "over"}
    assert ask(client, "chat-rate", token, {"stars": 9}).status_code == 422
    for stars in (4, 1):
        assert ask(client, "chat-rate", token, {"stars": stars}).status_code == 204
    assert ChatRating.objects.get().stars == 4


def test_a_chat_without_a_script(client: Client) -> None:
    make_talk.inbox()
    _chat, token = begin(client, text=HOSTILE)

    def press(action: str, **typed: str) -> Any:
        posted = {"token": token, "action": action, "client_id": str(uuid.uuid4())} | typed
        return client.post(reverse("chat-room"), posted)

    page = press("say", text="Halo?").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert press("say", text=" ").status_code == 422
    assert "Rozmowa zakończona" in press("end").content.decode()
    assert press("say", text="Halo?").status_code == 409
    assert press("rate", stars="x").status_code == 422
    assert not press("refresh").cookies
    assert client.post(reverse("chat-room"), {"token": token[:-2] + "xx"}).status_code == 403


def test_what_a_form_says_wrong_comes_back_with_what_was_typed(client: Client) -> None:
    make_talk.inbox()
    cases = {
        "text": (" \u202e\x07 ", "Napisz, o co"),
        "email": ("zly@", "To nie jest adres"),
        "phone": ("12", "To nie jest numer"),
        "name": ("n" * 101, "najwyżej 100"),
        "inbox": ("nie-ma", "Wybierz temat"),
        "notice": ("0", "Treść informacji"),
        "website": ("http://x", "Spróbuj jeszcze raz"),
        "stamp": ("AAAA", "Spróbuj jeszcze raz"),
        "key": ("zly", "poszło nie tak"),
    }
    for name, (value, sentence) in cases.items():
        response = client.post(
            reverse("chat-ask"),
            form(client, name="Ewa", **{name: value})
            if name != "name"
            else form(client, name=value),
        )
        assert response.status_code == 422, name
        assert sentence in response.content.decode(), name
    too_long = client.post(reverse("chat-ask"), form(client, text="ż" * 2001))
    assert too_long.status_code == 422
    assert not Conversation.objects.exists()


def test_a_form_that_came_back_too_soon_or_twice(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_talk.inbox()
    typed = form(client)
    monkeypatch.setattr(stamps, "SHORTEST", 2.0)
    assert client.post(reverse("chat-ask"), typed).status_code == 422
    monkeypatch.setattr(stamps, "SHORTEST", 0.0)
    assert [client.post(reverse("chat-ask"), typed).status_code for _ in range(2)] == [200, 200]
    assert Conversation.objects.count() == 1
    # The page of a chat loaded again after ten minutes opens no door to it, and none to a second one.
    Conversation.objects.update(originated_at=timezone.now() - timedelta(minutes=10))
    late = client.post(reverse("chat-ask"), typed)
    assert late.status_code == 422
    assert "Spróbuj jeszcze raz" in late.content.decode()
    assert typed["key"] not in late.content.decode()
    assert client.post(reverse("chat-ask"), typed | {"mode": "offline"}).status_code == 422
    assert Conversation.objects.count() == 1


def test_a_full_queue_closed_hours_and_a_block_are_told_clearly(client: Client) -> None:
    inbox = make_talk.inbox(queue_limit=1)
    chat, _token = begin(client)
    full = client.post(reverse("chat-ask"), form(client, text="Drugi"))
    assert full.status_code == 422
    assert "kolejka jest pełna" in full.content.decode()
    assert 'value="offline"' in full.content.decode()
    assert Conversation.objects.count() == 1
    ChatInbox.objects.filter(pk=inbox.pk).update(hours={})
    closed = client.post(reverse("chat-ask"), form(client) | {"mode": ""})
    assert "Możesz zostawić wiadomość" in closed.content.decode()
    assert "nikt nie odpowiada" in client.get(reverse("chat-ask")).content.decode()
    left = client.post(
        reverse("chat-ask"), form(client, text="Proszę o telefon", phone="601234567")
    )
    assert "Wiadomość zapisana" in left.content.decode()
    kept = Conversation.objects.get(state=State.OFFLINE)
    assert ChatEvent.objects.get(conversation=kept).body == "Proszę o telefon"
    assert NoticeDelivery.objects.filter(conversation=kept).exists()
    until = timezone.now() + timedelta(days=1)
    ChatBlock.objects.create(
        device=chat.party.device, until=until, reason="abuse", by=make.staff("conversation_agent")
    )
    refused = client.post(reverse("chat-ask"), form(client, text="Znowu"))
    assert "chwilowo wyłączony" in refused.content.decode()
    elsewhere = Client(REMOTE_ADDR="192.0.2.77")
    assert (
        "Wiadomość zapisana" in elsewhere.post(reverse("chat-ask"), form(client)).content.decode()
    )


def test_who_writes_too_much_or_too_long_is_held_up(client: Client) -> None:
    make_talk.inbox()
    _chat, token = begin(client)
    assert say(client, token, "ż" * 2001).status_code == 422
    assert say(client, token, "x" * 20_000).status_code == 422
    assert ask(client, "chat-say", token, [["["] * 9]).status_code == 422
    answers = [say(client, token, f"{number}").status_code for number in range(31)]
    assert answers.count(429) == 1
    opened = [client.post(reverse("chat-ask"), {}).status_code for _ in range(20)]
    assert opened[-1] == 429


def test_only_a_token_of_this_chat_opens_it(client: Client) -> None:
    make_talk.inbox()
    chat, token = begin(client)
    for wrong in ("", "x", token[:-4], token + "AAAA", token.swapcase()):
        assert ask(client, "chat-events", wrong).status_code == 401
    new = ask(client, "chat-renew", token, {}).json()["token"]
    assert ask(client, "chat-events", token).status_code == 200  # the answer may have been lost
    newer = ask(client, "chat-renew", new, {}).json()["token"]
    assert ask(client, "chat-events", token).status_code == 401
    assert ask(client, "chat-events", newer).status_code == 200
    client.force_login(make.staff("administrator"))
    assert client.get(reverse("chat-events")).status_code == 401
    Conversation.objects.filter(pk=chat.pk).update(purge_state="purging")
    assert ask(client, "chat-events", newer).status_code == 401


def test_a_token_ends_by_itself(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.issue(ChatSession.objects.get(conversation=make_talk.chat()))
    assert tokens.session_of(token)
    monkeypatch.setattr(tokens, "GOOD_FOR", -1)
    assert tokens.session_of(token) is None


def test_a_form_of_another_site_is_refused(client: Client) -> None:
    make_talk.inbox()
    for origin, status in (("https://zla.example", 403), ("null", 403), ("http://testserver", 200)):
        said = {"Origin": origin}
        response = client.post(reverse("chat-ask"), form(client), headers=said)
        assert response.status_code == status


def test_only_sites_of_the_city_may_frame_the_widget(client: Client) -> None:
    assert client.get(reverse("chat-widget"))["X-Frame-Options"] == "DENY"
    by = make.staff("administrator")
    AllowedOrigin.objects.create(origin="https://www.zazolcin.example", added_by=by)
    widget = client.get(reverse("chat-widget"))
    assert "X-Frame-Options" not in widget
    policy = widget["Content-Security-Policy"]
    assert "frame-ancestors https://www.zazolcin.example" in policy
    assert "'none'" not in policy.split("frame-ancestors")[1].split(";")[0]
    page = client.get(reverse("chat"))
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    loader = client.get(reverse("chat-loader"))
    assert loader["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_words_of_all_languages_are_there() -> None:
    polish = wording.WORDS["pl"]
    for words in wording.WORDS.values():
        assert words.keys() == polish.keys()
        assert words["errors"].keys() == polish["errors"].keys()  # type: ignore[attr-defined]
        assert set(codes.STAFF_WORDS) <= set(words["codes"])


def test_a_rating_is_of_a_chat_that_is_over() -> None:
    chat = make_talk.chat(state=State.ACTIVE)
    assert not rating.rate(chat, 5)
    Conversation.objects.filter(pk=chat.pk).update(state=State.CLOSED)
    assert rating.rate(chat, 5, "Bardzo\x07 miło")
    assert ChatRating.objects.get().comment == "Bardzo miło"


def test_pages_without_streams_ask_less_often_where_many_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_talk.chat()
    assert news.Pace().next_ms() == 3000
    monkeypatch.setattr(news, "MS_FOR_EACH", 10_000)
    assert news.Pace().next_ms() == 10_000
