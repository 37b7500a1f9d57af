"""From a warning somebody writes to everybody who reads it: the page, the feed, other sites."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from messaging.models import Message, MessageText
from messaging.steps import publishing
from messaging.tests.flow import sent
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import axe_violations, check_page, take_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCHOOL = """<!DOCTYPE html><html lang="pl"><title>Szkoła</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
<script async src="{icp}/embed/v1/alerts.js"></script>
<main><h1>Szkoła Podstawowa nr 2</h1><icp-alerts></icp-alerts></main></html>"""


def published(title: str, klass: str, long: str) -> Message:
    text = MessageText(title=title, short="Zamknij okna i zostań w domu.", long=long)
    fields = {"text": text, "klass": klass, "public": True}
    return sent(make.message(channels=("email",), **fields))  # type: ignore[arg-type]


@pytest.fixture
def other_site() -> Iterator[Callable[[str], str]]:
    """A school's site on a server of its own, with the strictest policy that a site may have."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def about(icp: str) -> str:
        class School(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                policy = f"default-src 'none'; img-src data:; script-src {icp}; connect-src {icp}"
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(SCHOOL.format(icp=icp).encode())

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        server.RequestHandlerClass = School
        return f"http://127.0.0.1:{server.server_port}/"

    yield about
    server.shutdown()
    server.server_close()


@pytest.fixture
def town() -> None:
    """An alarm and a warning that go on, one that was called off, an announcement."""
    make.recipient(kinds=("email", "sms"), topics=(make.topic(),))
    published(
        "Skażona woda na Osiedlu Słonecznym",
        "alarm",
        "**Nie pij** wody z kranu.\n\n- beczkowóz: ul. Sportowa 1\n- infolinia: [112](tel:112)",
    )
    over = published("Silny wiatr", "warning", "Zamknij okna.")
    publishing.withdraw(over, by=over.author)
    published("Festyn w parku", "information", "Zapraszamy w sobotę.")
    long_one = published(
        "Przerwa w dostawie prądu na ulicach Sportowej, Długiej i Brzozowej",
        "warning",
        "Od 8 do 12.",
    )
    Message.objects.filter(pk=long_one.pk).update(expires_at=timezone.now() + timedelta(days=2))


def test_everybody_reads_it_on_the_page_and_on_other_sites(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,
    town: None,
    other_site: Callable[[str], str],
) -> None:
    page.goto(f"{live_server.url}/alerty/")
    expect(page.get_by_role("article")).to_have_count(3)
    expect(page.get_by_role("link", name="Festyn w parku")).to_be_visible()
    check_page(page, "alerts")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Skażona woda na Osiedlu Słonecznym")).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Skażona woda na Osiedlu Słonecznym").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skażona woda na Osiedlu Słonecznym")
    check_page(page, "alert")
    assert context.cookies() == []

    page.goto(other_site(live_server.url))
    rows = page.locator("icp-alerts li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Skażona woda")  # alarms stand first
    expect(rows.last).to_contain_text("Ostrzeżenie")
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe_violations(page) == []
    take_picture(page, "alerts-widget")
    assert context.cookies() == []


def test_a_warning_is_for_everybody_by_itself_and_can_be_withdrawn(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    make.recipient(kinds=("email", "sms"), topics=(make.topic("Wydarzenia"),))
    sign_in(make.staff("duty_officer"))
    page.goto(f"{live_server.url}/wiadomosci/nowa/")
    box = page.get_by_label("Opublikuj też dla wszystkich")
    expect(box).not_to_be_checked()
    page.locator("label.choice", has_text="Ostrzeżenie").click()
    expect(box).to_be_checked()
    page.locator("#id_topic").select_option(label="Wydarzenia")
    page.locator("#id_title").fill("Silny wiatr")
    page.locator("#id_short").fill("{imie}, zamknij okna.")
    page.locator("#id_long").fill("Zamknij okna.")
    page.locator("#id_everyone_1").check()
    page.get_by_role("button", name="Sprawdź i wyślij").click()
    expect(page.locator("#id_public_error, .errorlist").first).to_contain_text(
        "Przeczytają to wszyscy"
    )
    check_page(page, "message-public-refused")
    page.locator("#id_short").fill("Zamknij okna.")
    page.get_by_role("button", name="Sprawdź i wyślij").click()
    expect(page.get_by_text("Przeczytają ją też wszyscy")).to_be_visible()
    message = Message.objects.get()
    assert message.public
    message.expected_count = 1
    message.save(update_fields=["expected_count"])
    sent(message)
    page.goto(f"{live_server.url}/wiadomosci/{message.pk}/")
    check_page(page, "message-published")
    page.get_by_role("link", name="Wycofaj").click()
    check_page(page, "message-withdraw")
    page.get_by_role("button", name="Wycofaj").click()
    expect(page.get_by_role("region", name="Dla wszystkich")).to_contain_text("Wycofana")
