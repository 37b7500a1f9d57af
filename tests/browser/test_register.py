"""The address register in a real browser: files by keyboard, progress that moves by itself."""

import pytest
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from recipients import jobs
from recipients.models import AddressPoint, Job
from recipients.tests.test_jobs import POINTS, STREETS
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/odbiorcy/rejestr-adresow/"


def file(name: str, content: str) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": content.encode()}


def test_a_register_is_imported_and_its_wrong_lines_are_shown(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("administrator"))
    page.set_default_timeout(10_000)
    page.goto(live_server.url + PAGE)
    check_page(page, "address-register-empty")
    page.get_by_role("button", name="Sprawdź pliki").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    check_page(page, "address-register-errors")
    page.locator("#id_streets").set_input_files([file("ulice.csv", STREETS)])
    page.locator("#id_points").set_input_files([file("domy.csv", f"{POINTS}99999,1,,,X,52,22\n")])
    page.get_by_role("button", name="Sprawdź pliki").press("Enter")
    expect(page.get_by_text("czeka na wykonanie")).to_be_visible()
    check_page(page, "address-job-waiting")
    # A worker takes it, and the open page hears of that without being asked.
    jobs.run(Job.objects.get().pk)
    expect(page.get_by_text("zakończone")).to_be_visible()
    expect(page.get_by_role("link", name="Pobierz błędne wiersze")).to_be_visible()
    check_page(page, "address-job-checked")
    page.get_by_role("button", name="Zaimportuj te pliki").press("Enter")
    expect(page.get_by_text("czeka na wykonanie")).to_be_visible()
    jobs.run(Job.objects.latest("pk").pk)
    expect(page.get_by_text("zakończone")).to_be_visible()
    check_page(page, "address-job-done")
    assert AddressPoint.objects.count() == 2
    page.get_by_role("link", name="Wróć").click()
    make.recipient()
    page.reload()
    expect(page.get_by_role("rowheader", name="Słoneczne", exact=True)).to_be_visible()
    check_page(page, "address-register-full")


def test_an_import_under_way_can_be_stopped(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("administrator"))
    page.goto(live_server.url + PAGE)
    page.locator("#id_streets").set_input_files([file("ulice.csv", STREETS)])
    page.get_by_role("button", name="Sprawdź pliki").click()
    Job.objects.update(state="running", done=1, runs=1)
    expect(page.get_by_text("50%")).to_be_visible()
    check_page(page, "address-job-running")
    page.get_by_role("button", name="Przerwij to zadanie").click()
    expect(page.get_by_text("przerwane", exact=True)).to_be_visible()
    check_page(page, "address-job-cancelled")
