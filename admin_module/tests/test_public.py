"""The pages that anybody may read say what the law asks for."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from admin_module import configuration
from admin_module.configuration import Accessibility, Municipality
from admin_module.settings_forms.accessibility import AccessibilityForm
from tests import make

pytestmark = pytest.mark.django_db
# Technical conditions of the declaration, version 2.0 of 31 July 2024, and those of 1.5 still read.
IDS = [
    "deklaracja",
    "wstep",
    "podmiot",
    "zakres",
    "url",
    "data-publikacja",
    "data-aktualizacja",
    "status",
    "kontakt",
    "osoba",
    "email",
    "telefon",
    "procedura",
    "data-sporzadzenie",
    "audytor",
    "architektura",
    "komunikacja",
    "aplikacje",
]
HEADINGS = (
    "Stan dostępności cyfrowej",
    "Przygotowanie deklaracji dostępności i jej aktualizacja",
    "Udogodnienia, ograniczenia i inne informacje",
    "Skróty klawiszowe",
    "Informacje zwrotne i dane kontaktowe",
    "Obsługa wniosków i skarg związanych z dostępnością",
    "Pozostałe informacje",
)


@pytest.fixture(autouse=True)
def _fresh_settings() -> None:
    configuration.forget()


def declaration(client: Client) -> str:
    return client.get(reverse("accessibility")).content.decode()


def said(statement: Accessibility) -> None:
    configuration.write(statement, by=make.staff("administrator"), revision=0)
    configuration.forget()


@pytest.mark.parametrize("name", IDS)
def test_monitoring_finds_each_part_once(client: Client, name: str) -> None:
    assert declaration(client).count(f'id="a11y-{name}"') == 1


def test_the_headings_are_those_of_the_template(client: Client) -> None:
    found = re.findall(r"<h2[^>]*>\s*(.*?)\s*</h2>", declaration(client))
    assert tuple(found) == HEADINGS


def test_dates_can_be_read_by_programs(client: Client) -> None:
    page = declaration(client)
    for name in ("publikacja", "aktualizacja", "sporzadzenie"):
        assert re.search(rf'<time id="a11y-data-{name}"\s+datetime="\d{{4}}-\d\d-\d\d"', page)
    assert "a11y-data-przeglad" not in page


def test_what_the_office_sets_is_what_the_declaration_says(client: Client) -> None:
    said(
        Accessibility(
            status="partial",
            problems="Mapa nie działa z czytnikiem.\n<b>Film</b> bez napisów.",
            reviewed=date(2026, 3, 30),
            contact="Referat Dostępności",
            email="dostepnosc@zazolcin.example",
        )
    )
    page = declaration(client)
    assert "częściowo zgodna" in page
    assert "Niedostępne treści" in page
    assert "&lt;b&gt;Film&lt;/b&gt; bez napisów." in page
    assert re.search(r'id="a11y-data-przeglad"\s+datetime="2026-03-30"', page)
    assert "Referat Dostępności" in page
    assert "mailto:dostepnosc@zazolcin.example" in page


def form(**changes: object) -> AccessibilityForm:
    now = Accessibility()
    typed = {"status": "full", "published": now.published, "updated": now.updated}
    return AccessibilityForm(
        typed | {"prepared": now.prepared, "revision": 0} | changes, current=now, revision=0
    )


def test_a_declaration_that_is_not_full_names_what_is_missing() -> None:
    assert form().is_valid(), form().errors
    assert form(status="partial").errors.keys() == {"problems"}
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert form(reviewed=tomorrow).errors.keys() == {"reviewed"}
    assert form(phone="zadzwoń").errors.keys() == {"phone"}


def test_privacy_tells_the_notice_that_is_printed_on_the_form(client: Client) -> None:
    make.consent_text()
    page = client.get(reverse("privacy")).content.decode()
    assert "{" not in re.sub(r"<script.*?</script>|<meta[^>]*>|hx-headers='[^']*'", "", page)
    assert settings.SESSION_COOKIE_NAME in page
    assert settings.CSRF_COOKIE_NAME in page
    assert configuration.read(Municipality).controller in page or "Administrator" in page


def test_privacy_names_only_those_who_really_get_data(client: Client) -> None:
    off = {name: dict(values) for name, values in settings.CHANNELS.items()}
    off["sms"]["account"] = off["push"]["project"] = off["epuap"]["url"] = ""
    off["email"]["host"] = "poczta.example"
    with override_settings(CHANNELS=off):
        page = client.get(reverse("privacy")).content.decode()
    assert "operator serwera poczty" in page
    assert "Twilio" not in page
    assert "Firebase" not in page


def test_only_what_the_page_names_is_kept_in_the_browser(client: Client) -> None:
    make.staff("editor", login="ona@zazolcin.example", password=make.PASSWORD)
    client.get(reverse("sign-in"))
    client.post(reverse("sign-in"), {"login": "ona@zazolcin.example", "password": make.PASSWORD})
    client.get(reverse("dashboard"))
    page = client.get(reverse("privacy")).content.decode()
    assert client.cookies
    for name in client.cookies:
        assert f"<code>{name}</code>" in page


def test_every_page_links_both(client: Client) -> None:
    for user in (None, make.staff("editor")):
        if user:
            client.force_login(user)
        page = client.get(reverse("dashboard" if user else "sign-in")).content.decode()
        assert page.count(reverse("accessibility")) == page.count(reverse("privacy")) == 1
