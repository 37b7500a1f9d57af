"""Devices on a card, and the reports everybody sees, in a real browser: axe in light, dark and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from recipients.correspondence.telling import Words
from recipients.models import Device
from reports.models import Report, ReporterContact, State
from reports.steps import publishing, verifying
from tests import make, make_reports
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

from .test_maps import a_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_lost_telephone_is_removed_from_the_card(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    person = make.recipient(kinds=("email", "sms"))
    make.paired_device(person, "lost")
    make.paired_device(person, platform="web")
    sign_in(make.staff("recipients_clerk"))
    page.goto(f"{live_server.url}/odbiorcy/{person.pk}/")
    card = page.get_by_role("region", name="Urządzenia z aplikacją")
    expect(card.get_by_role("listitem")).to_have_count(2)
    check_page(page, "card-with-devices")
    card.get_by_role("link", name=re.compile("Android")).click()
    check_page(page, "device-remove")
    page.get_by_role("button", name="Usuń urządzenie").click()
    expect(page.get_by_text("Urządzenie jest usunięte")).to_be_visible()
    expect(card.get_by_role("listitem")).to_have_count(1)
    assert Device.objects.live().count() == 1


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What stands in the links that were sent."""
    found: list[str] = []
    words = verifying._words

    def seen(row: Report, token: str) -> Words:
        found.append(token)
        return words(row, token)

    monkeypatch.setattr(verifying, "_words", seen)
    return found


def let_out(number: int) -> None:
    holes = make_reports.category(code="dziury", description="Dziury, wystające studzienki.")
    for place in range(number):
        row = make_reports.report(category=holes, latitude=52.1605 + place / 500, longitude=22.2632)
        text = "Głęboka dziura przy przystanku autobusowym."
        publishing.show(row, by=make_reports.handler(), version=row.version, text=text)


def test_anybody_reads_reports_and_makes_one(
    page: Page, live_server: LiveServer, tokens: list[str]
) -> None:
    a_town()
    let_out(4)
    page.goto(f"{live_server.url}/zgloszenia/publiczne/")
    expect(page.locator("#report-map path.map-district")).to_have_count(2)
    check_page(page, "public-reports")
    page.get_by_role("link", name="Dziura w drodze").first.click()
    expect(page.get_by_role("heading", name="Co się działo")).to_be_visible()
    check_page(page, "public-report")
    page.get_by_role("link", name="Wszystkie zgłoszenia").click()
    page.get_by_role("link", name="Zgłoś sprawę").first.click()
    check_page(page, "public-new")
    page.get_by_role("link", name="Dziura w drodze").click()
    _report(page)
    page.goto(f"{live_server.url}/zgloszenia/potwierdz/{tokens[0]}/")
    check_page(page, "public-confirm")
    page.get_by_role("button", name="Tak, to moje zgłoszenie").click()
    expect(page.get_by_role("heading", name="Mamy Twoje zgłoszenie")).to_be_visible()
    assert Report.objects.get(origin="web").state != State.AWAITING


def _report(page: Page) -> None:
    page.get_by_label("E-mail").fill("jan@przyklad.example")
    page.locator("#id_description").fill("Zapadnięta studzienka.")
    page.get_by_role("button", name="Wyślij zgłoszenie").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#id_description")).to_have_value("Zapadnięta studzienka.")
    check_page(page, "public-new-report")
    page.get_by_label("Gdzie to jest").fill("Sportowa 3")
    page.get_by_role("button", name="Wyślij zgłoszenie").click()
    expect(page.get_by_role("heading", name="Otwórz odnośnik")).to_be_visible()
    check_page(page, "public-sent")
    contact = Report.objects.get(origin="web").details.contact
    assert contact == ReporterContact(email="jan@przyklad.example")
