"""Exports, the copy of data, what was sent and who looked, in a real browser: axe in light, dark, on a phone."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from messaging.tests.test_about_person import delivered
from recipients import jobs
from recipients.account import requests
from recipients.models import Job, PersonFile, Recipient
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person() -> Recipient:
    return make.recipient(
        kinds=("email", "sms"), topics=(make.topic("Woda"),), last_name="Szczebrzeszyńska"
    )


@pytest.fixture
def desk(page: Page, sign_in: SignIn, person: Recipient) -> Page:
    sign_in(make.staff("recipients_clerk"))
    page.set_default_timeout(15_000)
    return page


def test_an_export_needs_a_purpose(desk: Page, live_server: LiveServer) -> None:
    desk.goto(live_server.url + "/odbiorcy/eksporty/")
    check_page(desk, "export-list-empty")
    desk.get_by_role("link", name="Zamów eksport").click()
    check_page(desk, "export-new")
    desk.get_by_role("button", name="Przygotuj plik").press("Enter")
    expect(desk.locator(".error-summary")).to_be_focused()
    check_page(desk, "export-new-errors")


def test_an_export_is_ordered_downloaded_and_deleted(desk: Page, live_server: LiveServer) -> None:
    desk.goto(live_server.url + "/odbiorcy/eksporty/nowy/")
    desk.get_by_label("Cel eksportu").fill("etykiety do listu o spisie drzew")
    desk.get_by_role("button", name="Przygotuj plik").press("Enter")
    expect(desk.get_by_text("czeka na wykonanie")).to_be_visible()
    jobs.run(Job.objects.get().pk)
    expect(desk.get_by_text("zakończone")).to_be_visible()
    check_page(desk, "export-done")
    desk.goto(live_server.url + "/odbiorcy/eksporty/")
    check_page(desk, "export-list")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Pobierz").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    desk.get_by_role("button", name="Usuń plik").click()
    expect(desk.locator(".notice-ok").first).to_be_visible()
    check_page(desk, "export-list-deleted")


def test_the_copy_is_made_and_handed_over(
    desk: Page, live_server: LiveServer, person: Recipient
) -> None:
    requests.open_request(person, "view", "letter", by=make.clerk())
    desk.goto(f"{live_server.url}/odbiorcy/{person.pk}/")
    check_page(desk, "recipient-card-accountability")
    desk.get_by_role("link", name="Kopia danych").click()
    check_page(desk, "person-copy-empty")
    desk.get_by_role("button", name="Zrób kopię").press("Enter")
    expect(desk.locator(".notice-ok").first).to_be_visible()
    check_page(desk, "person-copy-ready")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Pobierz").first.click()
    assert "kopia-danych" in download.value.suggested_filename
    assert PersonFile.objects.count() == 2


def test_what_was_sent_and_who_looked(
    desk: Page, live_server: LiveServer, person: Recipient
) -> None:
    group = make.group("Rada Seniorów", person)
    for _each in range(60):
        delivered(person, {"groups": [group.pk]}, topic=make.topic("Woda"))
    desk.goto(f"{live_server.url}/odbiorcy/{person.pk}/slad/")
    expect(desk.get_by_text("Rada Seniorów").first).to_be_visible()
    check_page(desk, "person-trace")
    desk.get_by_role("link", name="Pokaż wszystko, do druku").click()
    assert desk.locator("main tbody tr").count() >= 60
    desk.get_by_role("link", name="Kto oglądał").click()
    expect(desk.locator("main tbody tr").first).to_be_visible()
    check_page(desk, "person-looks")
