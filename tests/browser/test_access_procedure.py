"""The desk of requests in a real browser: from the public form through opinions and decision to the appointment."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from conversations.models import AccessRequest, Step
from icp.days import working_days_after
from tests import make_access as make
from tests import make_conversations
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = str(tmp_path)


def apply(page: Page, base: str) -> None:
    """Somebody at home."""
    page.goto(f"{base}/wniosek-o-nagranie/")
    check_page(page, "access-public")
    page.get_by_role("button", name="Wyślij wniosek").click()
    expect(page.get_by_label("Imię")).to_be_focused()
    page.get_by_label("Imię").fill("Jadwiga")
    page.get_by_label("Nazwisko").fill("Próbna-Żak")
    page.get_by_label("Adres pocztowy").fill("ul. Sportowa 1\n00-002 Zażółcin")
    page.get_by_label("Numer, z którego dzwoniono").fill("601 234 567")
    page.get_by_label("Dzień rozmowy").fill((timezone.localdate() - timedelta(days=1)).isoformat())
    page.get_by_label("Czego dotyczyła rozmowa").fill("Wywóz odpadów")
    page.get_by_label("RODO, art. 15").check()
    page.get_by_role("button", name="Wyślij wniosek").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mamy Państwa wniosek")
    check_page(page, "access-public-sent")


def check(page: Page, base: str, number: str) -> None:
    """The clerk: identity, conversation, both opinions asked for."""
    page.goto(f"{base}/rozmowy/wnioski/")
    check_page(page, "access-list")
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="Zacznij sprawdzanie").click()
    page.get_by_role("button", name="Zacznij sprawdzanie").click()
    page.get_by_role("link", name="Odnotuj tożsamość").click()
    page.get_by_label("dokument okazany przy okienku").check()
    page.get_by_role("button", name="Odnotuj tożsamość").click()
    expect(page.get_by_text("Nie wybrano rozmowy. Znajdź ją")).to_be_visible()
    page.get_by_role("link", name="Znajdź rozmowę").click()
    check_page(page, "access-find")
    page.get_by_role("button", name="Ta rozmowa").click()
    expect(page.get_by_text("zachowana na czas sprawy").first).to_be_visible()
    check_page(page, "access-request-checking")
    page.get_by_role("link", name="Poproś o obie opinie").click()
    page.get_by_role("button", name="Poproś o obie opinie").click()
    expect(page.get_by_text("czeka na opinie").first).to_be_visible()


def opine(page: Page, base: str, number: str) -> None:
    page.goto(f"{base}/rozmowy/wnioski/?widok=moje")
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="Wydaj opinię").click()
    page.get_by_label("pozytywna", exact=True).check()
    page.get_by_label("Uzasadnienie").fill("Bez przeciwwskazań.")
    page.get_by_role("button", name="Wydaj opinię").click()
    expect(page.get_by_text("Gotowe.").first).to_be_visible()


def decide(page: Page, base: str, pk: int) -> None:
    """The Director: warned of art. 15, then a day with two designated persons."""
    page.goto(f"{base}/rozmowy/wnioski/{pk}/krok/udostepnienie/")
    page.get_by_role("button", name="Udostępnij").click()
    expect(page.get_by_role("alert")).to_contain_text("art. 15 ust. 3 RODO")
    check_page(page, "access-grant")
    page.get_by_label("Wiem, że sam odsłuch").check()
    page.get_by_label("Uzasadnienie").fill("Osoba prosi o odsłuch.")
    page.get_by_role("button", name="Udostępnij").click()
    page.get_by_role("link", name="Wyznacz termin").click()
    day = working_days_after(timezone.localdate(), 4)
    page.get_by_label("Dzień", exact=True).fill(day.isoformat())
    page.get_by_label("Miejsce").fill("Sala 12, parter")
    for name in ("Nadzorująca0", "Nadzorująca1"):
        page.get_by_label(name).check()
    check_page(page, "access-slot")
    page.get_by_role("button", name="Wyznacz termin").click()
    expect(page.get_by_text("termin wyznaczony").first).to_be_visible()
    check_page(page, "access-request-appointed")


def send(page: Page) -> None:
    """The letter is marked as sent, and saved."""
    marks = re.compile("Oznacz jako wysłane.*zawiadomienie o terminie")
    page.get_by_role("link", name=marks).click()
    page.get_by_label("poczta").check()
    page.get_by_role("button", name="Oznacz jako wysłane").click()
    expect(page.get_by_text("Oznaczono jako wysłane.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="zawiadomienie o terminie").first.click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_a_request_goes_from_the_form_to_its_appointment(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    call = make_conversations.call()
    make.supervisors()
    givers, base = (make.head(), make.officer()), live_server.url
    apply(page, base)
    row = AccessRequest.objects.get()
    assert row.holds.get().conversation == call
    sign_in(make.clerk())
    check(page, base, row.number)
    for giver in givers:
        sign_in(giver)
        opine(page, base, row.number)
    sign_in(make.director())
    decide(page, base, row.pk)
    row.refresh_from_db()
    assert row.step == Step.APPOINTED
    send(page)
