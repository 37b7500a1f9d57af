"""Telephone exchanges in a real browser: a key, what came and was put aside, a call entered by hand."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from conversations.calls import jobs
from conversations.calls.watching import Watch
from conversations.models import Conversation, ExchangeKey, IngestJob, Kind, LegalBasis
from tests import make, make_conversations
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_a_key_to_what_was_put_aside(
    page: Page, live_server: LiveServer, sign_in: SignIn, tmp_path: Path, settings: Settings
) -> None:
    sign_in(make.staff("administrator"))
    page.goto(f"{live_server.url}/rozmowy/centrale/")
    expect(page.get_by_text("Żadna centrala nie ma jeszcze klucza")).to_be_visible()
    check_page(page, "exchanges-none")
    page.get_by_role("link", name="Nowy klucz").first.click()
    page.get_by_label("Która to centrala").fill("Centrala przy placu Żołnierza")
    page.get_by_label("Adresy, z których może wysyłać").fill("10.20.0.5\nbiuro")
    page.get_by_role("button", name="Utwórz klucz").click()
    expect(page.get_by_role("alert").or_(page.locator(".error-summary")).first).to_be_visible()
    check_page(page, "exchange-key-new")
    page.get_by_label("Adresy, z których może wysyłać").fill("10.20.0.5\n10.21.0.0/24")
    page.get_by_role("button", name="Utwórz klucz").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Klucz jest gotowy")
    key = ExchangeKey.objects.get()
    expect(page.get_by_text(re.compile(rf"^icpx_{key.prefix}_[\w-]{{43}}$"))).to_be_visible()
    check_page(page, "exchange-key-made")
    _arrive(tmp_path, settings, key)
    page.get_by_role("link", name="Klucz skopiowany").click()
    _look_through(page)
    page.goto(f"{live_server.url}/rozmowy/centrale/klucze/{key.pk}/odwolaj/")
    check_page(page, "exchange-key-revoke")
    page.get_by_role("button", name="Odwołaj klucz").click()
    expect(page.get_by_text("Klucz został odwołany")).to_be_visible()


def _look_through(page: Page) -> None:
    """From the state of the exchanges to the recording that was put aside, and to its end."""
    expect(page.get_by_role("cell", name="przysyła rozmowy").first).to_be_visible()
    check_page(page, "exchanges")
    page.get_by_role("link", name="Zobacz je").click()
    expect(page.get_by_text("601234567")).to_have_count(0)
    page.get_by_role("link", name="wszystkie").click()
    check_page(page, "exchange-arrivals")
    page.get_by_role("link", name="Spróbuj ponownie").first.click()
    check_page(page, "exchange-retry")
    page.get_by_role("button", name="Spróbuj ponownie").click()
    expect(page.get_by_text("Znów odmówiono przyjęcia")).to_be_visible()
    page.get_by_role("link", name="Wyrzuć").first.click()
    check_page(page, "exchange-drop")
    page.get_by_role("button", name="Wyrzuć").click()
    expect(page.get_by_text("Nagranie zostało wyrzucone")).to_be_visible()


def _arrive(folder: Path, settings: Settings, key: ExchangeKey) -> None:
    """One call registered, one recording put aside, one upload refused."""
    make_conversations.line(records=True)
    LegalBasis.objects.update(approved_at=timezone.now() - timedelta(days=30))
    settings.CALLS_FOLDER, settings.CALLS_PROFILE = str(folder), "freepbx"
    settings.CALLS_LINE = "+48914245000"
    settings.CALLS_NOTICE = make_conversations.notice(Kind.CALL).pk
    stamp = f"{timezone.localtime() - timedelta(hours=1):%Y%m%d-%H%M%S}"
    for number, content in enumerate((make_conversations.wav(), b"RIFF")):
        name = f"external-104-601234567-{stamp}-1763630100.{number}.wav"
        (folder / name).write_bytes(content)
    assert Watch().look(settle=False) == 2
    jobs.refused("upload", "bom:7", "wrong_codec", exchange=key)
    assert IngestJob.objects.count() == 3


def test_a_call_is_entered_by_hand(page: Page, live_server: LiveServer, sign_in: SignIn) -> None:
    make_conversations.line(records=True)
    sign_in(make_conversations.agent())
    page.goto(f"{live_server.url}/rozmowy/polaczenia/nowe/")
    page.get_by_label("my do mieszkańca").check()
    page.get_by_label("Linia urzędu").select_option(index=1)
    page.get_by_role("button", name="Zarejestruj rozmowę").click()
    expect(page.get_by_text("Zaznacz, że treść powiadomienia padła").first).to_be_visible()
    check_page(page, "call-new")
    page.get_by_label("Numer mieszkańca").fill("601 234 567")
    page.get_by_label("Powiedziałem/am treść powiadomienia").check()
    page.get_by_role("button", name="Zarejestruj rozmowę").click()
    expect(page.get_by_text("Rozmowa została zarejestrowana")).to_be_visible()
    assert Conversation.objects.get().notices.get().outcome == "said"
