"""The handbook, the public pages and the documents on data protection, in a real browser."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module import handbook
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import NARROWEST, check_page, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_handbook_is_accessible_and_answers(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("editor"))
    page.goto(f"{live_server.url}/podrecznik/")
    check_page(page, "handbook")
    page.locator("#handbook-search").fill("sprostowanie")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_be_visible()
    check_page(page, "handbook-found")
    page.locator("section[aria-labelledby=found] ol a").first.click()
    expect(page.locator("article.prose")).to_be_visible()


@pytest.mark.parametrize("slug", ["postep", "wiadomosci", "skroty"])
def test_chapters_are_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn, slug: str
) -> None:
    sign_in(make.staff("editor"))
    page.goto(f"{live_server.url}/podrecznik/{slug}/")
    check_page(page, f"handbook-{slug}")


def test_every_chapter_fits_a_narrow_window(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("editor"))
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    for part in handbook.contents():
        for chapter in part.chapters:
            page.goto(f"{live_server.url}/podrecznik/{chapter.slug}/")
            expect(page.get_by_role("heading", level=1)).to_have_text(chapter.title)
            assert sideways(page) == 0, chapter.slug


def test_the_question_mark_opens_the_chapter_of_the_page(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("recipients_clerk"))
    page.goto(f"{live_server.url}/odbiorcy/nowy/")
    page.get_by_role("link", name="Pomoc do tej strony").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rejestracja odbiorcy")


@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "staff"])
@pytest.mark.parametrize("path", ["deklaracja-dostepnosci", "prywatnosc"])
def test_public_pages_are_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn, path: str, signed_in: bool
) -> None:
    make.consent_text()
    if signed_in:
        sign_in(make.staff("editor"))
    page.goto(f"{live_server.url}/{path}/")
    check_page(page, f"{path}-{'staff' if signed_in else 'stranger'}")


def test_the_description_of_the_api_is_accessible(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/api/v1/docs/")
    check_page(page, "api-docs")
    page.get_by_role("link", name="POST /api/v1/devices/pair").click()
    expect(page.get_by_role("heading", name="POST /api/v1/devices/pair")).to_be_in_viewport()
    check_page(page, "api-docs-group")
    page.get_by_role("link", name="too-many-requests").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Za dużo żądań")
    check_page(page, "api-problem")


def test_documents_are_accessible_and_are_completed_with_the_keyboard(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("data_protection_officer"))
    page.goto(f"{live_server.url}/dokumenty/")
    check_page(page, "document-list")
    page.goto(f"{live_server.url}/dokumenty/rejestr-czynnosci/")
    check_page(page, "document-register")
    page.goto(f"{live_server.url}/dokumenty/ocena-skutkow/uzupelnij/")
    check_page(page, "document-complete")
    page.locator("#id_opinion").focus()
    page.keyboard.type("Szkolić co rok.")
    for _field in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    page.locator("main form button[type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Szkolić co rok.")).to_be_visible()
    check_page(page, "document-assessment")
    page.get_by_role("link", name="Wersja 1").click()
    expect(page).to_have_url(f"{live_server.url}/dokumenty/ocena-skutkow/wersje/1/")
    check_page(page, "document-version")
