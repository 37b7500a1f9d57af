"""Certificates and forms of ePUAP in a real browser: accessible empty, full, and with mistakes."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from messaging.models import EpuapBox
from recipients.models.epuap_forms import PREFIXES
from sandbox.certificates import make_pair
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMESPACE = "http://zazolcin.example/icp/rejestracja/1-0/"
SAMPLE = f"""<w:Dokument xmlns:w="{NAMESPACE}" xmlns:oso="{PREFIXES["oso"]}"><oso:Osoba>
<oso:IdOsoby><oso:PESEL>50051712349</oso:PESEL></oso:IdOsoby><oso:Imie>Żaneta</oso:Imie>
</oso:Osoba></w:Dokument>"""


def test_certificates_are_sent_seen_and_removed(
    page: Page, live_server: LiveServer, sign_in: SignIn, tmp_path: Path
) -> None:
    make_pair(tmp_path / "key.pem", tmp_path / "own.pem", "Urząd Miejski w Zażółcinie")
    make_pair(tmp_path / "other.pem", tmp_path / "epuap.pem", "ePUAP (próba)")
    sign_in(make.staff("administrator"))
    page.goto(f"{live_server.url}/ustawienia/epuap/")
    page.get_by_role("link", name="Certyfikaty ePUAP").click()
    check_page(page, "epuap-keys-empty")
    own = page.locator("form#own")
    own.get_by_label("Certyfikat").set_input_files(tmp_path / "own.pem")
    own.get_by_role("button", name="Wyślij certyfikat").click()
    expect(page.get_by_role("alert")).to_contain_text("nie ma klucza prywatnego")
    check_page(page, "epuap-keys-mistake")
    own.get_by_label("Certyfikat").set_input_files(tmp_path / "own.pem")
    own.get_by_label("Klucz prywatny").set_input_files(tmp_path / "key.pem")
    own.get_by_role("button", name="Wyślij certyfikat").click()
    expect(page.get_by_text("Urząd Miejski w Zażółcinie").first).to_be_visible()
    trusted = page.locator("form#trusted")
    trusted.get_by_label("Plik certyfikatu").set_input_files(tmp_path / "epuap.pem")
    trusted.get_by_role("button", name="Dodaj do listy").click()
    expect(page.get_by_role("heading", name="ePUAP (próba)")).to_be_visible()
    check_page(page, "epuap-keys-full")
    page.get_by_role("link", name="Usuń z listy ePUAP (próba)").click()
    check_page(page, "epuap-key-remove")
    page.get_by_role("button", name="Usuń certyfikat").click()
    expect(page.get_by_role("heading", name="ePUAP (próba)")).to_have_count(0)


def test_a_form_is_tried_and_saved(
    page: Page, live_server: LiveServer, sign_in: SignIn, tmp_path: Path
) -> None:
    (tmp_path / "wzor.xml").write_text(SAMPLE, encoding="utf-8")
    sign_in(make.staff("administrator"))
    page.goto(f"{live_server.url}/ustawienia/epuap/formularze/")
    check_page(page, "epuap-forms-empty")
    page.get_by_role("link", name="Dodaj formularz").first.click()
    page.get_by_role("button", name="Zapisz formularz").click()
    expect(page.get_by_role("alert")).to_contain_text("Wpisz przestrzeń nazw")
    check_page(page, "epuap-form-mistake")
    page.get_by_label("Przestrzeń nazw").fill(NAMESPACE)
    page.get_by_label("Przykładowy dokument").set_input_files(tmp_path / "wzor.xml")
    page.get_by_role("button", name="Wypróbuj").click()
    expect(page.get_by_text("50051712349")).to_be_visible()
    check_page(page, "epuap-form-tried")
    page.get_by_role("button", name="Zapisz formularz").click()
    expect(page.get_by_role("link", name="rejestracja")).to_be_visible()
    check_page(page, "epuap-forms-full")


def test_boxes_and_the_seal_of_profil_zaufany(
    page: Page, live_server: LiveServer, sign_in: SignIn, tmp_path: Path, settings: Settings
) -> None:
    boxes = {"url": "https://epuap.example", "boxes": ["/urzad/rejestracja"]}
    settings.CHANNELS = settings.CHANNELS | {"epuap": settings.CHANNELS["epuap"] | boxes}
    EpuapBox.objects.create(
        address="/urzad/rejestracja", due_at=timezone.now(), problem="not_confirmed"
    )
    make_pair(tmp_path / "key.pem", tmp_path / "seal.pem", "Minister (próba)")
    sign_in(make.staff("administrator"))
    page.goto(f"{live_server.url}/ustawienia/epuap/certyfikaty/")
    trusted = page.locator("form#trusted")
    trusted.get_by_text("Pieczęć ministra").click()
    trusted.get_by_label("Plik certyfikatu").set_input_files(tmp_path / "seal.pem")
    trusted.get_by_role("button", name="Dodaj do listy").click()
    seals = page.get_by_role("region", name="Pieczęcie profilu zaufanego")
    expect(seals.get_by_role("heading", level=3)).to_have_text("Minister (próba)")
    expect(page.get_by_text("przynosi ten sam dokument ponownie")).to_be_visible()
    check_page(page, "epuap-keys-boxes")
