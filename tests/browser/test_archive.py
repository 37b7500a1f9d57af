"""From what was sent to its archive, figures, proof and page for everybody, in one walk with axe on each screen."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module.models import User
from messaging.budget import accounting
from messaging.models import Attempt, Counter, Delivery, Message, MessageText
from messaging.texts import short_links
from recipients import jobs
from recipients.models import Job
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STATES = {"email": ("accepted", 412), "sms": ("delivered", 388), "push": ("read", 95)}


@pytest.fixture
def manager(sign_in: SignIn) -> User:
    user = make.staff("unit_manager", "data_protection_officer", "recipients_clerk")
    sign_in(user)
    return user


@pytest.fixture
def sent(manager: User, settings: Any, tmp_path: Any) -> list[Message]:
    """Six messages of two months as their counters tell them, and one person's delivery."""
    settings.PUBLIC_URL = "https://icp.zazolcin.example"
    settings.FILES_DIR = str(tmp_path)
    messages = []
    for number in range(6):
        at = timezone.now() - timedelta(days=number * 9)
        message = make.message(
            author=manager,
            about=make.topic(("Woda i ciepło", "Wydarzenia", "Drogi")[number % 3]),
            channels=tuple(STATES),
            klass=("information", "warning", "information")[number % 3],
            status=Message.Status.SENT_WITH_FAILURES,
            sent_at=at,
            due_at=at,
            finished_at=at,
            sms_parts=1,
            text=MessageText(
                title=f"Przerwa w dostawie wody, ul. Sportowa {number + 1}",
                short="Jutro od 8 do 12 nie bedzie wody. Zapas przygotuj dzis wieczorem.",
                long="Jutro **od 8 do 12** nie będzie wody.",
                proof_link=True,
            ),
        )
        for kind, (state, count) in STATES.items():
            Counter.objects.create(message=message, channel=kind, state=state, number=count)
        Counter.objects.create(message=message, channel="sms", state="failed", number=7)
        accounting.count(message.pk)
        messages.append(message)
    return messages


def test_from_the_list_to_the_proof(
    page: Page, live_server: LiveServer, manager: User, sent: list[Message]
) -> None:
    page.goto(f"{live_server.url}/wiadomosci/")
    page.locator("details summary", has_text="Szukaj i filtruj").click()
    page.locator("#id_text").fill("sportowa 3")
    page.get_by_role("button", name="Filtruj").click()
    expect(page.locator("table tbody tr")).to_have_count(1)
    page.locator("input[name=name]").fill("Sportowa")
    page.get_by_role("button", name="Zapisz widok").click()
    expect(page.locator(".chip[aria-current]")).to_have_text("Sportowa")
    check_page(page, "archive-list")
    page.get_by_role("link", name="Eksportuj tę listę").click()
    check_page(page, "archive-export")
    page.get_by_role("button", name="Przygotuj plik").click()
    expect(page).to_have_url(re.compile(r"/praca/|/zadania/|/odbiorcy/"))
    page.goto(f"{live_server.url}/wiadomosci/stare-szkice/")
    check_page(page, "archive-old-drafts")
    page.goto(f"{live_server.url}/wiadomosci/{sent[0].pk}/")
    page.get_by_role("link", name="Pakiet dowodowy").click()
    page.get_by_role("button", name="Sporządź pakiet dowodowy").click()
    expect(page.locator("#job")).to_be_visible()
    jobs.run(Job.objects.get(kind="message_evidence").pk)
    page.get_by_role("link", name="Otwórz pakiet dowodowy").click()
    digest = page.locator("code.digest").first.inner_text()
    page.locator("#id_skrot").fill(digest)
    page.get_by_role("button", name="Sprawdź skrót").click()
    expect(page.locator(".notice-ok, .notice-success")).to_be_visible()
    check_page(page, "archive-evidence")


def test_one_person_s_trace_and_a_file_with_a_reason(
    page: Page, live_server: LiveServer, manager: User, sent: list[Message]
) -> None:
    now = timezone.now()
    delivery = Delivery.objects.create(
        message=sent[0], recipient=make.recipient(), channel="sms", lane=3,
        state="undelivered", code="30005", due_at=now, changed_at=now,
    )  # fmt: skip
    for outcome in ("accepted", "news:undelivered", "news:accepted"):
        Attempt.objects.create(delivery=delivery, at=now, outcome=outcome, code="30005")
    page.goto(f"{live_server.url}/wiadomosci/doreczenia/{delivery.pk}/")
    expect(page.get_by_role("link", name="Dlaczego i co zrobić")).to_be_visible()
    check_page(page, "archive-trace")
    page.goto(f"{live_server.url}/wiadomosci/{sent[0].pk}/doreczenia/eksport/?channel=sms")
    page.get_by_role("button", name="Przygotuj plik").click()
    expect(page.locator(".error-summary")).to_be_focused()
    check_page(page, "archive-deliveries-export")


def test_figures_and_who_gets_them(
    page: Page, live_server: LiveServer, manager: User, sent: list[Message]
) -> None:
    page.goto(f"{live_server.url}/wiadomosci/statystyka/")
    expect(page.locator("svg.chart rect")).not_to_have_count(0)
    page.locator("a.chip", has_text="Osiedle").click()
    expect(page.locator("a.chip[aria-current]")).to_have_text("Osiedle")
    page.locator("a.chip", has_text="Temat").click()
    expect(page.locator(".table-figures tbody tr")).to_have_count(3)
    check_page(page, "archive-statistics")
    page.get_by_role("link", name="Podsumowanie miesiąca").click()
    page.locator("input[name=reader]").first.check()
    page.get_by_role("button", name="Zapisz listę").click()
    expect(page.locator("input[name=reader]").first).to_be_checked()
    check_page(page, "archive-summary")


def test_everybody_sees_whether_an_sms_is_genuine(
    page: Page, live_server: LiveServer, sent: list[Message]
) -> None:
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/s/")
    page.locator("#id_kod").fill("nic")
    page.get_by_role("button", name="Sprawdź kod").click()
    check_page(page, "proof-form")
    page.locator("#id_kod").fill(short_links.code_of(sent[0]).lower())
    page.get_by_role("button", name="Sprawdź kod").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tak, to nasz SMS")
    Message.objects.filter(pk=sent[0].pk).update(withdrawn_at=timezone.now())
    page.reload()
    check_page(page, "proof-one")
    assert page.context.cookies() == []
    page.goto(f"{live_server.url}/s/ABCDEFG")
    check_page(page, "proof-unknown")
