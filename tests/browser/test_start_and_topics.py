"""The start page with everything on it, and the pages of topics, in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module import audit, configuration, verification
from admin_module.audit import verifying
from admin_module.configuration import Budgets
from admin_module.models import GatewayCheck, Heartbeat, User
from consents import topics
from consents.models import Topic
from consents.topics import TopicData
from messaging.engine import breaker
from messaging.models import Attempt, Counter, Delivery, MessageText
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BUSY = ("editor", "recipients_clerk", "approver", "duty_officer", "administrator")
NUMBERS = {"email": 620, "sms": 410, "epuap": 35, "push": 190}


def a_busy_month(author: User) -> None:
    """Messages on most days, one under way, one planned, one that waits for approval."""
    now = timezone.now()
    for days in range(0, 30, 2):
        due = now - timedelta(days=days)
        message = make.message(status="sent", due_at=due, sent_at=due)
        for place, (kind, number) in enumerate(NUMBERS.items()):
            count = number * (1 + (days * (place + 3)) % 7) // 4
            Counter.objects.create(message=message, channel=kind, state="delivered", number=count)
        Counter.objects.create(message=message, channel="sms", state="failed", number=days)
    moving = make.message(status="sending", due_at=now, sent_at=now)
    Counter.objects.create(message=moving, channel="sms", state="delivered", number=603)
    Counter.objects.create(message=moving, channel="sms", state="queued", number=311)
    planned = MessageText("Zebranie w sprawie parku kieszonkowego przy ul. Sportowej", "x", "x")
    due = now + timedelta(days=2)
    make.message(status="scheduled", due_at=due, sent_at=now, expected_count=914, text=planned)
    make.message(status="waiting_approval")
    make.message(author=author)


def traffic() -> None:
    now = timezone.now()
    message, person = make.message(), make.recipient()
    for kind, outcome in (("email", "accepted"), ("sms", "accepted"), ("epuap", "retry")):
        delivery = Delivery.objects.create(
            message=message, recipient=person, channel=kind, lane=3, due_at=now, changed_at=now
        )
        Attempt.objects.create(delivery=delivery, at=now, outcome=outcome, code="http_503")
    GatewayCheck.objects.create(channel="email", at=now, ok=True)
    breaker.trip("push", "credentials")


def test_the_start_page_with_everything_on_it_is_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    user = make.staff(*BUSY)
    a_busy_month(user)
    traffic()
    Heartbeat.beat("periodic")
    configuration.write(Budgets(sms_parts=20_000), by=user, revision=0, reason="")
    sign_in(user)
    page.goto(live_server.url)
    expect(page.locator(".chart-bars rect").first).to_be_visible()
    check_page(page, "dashboard-busy")
    page.get_by_text("Pokaż dane w tabeli").click()
    check_page(page, "dashboard-table")
    page.get_by_role("button", name="Naprawione").click()
    expect(page.get_by_role("status").filter(has_text="Aplikacja")).to_be_visible()


def test_the_pages_of_topics_are_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    user = make.staff("administrator")
    sign_in(user)
    page.goto(f"{live_server.url}/tematy/")
    check_page(page, "topic-list-empty")
    page.get_by_role("main").get_by_role("link", name="Otwórz pierwszy temat").click()
    page.get_by_role("button", name="Otwórz temat").click()
    expect(page.locator(".error-summary")).to_be_focused()
    check_page(page, "topic-new-mistakes")
    page.get_by_label("Nazwa").fill("Odpady komunalne")
    page.get_by_role("button", name="Otwórz temat").click()
    waste = Topic.objects.get()
    law = TopicData("Alarmy i zagrożenia", "pogoda, powódź", None, True, "ustawa z 26.04.2007 r.")
    topics.add(law, by=user)
    roads = topics.add(TopicData("Drogi", "objazdy i remonty", channels=("sms",)), by=user)
    make.recipient(topics=(waste, roads), kinds=("sms",))
    topics.close(roads, by=user)
    page.goto(f"{live_server.url}/tematy/")
    check_page(page, "topic-list")
    page.get_by_role("button", name="Przesuń wyżej: Alarmy").click()
    expect(page.locator("tbody tr").first).to_contain_text("Alarmy")
    page.goto(f"{live_server.url}/tematy/{waste.pk}/")
    check_page(page, "topic-edit")
    page.goto(f"{live_server.url}/tematy/{waste.pk}/zamkniecie/")
    check_page(page, "topic-close")


def test_the_pages_of_the_words_of_the_consent_are_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    make.consent_text()
    sign_in(make.staff("administrator"))
    for path, name in (("", "consent-text-list"), ("1/", "consent-text"), ("nowa/", "text-new")):
        page.goto(f"{live_server.url}/tematy/tresc-zgody/{path}")
        check_page(page, name)


def test_a_long_log_is_verified_before_the_readers_eyes(
    page: Page, live_server: LiveServer, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        audit.record("message.sent", f"messaging.message:{number}", by=None)
    while audit.link_entries():
        continue
    monkeypatch.setattr(verifying, "BATCH", 2)
    monkeypatch.setattr(verification.go_on, "__defaults__", (0,))
    sign_in(make.staff("auditor"))
    page.goto(f"{live_server.url}/dziennik/lancuch/")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.locator(".notice-ok")).to_contain_text("9")
