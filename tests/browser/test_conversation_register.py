"""From a proposed legal basis to a line that records, and from the register to one look at a number: every screen."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from admin_module.models import User
from conversations.models import LegalBasis
from conversations.register import notices
from tests import make, make_conversations
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = "+48605888567"


def _town() -> User:
    """A line, calls and chats of two days; the agent who had one of them."""
    agent = make_conversations.agent(login="konsultant@zazolcin.example")
    line = make_conversations.line()
    talk = make_conversations.call(on=line, phone=PHONE, agent=agent)
    notices.deliver(talk, notices.current("call", "short"), "continued")
    make_conversations.recording(talk)
    make_conversations.call(on=line, phone="", at=timezone.now() - timedelta(days=2))
    make_conversations.chat()
    return agent


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"


def test_a_basis_a_line_and_the_register(  # noqa: PLR0915 - one journey
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    def go(name: str, *args: object) -> None:
        page.goto(live_server.url + reverse(name, args=args))

    agent = _town()
    sign_in(make.staff("centre_head"))
    go("legal-basis-new")
    page.get_by_label("nazwa").fill("Linia alarmowa")
    page.get_by_label("podstawa prawna").fill("art. 6 ust. 1 lit. e RODO i statut")
    page.get_by_label("cel").fill("Ustalenie treści zgłoszenia")
    check_page(page, "conversation-basis-new")
    page.get_by_role("button", name="Zaproponuj podstawę prawną").click()
    expect(page.locator(".error-summary, [role=alert]").first).to_be_visible()
    page.get_by_label("numer oceny skutków").fill("DPIA/7/2026")
    page.get_by_role("button", name="Zaproponuj podstawę prawną").click()
    expect(page.get_by_text("czeka na opinię inspektora")).to_be_visible()
    basis = LegalBasis.objects.get()

    sign_in(make.staff("data_protection_officer"))
    go("legal-basis-opine", basis.pk)
    page.get_by_label("negatywna").check()
    page.get_by_label("Uzasadnienie i warunki").fill("Wystarczy notatka.")
    page.get_by_role("button", name="Wydaj opinię").click()
    expect(page.get_by_text("czeka na Dyrektora")).to_be_visible()

    sign_in(make_conversations.director())
    go("legal-basis-approve", basis.pk)
    page.get_by_label("Dlaczego jest zatwierdzana").fill("Ustawa nakazuje utrwalać zgłoszenia.")
    page.get_by_role("button", name="Zatwierdź podstawę prawną").click()
    expect(page.get_by_text("zatwierdzona", exact=True).first).to_be_visible()
    check_page(page, "conversation-basis")
    go("line-list")
    page.get_by_role("link", name="Nagrywanie").first.click()
    page.get_by_text("9 to bez nagrywania").click()
    page.get_by_role("button", name="Zapisz").click()
    expect(page.get_by_text("Przeczytaj ostrzeżenie powyżej").first).to_be_visible()
    check_page(page, "conversation-line-recording")
    page.get_by_label("Podstawa prawna").select_option(label="Linia alarmowa")
    page.get_by_label("Ostrzeżenie").check()
    page.get_by_role("button", name="Zapisz").click()
    expect(page.get_by_text("od teraz nagrywa")).to_be_visible()
    check_page(page, "conversation-lines")

    go("conversation-list")
    expect(page.get_by_text("••• ••• 567")).to_be_visible()
    check_page(page, "conversation-list")
    page.get_by_label("Numer telefonu").fill("605 888 567")
    page.get_by_role("button", name="Znajdź").click()
    page.get_by_role("link", name="Rozmowa przychodząca").click()
    page.get_by_label("Po co potrzebujesz").fill("Oddzwonienie w sprawie BOI.12.2026")
    page.get_by_role("button", name="Pokaż numer jeden raz").click()
    expect(page.locator("#whole-number")).to_have_text(PHONE)
    check_page(page, "conversation-card")

    go("notice-edit", "call", "short", "pl")
    check_page(page, "conversation-notice")
    go("designation-new")
    page.get_by_label("Osoba").select_option(label=str(agent))
    page.get_by_label("dostęp do nagrań").check()
    page.get_by_role("button", name="Wyznacz").click()
    expect(page.get_by_text("brak roli do tego")).to_be_visible()
    check_page(page, "conversation-designations")
    go("supervision")
    check_page(page, "conversation-supervision")

    sign_in(agent)
    go("conversation-list")
    page.get_by_role("link", name="Przeczytaj informację").click()
    check_page(page, "conversation-acknowledgement")
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_text("odnotowano")).to_be_visible()
