"""The second step: a code once, a sheet of ten, nothing to be done before it, no way around it."""

import re
import time
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP, totp
from pytest_django import Settings

from admin_module import second_factor
from admin_module.models import AuditEntry, Authenticator, RecoveryCode, RecoverySheet, User
from admin_module.models.second_factor import new_key

from . import offices
from .offices import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "anna.nowak@zazolcin.example"
STEP, SET_UP = "/zaloguj/drugi-krok/", "/zaloguj/ustaw/"


@pytest.fixture(autouse=True)
def _demanding(settings: Settings) -> None:
    settings.SECOND_FACTOR = "roles"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def staff(*roles: str) -> User:
    return offices.staff(*roles, password=PASSWORD)


def app_of(user: User) -> Authenticator:
    made: Authenticator = Authenticator.objects.create(user=user, name="mój telefon", key=new_key())
    return made


def code_of(app: Authenticator, *, steps: int = 0) -> str:
    clock = TOTP(app.key)
    clock.time = time.time() + 30 * steps
    return f"{clock.token():06d}"


def sign_in(client: Client, **more: str) -> HttpResponse:
    return client.post("/zaloguj/", {"login": LOGIN, "password": PASSWORD, **more})  # type: ignore[return-value]


def enter(client: Client, code: str) -> HttpResponse:
    return client.post(STEP, {"code": code})  # type: ignore[return-value]


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_code_finishes_the_sign_in_and_leads_where_one_wanted_to_go(client: Client) -> None:
    app = app_of(staff("administrator"))
    assert sign_in(client, next="/dziennik/")["Location"] == "/dziennik/"
    assert client.get("/dziennik/")["Location"] == STEP
    before = client.session.session_key
    assert enter(client, code_of(app))["Location"] == "/dziennik/"
    assert client.session.session_key != before
    assert client.get("/dziennik/").status_code == 200
    assert actions()[:2] == ["staff.signed_in", "staff.second_factor_shown"]


def test_half_a_session_shows_no_menu_and_reaches_nothing(client: Client) -> None:
    app_of(staff("administrator"))
    sign_in(client)
    page = client.get(STEP).content.decode()
    assert "Anna Nowak" not in page
    assert 'class="sidebar"' not in page
    for path in ("/", "/konto/", "/pracownicy/", "/konto/aplikacja/", "/konto/kody/", SET_UP):
        for response in (client.get(path), client.post(path)):
            assert response["Location"] == STEP
    polling = client.get("/", headers={"HX-Request": "true"})
    assert polling["HX-Redirect"] == STEP


def test_half_a_session_lasts_a_quarter_of_an_hour(client: Client) -> None:
    app = app_of(staff("administrator"))
    sign_in(client)
    session = client.session
    session[second_factor.HALF] -= second_factor.HALF_SECONDS + 1
    session.save()
    assert enter(client, code_of(app))["Location"] == "/zaloguj/"
    assert "_auth_user_id" not in client.session


def test_a_code_is_taken_once(client: Client) -> None:
    app = app_of(staff("administrator"))
    code = code_of(app)
    sign_in(client)
    assert enter(client, code).status_code == 302
    again = Client()
    sign_in(again)
    refused = enter(again, code)
    assert refused.status_code == 422
    assert "został już użyty" in refused.content.decode()
    assert again.get("/")["Location"] == STEP
    assert actions()[-1] == "staff.second_factor_refused"
    assert code not in str(AuditEntry.objects.latest("pk").detail)


@pytest.mark.parametrize("steps", [-1, 1])
def test_clocks_may_differ_by_half_a_minute(client: Client, steps: int) -> None:
    app = app_of(staff("administrator"))
    sign_in(client)
    assert enter(client, code_of(app, steps=steps)).status_code == 302


@pytest.mark.parametrize("typed", ["000000", "abc", "12345", "¹²³⁴⁵⁶", "", "-12345", "9" * 20])
def test_wrong_codes_are_refused_with_a_sentence(client: Client, typed: str) -> None:
    app_of(staff("administrator"))
    sign_in(client)
    response = enter(client, typed)
    assert response.status_code == 422
    assert b"error-summary" in response.content


def test_after_wrong_codes_even_the_right_one_waits(client: Client) -> None:
    app = app_of(staff("administrator"))
    sign_in(client)
    for _again in range(5):
        Authenticator.objects.update(throttling_failure_timestamp=None)
        enter(client, "000000" if code_of(app) != "000000" else "000001")
    waiting = enter(client, code_of(app))
    assert waiting.status_code == 422
    assert re.search(r"Odczekaj \d+ sekund", waiting.content.decode())
    app.refresh_from_db()
    assert app.last_step == -1
    Authenticator.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(minutes=5))
    assert enter(client, code_of(app)).status_code == 302


def test_who_must_have_one_sets_it_up_before_anything_else(client: Client) -> None:
    user = staff("administrator")
    sign_in(client)
    assert client.get("/pracownicy/")["Location"] == SET_UP
    assert client.get(SET_UP).status_code == 200
    page = client.get("/konto/aplikacja/").content.decode()
    app = Authenticator.objects.get(user=user)
    assert second_factor.key_in_letters(app) in page
    assert "<svg" in page
    assert not app.confirmed
    values = {"code": code_of(app), "name": "mój telefon"}
    shown = client.post("/konto/aplikacja/", values).content.decode()
    codes = re.findall(r"<li>([A-Z0-9]{5}-[A-Z0-9]{5})</li>", shown)
    assert len(set(codes)) == 10
    assert client.get("/pracownicy/").status_code == 200
    assert client.get(SET_UP)["Location"] == "/konto/"
    # Shown once, kept nowhere.
    assert codes[0] not in client.get("/konto/").content.decode()
    assert len({bytes(row.digest) for row in RecoveryCode.objects.all()}) == 10


def test_a_role_that_needs_a_factor_asks_for_it_in_the_middle_of_a_session(client: Client) -> None:
    user = staff("editor")
    client.force_login(user)
    assert client.get("/").status_code == 200
    user.groups.add(offices.staff("approver", login="b@zazolcin.example").groups.get())
    assert client.get("/")["Location"] == SET_UP


def test_others_may_go_without(client: Client) -> None:
    staff("editor")
    sign_in(client)
    assert client.get("/").status_code == 200


def test_the_setting_can_ask_everybody(client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR = "all"
    staff("editor")
    sign_in(client)
    assert client.get("/")["Location"] == SET_UP


def test_whoever_set_one_up_freely_is_asked_for_it_too(client: Client) -> None:
    user = staff("editor")
    client.force_login(user)
    client.get("/konto/aplikacja/")
    app = Authenticator.objects.get(user=user)
    client.post("/konto/aplikacja/", {"code": code_of(app), "name": "telefon"})
    elsewhere = Client()
    sign_in(elsewhere)
    assert elsewhere.get("/")["Location"] == STEP


def recovery_codes(user: User) -> list[str]:
    return second_factor.renew_codes(user)


def test_each_recovery_code_works_once_however_it_is_typed(client: Client) -> None:
    user = staff("administrator")
    app_of(user)
    first, *rest = recovery_codes(user)
    sign_in(client)
    assert enter(client, f" {first.lower().replace('-', ' ')} ").status_code == 302
    assert client.get("/").status_code == 200
    again = Client()
    sign_in(again)
    assert enter(again, first).status_code == 422
    RecoverySheet.objects.update(throttling_failure_timestamp=None)
    assert enter(again, rest[0]).status_code == 302
    assert RecoverySheet.objects.get().left == 8


def test_new_recovery_codes_void_the_old_ones(client: Client) -> None:
    user = staff("administrator")
    app = app_of(user)
    old = recovery_codes(user)
    sign_in(client)
    enter(client, code_of(app))
    assert client.get("/konto/kody/").status_code == 200
    page = client.post("/konto/kody/").content.decode()
    assert old[0] not in page
    again = Client()
    sign_in(again)
    assert enter(again, old[0]).status_code == 422


def test_the_last_factor_stays_where_the_role_needs_one(client: Client) -> None:
    user = staff("administrator")
    app = app_of(user)
    sign_in(client)
    enter(client, code_of(app))
    path = f"/konto/usun/authenticator/{app.pk}/"
    assert client.get(path).status_code == 200
    refused = client.post(path)
    assert refused.status_code == 422
    assert "skonfiguruj inny" in refused.content.decode()
    other = app_of(user)
    assert client.post(f"/konto/usun/authenticator/{other.pk}/")["Location"] == "/konto/"
    assert Authenticator.objects.get() == app


def test_nobody_removes_the_factor_of_somebody_else(client: Client) -> None:
    theirs = app_of(offices.staff("editor", login="b@zazolcin.example"))
    client.force_login(staff("editor"))
    for kind in ("authenticator", "passkey", "recoverysheet"):
        assert client.post(f"/konto/usun/{kind}/{theirs.pk}/").status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_another_persons_device_in_the_session_proves_nothing(client: Client) -> None:
    theirs = app_of(offices.staff("administrator", login="b@zazolcin.example"))
    app_of(staff("administrator"))
    sign_in(client)
    session = client.session
    session["otp_device_id"] = theirs.persistent_id
    session.save()
    assert client.get("/")["Location"] == STEP


def test_secrets_are_sealed_and_bound_to_their_owner() -> None:
    app = app_of(staff("administrator"))
    raw = Authenticator.objects.filter(pk=app.pk).values_list("key", "name").get()
    assert "Sealed" in repr(raw)
    assert f"{totp(app.key):06d}" == code_of(app)
    assert repr(app) == f"<Authenticator {app.pk}>"
    assert "telefon" not in str(app)


def test_the_address_for_the_app_names_the_office_and_the_person() -> None:
    user = staff("administrator")
    address = second_factor.otpauth_address(app_of(user), user)
    assert address.startswith("otpauth://totp/ICP%20")
    assert "secret=" in address
    assert "digits=6&period=30" in address


def test_the_wait_ends_however_many_wrong_codes_were_typed() -> None:
    app = app_of(staff("administrator"))
    for _again in range(40):
        app.throttle_increment()
    _allowed, why = app.verify_is_allowed()
    assert why["locked_until"] - timezone.now() < timedelta(minutes=35)
