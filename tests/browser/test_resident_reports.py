"""Reports on a phone: made without a signal, sent once whatever happens, and stopped where danger is."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from recipients.models import Device
from reports.models import Follower, Report, ReportPhoto
from reports.steps import publishing
from reports.tests import asking
from tests import make
from tests.browser.resident import Phone, look, photo, without_the_network

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PLACE = (52.301, 22.0)
API = re.compile(r"/api/v1/")


@pytest.fixture
def phone(
    context: BrowserContext, live_server: LiveServer, _silent_console: list[str]
) -> Iterator[Phone]:
    make.point("Sportowa", 5)
    asking.category(name="Dziura próbna")
    made = Phone(context, live_server.url)
    made.open()
    made.ready()
    made.page.get_by_role("button", name="Zacznij bez kodu").click()
    expect(made.page.get_by_role("heading", level=1)).to_have_text("Wiadomości")
    made.open("zglos")  # the categories are on the phone from now on
    expect(made.page.get_by_role("button", name="Dziura próbna")).to_be_visible()
    yield made
    without_the_network(_silent_console)


def describe(page: Page) -> None:
    page.get_by_role("button", name="Dziura próbna").click()
    page.get_by_label("Nie", exact=True).check()
    page.get_by_label("Opisz, co się stało").fill("Głęboka dziura przed szkołą.")
    page.get_by_role("button", name="Dalej").click()


def fill_in(page: Page) -> None:
    describe(page)
    page.set_input_files("#gallery", photo(PLACE))  # type: ignore[arg-type]
    expect(page.get_by_role("img", name="Zdjęcie 1")).to_be_visible()
    page.get_by_role("button", name="Dalej").click()
    expect(page.get_by_text("Miejsce odczytane ze zdjęcia")).to_be_visible()
    expect(page.locator("#place-state")).to_contain_text("52.30")
    page.get_by_role("button", name="Dalej").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Podobne w pobliżu")
    page.locator("#next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sprawdź i wyślij")


def arrived(phone: Phone) -> Report:
    phone.until(Report.objects.exists)
    return Report.objects.get()


def test_a_report_made_without_a_signal_arrives_once(phone: Phone) -> None:
    """In a cellar: the app is closed and opened again there, too."""
    phone.context.set_offline(True)
    page = phone.open("zglos")
    fill_in(page)
    page.get_by_role("button", name="Wyślij zgłoszenie").click()
    expect(page.get_by_text("Zapisane w telefonie")).to_be_visible()
    look(page, "outbox")
    page.close()
    phone.page = phone.window()
    page = phone.open("zgloszenia")
    expect(page.get_by_text("czeka na sieć")).to_be_visible()
    assert Report.objects.count() == 0
    phone.context.set_offline(False)
    expect(page.get_by_text("Zgłoszenie dotarło do urzędu")).to_be_visible(timeout=15_000)
    report = arrived(phone)
    expect(page.get_by_text(report.number).first).to_be_visible()
    assert report.details.description == "Głęboka dziura przed szkołą."
    assert report.details.latitude == pytest.approx(PLACE[0], abs=1e-4)
    assert ReportPhoto.objects.filter(report=report).count() == 1
    phone.open("zgloszenia")
    expect(page.get_by_text("Czeka na wysłanie")).to_have_count(0)
    assert Report.objects.count() == 1
    page.get_by_role("link", name="Dziura próbna").click()
    expect(page.get_by_text("Przyjęte do systemu").first).to_be_visible()
    expect(page.get_by_role("img", name="Zdjęcie do zgłoszenia")).to_be_visible()
    look(page, "report")


def test_an_answer_that_was_lost_after_the_office_had_the_report_makes_no_second(
    phone: Phone,
) -> None:
    """The first answer never reaches the phone; the repetition carries the same key."""
    lost: list[int] = []

    def cut(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    phone.context.route(re.compile(r"/api/v1/reports$"), cut)
    page = phone.open("zglos")
    fill_in(page)
    page.get_by_role("button", name="Wyślij zgłoszenie").click()
    expect(page.get_by_text("czeka na sieć")).to_be_visible()
    phone.until(lambda: Report.objects.count() == 1)
    page.close()
    phone.page = phone.window()
    page = phone.open("zgloszenia")
    expect(page.get_by_text("Zgłoszenie dotarło do urzędu")).to_be_visible(timeout=15_000)
    assert lost == [201]
    assert Report.objects.count() == 1


def test_danger_stops_the_report_and_shows_whom_to_call(phone: Phone) -> None:
    page = phone.page
    look(page, "categories")
    page.get_by_role("button", name="Dziura próbna").click()
    page.get_by_role("button", name="Dalej").click()
    expect(page.get_by_text("Odpowiedz na to pytanie").first).to_be_visible()
    look(page, "questions")
    page.get_by_label("Tak", exact=True).check()
    expect(page.get_by_role("link", name="Zadzwoń: 112")).to_have_attribute("href", "tel:112")
    expect(page.get_by_role("button", name="Dalej")).to_have_count(0)
    look(page, "stop")


def test_the_place_can_be_typed_and_each_step_can_be_looked_at(phone: Phone) -> None:
    page = phone.page
    describe(page)
    look(page, "photos")
    page.get_by_role("button", name="Dalej").click()
    page.get_by_role("button", name="Dalej").click()
    expect(page.get_by_text("Wskaż miejsce na mapie albo wpisz adres")).to_be_visible()
    page.get_by_label("Ulica i numer").fill("Sportowa 5")
    page.get_by_role("button", name="Znajdź").click()
    page.get_by_role("button", name=re.compile("Sportowa 5")).click()
    expect(page.locator("#place-state")).to_contain_text("Wskazane miejsce")
    look(page, "place")
    page.locator("#next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Podobne w pobliżu")
    page.locator("#next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sprawdź i wyślij")
    look(page, "check")
    page.get_by_role("button", name="Wyślij zgłoszenie").click()
    expect(page.get_by_text("Zgłoszenie dotarło do urzędu")).to_be_visible()
    report = arrived(phone)
    assert report.details.address.endswith("Sportowa 5")


def test_joining_what_somebody_reported_before_is_one_press(phone: Phone) -> None:
    other = asking.App.new()
    known = Report.objects.get(uid=other.report()["id"])
    publishing.show(known, by=make.staff("reports_handler"), version=known.version)
    page = phone.page
    describe(page)
    page.get_by_role("button", name="Dalej").click()
    page.get_by_label("Ulica i numer").fill("Sportowa 5")
    page.get_by_role("button", name="Znajdź").click()
    page.get_by_role("button", name=re.compile("Sportowa 5")).click()
    page.locator("#next").click()
    expect(page.get_by_text(known.number)).to_be_visible()
    look(page, "near")
    page.get_by_role("button", name="To samo").click()
    expect(page.get_by_text("obserwowane")).to_be_visible()
    assert Report.objects.count() == 1
    assert Follower.objects.get(report=known).device is not None
    page.get_by_role("link", name="Dziura próbna").click()
    page.get_by_role("button", name="Przestań obserwować").click()
    expect(page.get_by_text("Nie obserwujesz już")).to_be_visible()
    assert not Follower.objects.filter(report=known).exists()


# What a browser throws then; the quota of the DevTools protocol does not reach IndexedDB.
FULL = """() => {
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
}"""


def test_a_full_phone_says_so_and_keeps_what_was_written(phone: Phone) -> None:
    page = phone.page
    describe(page)
    page.evaluate(FULL)
    page.set_input_files("#gallery", photo())  # type: ignore[arg-type]
    expect(page.get_by_text("W telefonie brakuje miejsca")).to_be_visible()
    expect(page.get_by_role("img", name="Zdjęcie 1")).to_have_count(0)
    page.get_by_role("link", name="‹ Wstecz").click()
    expect(page.get_by_label("Opisz, co się stało")).to_have_value("Głęboka dziura przed szkołą.")


def test_an_app_that_is_too_old_and_one_that_asks_too_often_are_told_so(phone: Phone) -> None:
    def too_old(route: Route) -> None:
        route.fulfill(status=426, content_type="application/problem+json", body="{}")

    def too_often(route: Route) -> None:
        headers = {"Retry-After": "120"}
        route.fulfill(
            status=429, headers=headers, content_type="application/problem+json", body="{}"
        )

    page = phone.page
    phone.context.route(re.compile(r"/api/v1/devices/pair$"), too_often)
    phone.open("kod")
    page.get_by_label("Kod", exact=True).fill("ABCDE12345")
    page.get_by_label("Adres, na który").fill("12345")
    page.get_by_role("button", name="Połącz").click()
    expect(page.get_by_text("Spróbuj za 2 minuty")).to_be_visible()
    phone.context.route(re.compile(r"/api/v1/meta$"), too_old)
    phone.open()
    expect(page.get_by_text("Ta wersja aplikacji jest za stara")).to_be_visible()
    expect(page.get_by_role("button", name="Zaktualizuj")).to_be_visible()
    assert Device.objects.filter(recipient=None).count() == 1
