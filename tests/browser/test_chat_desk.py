"""A visitor and two agents in three browsers: notice, queue, talk both ways, note, hand-over, end, rating."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module.models import User
from conversations.chat import seats, stamps
from conversations.models import CannedResponse, ChatEvent, ChatRating, Conversation, State
from tests import make, make_conversations
from tests.browser.looking import axe_violations, check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOSTILE = "<script>document.title = 'zły'</script> Zażółć gęślą jaźń"
Open = Callable[[User | None], Page]


@pytest.fixture
def opened(
    browser: Browser, live_server: LiveServer, browser_context_args: dict[str, object]
) -> Iterator[Open]:
    """A browser of one's own for each: a member of staff, or (with None) a visitor."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def open_for(user: User | None) -> Page:
        context = browser.new_context(**browser_context_args)  # type: ignore[arg-type]
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            name, url = settings.SESSION_COOKIE_NAME, live_server.url
            context.add_cookies([{"name": name, "value": session, "url": url}])
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if _is_bad(message) else None)
        return page

    yield open_for
    for context in contexts:
        for page in context.pages:
            page.goto("about:blank")
        context.close()
    assert not said, "\n".join(said)


@pytest.fixture(autouse=True)
def _a_quick_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "SHORTEST", 0)


def test_a_chat_from_the_notice_to_the_rating(opened: Open, live_server: LiveServer) -> None:
    desk_url = f"{live_server.url}/rozmowy/czat/"
    make_conversations.inbox()
    CannedResponse.objects.create(shortcut="godziny", text="Pracujemy od 7:30 do 15:30.")
    agent, colleague = (make_conversations.agent(last_name=name) for name in ("Zaklińska", "Wrona"))
    seats.set_available(agent, True)
    seats.set_available(colleague, True)

    visitor = opened(None)
    begin_chat(visitor, live_server)
    first, second = opened(agent), opened(colleague)
    for page in (first, second):
        page.goto(desk_url)
        expect(page.locator(".desk-waiting")).to_contain_text("Zażółć gęślą jaźń")
    check_page(first, "chat-desk-queue")
    assert first.title().startswith("Stanowisko czatu")

    both_take(first, second)
    assert Conversation.objects.get().agent == agent

    talk_both_ways(first, visitor)
    note_among_staff(first)
    check_page(first, "chat-desk-talk")
    unread_in_the_title(first, visitor)
    hand_over(first, colleague)

    second.goto(desk_url)
    second.get_by_role("link", name="Jan Żółty").click()
    expect(second.get_by_role("log")).to_contain_text("Proszę sprawdzić wpłatę.")
    close(second, visitor)
    expect(visitor.get_by_role("log")).not_to_contain_text("Proszę sprawdzić wpłatę.")
    rate(visitor)
    assert not axe_violations(visitor)


def _is_bad(message: ConsoleMessage) -> bool:
    """Most often something that the CSP refused."""
    return message.type == "error" and "responded with a status of 4" not in message.text


def begin_chat(visitor: Page, live_server: LiveServer) -> None:
    visitor.goto(f"{live_server.url}/czat/")
    assert not Conversation.objects.exists()
    visitor.locator("[data-begin]").click()
    visitor.locator("#text").fill(HOSTILE)
    visitor.locator("#name").fill("Jan Żółty")
    visitor.locator("form[data-ask] button[type=submit]").click()
    expect(visitor.get_by_role("log")).to_contain_text(HOSTILE)
    assert Conversation.objects.get().state == State.WAITING


def take_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Przejmij")


def both_take(first: Page, second: Page) -> None:
    """The loser is told who was quicker."""
    # The second desk has not heard yet.
    second.route("**/kolejka/*", lambda route: route.fulfill(status=204))
    take_button(first).click()
    expect(first.get_by_role("log")).to_contain_text(HOSTILE)
    take_button(second).click()
    expect(second.locator("#notices")).to_contain_text("Zaklińska")
    second.unroute("**/kolejka/*")


def talk_both_ways(first: Page, visitor: Page) -> None:
    field = first.get_by_role("textbox", name="Wiadomość")
    field.fill("Dzień dobry!")
    field.press("Shift+Enter")
    field.press_sequentially("W czym pomóc?")
    field.press("Enter")
    expect(visitor.get_by_role("log")).to_contain_text("W czym pomóc?")
    expect(field).to_have_value("")
    field.press_sequentially("/go")
    expect(first.get_by_role("option", name="/godziny")).to_be_visible()
    field.press("Enter")
    expect(field).to_have_value("Pracujemy od 7:30 do 15:30.")
    field.press("Enter")
    expect(visitor.get_by_role("log")).to_contain_text("Pracujemy od 7:30")
    visitor.locator("#say").fill("Dziękuję, a w święta?")
    visitor.locator("#say").press("Enter")
    expect(first.get_by_role("log")).to_contain_text("a w święta?")


def note_among_staff(first: Page) -> None:
    field = first.get_by_role("textbox", name="Wiadomość")
    first.locator("label.segment", has_text="Notatka").click()
    field.fill("Proszę sprawdzić wpłatę.")
    first.get_by_role("button", name="Zapisz notatkę").click()
    expect(first.locator(".talk-note")).to_contain_text("Proszę sprawdzić wpłatę.")
    # The next words go to the visitor again.
    expect(first.get_by_role("button", name="Wyślij do rozmówcy")).to_be_visible()


def unread_in_the_title(first: Page, visitor: Page) -> None:
    """What comes while another page of the desk is open is counted in its title."""
    first.goto(first.url.split("/czat/")[0] + "/czat/")
    visitor.locator("#say").fill("Halo?")
    visitor.locator("#say").press("Enter")
    expect(first).to_have_title(re.compile(r"^\(1\) "), timeout=10_000)
    first.get_by_role("link", name="Jan Żółty").click()
    expect(first.get_by_role("log")).to_contain_text("Halo?")


def hand_over(first: Page, colleague: User) -> None:
    first.get_by_role("link", name="Przekaż").click()
    check_page(first, "chat-desk-transfer")
    first.locator("#id_agent").select_option(label=str(colleague))
    first.locator("#id_note").fill("Wpłata z 3 listopada.")
    first.get_by_role("button", name="Przekaż").click()
    expect(first.locator("#notices")).to_contain_text("Wrona")


def close(second: Page, visitor: Page) -> None:
    second.locator("#id_case_number").fill("BOI.12.2026")
    second.get_by_role("button", name="Zapisz numer").click()
    second.get_by_role("link", name="Zakończ rozmowę").click()
    check_page(second, "chat-desk-close")
    second.get_by_role("button", name="Zakończ rozmowę").click()
    expect(second.get_by_role("log")).to_contain_text("Urząd zakończył rozmowę.")
    check_page(second, "chat-desk-over")
    expect(visitor.locator("[data-rate]")).to_be_visible(timeout=10_000)
    chat = Conversation.objects.get()
    assert (chat.state, chat.case_number) == (State.CLOSED, "BOI.12.2026")


def rate(visitor: Page) -> None:
    visitor.locator(".room-star input[value='5']").check()
    visitor.locator("#comment").fill("Szybko i miło.")
    visitor.locator("[data-rate] button").click()
    expect(visitor.locator("[data-thanks]")).to_be_visible()
    rating = ChatRating.objects.get()
    assert (rating.stars, rating.comment) == (5, "Szybko i miło.")
    assert ChatEvent.objects.filter(internal=True).count() == 2


def test_the_settings_and_what_was_left(opened: Open, live_server: LiveServer) -> None:
    head = make.staff("centre_head")
    make_conversations.inbox()
    CannedResponse.objects.create(shortcut="godziny", text="Pracujemy od 7:30 do 15:30.")
    make_conversations.chat_with("Proszę oddzwonić w sprawie podatku", state=State.OFFLINE)
    page, base = opened(head), f"{live_server.url}/rozmowy/czat"
    for path, name in (
        ("/ustawienia/", "chat-settings"),
        ("/ustawienia/odpowiedzi/", "chat-ready"),
        ("/ustawienia/strony/", "chat-origins"),
        ("/ustawienia/blokady/", "chat-blocks"),
        ("/statystyka/", "chat-figures"),
        ("/wiadomosci/", "chat-messages"),
    ):
        page.goto(base + path)
        check_page(page, name)
    page.get_by_role("link", name="Proszę oddzwonić").click()
    check_page(page, "chat-message")
    page.goto(f"{base}/ustawienia/skrzynki/nowa/")
    page.locator("#id_name").fill("Podatki")
    page.locator("#id_code").fill("podatki")
    page.locator("#id_unit").select_option(index=1)
    page.locator("#id_hours_1").fill("od rana")
    page.get_by_role("button", name="Zapisz").click()
    expect(page.locator("#id_hours_1")).to_have_value("od rana")
    check_page(page, "chat-inbox")
    page.locator("#id_hours_1").fill("7:30-15:30")
    page.get_by_role("button", name="Zapisz").click()
    expect(page.get_by_role("heading", name="Podatki")).to_be_visible()
