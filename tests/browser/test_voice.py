"""Calls through Twilio in a real browser: from an account without lines to a call that somebody declines to have recorded."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from admin_module import configuration
from admin_module.models import User
from conversations.models import (
    Call,
    Line,
    RecordingMode,
    Source,
    SourceCheck,
    SourceDisposal,
    VoiceCall,
    VoiceRecording,
)
from sandbox.testing import Box, running_sandbox
from tests import make
from tests import make_conversations as made
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def box(live_server: LiveServer, settings: Settings) -> Iterator[Box]:
    settings.PUBLIC_URL = live_server.url
    with running_sandbox() as running:
        settings.VOICE = {
            "account": running.accounts.twilio_account,
            "token": running.accounts.twilio_token,
            "base_url": running.http_url,
        }
        configuration.forget()
        yield running


def trouble() -> None:
    """What a clerk finds in the morning after a bad night."""
    calls = [made.call() for _number in range(2)]
    rows = [VoiceCall.objects.create(conversation=one, state="ended") for one in calls]
    VoiceRecording.objects.create(call=rows[0], sid="RE1", state="failed", error="cut_off")
    SourceDisposal.objects.create(
        conversation=calls[1], source=Source.TWILIO, remote_id="RE2", tries=4, error="later"
    )
    SourceCheck.objects.create(seen=4, left=1, foreign=1, at=timezone.now() - timedelta(hours=3))


def test_a_line_gets_phones_and_an_agent_calls_somebody(
    page: Page, live_server: LiveServer, sign_in: SignIn, box: Box
) -> None:
    line, agent = made.line(records=True), made.agent()
    trouble()
    sign_in(make.staff("administrator"))
    serve_line(page, live_server.url, line, agent)
    page.goto(f"{live_server.url}/ustawienia/telefon/")
    page.get_by_role("button", name="Sprawdź połączenie").click()
    expect(page.locator("#gateway-result")).to_contain_text("Twilio: Sandbox")
    check_page(page, "voice-settings")

    page.context.clear_cookies()
    sign_in(agent)
    requests.post(f"{box.http_url}/voice/phones", json={"+48602000111": {"keys": [""]}}, timeout=10)
    call_somebody(page, live_server.url)
    decline(page, live_server.url, line, agent)


def serve_line(page: Page, url: str, line: Line, agent: User) -> None:
    """From the page that says what went wrong at night to a line with a phone."""
    page.goto(f"{url}/rozmowy/telefon/")
    expect(page.get_by_text("Nie udało się pobrać 1 nagrania.")).to_be_visible()
    check_page(page, "voice-list")
    page.get_by_role("link", name=line.name).click()
    ringing = page.get_by_label("Telefony dzwonią przez")
    ringing.fill("2")
    page.get_by_role("button", name="Zapisz").click()
    expect(page.locator(".error-summary")).to_be_focused()
    ringing.fill("30")
    page.get_by_role("button", name="Zapisz").click()
    page.get_by_role("link", name="Dodaj telefon").click()
    page.locator("[name=name]").fill("Stanowisko 3")
    page.locator("[name=number]").fill("91 424 51 03")
    page.get_by_label("Czyj jest").select_option(str(agent.pk))
    check_page(page, "voice-phone-new")
    page.get_by_role("button", name="Dodaj telefon").click()
    expect(page.get_by_text("Telefon odtąd dzwoni dla tej linii.")).to_be_visible()
    check_page(page, "voice-line")
    page.get_by_role("link", name=re.compile("Usuń")).click()
    check_page(page, "voice-phone-remove")


def call_somebody(page: Page, url: str) -> None:
    page.goto(f"{url}/rozmowy/telefon/zadzwon/")
    page.get_by_label("Numer rozmówcy").fill("602 000 111")
    check_page(page, "voice-call")
    page.get_by_role("button", name="Zadzwoń").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Twoja rozmowa")
    expect(page.get_by_role("status").filter(has_text="zakończona")).to_be_visible()
    expect(page.get_by_text(re.compile("nagrywana po"))).to_be_visible()
    check_page(page, "voice-call-over")


def decline(page: Page, url: str, line: Line, agent: User) -> None:
    """A call that lasts: the other side says that they want no recording."""
    lasting = made.call(on=line, agent=agent, phone="+48602000111")
    Call.objects.filter(conversation=lasting).update(choice=Call.Choice.RECORDED)
    call = VoiceCall.objects.create(
        conversation=lasting,
        state=VoiceCall.State.JOINED,
        mode=RecordingMode.OPT_OUT,
        notice=made.notice("call"),
    )
    page.goto(f"{url}/rozmowy/telefon/zadzwon/{call.pk}/")
    check_page(page, "voice-call-lasting")
    page.get_by_role("button", name="Rozmówca nie chce nagrywania").click()
    expect(page.get_by_text("nie zostanie zachowane żadne nagranie")).to_be_visible()
    assert lasting.notices.get().outcome == "opted_out"
