"""The desk in a hurry: a person registered with the keyboard alone, keys counted, print, next."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from consents.models import ConsentForm
from recipients.models import Address, Recipient
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Enter after each of nine fields, once for the ticks, Ctrl and Enter to save, Enter for the next.
# Before it is less, the form must ask for less: every one of them stands for a decision.
MOST_KEYS = 13


class Keys:
    """A keyboard that counts the keys beside the data; a chord counts each of its keys."""

    def __init__(self, page: Page) -> None:
        self.page, self.beside = page, 0

    def data(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, chord: str) -> None:
        self.beside += chord.count("+") + 1
        self.page.keyboard.press(chord)


@pytest.fixture
def desk(page: Page, live_server: LiveServer, sign_in: SignIn) -> Page:
    make.consent_text()
    make.topic("Alarmy i zagrożenia", mandatory=True)
    make.topic("Przerwy w dostawach")
    make.topic("Odpady komunalne")
    for number in (1, 11, 12, 3):
        make.point("Sportowa", number)
    make.point("Spokojna", 5)
    sign_in(make.staff("recipients_clerk"))
    page.set_default_timeout(10_000)
    page.goto(f"{live_server.url}/odbiorcy/nowy/")
    return page


def field(desk: Page, name: str) -> None:
    expect(desk.locator(f"#id_{name}")).to_be_focused()


def fill_in(desk: Page, keys: Keys, first: str, pesel: str) -> None:
    field(desk, "first_name")
    keys.data(first)
    keys.press("Enter")
    field(desk, "last_name")
    keys.data("Gżegżółka")
    keys.press("Enter")
    field(desk, "pesel")
    keys.data(pesel)
    expect(desk.locator("#id_birth_date")).to_have_value("17.05.1950")
    keys.press("Enter")


def live_at(desk: Page, keys: Keys) -> None:
    field(desk, "street")
    keys.data("spor")
    keys.press("Enter")  # before the list is there: the first street is meant
    field(desk, "house")
    keys.data("12")
    keys.press("Enter")
    field(desk, "flat")
    expect(desk.locator("#id_postal_code")).to_have_value("00-002")
    keys.data("3")
    keys.press("Enter")


def be_reached(desk: Page, keys: Keys) -> None:
    field(desk, "phone")
    keys.data("501234567")
    keys.press("Enter")
    field(desk, "email")
    keys.press("Enter")
    field(desk, "epuap")
    keys.press("Enter")
    expect(desk.locator("[data-tick-column=sms]")).to_be_focused()
    keys.press("Enter")
    expect(desk.locator("input[data-kind=sms]:checked")).to_have_count(2)
    desk.wait_for_load_state("networkidle")  # who is alike was looked for


def test_a_person_is_registered_with_the_keyboard_alone(desk: Page) -> None:
    keys = Keys(desk)
    fill_in(desk, keys, "Żaneta", make.pesel(serial=77))
    live_at(desk, keys)
    be_reached(desk, keys)
    with desk.context.expect_page() as printed:
        keys.press("Control+Enter")
    expect(desk).to_have_url(re.compile(r"/odbiorcy/\d+/zarejestrowano/"))
    assert printed.value is not None
    person, paper = Recipient.objects.get(), ConsentForm.objects.get()
    assert person.address is not None
    assert (person.address.house, person.address.flat) == ("12", "3")
    assert person.address.point_id
    assert paper.wanted
    check_page(desk, "recipient-done")
    expect(desk.get_by_role("link", name="Następna osoba")).to_be_focused()
    keys.press("Enter")
    field(desk, "first_name")
    assert keys.beside <= MOST_KEYS
    desk.wait_for_load_state("networkidle")


def test_the_next_of_the_family_takes_the_address_over(desk: Page) -> None:
    keys = Keys(desk)
    fill_in(desk, keys, "Żaneta", make.pesel(serial=77))
    live_at(desk, keys)
    be_reached(desk, keys)
    desk.locator("button[name=print]").press("Enter")
    expect(desk).to_have_url(re.compile(r"zarejestrowano"))
    desk.get_by_role("link", name="Następna osoba").press("Enter")
    fill_in(desk, keys, "Grażyna", make.pesel(date(1950, 5, 17), serial=99))
    desk.bring_to_front()  # the form to print opened beside it, and colours stand still behind
    check_page(desk, "recipient-new-next")
    keys.press("Shift+Tab")
    expect(desk.locator("[data-take]")).to_be_focused()
    keys.press("Enter")
    field(desk, "phone")
    expect(desk.locator("#id_house")).to_have_value("12")
    keys.press("Control+Enter")
    expect(desk).to_have_url(re.compile(r"zarejestrowano"))
    houses = {person.address.point_id for person in Recipient.objects.all() if person.address}
    assert len(houses) == 1
    assert 0 not in houses


def test_mistakes_after_register_and_print_come_back_on_the_page(desk: Page) -> None:
    desk.keyboard.type("Żaneta")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".error-summary")).to_be_focused()
    expect(desk.locator("#id_first_name")).to_have_value("Żaneta")
    assert not Recipient.objects.exists()


def test_enter_never_sends_a_form_that_is_not_ready(desk: Page) -> None:
    for _press in range(6):
        desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(r"/odbiorcy/nowy/$"))
    expect(desk.locator(".error-summary")).to_have_count(0)


def test_the_map_the_addresses_and_the_labels_are_accessible(
    desk: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    for number in range(6):
        make.recipient(address=make.address("Sportowa", 1), first_name=f"Ż{chr(97 + number)}")
    make.recipient(kinds=(), address=Address("ul. Sporotwa", "12", town="Zażółcin"))
    make.recipient(kinds=(), address=Address("Obca", "1", town="Zażółcin"))
    district = make.district()
    for path, name in (
        ("zasieg/", "coverage-map"),
        (f"zasieg/?osiedle={district.pk}", "coverage-map-district"),
        ("adresy-do-dopasowania/", "address-unmatched"),
        ("etykiety/", "label-new"),
    ):
        desk.goto(f"{live_server.url}/odbiorcy/{path}")
        check_page(desk, name)
