"""From a page of the city on another site to the office's chat in a frame; and the same chat on a page of its own."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module.models import User
from conversations.chat import log, steps
from conversations.models import AllowedOrigin, ChatEvent, ChatInbox, ChatRating, Conversation
from tests import make
from tests import make_conversations as make_talk
from tests.browser.looking import AXE, RULES, check_page, take_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOSTILE = "<img src=x onerror=alert(1)> zażółć https://bip.zazolcin.example/a?b=1."


@pytest.fixture
def site(live_server: LiveServer) -> Iterator[str]:
    """A page of the city at 127.0.0.1: to a browser another site than ICP's localhost."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            loader = f"{live_server.url}{reverse('chat-loader')}"
            page = (
                "<!doctype html><html lang=pl><meta charset=utf-8><title>Miasto</title>"
                "<link rel=icon href=data:,><main><h1>Zażółcin</h1></main>"
                f"<script async src='{loader}' data-inbox=bom></script>"
            )
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_said: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def open_widget(page: Page, site: str) -> FrameLocator:
    page.goto(site)
    page.get_by_role("button", name="Czat z urzędem").click()
    return page.frame_locator("iframe[title='Czat z urzędem']")


def axe_in_frame(page: Page) -> list[str]:
    """What axe finds in the frame, where it is not let in from around."""
    frame = page.frames[-1]
    frame.evaluate(AXE)
    found = frame.evaluate(
        "runOnly => axe.run(document, {preload: false, runOnly}).then(all => all.violations)", RULES
    )
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def say_as(agent: User, chat: Conversation, words: str) -> None:
    log.append(chat, ChatEvent.Type.MESSAGE, ChatEvent.Author.AGENT, body=words, user=agent)


def forget_errors(said: list[str], of: str) -> bool:
    """Take what the browser itself says about this off the list; whether it said anything."""
    kept = [line for line in said if of not in line]
    found = len(kept) < len(said)
    said[:] = kept
    return found


def begin(frame: FrameLocator, page: Page) -> Conversation:
    """From the notice to the queue."""
    expect(frame.get_by_role("heading", name="Zanim zaczniesz")).to_be_visible()
    assert axe_in_frame(page) == []
    frame.get_by_role("link", name="Rozpocznij").click()
    frame.get_by_label("Twoje pytanie").fill("Kiedy czynna jest kasa?")
    assert axe_in_frame(page) == []
    frame.get_by_role("button", name="Zacznij rozmowę").click()
    expect(frame.get_by_text("Jesteś na początku kolejki")).to_be_visible()
    return Conversation.objects.get()


def talk(frame: FrameLocator, page: Page, agent: User, chat: Conversation) -> None:
    """Hostile words are words; an address is a link; what the visitor writes is there at once."""
    say_as(agent, chat, HOSTILE)
    expect(frame.get_by_role("log")).to_contain_text("<img src=x onerror=alert(1)> zażółć")
    link = frame.get_by_role("link", name="bip.zazolcin.example")
    expect(link).to_have_attribute("href", "https://bip.zazolcin.example/a?b=1")
    expect(frame.locator("img")).to_have_count(0)
    frame.get_by_label("Wiadomość").fill("Dziękuję, żegnam")
    frame.get_by_label("Wiadomość").press("Enter")
    expect(frame.locator(".line-visitor[data-seq]").last).to_contain_text("Dziękuję, żegnam")
    assert axe_in_frame(page) == []
    take_picture(page, "widget-on-a-site")
    page.set_viewport_size({"width": 390, "height": 780})
    take_picture(page, "widget-on-a-phone")
    page.set_viewport_size({"width": 1440, "height": 900})


def end(frame: FrameLocator, page: Page) -> None:
    frame.get_by_role("button", name="Zakończ czat").click()
    frame.get_by_role("button", name="Tak, zakończ").click()
    frame.get_by_label("5 – bardzo dobrze").check()
    assert axe_in_frame(page) == []
    frame.get_by_role("button", name="Wyślij ocenę").click()
    expect(frame.get_by_text("Dziękujemy za ocenę.")).to_be_visible()


def test_the_chat_in_a_frame_of_another_site(
    context: BrowserContext,
    site: str,
    _silent_console: list[str],  # noqa: PT019 - what it heard is asked
) -> None:
    make_talk.inbox()
    agent, page = make_talk.agent(), context.new_page()
    with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        open_widget(page, site)  # the browser itself keeps a site out that nobody named
    assert forget_errors(_silent_console, "frame-ancestors")
    AllowedOrigin.objects.create(origin=site, added_by=make.staff("administrator"))
    frame = open_widget(page, site)
    chat = begin(frame, page)
    assert steps.take(chat, agent)
    talk(frame, page, agent, chat)
    # Shut, it goes on: what comes is counted on the button; opened again, it is all there.
    frame.get_by_label("Wiadomość").press("Escape")
    expect(page.get_by_role("button", name="Czat z urzędem")).to_be_focused()
    say_as(agent, chat, "Miłego dnia")
    expect(page.get_by_role("button", name="nowe wiadomości: 1")).to_be_visible()
    page.get_by_role("button", name="Czat z urzędem").click()
    expect(frame.get_by_role("log")).to_contain_text("Miłego dnia")
    # Loaded again on another page of the site, the chat goes on; no cookie was needed.
    frame = open_widget(page, site)
    expect(frame.get_by_role("log")).to_contain_text("Miłego dnia")
    assert context.cookies() == []
    end(frame, page)
    assert ChatRating.objects.get().stars == 5


def ask(page: Page, url: str) -> Conversation:
    """On the page of its own, with a mistake on the way."""
    page.goto(f"{url}{reverse('chat')}")
    expect(page.get_by_role("heading", name="Zanim zaczniesz")).to_be_visible()
    check_page(page, "chat-notice")
    page.get_by_role("link", name="Rozpocznij").click()
    page.get_by_label("Temat").select_option("podatki")
    page.get_by_label("Twoje pytanie").fill("Do kiedy podatek od psa?")
    page.get_by_label("Numer telefonu").fill("12")
    page.get_by_role("button", name="Zacznij rozmowę").click()
    expect(page.get_by_role("alert")).to_contain_text("To nie jest numer telefonu")
    check_page(page, "chat-ask")
    page.get_by_label("Numer telefonu").fill("601 234 567")
    page.get_by_role("button", name="Zacznij rozmowę").click()
    expect(page.get_by_text("Jesteś na początku kolejki")).to_be_visible()
    check_page(page, "chat-waiting")
    return Conversation.objects.get()


def lose_the_network(context: BrowserContext, page: Page) -> None:
    """What is written meanwhile waits; it is sent once there is a network again."""
    context.set_offline(True)
    page.get_by_label("Wiadomość").fill("A ulgi?")
    page.get_by_label("Wiadomość").press("Enter")
    expect(page.get_by_text("Jeszcze nie wysłano")).to_be_visible()
    expect(page.get_by_text("Utracono połączenie")).to_be_visible(timeout=15_000)
    check_page(page, "chat-lost")
    context.set_offline(False)
    expect(page.locator(".line-visitor[data-seq]").last).to_contain_text("A ulgi?", timeout=15_000)
    expect(page.get_by_text("Utracono połączenie")).to_be_hidden(timeout=15_000)


def test_every_state_of_the_chat_on_a_page_of_its_own(
    context: BrowserContext,
    live_server: LiveServer,
    _silent_console: list[str],  # noqa: PT019 - what it heard is asked
) -> None:
    make_talk.inbox()
    make_talk.inbox("podatki", name="Podatki i opłaty")
    agent, page = make_talk.agent(), context.new_page()
    chat = ask(page, live_server.url)
    assert steps.take(chat, agent)
    say_as(agent, chat, "Dzień dobry, do 31 marca.\nNumer konta jest w BIP.")
    expect(page.get_by_text("do 31 marca")).to_be_visible()
    lose_the_network(context, page)
    assert forget_errors(_silent_console, "net::ERR_")
    page.reload()
    expect(page.get_by_text("A ulgi?")).to_be_visible()
    check_page(page, "chat-active")
    steps.close(chat, agent)
    expect(page.get_by_text("Urząd zakończył rozmowę.")).to_be_visible()
    check_page(page, "chat-over")
    ChatInbox.objects.update(hours={})
    page.get_by_role("link", name="Nowa rozmowa").click()
    page.get_by_role("link", name="Rozpocznij").click()
    expect(page.get_by_role("heading", name="Teraz nikt nie odpowiada")).to_be_visible()
    check_page(page, "chat-offline")
