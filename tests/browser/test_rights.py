"""Rights of the person in a real browser: the register of requests, an erasure, codes; accessible."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from recipients.account import requests
from recipients.contacts import verification
from recipients.models import Guardian, Recipient, RightsRequest
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person() -> Recipient:
    make.topic("Odpady komunalne")
    row = make.recipient(kinds=("email", "sms", "epuap"), last_name="Gżegżółka")
    row.guardian = Guardian("Ewa", "Gżegżółka", "+48512345678")
    row.save(update_fields=["guardian"])
    for code in verification.to_post():
        verification.draw(code.pk)
    return row


@pytest.fixture
def desk(page: Page, sign_in: SignIn) -> Page:
    sign_in(make.staff("recipients_clerk"))
    return page


def test_the_pages_of_rights_are_accessible(
    desk: Page, live_server: LiveServer, person: Recipient
) -> None:
    clerk, today = make.clerk(), timezone.localdate()
    late = requests.open_request(
        person, "erase", "letter", by=clerk, received_on=today - timedelta(days=70)
    )
    fresh = requests.open_request(person, "update", "phone", by=clerk, asked="nowy adres")
    closed = requests.open_request(person, "view", "desk", by=clerk)
    requests.close(closed, by=clerk, outcome="refused", answer="Nie potwierdzono tożsamości.")
    for path, name in (
        ("/odbiorcy/wnioski/", "requests"),
        ("/odbiorcy/wnioski/?stan=po-terminie", "requests-late"),
        ("/odbiorcy/wnioski/?how=app", "requests-none"),
        (f"/odbiorcy/wnioski/{late.pk}/", "request-late"),
        (f"/odbiorcy/wnioski/{closed.pk}/", "request-closed"),
        (f"/odbiorcy/wnioski/{fresh.pk}/przedluz/", "request-extend"),
        (f"/odbiorcy/wnioski/{fresh.pk}/zakoncz/", "request-close"),
        (f"/odbiorcy/{person.pk}/wniosek/", "request-new"),
        (f"/odbiorcy/{person.pk}/usun/", "erase"),
        (f"/odbiorcy/{person.pk}/ogranicz/", "restrict"),
        (f"/odbiorcy/{person.pk}/wstrzymaj/", "suspend"),
        (f"/odbiorcy/{person.pk}/popraw/?wniosek={fresh.pk}", "correct"),
        (f"/odbiorcy/{person.pk}/", "card-with-rights"),
    ):
        desk.goto(live_server.url + path)
        check_page(desk, name)


def test_from_a_request_to_the_erasure_with_the_surname_typed(
    desk: Page, live_server: LiveServer, person: Recipient
) -> None:
    row = requests.open_request(person, "erase", "letter", by=make.clerk())
    desk.goto(f"{live_server.url}/odbiorcy/wnioski/")
    desk.get_by_role("link", name=re.compile("Gżegżółka")).click()
    desk.get_by_role("link", name="Usuń dane").click()
    desk.get_by_label("Wpisz nazwisko").fill("Inna")
    desk.get_by_label("Powód").fill("na wniosek")
    desk.get_by_role("button", name="Usuń dane na zawsze").click()
    expect(desk.get_by_role("alert").first).to_contain_text("To nie jest nazwisko z karty")
    desk.get_by_label("Wpisz nazwisko").fill("gzegzolka")
    desk.get_by_role("button", name="Usuń dane na zawsze").click()
    expect(desk.get_by_text("Dane osoby zostały usunięte.")).to_be_visible()
    assert Recipient.objects.get(pk=person.pk).state == "erased"
    assert RightsRequest.objects.get(pk=row.pk).outcome == "done"


def test_a_new_code_by_the_keyboard(desk: Page, live_server: LiveServer, person: Recipient) -> None:
    verification.mark_posted([code.pk for code in verification.to_post()])
    desk.goto(f"{live_server.url}/odbiorcy/{person.pk}/")
    desk.get_by_role("button", name=re.compile("Wyślij nowy kod.*SMS")).press("Enter")
    expect(desk.get_by_text("Nowy kod jest w drodze.")).to_be_visible()
    expect(desk.get_by_text("kod czeka na wysłanie")).to_be_visible()
