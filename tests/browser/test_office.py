"""The pages of the office, of errors and of residents, in a real browser under the real CSP."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module import audit
from messaging.correspondence import unsubscribing
from messaging.models import Delivery
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
def test_the_start_page_is_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn, full: bool
) -> None:
    clerk = make.staff("editor", "recipients_clerk")
    if full:
        make.recipient()
        make.message(author=clerk)
    sign_in(clerk)
    page.goto(f"{live_server.url}/")
    check_page(page, f"dashboard-{'full' if full else 'empty'}")


def test_the_audit_log_is_accessible(page: Page, live_server: LiveServer, sign_in: SignIn) -> None:
    auditor = make.staff("auditor")
    make.recipient()
    while audit.link_entries():
        continue
    sign_in(auditor)
    page.goto(f"{live_server.url}/dziennik/")
    check_page(page, "audit-list")
    page.get_by_role("link", name="Łańcuch").click()
    check_page(page, "audit-chain")
    page.locator("form[action$='/dziennik/sprawdz/'] button").click()
    expect(page).to_have_url(re.compile("/dziennik/sprawdz/$"))
    check_page(page, "audit-verify")


@pytest.mark.parametrize(("path", "name"), [("/nie-ma/", "404"), ("/odbiorcy/", "403")])
def test_error_pages_are_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn, path: str, name: str
) -> None:
    sign_in(make.staff("auditor" if name == "404" else "administrator"))
    page.goto(live_server.url + path)
    check_page(page, name)


def test_leaving_a_topic_is_accessible_and_can_be_undone(
    page: Page, live_server: LiveServer
) -> None:
    topic = make.topic()
    delivery = Delivery.objects.create(
        message=make.message(about=topic),
        recipient=make.recipient(topics=(topic,), kinds=("email",)),
        channel="email",
        lane=3,
        due_at=timezone.now(),
        changed_at=timezone.now(),
    )
    path = unsubscribing.links([(delivery.pk, delivery.salt)])[0].split("/", maxsplit=3)[3]
    page.goto(f"{live_server.url}/{path}")
    check_page(page, "unsubscribe")
    page.get_by_role("button", name="Nie wysyłajcie ich więcej").click()
    expect(page.get_by_role("status").filter(has_text="Gotowe")).to_be_visible()
    check_page(page, "unsubscribed")
    page.get_by_role("button", name="Cofnij").click()
    expect(page.get_by_role("status").filter(has_text="Cofnięto")).to_be_visible()
