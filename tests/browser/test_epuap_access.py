"""An application to hear a call by ePUAP in a real browser: a clerk sees what is wrong, files it, and the case says so."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from conversations.models import AccessRequest
from recipients.models.epuap_forms import EpuapForm
from tests import make, make_conversations, signed_forms
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_doubtful_application_is_filed_by_hand_and_its_form_is_tried(
    page: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    settings: LazySettings,
    tmp_path: Path,
) -> None:
    settings.FILES_DIR = str(tmp_path)
    signed_forms.ready(settings)
    make_conversations.call()
    form = signed_forms.filled(
        talk="rozmowa telefoniczna",
        called_from="12",
        conversation_on=(timezone.localdate() - timedelta(days=1)).isoformat(),
        conversation_time="około 10",
        about="Termin wywozu odpadów wielkogabarytowych",
        basis="zarządzenie 308/18",
        requested_form="odsłuchanie lub odczytanie",
    )
    document = signed_forms.bring("access", form)
    sign_in(make.staff("recipients_clerk"))
    page.goto(f"{live_server.url}/odbiorcy/epuap/")
    page.get_by_role("link", name="dostęp do rozmowy lub czatu").click()
    expect(page.get_by_role("row", name="Numer, z którego dzwoniono")).to_contain_text("9 cyfr")
    expect(page.get_by_role("row", name="Po co potrzebny jest dostęp")).to_contain_text("§ 4")
    check_page(page, "epuap-access-fields")
    page.get_by_role("button", name="Wykonaj").click()
    expect(page.get_by_text("Dokument został wykonany, odpowiedź wysłana.")).to_be_visible()
    row = AccessRequest.objects.get()
    sign_in(make_conversations.designee(login="wnioski@zazolcin.example"))
    page.goto(live_server.url + reverse("access-request", args=[row.pk]))
    expect(page.get_by_text(f"ePUAP {document.pk}")).to_be_visible()
    check_page(page, "epuap-access-request")
    sign_in(make.staff("administrator"))
    mapping = EpuapForm.objects.get(purpose="access")
    page.goto(live_server.url + reverse("epuap-form-edit", args=[mapping.pk]))
    page.get_by_label("Przykładowy dokument (XML)").set_input_files("docs/epuap/rozmowa.xml")
    page.get_by_role("button", name="Wypróbuj bez zapisywania").click()
    expect(page.get_by_text("polski język migowy")).to_be_visible()
    check_page(page, "epuap-access-form")
