"""The pages of settings in a real browser: by keyboard alone, in every look, with every answer."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module.configuration import (
    Budgets,
    EmailGateway,
    Municipality,
    QuietHours,
    read,
    write,
)
from admin_module.models import User
from admin_module.settings_forms import PAGES
from sandbox.testing import Box, running_sandbox
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_STEPS = 60


@pytest.fixture
def administrator(sign_in: SignIn) -> User:
    user = make.staff("administrator")
    sign_in(user)
    return user


@pytest.fixture
def box() -> Iterator[Box]:
    with running_sandbox() as running:
        yield running


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{wanted} cannot be reached by the keyboard")


def type_into(page: Page, field: str, text: str) -> None:
    tab_to(page, page.locator(field))
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_changing_a_gateway_by_keyboard_alone(
    page: Page, live_server: LiveServer, administrator: User, box: Box
) -> None:
    config = box.config("email")
    page.goto(f"{live_server.url}/ustawienia/")
    tab_to(page, page.get_by_role("link", name="E-mail: serwer poczty"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/ustawienia/email/$"))
    tab_to(page, page.get_by_role("link", name="Zmień"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/ustawienia/email/zmien/$"))

    type_into(page, "#id_host", "127.0.0.1")
    type_into(page, "#id_port", str(config["port"]))
    test = page.get_by_role("button", name="Sprawdź połączenie")
    tab_to(page, test)
    page.keyboard.press("Enter")
    expect(page.locator("#gateway-result .notice-ok")).to_be_visible()
    expect(test).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Zapisz")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#notices")).to_contain_text("Zapisano")
    assert (read(EmailGateway).host, read(EmailGateway).port) == ("127.0.0.1", config["port"])

    tab_to(page, page.get_by_role("button", name="Sprawdź połączenie"))
    page.keyboard.press("Enter")
    expect(page.locator("#gateway-result .notice-ok")).to_be_visible()
    expect(page.locator("#gateway-state dd").first).to_contain_text("działa")
    expect(page.get_by_role("button", name="Sprawdź połączenie")).to_be_focused()


def test_mending_a_mistake_by_keyboard_alone(
    page: Page, live_server: LiveServer, administrator: User
) -> None:
    page.goto(f"{live_server.url}/ustawienia/email/zmien/")
    type_into(page, "#id_host", "127.0.0.1")
    type_into(page, "#id_port", "0")
    tab_to(page, page.get_by_role("button", name="Zapisz"))
    page.keyboard.press("Enter")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the summary's link leads to the field
    expect(page.locator("#id_port")).to_be_focused()
    expect(page.locator("#id_host")).to_have_value("127.0.0.1")
    page.keyboard.press("Control+A")
    page.keyboard.type("2525")
    page.keyboard.press("Enter")
    expect(page.locator("#notices")).to_contain_text("Zapisano")
    assert read(EmailGateway).port == 2525


def test_a_wrong_password_is_said_and_nothing_typed_is_lost(
    page: Page, live_server: LiveServer, administrator: User, box: Box
) -> None:
    page.goto(f"{live_server.url}/ustawienia/sms/zmien/")
    page.locator("#id_account").fill(box.accounts.twilio_account)
    page.locator("#id_token").fill("zly-token-zly-token")
    page.locator("#id_base_url").fill(box.http_url)
    page.locator("#id_reason").fill("nowa umowa")
    page.get_by_role("button", name="Sprawdź połączenie").click()
    result = page.locator("#gateway-result .notice-danger")
    expect(result).to_contain_text(re.compile("token", re.IGNORECASE))
    expect(page.locator("#id_token")).to_have_value("zly-token-zly-token")
    expect(page.locator("#id_reason")).to_have_value("nowa umowa")
    check_page(page, "settings-test-failed")
    page.locator("#id_token").fill(box.accounts.twilio_token)
    page.get_by_role("button", name="Sprawdź połączenie").click()
    expect(page.locator("#gateway-result .notice-ok")).to_be_visible()


def test_the_index_and_every_form_are_accessible(
    page: Page, live_server: LiveServer, administrator: User
) -> None:
    page.goto(f"{live_server.url}/ustawienia/")
    check_page(page, "settings-index")
    for slug in PAGES:
        page.goto(f"{live_server.url}/ustawienia/{slug}/zmien/")
        check_page(page, f"settings-{slug}")


def test_what_holds_its_history_and_its_undoing_are_accessible(
    page: Page, live_server: LiveServer, administrator: User
) -> None:
    for revision, phone in enumerate(("22 111 11 11", "22 222 22 22")):
        section = replace(read(Municipality), phone=phone)
        write(section, by=administrator, revision=revision, reason="próba")
    page.goto(f"{live_server.url}/ustawienia/urzad/")
    check_page(page, "settings-history")
    page.get_by_role("link", name="Wróć do wersji 1").click()
    check_page(page, "settings-restore")
    page.get_by_role("button", name="Wróć do tych wartości").click()
    expect(page.locator("#notices .notice-ok")).to_be_visible()
    assert read(Municipality).phone == "22 111 11 11"
    page.goto(f"{live_server.url}/ustawienia/email/")
    check_page(page, "settings-gateway")


def test_the_key_for_browsers_is_drawn_and_a_second_one_is_warned_of(
    page: Page, live_server: LiveServer, administrator: User
) -> None:
    page.goto(f"{live_server.url}/ustawienia/aplikacja/")
    check_page(page, "settings-push")
    page.get_by_role("link", name="Wylosuj klucz").click()
    check_page(page, "push-key-first")
    page.get_by_role("button", name="Wylosuj klucz").click()
    expect(page.locator("#notices .notice-ok")).to_be_visible()
    check_page(page, "settings-push-key")
    page.get_by_role("link", name="Wylosuj nowy klucz").click()
    check_page(page, "push-key-renew")


def test_mistakes_and_a_conflict_are_accessible(
    page: Page, live_server: LiveServer, administrator: User
) -> None:
    page.goto(f"{live_server.url}/ustawienia/urzad/zmien/")
    page.locator("#id_phone").fill("brak")
    page.get_by_role("button", name="Zapisz").click()
    check_page(page, "settings-mistakes")
    write(replace(read(Municipality), phone="22 333 33 33"), by=administrator, revision=0)
    page.locator("#id_phone").fill("22 444 44 44")
    page.get_by_role("button", name="Zapisz").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("zmienił")
    check_page(page, "settings-conflict")
    page.get_by_role("button", name="Zapisz tę wersję").click()
    expect(page.locator("#notices")).to_contain_text("Zapisano")
    assert read(Municipality).phone == "22 444 44 44"


def test_the_check_page_with_a_budget_and_quiet_hours_is_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    now = timezone.localtime()
    write(replace(read(Budgets), sms_parts=2), by=None, revision=0)
    quiet = QuietHours(True, now.time(), (now - timedelta(minutes=2)).time(), warning=True)
    write(quiet, by=None, revision=0)
    author = make.staff("editor", "recipients_clerk")
    for _each in range(3):
        make.recipient(kinds=("sms",), topics=(make.topic(),))
    sign_in(author)
    message = make.message(author=author, channels=("sms",), klass="warning")
    page.goto(f"{live_server.url}/wiadomosci/{message.pk}/sprawdzenie/")
    expect(page.get_by_label("Wyślij mimo to")).to_be_visible()
    expect(page.get_by_text("cisza nocna")).to_be_visible()
    check_page(page, "message-check-budget")
