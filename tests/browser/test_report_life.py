"""A report's whole life: the app, two members of staff, a question, a repair that was none, a dispute, a repair."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module.models import User
from reports.models import Report, State
from reports.tests import asking
from tests import make
from tests.browser.resident import Phone, photo, resident, without_the_network
from tests.browser.test_resident_reports import fill_in

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[User], None]


class Desk:
    """The office's panel in the test's own window; whoever is signed in works there."""

    def __init__(self, page: Page, url: str, sign_in: SignIn) -> None:
        self.page, self.url, self.sign_in = page, url, sign_in

    def sit(self, user: User) -> None:
        self.page.context.clear_cookies()
        self.sign_in(user)

    def move(self, report: Report, to: State, **fields: str) -> None:
        self.page.goto(self.url + reverse("report-move", args=[report.pk, to]))
        if to == State.ACCEPTED:
            self.page.select_option("#id_unit", label=str(make.unit()))
        for name, value in fields.items():
            self.page.fill(f"#id_{name}", value)
        self.page.locator("main form .card-foot .button-primary").click()
        self.page.wait_for_url(re.compile(rf"/zgloszenia/{report.pk}/$"))
        report.refresh_from_db()
        assert report.state == to


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, _silent_console: list[str]) -> Iterator[Phone]:
    """The resident's own browser, where nobody of the office is signed in."""
    context = browser.new_context(locale="pl-PL", reduced_motion="reduce")
    yield Phone(context, live_server.url)
    context.close()
    without_the_network(_silent_console)


def test_a_reports_whole_life(
    phone: Phone, page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    make.point("Sportowa", 5)
    asking.category(name="Dziura próbna")
    first, second = make.staff("reports_handler"), make.staff("reports_handler", last_name="Druga")
    desk = Desk(page, live_server.url, sign_in)
    report = reported(phone)
    desk.sit(first)
    desk.move(report, State.ACCEPTED)
    desk.move(report, State.NEEDS_INFO, text="Po której stronie ulicy?")
    answered(phone, report)
    report.refresh_from_db()
    assert report.state == State.ACCEPTED
    desk.move(report, State.RESOLVED, text="Załatane masą.", work_order="7/2026")
    still_broken(phone, report)
    report.refresh_from_db()
    assert report.state == State.DISPUTED
    assert report.closed_by == first
    desk.sit(second)
    desk.move(report, State.RESOLVED, text="Wymieniona cała nawierzchnia.", work_order="8/2026")
    confirmed(phone, report)
    report.refresh_from_db()
    assert report.confirmed_at is not None
    told(phone, report)


def reported(phone: Phone) -> Report:
    phone.open()
    phone.ready()
    phone.pair(resident())
    fill_in(phone.open("zglos"))
    phone.page.get_by_role("button", name="Wyślij zgłoszenie").click()
    expect(phone.page.get_by_text("Zgłoszenie dotarło do urzędu")).to_be_visible()
    return Report.objects.get()


def seen(phone: Phone, report: Report) -> Page:
    page = phone.open(f"r/{report.uid}")
    expect(page.get_by_text(report.number).first).to_be_visible()
    return page


def answered(phone: Phone, report: Report) -> None:
    page = seen(phone, report)
    expect(page.get_by_text("Po której stronie ulicy?")).to_be_visible()
    page.get_by_label("Twoja odpowiedź").fill("Po stronie szkoły.")
    page.set_input_files("#answer-photos", photo())  # type: ignore[arg-type]
    expect(page.get_by_role("img", name="Zdjęcie 1")).to_be_visible()
    page.get_by_role("button", name="Wyślij odpowiedź").click()
    expect(page.get_by_text("Odpowiedź dotarła do urzędu")).to_be_visible()


def still_broken(phone: Phone, report: Report) -> None:
    page = seen(phone, report)
    expect(page.get_by_text("Załatane masą.")).to_be_visible()
    page.get_by_role("button", name="Nadal nie").click()
    page.get_by_label("Co jest nadal nie tak?").fill("Masa już wypadła.")
    page.get_by_role("button", name="Wyślij reklamację").click()
    expect(page.get_by_text("Zajmie się nią inna osoba")).to_be_visible()


def confirmed(phone: Phone, report: Report) -> None:
    page = seen(phone, report)
    expect(page.get_by_text("Wymieniona cała nawierzchnia.")).to_be_visible()
    page.get_by_role("button", name="Tak, naprawione").click()
    expect(page.get_by_text("Dziękujemy za potwierdzenie")).to_be_visible()


def told(phone: Phone, report: Report) -> None:
    """The whole story stands in the app, and nothing of what only the office reads."""
    page = seen(phone, report)
    expect(page.get_by_text("Potwierdzone: naprawione")).to_be_visible()
    story = page.locator(".app-story")
    for words in ("Po stronie szkoły.", "Masa już wypadła.", "Wymieniona cała nawierzchnia."):
        expect(story).to_contain_text(words)
