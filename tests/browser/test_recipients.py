"""The desk in a real browser: registering by keyboard, the card, consents, a conflict."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from consents import numbering
from recipients.models import Recipient
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_server: LiveServer, sign_in: SignIn) -> Page:
    """A clerk at the desk of a small town."""
    make.consent_text()
    make.topic("Alarmy i zagrożenia", mandatory=True)
    make.topic("Przerwy w dostawach")
    make.topic("Odpady komunalne")
    for number in (1, 11, 12, 3):
        make.point("Sportowa", number)
    make.point("Spokojna", 5)
    sign_in(make.staff("recipients_clerk"))
    page.set_default_timeout(10_000)
    return page


def test_the_consent_is_printed_signed_and_the_account_becomes_active(
    desk: Page, live_server: LiveServer
) -> None:
    person = make.recipient(active=False)
    paper = numbering.new_form(person, 0, by=make.clerk())
    desk.goto(f"{live_server.url}/odbiorcy/{person.pk}/")
    check_page(desk, "recipient-card-pending")
    printed = desk.locator(".notice a.button-primary")
    expect(printed).to_have_attribute("href", f"/zgody/{paper.number}.pdf")
    desk.locator(".notice a.button:not(.button-primary)").click()
    check_page(desk, "form-receive")
    desk.locator("main form details summary").click()
    desk.select_option("#id_without_scan", "later")
    desk.locator("main form .button-primary").click()
    expect(desk.locator(".notice-ok").first).to_be_visible()
    person.refresh_from_db()
    assert person.state == Recipient.State.ACTIVE


def test_mistakes_come_back_with_a_summary_and_all_that_was_typed(
    desk: Page, live_server: LiveServer
) -> None:
    desk.goto(f"{live_server.url}/odbiorcy/nowy/")
    check_page(desk, "recipient-new")
    desk.fill("#id_first_name", "Żaneta")
    desk.fill("#id_street", "Nieistniejąca")
    desk.fill("#id_phone", "123")
    desk.locator("button[name=later]").click()
    summary = desk.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(desk.locator("#id_first_name")).to_have_value("Żaneta")
    check_page(desk, "recipient-new-mistakes")
    summary.get_by_role("link").first.click()
    expect(desk.locator("[aria-invalid=true]").first).to_be_focused()


def test_someone_alike_appears_while_typing_and_wants_a_tick(
    desk: Page, live_server: LiveServer
) -> None:
    known = make.recipient(contacts={"sms": "+48501234567"})
    desk.goto(f"{live_server.url}/odbiorcy/nowy/")
    desk.fill("#id_phone", "501 234 567")
    desk.locator("#id_email").focus()
    expect(desk.locator("#alike")).to_contain_text(known.identifier)
    expect(desk.locator("#id_not_duplicate")).to_be_visible()
    check_page(desk, "recipient-new-alike")


def test_a_typed_street_closes_its_list_and_escape_keeps_the_text(
    desk: Page, live_server: LiveServer
) -> None:
    desk.goto(f"{live_server.url}/odbiorcy/nowy/")
    street = desk.locator("#id_street")
    street.focus()
    desk.keyboard.type("spo")
    expect(desk.locator("#street-list [role=option]")).to_have_count(2)
    desk.keyboard.press("Escape")
    expect(desk.locator("#street-list [role=option]")).to_have_count(0)
    expect(street).to_have_value("spo")


def test_the_list_the_box_and_the_card_are_accessible(desk: Page, live_server: LiveServer) -> None:
    person = make.recipient(
        kinds=("email", "sms", "epuap", "push"), topics=(make.topic("Odpady komunalne"),)
    )
    desk.goto(f"{live_server.url}/odbiorcy/")
    check_page(desk, "recipient-list")
    desk.fill("#q", "gzeg")
    desk.keyboard.press("Enter")
    expect(desk.locator("a.row-link")).to_have_count(1)
    assert "gzeg" not in desk.url
    check_page(desk, "recipient-search")
    desk.fill("#q", "Nieznany")
    desk.keyboard.press("Enter")
    expect(desk.locator(".empty")).to_be_visible()
    for address, name in (
        ("", "recipient-card"),
        ("popraw/", "recipient-edit"),
        ("zgody/", "consent-edit"),
        ("ogranicz/", "recipient-restrict"),
        ("wstrzymaj/", "recipient-suspend"),
    ):
        desk.goto(f"{live_server.url}/odbiorcy/{person.pk}/{address}")
        check_page(desk, name)


def test_two_clerks_correct_one_card_and_both_values_stand_side_by_side(
    desk: Page, live_server: LiveServer
) -> None:
    person = make.recipient()
    address = f"{live_server.url}/odbiorcy/{person.pk}/popraw/"
    other = desk.context.new_page()
    for tab, last_name in ((desk, "Wolna"), (other, "Szybka")):
        tab.goto(address)
        tab.fill("#id_last_name", last_name)
        tab.fill("#id_reason", "nowe nazwisko")
    for tab in (other, desk):
        tab.locator("#correction .button-primary").click()
    table = desk.locator(".compare")
    expect(table).to_contain_text("Szybka")
    expect(table).to_contain_text("Wolna")
    check_page(desk, "recipient-conflict")
    desk.locator("main form .button-primary").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Wolna")


def test_registering_works_without_javascript(desk: Page, live_server: LiveServer) -> None:
    browser = desk.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(desk.context.cookies())  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto(f"{live_server.url}/odbiorcy/nowy/")
    page.fill("#id_first_name", "Żaneta")
    page.fill("#id_last_name", "Gżegżółka")
    page.fill("#id_pesel", make.pesel(serial=78))
    page.fill("#id_street", "sportowa")
    page.fill("#id_house", "12")
    page.locator("button[name=later]").click()
    expect(page).to_have_url(re.compile(r"/odbiorcy/\d+/$"))
    plain.close()
