"""Retention in a real browser: a period seen before it is set, a hold, two people who delete early, the protocol."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from conversations.models import Conversation, EarlyPurge, PurgeState, RetentionHold
from conversations.retention import checking, holds, proposing, purging
from conversations.tests.ended import over, whole_call, whole_chat
from tests import make
from tests import make_conversations as made
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = "/rozmowy/przechowywanie/"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"
    settings.DATA_DIR = tmp_path


def _past() -> None:
    """Nights that were: calls and chats deleted, their papers drawn, all in order."""
    for _ in range(3):
        whole_call()
    whole_chat()
    purging.purge()
    over(made.call())
    purging.purge()
    checking.check()


def test_a_hold_from_the_proposal_to_its_release(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    director, officer = made.director(), make.staff("data_protection_officer")
    call, other = made.call(), made.call()
    day = timezone.localdate() + timedelta(days=60)
    proposing.propose(
        call,
        RetentionHold.Reason.COMPLAINT,
        officer,
        legal_basis="art. 227 k.p.a.",
        review_on=day,
        case_number="SK.4.2026",
    )
    late = holds.place(
        other,
        RetentionHold.Reason.POLICE,
        legal_basis="art. 217 k.p.k.",
        review_on=timezone.localdate(),
    )
    sign_in(director)
    page.goto(f"{live_server.url}{HERE}wstrzymania/")
    expect(page.get_by_text("SK.4.2026").first).to_be_visible()
    check_page(page, "hold-list")
    page.get_by_role("link", name=re.compile("Zdecyduj")).click()
    check_page(page, "hold-proposal")
    page.get_by_role("button", name="Wstrzymaj").click()
    expect(page.get_by_text("Wstrzymano: rozmowa nie zostanie usunięta.")).to_be_visible()
    page.goto(f"{live_server.url}{HERE}rozmowa/{call.pk}/wstrzymaj/")
    page.get_by_label("Dlaczego jest jeszcze potrzebna").select_option("court")
    page.get_by_label("Podstawa prawna").fill("art. 250 k.p.c.")
    page.get_by_label("Dzień przeglądu").fill((day + timedelta(days=700)).isoformat())
    page.get_by_role("button", name="Wstrzymaj").click()
    expect(page.get_by_role("alert").or_(page.locator(".error-summary")).first).to_be_visible()
    check_page(page, "hold-new")
    page.goto(f"{live_server.url}{HERE}wstrzymania/{late.pk}/zwolnij/")
    check_page(page, "hold-release")
    page.get_by_label("Powód").fill("Postępowanie umorzono.")
    page.get_by_role("button", name="Zwolnij wstrzymanie").click()
    expect(page.get_by_text("Zwolniono:")).to_be_visible()
    late.refresh_from_db()
    assert late.released_by == director


def test_a_period_is_seen_first_and_two_people_delete_early(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    _past()
    director, officer = made.director(), make.staff("data_protection_officer")
    made.call(at=timezone.now() - timedelta(days=100))
    call = made.call()
    proposal = EarlyPurge.objects.create(
        conversation=call, reason="objection", case_number="IOD.3.2026", proposed_by=officer
    )
    sign_in(director)
    page.goto(f"{live_server.url}{HERE}okres/")
    page.get_by_label("Rodzaj rozmowy").select_option("call")
    page.get_by_label("Miesiące").fill("3")
    page.get_by_label("Podstawa prawna").fill("art. 5 ust. 1 lit. e RODO")
    check_page(page, "retention-policy")
    page.get_by_role("button", name="Zobacz, co by to zmieniło").click()
    expect(page.get_by_text(re.compile("1 rozmowa od razu będzie po terminie"))).to_be_visible()
    check_page(page, "retention-policy-confirm")
    page.get_by_role("button", name="Ustal okres").click()
    expect(page.get_by_text("Okres obowiązuje")).to_be_visible()
    page.locator("details > summary").filter(has_text="Liczby i protokoły").click()
    check_page(page, "retention")
    page.get_by_role("link", name="Zleć usunięcie").click()
    check_page(page, "early-purge-approve")
    page.get_by_role("button", name="Tak, usuń").click()
    expect(page.get_by_text("Zgoda zapisana.")).to_be_visible()
    _agree_and_read(
        page, f"{live_server.url}{HERE}usuniecie/{proposal.pk}/zgoda/", lambda: sign_in(officer)
    )
    assert Conversation.objects.get(pk=call.pk).purge_state == PurgeState.PURGED


def _agree_and_read(page: Page, address: str, come_in: Callable[[], object]) -> None:
    """The second person's word, and the paper about what it did."""
    come_in()
    page.goto(address)
    page.get_by_role("button", name="Tak, usuń").click()
    expect(page.get_by_text("Rozmowę usunięto trwale.")).to_be_visible()
    with page.expect_download() as got:
        page.get_by_role("link", name=re.compile("PDF")).first.click()
    assert got.value.suggested_filename.startswith("protokol-usuniecia-")
    assert got.value.path().read_bytes().startswith(b"%PDF")
