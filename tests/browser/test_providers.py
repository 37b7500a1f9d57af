"""Two providers of one channel in a browser: the order, one that rests, let in and switched off again."""

from dataclasses import replace

from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module.configuration import SmsApiGateway, read, write
from messaging import channels
from messaging.engine import breaker
from messaging.models import ProviderPulse, ProviderState
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page


def test_a_provider_that_rests_is_shown_let_in_and_switched_off(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    write(replace(read(SmsApiGateway), token="t"), by=None, revision=0)
    channels.close_channels()
    breaker.trip("sms", "smsapi:103", "smsapi")
    ProviderState.objects.update(balance="12.5", balance_unit="pkt", balance_at=timezone.now())
    answers = {"accepted": 30, "retry": 10}
    ProviderPulse.objects.create(
        channel="sms",
        provider="smsapi",
        at=timezone.now(),
        answers=answers,
        seconds=1,
        slowest=0.2,
    )
    sign_in(make.staff("administrator"))
    page.goto(live_server.url)
    expect(page.locator("#gateways")).to_be_visible()
    check_page(page, "providers-dashboard")
    page.goto(f"{live_server.url}/ustawienia/smsapi/")
    state = page.locator("#gateway-state")
    expect(state).to_contain_text("Na koncie nie ma już środków.")
    expect(state).to_contain_text("12,50 pkt")
    expect(state).to_contain_text("25 % (10 z 40)")
    check_page(page, "provider-rests")
    page.get_by_role("button", name="Dopuść dostawcę ponownie").click()
    expect(page.locator("#gateway-state")).to_contain_text("czasem zawodzi")
    page.get_by_role("button", name="Wyłącz dostawcę").click()
    expect(page.locator("#gateway-state")).to_contain_text("wyłączony")
    check_page(page, "provider-off")
    page.goto(f"{live_server.url}/ustawienia/email-api/")
    expect(page.locator("#gateway-state code")).to_contain_text("/callbacks/email/esp/")
    check_page(page, "provider-webhook")
    page.goto(f"{live_server.url}/ustawienia/dostawcy/")
    check_page(page, "providers-order")
