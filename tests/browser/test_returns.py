"""Addresses that messages come back from, and unknown deliveries worked off, as a clerk meets them."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from messaging.channels.base import Outcome
from messaging.models import Delivery
from messaging.tests import conftest as channels
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.fakes import accept, always
from recipients import jobs
from recipients.contacts import address_health
from recipients.models import Job, Recipient
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
fake = channels.fake


def test_an_address_that_sends_back_is_asked_for_and_let_go(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    topic = make.topic("Woda")
    people = [make.recipient(kinds=("email", "sms"), topics=(topic,)) for _each in range(3)]
    first, second = people[0], people[1]
    address_health.hold({first.pk: "5.1.1", people[2].pk: ""}, "email", "hard")
    for _time in range(2):
        address_health.came_back({second.pk: "5.2.2"}, "email")
    sign_in(make.staff("recipients_clerk"))
    page.goto(f"{live_server.url}/odbiorcy/adresy-wstrzymane/")
    expect(page.locator("tbody tr")).to_have_count(2)
    check_page(page, "suppressed-list")
    page.locator("#q").fill(first.contact_points.get(kind="email").value)
    page.get_by_role("button", name="Sprawdź").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody a").click()
    expect(page.locator("body")).to_contain_text("Adres nie istnieje")
    check_page(page, "card-held-address")
    page.get_by_role("button", name=re.compile("^Poproś o nowy")).click()
    expect(page.locator("body")).to_contain_text("O nowy poproszono")
    page.get_by_role("link", name=re.compile("^Wznów wysyłkę")).click()
    expect(page.locator("h1")).to_have_text("Wznów wysyłkę na ten adres")
    check_page(page, "address-lift")
    page.get_by_label("osoba potwierdza").check()
    page.get_by_role("button", name="Wznów wysyłkę na ten adres").click()
    expect(page.locator("body")).to_contain_text("Wiadomości znów są wysyłane")
    page.goto(f"{live_server.url}/odbiorcy/?adresy=sprawdz")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"{live_server.url}/odbiorcy/{second.pk}/")
    expect(page.locator("body")).to_contain_text("ostatnio wróciły 2 wiadomości")
    assert Recipient.objects.count() == 3


def six_sms() -> None:
    topic = make.topic("Woda")
    for _each in range(6):
        make.recipient(kinds=("sms",), topics=(topic,))
    flow.sent(make.message(about=topic, channels=("sms",)))
    flow.drain("sms")


def test_unknown_deliveries_are_worked_off_in_bulk(
    page: Page, live_server: LiveServer, sign_in: SignIn, fake: Fake
) -> None:
    channel = fake("sms", always(Outcome.UNKNOWN))
    six_sms()
    sign_in(make.staff("duty_officer", "recipients_clerk"))
    page.goto(f"{live_server.url}/wiadomosci/niepewne/")
    expect(page.get_by_role("checkbox")).to_have_count(6)
    check_page(page, "unknown-list")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Zostaw").click()
    expect(page).to_have_url(re.compile(r"/zadania/\d+/$"))
    assert jobs.run(Job.objects.latest("pk").pk)
    page.goto(f"{live_server.url}/wiadomosci/niepewne/")
    expect(page.get_by_role("checkbox")).to_have_count(5)
    page.get_by_label("wszystkie 5 osób").check()
    page.get_by_role("button", name="Wyślij jeszcze raz…").click()
    expect(page.locator("main")).to_contain_text("5 osób może dostać wiadomość dwa razy")
    page.get_by_label("Wpisz liczbę osób").fill("4")
    page.get_by_role("button", name="Wyślij jeszcze raz").click()
    expect(page.locator(".error-summary")).to_be_focused()
    check_page(page, "unknown-again")
    page.get_by_label("Wpisz liczbę osób").fill("5")
    page.get_by_role("button", name="Wyślij jeszcze raz").click()
    expect(page).to_have_url(re.compile(r"/zadania/\d+/$"))
    assert jobs.run(Job.objects.latest("pk").pk)
    page.reload()
    expect(page.locator("main")).to_contain_text("załatwione zgodnie z poleceniem")
    channel.rule = accept
    assert flow.drain("sms") == 5
    assert Delivery.objects.filter(state="accepted").count() == 5
    page.goto(f"{live_server.url}/wiadomosci/niepewne/")
    check_page(page, "unknown-none")


def test_the_mailbox_of_returns_is_set_and_tried(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(make.staff("administrator"))
    page.goto(live_server.url + reverse("settings-section", args=["zwroty-poczty"]))
    check_page(page, "settings-returns")
    page.goto(live_server.url + reverse("settings-edit", args=["zwroty-poczty"]))
    page.get_by_label("Serwer skrzynki").fill("nie ma takiego!")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_visible()
    check_page(page, "settings-returns-edit")
    page.goto(live_server.url + reverse("settings-section", args=["potwierdzenia"]))
    expect(page.locator("main")).to_contain_text("72")
    check_page(page, "settings-receipts")
