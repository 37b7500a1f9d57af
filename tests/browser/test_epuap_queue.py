"""The queue of ePUAP documents in a real browser: a clerk compares, refuses with an answer, carries out."""

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from consents.models import Topic
from recipients.models import EpuapDocument, Recipient
from tests import make, signed_forms
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
State = EpuapDocument.State
OTHER = make.pesel(serial=4996)


@pytest.fixture(autouse=True)
def ready(settings: LazySettings) -> None:
    signed_forms.ready(settings)


@pytest.fixture
def topic() -> Topic:
    return make.topic("Odpady komunalne")


def test_a_clerk_compares_and_leaves_the_register(
    page: Page, live_server: LiveServer, sign_in: SignIn, topic: Topic
) -> None:
    sign_in(make.staff("recipients_clerk"))
    page.goto(f"{live_server.url}/odbiorcy/epuap/")
    expect(page.get_by_text("Żaden dokument nie czeka na decyzję.")).to_be_visible()
    check_page(page, "epuap-queue-empty")
    known = signed_forms.filled(topics=[topic.name], channels=["ePUAP"])
    make.recipient(pesel=known.pesel, last_name="Źdźbło", first_name="Bożydar")
    signed_forms.bring("register", known)
    wrong = signed_forms.filled(topics=["Pogoda na Marsie"], channels=["e-mail"], email="nie adres")
    signed_forms.bring("register", wrong)
    page.reload()
    expect(page.get_by_role("row")).to_have_count(3)
    check_page(page, "epuap-queue")
    page.get_by_role("link", name="rejestracja").last.click()
    check_page(page, "epuap-document-fields")
    page.go_back()
    page.get_by_role("link", name="rejestracja").first.click()
    expect(page.get_by_role("heading", name="Formularz obok rejestru")).to_be_visible()
    check_page(page, "epuap-document-compared")
    page.get_by_role("button", name="Zostaw rejestr bez zmian").click()
    expect(page.get_by_text("Dane w rejestrze pozostają bez zmian.")).to_be_visible()
    check_page(page, "epuap-document-done")


def test_a_clerk_is_asked_for_a_reason_and_carries_out(
    page: Page, live_server: LiveServer, sign_in: SignIn, topic: Topic
) -> None:
    form = signed_forms.filled(topics=[topic.name], channels=["ePUAP"])
    document = signed_forms.bring("register", form, sender_pesel=OTHER)
    sign_in(make.staff("recipients_clerk"))
    page.goto(f"{live_server.url}/odbiorcy/epuap/{document.pk}/")
    page.get_by_role("button", name="Odrzuć i odpowiedz").click()
    expect(page.get_by_role("alert")).to_contain_text("Podaj powód")
    check_page(page, "epuap-document-mistake")
    page.get_by_role("button", name="Wykonaj").click()
    expect(page.get_by_text("Dokument został wykonany, odpowiedź wysłana.")).to_be_visible()
    assert Recipient.objects.get(pesel_token=form.pesel).state == "active"


def test_a_deletion_is_compared_and_refused(
    page: Page, live_server: LiveServer, sign_in: SignIn, topic: Topic
) -> None:
    form = signed_forms.filled(topics=[topic.name], channels=["ePUAP"])
    signed_forms.bring("register", form)
    document = signed_forms.bring("delete", form, sender_pesel=OTHER)
    sign_in(make.staff("recipients_clerk"))
    page.goto(f"{live_server.url}/odbiorcy/epuap/{document.pk}/")
    check_page(page, "epuap-document-deletion")
    page.get_by_label("Dlaczego nie zostanie wykonany").fill("Konto nie należy do tej osoby.")
    page.get_by_role("button", name="Odrzuć i odpowiedz").click()
    expect(page.get_by_text("Dokument odrzucono")).to_be_visible()
    document.refresh_from_db()
    assert document.state == State.REFUSED
