"""An import of people in a real browser: file, columns, check, arrival, differences."""

import pytest
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from recipients import jobs
from recipients.models import Job, Recipient
from recipients.tests.sheets import checked, csv_of, imported, person
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/odbiorcy/import/"


def work() -> None:
    jobs.run(Job.objects.latest("pk").pk)


def test_a_sheet_becomes_people(page: Page, live_server: LiveServer, sign_in: SignIn) -> None:
    make.consent_text()
    make.topic()
    clerk = make.staff("recipients_clerk")
    imported(csv_of([person(1)]), by=clerk)
    sign_in(clerk)
    page.goto(live_server.url + PAGE)
    check_page(page, "people-import")
    page.get_by_role("button", name="Wgraj i wybierz kolumny").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    sheet = csv_of([person(1, nrdomu="7"), person(2), person(3, pesel="1")])
    raw: FilePayload = {"name": "osoby.csv", "mimeType": "text/csv", "buffer": sheet.read() or b""}
    page.locator("#id_file").set_input_files([raw])
    page.get_by_role("button", name="Wgraj i wybierz kolumny").press("Enter")
    expect(page.get_by_label("Nazwisko", exact=True)).to_have_value("last_name")
    check_page(page, "people-import-columns")
    page.get_by_label("Nazwisko", exact=True).select_option("")
    page.get_by_role("button", name="Sprawdź wiersze").click()
    expect(page.get_by_role("alert")).to_be_focused()
    check_page(page, "people-import-columns-errors")
    page.get_by_label("Nazwisko", exact=True).select_option("last_name")
    page.get_by_role("button", name="Sprawdź wiersze").click()
    expect(page.get_by_text("czeka na wykonanie")).to_be_visible()
    work()
    # The open page hears of it without being asked.
    expect(page.get_by_role("button", name="Importuj 1 osobę")).to_be_visible()
    check_page(page, "people-import-checked")


def test_an_import_s_differences_are_decided(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    make.consent_text()
    clerk = make.staff("recipients_clerk")
    imported(csv_of([person(1)]), by=clerk)
    order = checked(csv_of([person(1, nrdomu="7"), person(2), person(3, pesel="1")]), by=clerk)
    sign_in(clerk)
    page.goto(f"{live_server.url}{PAGE}{order.pk}/")
    page.get_by_role("button", name="Importuj 1 osobę").click()
    expect(page.get_by_text("czeka na wykonanie")).to_be_visible()
    work()
    page.get_by_role("link", name="Rozstrzygnij 1 różnicę").click()
    check_page(page, "people-import-changes")
    page.locator("button[value^='accept:']", has_text="wiersz 2").click()
    expect(page.get_by_text("Rozstrzygnięto 1 różnicę.")).to_be_visible()
    page.get_by_role("link", name="Wróć do importu").click()
    check_page(page, "people-import-done")
    page.get_by_role("link", name="Cofnij import").click()
    check_page(page, "people-import-undo")
    page.goto(live_server.url + "/odbiorcy/zadania/")
    check_page(page, "job-list")
    assert Recipient.objects.count() == 2
