"""The residents' app on a phone: installed, paired by a typed code, read without a network, wiped."""

import json
import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import APIResponse, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from messaging.engine import receipts
from messaging.models import Delivery, Message
from recipients.account import rights
from recipients.contacts import devices
from recipients.models import Device, Recipient
from tests import make
from tests.browser.resident import Phone, look, resident, without_the_network, write

# A phone asks several things at once, which SQLite in memory, shared by threads, cannot answer.
pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HOSTILE = "<script>alert(1)</script>{{7*7}} <img src=x onerror=alert(1)>"


@pytest.fixture
def person() -> Recipient:
    return resident(first_name="Żaneta", last_name="Ćma")


@pytest.fixture
def phone(
    context: BrowserContext, live_server: LiveServer, _silent_console: list[str]
) -> Iterator[Phone]:
    yield Phone(context, live_server.url)
    without_the_network(_silent_console)


def misread(code: str) -> str:
    """As somebody types it: small letters, no dash, o for zero and l for one."""
    return code.lower().replace("-", " ").replace("0", "o").replace("1", "l")


def test_it_is_installed_paired_and_read_without_a_network(
    phone: Phone, person: Recipient, live_server: LiveServer
) -> None:
    page = phone.open()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Aplikacja mieszkańca")
    phone.ready()
    installable(page)
    look(page, "welcome")
    phone.open("kod")
    look(page, "pairing")
    phone.pair(person, misread)
    device = Device.objects.get(recipient=person)
    alarm = write("Woda niezdatna do picia", "Nie pij.", public=True, klass=Message.Klass.ALARM)
    first = write("Przegląd kominiarski", "**Jutro** w klatce C.")
    hostile = write(f"Uwaga {HOSTILE}", f"Zły tekst {HOSTILE} i [odnośnik](javascript:alert(1))")
    phone.open()
    expect(page.get_by_role("link", name="Przegląd kominiarski")).to_be_visible()
    expect(page.get_by_label("Trwające alarmy")).to_contain_text("Woda niezdatna")
    look(page, "inbox")
    page.get_by_role("link", name="Przegląd kominiarski").click()
    expect(page.locator("article strong")).to_have_text("Jutro")
    look(page, "letter")
    read(phone, first, person)
    page.get_by_role("link", name="‹ Wiadomości").click()
    without_a_network(phone, hostile, alarm)
    everything_else_looks_right(phone)
    leaving(phone, device)


def installable(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/app/manifest.webmanifest")


def read(phone: Phone, message: Message, person: Recipient) -> None:
    """The receipt comes over the network, and its news are applied by the dispatcher's tick."""
    rows = Delivery.objects.filter(message=message, recipient=person, state=Delivery.State.READ)

    def there() -> bool:
        receipts.apply()
        return rows.exists()

    phone.until(there)


def without_a_network(phone: Phone, hostile: Message, alarm: Message) -> None:
    page = phone.page
    phone.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("Brak sieci")).to_be_visible()
    expect(page.get_by_label("Trwające alarmy")).to_contain_text("Woda niezdatna")
    page.get_by_role("searchbox").fill("zly tekst")
    expect(page.locator("#letters li")).to_have_count(1)
    page.locator("#letters a").click()
    article = page.get_by_role("article")
    expect(article).to_contain_text("Zły tekst")
    assert article.locator("script, img, [onerror]").count() == 0
    assert article.locator("a[href^='javascript']").count() == 0
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>alert(1)</script>")
    phone.open(f"m/{alarm.uid}")
    expect(page.get_by_role("article")).to_contain_text("Nie pij.")
    phone.open("ustawienia")
    expect(page.get_by_text("Nie ma połączenia z urzędem").first).to_be_visible()
    phone.context.set_offline(False)


def everything_else_looks_right(phone: Phone) -> None:
    for screen, words in (
        ("wiecej", "Odłącz i wyczyść"),
        ("ustawienia", "Odpady komunalne"),
        ("moje-dane", "to urządzenie"),
        ("alerty", "Woda niezdatna"),
        ("nie/ma", "Nie ma takiego ekranu"),
    ):
        phone.open(screen)
        expect(phone.page.get_by_text(words).first).to_be_visible()
        look(phone.page, screen.replace("/", "-"))
    mine(phone)


def mine(phone: Phone) -> None:
    """The consent goes at once, and comes back by one press; the copy of data comes as a file."""
    page = phone.open("moje-dane")
    expect(page.get_by_text("Żaneta Ćma")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Wycofaj: Odpady")).first.click()
    page.get_by_role("button", name="Wycofaj zgodę").click()
    page.get_by_role("button", name="Cofnij").click()
    expect(page.get_by_text("Zgoda znów obowiązuje")).to_be_visible()
    with page.expect_download() as waited:
        page.get_by_role("button", name="Pobierz kopię danych").click()
    assert "Żaneta" in waited.value.path().read_text(encoding="utf-8")


def leaving(phone: Phone, device: Device) -> None:
    """What was asked for is gone from the phone: rows, caches of anything, the token at the office."""
    page = phone.open("wiecej")
    page.get_by_role("button", name="Odłącz i wyczyść aplikację").click()
    page.get_by_role("button", name="Odłącz i wyczyść", exact=True).click()
    expect(page.get_by_text("wszystko zostało usunięte")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Aplikacja mieszkańca")
    nothing_of_the_person(phone)
    device.refresh_from_db()
    assert device.revoked_at is not None


def nothing_of_the_person(phone: Phone) -> None:
    stores = phone.stores()
    assert [
        name for name in ("messages", "reports", "outbox", "receipts") if stores.get(name)
    ] == []
    assert phone.kept("token") is None
    assert phone.kept("device") is None
    assert [path for path in phone.cached() if not re.match(r"/(app/|static/|mapa/)", path)] == []


@pytest.mark.parametrize("asked", ["device", "sync"])
def test_what_is_answered_after_everything_was_wiped_is_not_kept(
    phone: Phone, person: Recipient, asked: str
) -> None:
    phone.open()
    phone.ready()
    phone.pair(person)
    write("Tylko dla mnie", "Tajne.")
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        if route.request.method == "GET":
            held.append((route, route.fetch()))
        else:
            route.continue_()

    phone.context.route(re.compile(rf"/api/v1/{asked}(\?|$)"), hold)
    page = phone.open()
    phone.until(lambda: bool(held))
    page.get_by_role("link", name="Więcej").click()
    page.get_by_role("button", name="Odłącz i wyczyść aplikację").click()
    page.get_by_role("button", name="Odłącz i wyczyść", exact=True).click()
    expect(page.get_by_text("wszystko zostało usunięte")).to_be_visible()
    for route, answer in held:
        with page.expect_response(route.request.url):
            route.fulfill(response=answer)
    page.wait_for_timeout(500)
    nothing_of_the_person(phone)


@pytest.mark.parametrize("end", ["removed", "erased"])
def test_a_phone_that_the_office_does_not_know_any_more_keeps_nothing(
    phone: Phone, person: Recipient, end: str
) -> None:
    phone.open()
    phone.ready()
    phone.pair(person)
    write("Tylko dla mnie", "Tajne.")
    page = phone.open()
    expect(page.get_by_text("Tylko dla mnie")).to_be_visible()
    if end == "removed":
        devices.remove(Device.objects.get(recipient=person))
    else:
        rights.erase(person, by=make.clerk(), reason="na wniosek")
    page.reload()
    expect(page.get_by_text("nie jest już połączony z urzędem")).to_be_visible()
    expect(page.get_by_text("Tylko dla mnie")).to_have_count(0)
    nothing_of_the_person(phone)


def test_a_clock_that_is_a_year_wrong_and_a_cursor_that_is_too_old_do_no_harm(
    phone: Phone, person: Recipient
) -> None:
    past = timezone.now().replace(year=timezone.now().year - 1)
    phone.page.clock.set_fixed_time(past)
    phone.open()
    phone.ready()
    phone.pair(person)
    message = write("Wiadomość z przyszłości", "Treść.")
    page = phone.open()
    page.get_by_text("Wiadomość z przyszłości").click()
    expect(page.get_by_role("article")).to_contain_text("Treść.")
    read(phone, message, person)
    expire_the_cursor(phone)
    phone.open()
    expect(page.get_by_text("Wiadomość z przyszłości")).to_be_visible()


def expire_the_cursor(phone: Phone) -> None:
    """The server says once that it remembers less than the phone asks about; then it answers."""
    told: list[str] = []

    def once(route: Route) -> None:
        if "cursor=" in route.request.url and not told:
            told.append(route.request.url)
            problem = json.dumps({"type": f"{phone.url}/problems/cursor-expired", "status": 410})
            route.fulfill(status=410, content_type="application/problem+json", body=problem)
        else:
            route.continue_()

    phone.context.route(re.compile(r"/api/v1/sync"), once)
    phone.open("zgloszenia")
    phone.until(lambda: bool(told))


@pytest.mark.parametrize(
    ("language", "title", "inbox"),
    [("uk", "Застосунок мешканця", "Повідомлення"), ("en", "Resident’s app", "Messages")],
)
def test_the_whole_app_speaks_the_language_of_the_phone(
    phone: Phone, person: Recipient, language: str, title: str, inbox: str
) -> None:
    page = phone.open()
    name = {"uk": "Українська", "en": "English"}[language]
    page.get_by_label(name).check()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    for screen in ("start", "zgloszenia", "zglos", "ustawienia"):
        phone.open(screen)
        expect(page.get_by_role("heading", level=1)).not_to_be_empty()
        assert page.evaluate("document.documentElement.lang") == language
        look(page, f"{language}-{screen}", ("light",))
    expect(page.get_by_role("link", name=inbox).first).to_be_visible()
