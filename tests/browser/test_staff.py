"""Staff in a real browser: inviting by keyboard alone, the second factor, passkeys, one's own account."""

import re
import time
from collections.abc import Iterator

import pytest
from django_otp.oath import TOTP
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from admin_module.models import Authenticator, Invitation, User
from admin_module.models.second_factor import new_key
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def boss() -> User:
    return make.staff("administrator", login="szef@zazolcin.example", password=make.PASSWORD)


@pytest.fixture
def passkeys(page: Page, live_server: LiveServer, settings: Settings) -> Iterator[None]:
    """A computer with a key that says yes to everything, and ICP under the name of the test."""
    settings.PUBLIC_URL = live_server.url
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    devtools.detach()


def tab_to(page: Page, selector: str, *, most: int = 80) -> None:
    """Press Tab until the element has the focus."""
    wanted = page.locator(selector).first
    for _press in range(most):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab")


def test_a_clerk_is_invited_with_the_keyboard_alone(
    page: Page, live_server: LiveServer, sign_in: SignIn, boss: User
) -> None:
    sign_in(boss)
    page.goto(f"{live_server.url}/pracownicy/")
    keys = page.keyboard
    tab_to(page, "main a[href$='/zapros/']")
    keys.press("Enter")
    expect(page).to_have_url(re.compile("/zapros/$"))
    tab_to(page, "#id_login")
    keys.type("zaneta@zazolcin.example")
    keys.press("Tab")
    keys.type("Żaneta")
    keys.press("Tab")
    keys.type("Gżegżółka")
    keys.press("Tab")
    keys.type("inspektorka")
    keys.press("Tab")
    keys.type("Urz")
    tab_to(page, "#id_roles input[value=recipients_clerk]")
    keys.press("Space")
    tab_to(page, "main button[type=submit]")
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"/pracownicy/\d+/$"))
    expect(page.get_by_role("status").filter(has_text="Zaproszenie")).to_be_visible()
    person = User.objects.by_login("zaneta@zazolcin.example").get()
    assert (str(person), person.unit) == ("Żaneta Gżegżółka", boss.unit)
    assert person.role_names == ("recipients_clerk",)
    assert Invitation.objects.usable().filter(user=person).exists()


def test_a_mistake_in_an_invitation_takes_the_focus(
    page: Page, live_server: LiveServer, sign_in: SignIn, boss: User
) -> None:
    sign_in(boss)
    page.goto(f"{live_server.url}/pracownicy/zapros/")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    check_page(page, "staff-invite-mistakes")


def test_the_pages_about_staff_are_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn, boss: User
) -> None:
    person = make.staff("editor")
    make.message(author=person)
    Authenticator.objects.create(user=person, name="telefon", key=new_key())
    invitation = Invitation.objects.create(user=person, kind="reset")
    sign_in(boss)
    pages = {
        "staff-list": "/pracownicy/",
        "staff-invite": "/pracownicy/zapros/",
        "staff-card": f"/pracownicy/{person.pk}/",
        "staff-edit": f"/pracownicy/{person.pk}/zmien/",
        "staff-block": f"/pracownicy/{person.pk}/zablokuj/",
        "staff-move": f"/pracownicy/{person.pk}/haslo/",
    }
    for name, path in pages.items():
        page.goto(live_server.url + path)
        check_page(page, name)
    page.goto(f"{live_server.url}/pracownicy/")
    page.locator("#q").fill("gżegżółka")
    page.locator("#q").press("Enter")
    check_page(page, "staff-list-nobody")
    page.goto(f"{live_server.url}/zaproszenie/{invitation.draw()}/")
    check_page(page, "password-set")
    page.goto(f"{live_server.url}/zaproszenie/1-nie/")
    check_page(page, "link-refused")


def test_ones_own_account_is_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    user = make.staff("editor")
    mine = Authenticator.objects.create(user=user, name="telefon", key=new_key())
    sign_in(user)
    pages = {
        "account": "/konto/",
        "account-edit": "/konto/dane/",
        "password-change": "/konto/haslo/",
        "authenticator-new": "/konto/aplikacja/",
        "recovery-codes-renew": "/konto/kody/",
        "account-confirm": "/konto/potwierdz/",
        "factor-remove": f"/konto/usun/authenticator/{mine.pk}/",
    }
    for name, path in pages.items():
        page.goto(live_server.url + path)
        check_page(page, name)
    page.goto(f"{live_server.url}/konto/kody/")
    page.locator("main form button").click()
    expect(page.locator(".codes li")).to_have_count(10)
    check_page(page, "recovery-codes")


def type_the_password(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/zaloguj/")
    page.locator("#id_login").fill("szef@zazolcin.example")
    page.locator("#id_password").fill(make.PASSWORD)
    page.locator("#id_password").press("Enter")


def test_a_first_factor_is_set_up_and_asked_for(
    page: Page, live_server: LiveServer, settings: Settings, boss: User
) -> None:
    settings.SECOND_FACTOR = "roles"
    type_the_password(page, live_server)
    expect(page).to_have_url(re.compile("/zaloguj/ustaw/$"))
    check_page(page, "second-factor-set-up")
    page.get_by_role("link", name="Aplikacja z kodami").click()
    app = Authenticator.objects.get(user=boss)
    page.locator("#id_code").fill(f"{TOTP(app.key).token():06d}")
    page.locator("#id_name").fill("mój telefon")
    page.locator("#id_name").press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    code = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="Kody zachowane").click()
    expect(page).to_have_url(f"{live_server.url}/")
    page.context.clear_cookies()
    type_the_password(page, live_server)
    expect(page).to_have_url(re.compile("/zaloguj/drugi-krok/$"))
    expect(page.locator("#id_code")).to_be_focused()
    check_page(page, "second-factor")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/")


@pytest.mark.usefixtures("passkeys")
def test_a_passkey_is_made_and_shown(
    page: Page, live_server: LiveServer, settings: Settings, boss: User
) -> None:
    settings.SECOND_FACTOR = "roles"
    type_the_password(page, live_server)
    page.get_by_role("link", name="Klucz dostępu").click()
    check_page(page, "passkey-new")
    page.locator("#id_name").fill("laptop")
    page.get_by_role("button", name="Utwórz klucz").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="Kody zachowane").click()
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Wyloguj").click()
    type_the_password(page, live_server)
    check_page(page, "second-factor-passkey")
    page.get_by_role("button", name="Użyj klucza").click()
    expect(page).to_have_url(f"{live_server.url}/")


def test_an_account_works_without_javascript(
    browser: Browser, page: Page, live_server: LiveServer, sign_in: SignIn, boss: User
) -> None:
    sign_in(boss)
    plain = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    )
    page = plain.new_page()
    page.goto(f"{live_server.url}/konto/")
    page.get_by_role("link", name="Zmień hasło").click()
    page.locator("#id_old").fill(make.PASSWORD)
    for field in ("#id_password", "#id_again"):
        page.locator(field).fill("pięć-innych-słów-na-raz")
    page.get_by_role("button", name="Zmień hasło").click()
    expect(page.get_by_role("status").filter(has_text="Hasło jest zmienione")).to_be_visible()
    page.goto(f"{live_server.url}/konto/aplikacja/")
    app = Authenticator.objects.get(user=boss)
    clock = TOTP(app.key)
    clock.time = time.time()
    page.locator("#id_code").fill(f"{clock.token():06d}")
    page.locator("#id_name").fill("telefon")
    page.get_by_role("button", name="Skonfiguruj").click()
    expect(page.locator(".codes li")).to_have_count(10)
    plain.close()
