"""A push from the office to a phone: encrypted, decrypted by a push service on loopback, shown by the app's worker."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from admin_module import configuration
from messaging import channels
from messaging.channels.push import vapid
from recipients.models import Device
from sandbox.testing import VAPID_KEY, Box, running_sandbox, web_push
from tests.browser.resident import Phone, look, resident, without_the_network, write

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.ready;
  return (await worker.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data }));
}"""


@pytest.fixture
def box(settings: Settings) -> Iterator[Box]:
    with running_sandbox() as running:
        given = running.config("push") | {"webpush_services": [running.http_url]}
        settings.CHANNELS = settings.CHANNELS | {"push": settings.CHANNELS["push"] | given}
        configuration.forget()
        channels.close_channels()
        yield running
    channels.close_channels()


@pytest.fixture
def phone(
    context: BrowserContext, live_server: LiveServer, _silent_console: list[str]
) -> Iterator[Phone]:
    context.grant_permissions(["notifications"], origin=live_server.url)
    yield Phone(context, live_server.url)
    without_the_network(_silent_console)


def test_a_push_reaches_the_phone_and_leads_to_the_message(phone: Phone, box: Box) -> None:
    person = resident(first_name="Żaneta")
    desk = web_push(box)
    subscription = desk.subscribe(vapid.public_key(VAPID_KEY))
    page = phone.page
    page.add_init_script(desk.script(subscription))
    phone.open()
    phone.ready()
    phone.pair(person)
    phone.open("ustawienia")
    page.get_by_role("button", name="Włącz powiadomienia").click()
    expect(page.get_by_text("Powiadomienia są włączone.").first).to_be_visible()
    look(page, "push-on")
    assert Device.objects.get(recipient=person).push_kind == "webpush"
    message = write("Wynik Twojej sprawy", "Decyzja jest **odmowna**.")
    (payload,) = desk.wait_for(subscription, 1)
    assert "odmowna" not in payload
    assert "Wynik" not in payload
    desk.deliver(page, payload)
    phone.until(lambda: bool(page.evaluate(SHOWN)))
    (shown,) = page.evaluate(SHOWN)
    assert "wiadomość" in (shown["title"] + shown["body"]).lower()
    assert shown["data"]["path"] == f"/app/m/{message.uid}"
    expect(page.get_by_text("Wynik Twojej sprawy")).to_have_count(0)
    phone.open("")
    expect(page.get_by_text("Wynik Twojej sprawy")).to_be_visible()
    garbage_and_foreign_addresses(phone, desk)
    leaving_ends_it(phone)


def garbage_and_foreign_addresses(phone: Phone, desk: object) -> None:
    """A push that cannot be read still shows something, and no push leads out of the app."""
    page = phone.page
    evil = {"title": "Wygrana", "navigate": "https://zla.example/wygrana", "tag": "evil"}
    for payload in ("\x00nie JSON", json.dumps({"web_push": 8030, "notification": evil})):
        desk.deliver(page, payload)  # type: ignore[attr-defined]
    phone.until(lambda: len(page.evaluate(SHOWN)) >= 3)
    paths = {one["tag"]: one["data"]["path"] for one in page.evaluate(SHOWN)}
    assert paths["evil"] == "/app/"
    assert all(path.startswith("/app/") for path in paths.values())


def leaving_ends_it(phone: Phone) -> None:
    page = phone.open("wiecej")
    page.get_by_role("button", name="Odłącz i wyczyść aplikację").click()
    page.get_by_role("button", name="Odłącz i wyczyść", exact=True).click()
    expect(page.get_by_text("wszystko zostało usunięte")).to_be_visible()
    assert page.evaluate(SHOWN) == []
    assert page.evaluate(
        "navigator.serviceWorker.ready.then(async (w) => await w.pushManager.getSubscription() === null)"
    )
    assert not Device.objects.exclude(push_kind="").exists()
