"""From an alarm that went out to its correction and its call-off, and a drill with its report, by mouse and keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from messaging.channels.base import Answer, Envelope, Outcome
from messaging.engine import delivering, expanding
from messaging.models import Message
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.conftest import fake as fake  # noqa: PLC0414  the channels that stand in
from recipients.models import CONTACT_KINDS
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def town(number: int) -> None:
    topic = make.topic("Wydarzenia")
    for _each in range(number):
        make.recipient(kinds=("email", "sms"), topics=(topic,))


def go_out(*channels: str) -> None:
    for message in Message.objects.filter(status__in=["scheduled", "expanding"]):
        expanding.expand(message.pk)
    for channel in channels:
        delivering.drain(channel, 3)


def an_alarm(fake: Fake) -> Message:
    """To seven people; what became of one of the SMS nobody knows."""
    town(7)
    fake("email")
    lost: list[str] = []

    def answer(envelope: Envelope) -> Answer | None:
        lost.extend([] if lost else [envelope.reference])
        unknown = envelope.reference in lost
        return None if unknown else Answer(envelope.reference, Outcome.ACCEPTED)

    fake("sms", answer)
    message = flow.sent(make.message(klass="alarm", channels=("email", "sms"), public=True))
    go_out("email", "sms")
    return message


def test_an_alarm_is_corrected(
    page: Page, live_server: LiveServer, sign_in: SignIn, fake: Fake
) -> None:
    message = an_alarm(fake)
    sign_in(make.staff("duty_officer"))
    page.goto(f"{live_server.url}/wiadomosci/{message.pk}/")
    page.get_by_role("link", name="Sprostuj").click()
    expect(page.locator("h1")).to_have_text("Sprostuj tę wiadomość")
    page.locator("button[value=check]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    check_page(page, "follow-up-correct")
    page.locator("#id_words").fill("Woda jest już dobra do picia.")
    page.locator("button[value=edit]").click()
    expect(page.locator("#step-follow")).to_have_text("Sprostowanie")
    expect(page.locator("#id_short")).to_have_value("Sprostowanie: Woda jest już dobra do picia.")
    page.locator("#id_title").fill("Sprostowanie: woda jest dobra")
    expect(page.locator("#summary")).to_contain_text("7")
    check_page(page, "follow-up-edit")
    page.locator("button[value=check]").first.click()
    expect(page).to_have_url(re.compile(r"/sprawdzenie/$"))
    check_page(page, "follow-up-check")


def test_an_alarm_is_called_off_at_once(
    page: Page, live_server: LiveServer, sign_in: SignIn, fake: Fake
) -> None:
    message = an_alarm(fake)
    sign_in(make.staff("duty_officer"))
    page.goto(f"{live_server.url}/wiadomosci/{message.pk}/odwolanie/")
    page.locator("#id_words").fill("Zagrożenie minęło.")
    check_page(page, "follow-up-call-off")
    page.locator("button[value=send]").click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/$"))
    go_out("email", "sms")
    page.goto(f"{live_server.url}/wiadomosci/{message.pk}/")
    expect(page.locator("#progress")).to_contain_text("Ta wiadomość została odwołana")
    check_page(page, "follow-up-family")
    page.goto(f"{live_server.url}/alerty/{message.uid}/")
    expect(page.locator("article")).to_contain_text("Przeczytaj, dlaczego odwołano")
    check_page(page, "follow-up-alert")


def test_a_drill_is_written_held_and_reported(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    town(6)
    sign_in(make.staff("duty_officer", "approver"))
    page.goto(f"{live_server.url}/wiadomosci/cwiczenia/")
    check_page(page, "drills-empty")
    page.get_by_role("button", name="Nowe ćwiczenie").click()
    expect(page.locator(".drill-mark")).to_contain_text("ĆWICZENIE")
    check_page(page, "drill-edit")
    page.locator("button[value=check]").first.click()
    expect(page.locator(".drill-mark")).to_be_visible()
    page.locator("#id_confirmation").fill("WSZYSCY")
    page.locator("aside form button").last.click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/$"))
    page.get_by_role("link", name="Przeczytaj i zdecyduj").click()
    expect(page.locator(".drill-mark")).to_be_visible()
    page.locator("button[value=approve]").click()
    go_out(*CONTACT_KINDS)
    page.goto(f"{live_server.url}/wiadomosci/cwiczenia/")
    expect(page.locator("table").first).to_contain_text("E-mail")
    check_page(page, "drills")
    page.get_by_role("link", name="Ustaw ćwiczenie co miesiąc").click()
    page.locator("#id_enabled").check(force=True)
    page.locator("#id_day").fill("12")
    page.get_by_role("button", name="Zapisz").click()
    expect(page.locator(".error-summary")).to_be_focused()
    check_page(page, "drill-plan")
    page.locator("#id_pattern").select_option(index=1)
    page.get_by_role("button", name="Zapisz").click()
    expect(page.get_by_text("Następne ćwiczenie odbędzie się samo")).to_be_visible()
