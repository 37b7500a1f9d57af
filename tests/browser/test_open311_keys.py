"""Keys of other programs in a real browser: made, copied, revoked, in every look."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from reports.models import Open311Key
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_key_from_the_empty_list_to_its_end(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("administrator"))
    page.goto(f"{live_server.url}/ustawienia/open311/klucze/")
    expect(page.get_by_text("Żaden program nie ma jeszcze klucza")).to_be_visible()
    check_page(page, "open311-no-keys")
    page.get_by_role("link", name="Nowy klucz").first.click()
    page.get_by_label("Czyj to program").fill("Aplikacja „Nasz Zażółcin”, Spółka Cyfrowa")
    check_page(page, "open311-key-new")
    page.get_by_role("button", name="Utwórz klucz").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Klucz jest gotowy")
    key = Open311Key.objects.get()
    expect(page.get_by_text(re.compile(rf"^icp311_{key.public}_[\w-]{{43}}$"))).to_be_visible()
    check_page(page, "open311-key-made")
    page.get_by_role("link", name="Klucz skopiowany").click()
    expect(page.get_by_role("cell", name="ważny")).to_be_visible()
    check_page(page, "open311-keys")
    page.get_by_role("link", name=re.compile("Odwołaj")).click()
    check_page(page, "open311-key-revoke")
    page.get_by_role("button", name="Odwołaj klucz").click()
    expect(page.get_by_role("cell", name="odwołany")).to_be_visible()
    key.refresh_from_db()
    assert key.revoked_at is not None
