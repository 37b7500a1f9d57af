"""The app first, an SMS later: chosen, promised, seen on its way, and what it saved."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from messaging.channels.base import News, StatusUpdate
from messaging.engine import expanding, receipts
from messaging.models import Delivery, Message
from messaging.tests.conftest import Fake, fake  # noqa: F401 - a fixture
from messaging.tests.flow import drain
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_sms_follows_the_app(
    page: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    fake: Fake,  # noqa: F811
) -> None:
    fake("push"), fake("sms")
    sign_in(make.staff("editor", "recipients_clerk"))
    topic = make.topic("Wydarzenia")
    for kinds in [("push", "sms")] * 6 + [("sms",)]:
        make.recipient(kinds=kinds, topics=(topic,))
    page.goto(f"{live_server.url}/wiadomosci/nowa/")
    write(page)
    check_page(page, "messages-escalation-edit")
    order(page)
    first_half(Message.objects.get())
    page.reload()
    money = page.locator("section", has=page.locator("#spending"))
    expect(money.locator("li").first).to_contain_text("4")
    expect(money).to_contain_text(re.compile("45|44"))
    check_page(page, "messages-escalation-progress")
    spared = Delivery.objects.filter(reason="opened_before")[0]
    page.goto(f"{live_server.url}/wiadomosci/doreczenia/{spared.pk}/")
    check_page(page, "messages-escalation-trace")


def write(page: Page) -> None:
    """The question stands there only where both channels are chosen."""
    page.get_by_label(re.compile("^Temat zgody|^Topic")).select_option(label="Wydarzenia")
    page.locator("#id_title").fill("Woda wraca o 14")
    page.locator("label.chip", has_text="Osiedle Słoneczne").first.click()
    page.locator("#id_short").fill("Woda wróci dziś o godz. 14.")
    expect(page.locator(".steps-field")).to_be_hidden()
    page.locator("label.choice-push").click()
    page.locator("label.choice-email").click()
    expect(page.locator(".steps-field")).to_be_visible()
    expect(page.locator("#id_escalation_minutes")).to_be_hidden()
    page.locator("label", has_text=re.compile("Później i tylko|Later, and only")).click()
    page.locator("#id_escalation_minutes").fill("45")
    expect(page.locator("#steps-forecast")).to_contain_text("6")


def order(page: Page) -> None:
    page.locator("button[value=check]").click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/sprawdzenie/"))
    check_page(page, "messages-escalation-check")
    word = page.locator("#id_confirmation")
    if word.count():
        word.fill("WSZYSCY")
    page.locator("aside form button").last.click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/$"))


def first_half(message: Message) -> None:
    """The app is told, and four of six open it."""
    Message.objects.update(due_at=message.sent_at)
    expanding.expand(message.pk)
    drain("push")
    drain("sms")
    for first in Delivery.objects.filter(channel="push", state="accepted")[:4]:
        receipts.store("push", [StatusUpdate(first.reference, "", News.READ)])
    receipts.apply()
