"""The pages of settings: who may, what is refused, what is never shown, and nothing lost on the way."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import Settings

from admin_module import configuration
from admin_module.configuration import (
    Approval,
    EmailGateway,
    Municipality,
    Notices,
    QuietHours,
    SmsGateway,
    logos,
    read,
)
from admin_module.models import AuditEntry, ConfigurationVersion, GatewayCheck, Logo, User
from admin_module.settings_forms import PAGES
from sandbox.testing import Box, running_sandbox
from tests import make

pytestmark = pytest.mark.django_db
SECRET = "bardzo-tajne-haslo"


@pytest.fixture
def administrator() -> User:
    return make.staff("administrator")


@pytest.fixture
def desk(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with running_sandbox() as running:
        yield running


def fields_of(slug: str) -> dict[str, Any]:
    """What a browser would send back untouched."""
    page = PAGES[slug]
    current = read(configuration.SECTIONS[page.code])
    revision = ConfigurationVersion.objects.filter(section=page.code).count()
    form = page.form(current=current, revision=revision)
    data: dict[str, Any] = {}
    for field in form:
        value = field.field.prepare_value(field.initial)
        if value is True:
            data[field.name] = "on"
        elif value is not None and value is not False:
            data[field.name] = list(value) if isinstance(value, tuple) else value
    return data


def save(desk: Client, slug: str, **changes: Any) -> Any:
    return desk.post(f"/ustawienia/{slug}/zmien/", fields_of(slug) | changes)


def test_the_index_leads_to_every_section(desk: Client) -> None:
    page = desk.get("/ustawienia/").content.decode()
    for slug in PAGES:
        assert f'href="/ustawienia/{slug}/"' in page
        assert desk.get(f"/ustawienia/{slug}/").status_code == 200
        assert desk.get(f"/ustawienia/{slug}/zmien/").status_code == 200


@pytest.mark.parametrize("slug", PAGES)
def test_saving_a_page_as_it_stands_changes_nothing(desk: Client, slug: str) -> None:
    answer = save(desk, slug)
    assert answer.status_code == 302, answer.content.decode()
    assert not ConfigurationVersion.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("editor", 403)])
def test_others_may_look_or_not_even_that(client: Client, role: str, status: int) -> None:
    client.force_login(make.staff(role))
    assert client.get("/ustawienia/email/").status_code == status
    assert client.get("/ustawienia/email/zmien/").status_code == 403
    assert client.post("/ustawienia/email/zmien/", {}).status_code == 403
    assert client.post("/ustawienia/email/proba/").status_code == 403
    assert client.post("/ustawienia/email/wersje/0/").status_code == 403


def test_an_unknown_section_is_not_found(desk: Client) -> None:
    for path in ("nie-ma/", "nie-ma/zmien/", "email/wersje/7/"):
        assert desk.get(f"/ustawienia/{path}").status_code == 404
    assert desk.post("/ustawienia/urzad/proba/").status_code == 404


def test_a_change_holds_and_stands_in_the_history(desk: Client) -> None:
    answer = save(desk, "urzad", phone="22 765 43 21", reason="nowa centrala")
    assert answer.status_code == 302
    assert read(Municipality).phone == "22 765 43 21"
    page = desk.get("/ustawienia/urzad/").content.decode()
    for words in ("22 765 43 21", "nowa centrala", "Zofia Próbna"):
        assert words in page
    assert "22 765" not in str(AuditEntry.objects.get(action="configuration.changed").detail)


def test_a_secret_is_kept_when_empty_changed_when_typed_and_never_shown(desk: Client) -> None:
    save(desk, "email", host="localhost", user="icp", password=SECRET)
    save(desk, "email", port=587)
    assert read(EmailGateway).password == SECRET
    for path in ("", "email/", "email/zmien/", "email/wersje/1/"):
        assert SECRET not in desk.get(f"/ustawienia/{path}").content.decode()
    save(desk, "email", password="inne-haslo-123")
    assert read(EmailGateway).password == "inne-haslo-123"
    save(desk, "email", user="")
    assert read(EmailGateway).password == ""


@pytest.mark.parametrize(
    ("slug", "changes", "field"),
    [
        ("email", {"host": "nie ma takiego"}, "host"),
        ("email", {"host": "nie-ma.invalid"}, "host"),
        ("email", {"port": "70000"}, "port"),
        ("email", {"rate": "-1"}, "rate"),
        ("email", {"rate": "milion"}, "rate"),
        ("email", {"timeout": "0"}, "timeout"),
        ("email", {"sender": "Urząd"}, "sender"),
        ("email", {"user": "icp", "host": "h.example", "password": ""}, "password"),
        ("sms", {"sender": "Zażółcin"}, "sender"),
        ("sms", {"account": "AC1"}, "account"),
        ("sms", {"base_url": "ftp://x"}, "base_url"),
        ("aplikacja", {"credentials": "{}"}, "credentials"),
        ("aplikacja", {"credentials": "nie json"}, "credentials"),
        ("epuap", {"reply_box": "skrytka"}, "reply_box"),
        ("epuap", {"refused_codes": "dwa"}, "refused_codes"),
        ("epuap", {"boxes": "/urzad/a; /urzad/b"}, "boxes"),
        ("epuap", {"url": "http://127.0.0.1", "subject": ""}, "subject"),
        ("urzad", {"phone": "brak"}, "phone"),
        ("urzad", {"name": ""}, "name"),
        ("cisza-nocna", {"enabled": "on", "begin": "7:00", "end": "7:00"}, "end"),
        ("cisza-nocna", {"begin": "25:00"}, "begin"),
        ("budzety", {"sms_parts": "-5"}, "sms_parts"),
        ("budzety", {"part_price": "drogo"}, "part_price"),
        ("przechowywanie", {"audit_years": "1"}, "audit_years"),
        ("komunikaty", {"mail_footer": "{urzat}"}, "mail_footer"),
        ("komunikaty", {"code_short": "Kod: {imie}"}, "code_short"),
        ("komunikaty", {"code_short": "Dzień dobry"}, "code_short"),
        ("komunikaty", {"code_short": "{kod}" + "ą" * 140}, "code_short"),
        ("zatwierdzanie", {"classes": ["nonsens"]}, "classes"),
        ("aplikacje", {"least_web": "najnowsza"}, "least_web"),
        ("aplikacje", {"least_ios": "1.2.3.4"}, "least_ios"),
        ("aplikacje", {"emergency": "sto dwanaście"}, "emergency"),
        ("aplikacje", {"emergency": "112 – numer alarmowy\n997 policja"}, "emergency"),
    ],
)
def test_bad_values_come_back_with_a_sentence(
    desk: Client, slug: str, changes: dict[str, str], field: str
) -> None:
    answer = save(desk, slug, **changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert f'href="#id_{field}' in answer.content.decode()
    assert not ConfigurationVersion.objects.exists()


def test_addresses_inside_the_network_are_refused(desk: Client, settings: Settings) -> None:
    settings.SANDBOX = settings.ALLOW_LOCAL_GATEWAYS = False
    answer = save(desk, "sms", base_url="https://127.0.0.1/")
    assert answer.status_code == 422
    answer = save(desk, "email", host="169.254.169.254")
    assert answer.status_code == 422
    google = '{"project_id": "p", "private_key": "k", "client_email": "c", "token_uri": "http://10.0.0.1"}'
    assert "credentials" in save(desk, "aplikacja", credentials=google).context["form"].errors


def test_two_administrators_lose_nothing(desk: Client) -> None:
    mine = fields_of("email") | {"host": "localhost", "user": "icp", "password": SECRET}
    save(desk, "email", host="127.0.0.1")
    answer = desk.post("/ustawienia/email/zmien/", mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "localhost" in page
    assert "127.0.0.1" in page
    assert SECRET not in page
    again = {
        name: value
        for name, value in re.findall(r'name="(\w+)"[^>]*?value="([^"]*)"', page)
        if name != "csrfmiddlewaretoken"
    }
    assert again["revision"] == "1"
    answer = desk.post("/ustawienia/email/zmien/", mine | {"revision": "1"})
    assert answer.status_code == 302
    assert read(EmailGateway).host == "localhost"


def test_an_earlier_version_comes_back_after_a_look_at_both(desk: Client) -> None:
    save(desk, "zatwierdzanie", classes=["information"])
    save(desk, "zatwierdzanie", classes=["information", "warning"])
    page = desk.get("/ustawienia/zatwierdzanie/wersje/1/").content.decode()
    assert 'name="revision" value="2"' in page
    desk.post("/ustawienia/zatwierdzanie/wersje/1/", {"revision": "2"})
    assert read(Approval).classes == ("information",)
    stale = desk.post("/ustawienia/zatwierdzanie/wersje/0/", {"revision": "2"}, follow=True)
    assert stale.status_code == 200
    assert read(Approval).classes == ("information",)
    desk.post("/ustawienia/zatwierdzanie/wersje/0/", {"revision": "3"})
    assert read(Approval) == Approval.from_environment()


def test_quiet_hours_and_notices_are_saved_in_their_types(desk: Client) -> None:
    save(desk, "cisza-nocna", enabled="on", begin="21:30", end="6:00")
    assert read(QuietHours).begin.hour == 21
    save(desk, "komunikaty", sign_in="W sobotę przerwa.", mail_footer="{urzad}, tel. {telefon}")
    assert read(Notices).sign_in == "W sobotę przerwa."
    desk.logout()
    assert "W sobotę przerwa." in desk.get("/zaloguj/").content.decode()


# --- The logo ---------------------------------------------------------------------------------------


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "#0b3a75").save(out, kind)
    return out.getvalue()


def test_a_logo_stands_on_every_page_and_on_printed_forms(desk: Client) -> None:
    file = SimpleUploadedFile("herb.jpg", picture("JPEG"))
    assert save(desk, "urzad", picture=file).status_code == 302
    name = read(Municipality).logo
    assert f"/logo/{name}.png" in desk.get("/").content.decode()
    desk.logout()
    assert f"/logo/{name}.png" in desk.get("/zaloguj/").content.decode()
    answer = desk.get(f"/logo/{name}.png")
    assert answer["Content-Type"] == "image/png"
    assert "immutable" in answer["Cache-Control"]
    assert answer.content.startswith(b"\x89PNG")
    logo = Logo.objects.get()
    assert (logo.width, logo.height) == (60, 40)
    assert "data:image/png" in logos.as_svg()
    assert desk.get("/logo/nie-ma.png").status_code == 404


def test_a_logo_can_be_taken_away_and_come_back(desk: Client) -> None:
    save(desk, "urzad", picture=SimpleUploadedFile("herb.png", picture()))
    name = read(Municipality).logo
    save(desk, "urzad", remove_logo="on")
    assert read(Municipality).logo == ""
    desk.post("/ustawienia/urzad/wersje/1/", {"revision": "2"})
    assert read(Municipality).logo == name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("herb.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("herb.png", b"<svg onload='alert(1)'></svg>"),
        ("herb.png", b"MZ not a picture"),
        ("herb.jpg", picture()),
    ],
)
def test_a_hostile_logo_is_refused(desk: Client, name: str, content: bytes) -> None:
    answer = save(desk, "urzad", picture=SimpleUploadedFile(name, content))
    assert answer.status_code == 422
    assert "picture" in answer.context["form"].errors
    assert not Logo.objects.exists()


# --- Testing the connection -------------------------------------------------------------------------


def relay(box: Box, **changes: Any) -> dict[str, Any]:
    config = box.config("email")
    return {"host": config["host"], "port": config["port"]} | changes


def test_a_working_relay_is_said_to_work_and_kept(desk: Client, box: Box) -> None:
    save(desk, "email", **relay(box))
    answer = desk.post("/ustawienia/email/proba/", HTTP_HX_REQUEST="true")
    assert "notice-ok" in answer.content.decode()
    check = GatewayCheck.objects.get()
    assert (check.channel, check.ok, check.code) == ("email", True, "")
    assert "text-ok" in desk.get("/ustawienia/email/").content.decode()
    save(desk, "email", rate="7")
    assert not GatewayCheck.objects.exists()  # what was tested no longer holds


def test_a_dead_relay_is_said_in_words_and_kept(desk: Client) -> None:
    save(desk, "email", host="127.0.0.1", port=9)
    answer = desk.post("/ustawienia/email/proba/", HTTP_HX_REQUEST="true")
    assert "notice-danger" in answer.content.decode()
    assert GatewayCheck.objects.get().code == "connect"
    entry = AuditEntry.objects.get(action="configuration.tested")
    assert entry.detail == {"ok": False, "code": "connect"}


def test_typed_values_are_tested_and_not_saved(desk: Client, box: Box) -> None:
    data = fields_of("sms") | {
        "account": box.accounts.twilio_account,
        "token": "zly-token-zly-token",
        "base_url": box.http_url,
    }
    answer = desk.post("/ustawienia/sms/proba/", data)
    page = answer.content.decode()
    assert "notice-danger" in page
    assert box.http_url in page
    assert "zly-token" not in page
    assert read(SmsGateway) == SmsGateway.from_environment()
    assert not GatewayCheck.objects.exists()
    good = data | {"token": box.accounts.twilio_token}
    assert "notice-ok" in desk.post("/ustawienia/sms/proba/", good).content.decode()


def test_mistakes_are_named_before_anything_is_tested(desk: Client) -> None:
    data = fields_of("email") | {"port": "zero"}
    fragment = desk.post("/ustawienia/email/proba/", data, HTTP_HX_REQUEST="true")
    assert 'href="#id_port"' in fragment.content.decode()
    assert desk.post("/ustawienia/email/proba/", data).status_code == 422
    assert not AuditEntry.objects.filter(action="configuration.tested").exists()


def test_the_guard_stops_a_test_of_the_internal_network(desk: Client, settings: Settings) -> None:
    configuration.write(replace(read(EmailGateway), host="127.0.0.1", port=25), by=None, revision=0)
    settings.SANDBOX = settings.ALLOW_LOCAL_GATEWAYS = False
    answer = desk.post("/ustawienia/email/proba/", HTTP_HX_REQUEST="true")
    assert "notice-danger" in answer.content.decode()
    assert GatewayCheck.objects.get().code == "local"
