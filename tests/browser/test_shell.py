"""The frame of every page and its parts, in a real browser under the real CSP."""

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_part_of_the_screen_is_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("administrator"))
    page.goto(f"{live_server.url}/styl/")
    check_page(page, "styl")


def test_the_sign_in_page_is_accessible_also_with_mistakes(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/zaloguj/")
    check_page(page, "sign-in")
    page.get_by_role("main").get_by_role("button").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    check_page(page, "sign-in-mistakes")
    summary.get_by_role("link").first.click()
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()


def test_a_chosen_look_stays_after_a_reload(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/zaloguj/")
    page.locator("label:has([data-theme-choice][value=dark])").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("label:has([data-theme-choice][value=auto])").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


def test_the_first_tab_offers_to_skip_to_the_content(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("administrator"))
    page.goto(f"{live_server.url}/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()


def test_the_account_menu_closes_with_escape_and_signs_out(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("administrator"))
    page.goto(f"{live_server.url}/styl/")
    menu = page.locator(".topbar details.menu")
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    menu.locator("summary").click()
    menu.get_by_role("button").click()
    expect(page).to_have_url(f"{live_server.url}/zaloguj/")


def test_tabs_and_the_menu_of_a_phone_work_without_javascript(
    browser: Browser, page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("administrator"))
    cookies = page.context.storage_state()
    plain = browser.new_context(
        java_script_enabled=False, storage_state=cookies, viewport={"width": 390, "height": 900}
    )
    page = plain.new_page()
    page.goto(f"{live_server.url}/styl/")
    menu = page.locator(".topfold")
    expect(menu.locator(".nav")).to_be_hidden()
    menu.locator("summary").click()
    expect(menu.locator(".nav")).to_be_visible()
    panels = page.locator(".tab-panel")
    expect(panels.nth(1)).to_be_hidden()
    page.locator(".tabs .segment").nth(1).click()
    expect(panels.nth(1)).to_be_visible()
    expect(panels.nth(0)).to_be_hidden()
    plain.close()


def test_two_minutes_before_the_end_a_warning_offers_to_stay(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("administrator"))
    page.clock.install()
    page.goto(f"{live_server.url}/styl/")
    warning = page.get_by_role("dialog")
    expect(warning).to_be_hidden()
    page.clock.fast_forward((settings.SESSION_COOKIE_AGE - 100) * 1000)
    expect(warning).to_be_visible()
    page.clock.set_system_time(timezone.now())
    warning.locator("[data-stay]").click()
    expect(warning).to_be_hidden()
