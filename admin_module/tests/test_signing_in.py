"""Signing in and out: who gets in, what is said to those who do not, and how often they may try."""

import ipaddress
import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from admin_module import housekeeping, locking
from admin_module.locking import COMPUTER_LIMIT, PAIR_LIMIT
from admin_module.models import AuditEntry, User

from . import offices
from .offices import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "anna.nowak@zazolcin.example"
PAGE = "/zaloguj/"


@pytest.fixture(autouse=True)
def _fast_hasher(request: pytest.FixtureRequest, settings: Settings) -> None:
    if "slow_hasher" not in request.fixturenames:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def slow_hasher() -> None:
    """The hasher of production."""


def staff(role: str, password: str | None = PASSWORD) -> User:
    return offices.staff(role, password=password)


def age_of_attempts(**ago: int) -> None:
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(**ago))


def attempt(
    client: Client, login: str = LOGIN, password: str = PASSWORD, **more: str
) -> HttpResponse:
    return client.post(PAGE, {"login": login, "password": password, **more})  # type: ignore[return-value]


@pytest.mark.parametrize("typed", [LOGIN, LOGIN.upper(), f" {LOGIN} "])
def test_the_right_password_opens_a_session(client: Client, typed: str) -> None:
    user = staff("editor")
    response = attempt(client, typed)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert AuditEntry.objects.get().action == "staff.signed_in"


@pytest.mark.parametrize("case", ["wrong password", "unknown", "blocked", "no password set"])
def test_every_refusal_says_the_same(client: Client, case: str) -> None:
    user = staff("editor", password=None if case == "no password set" else PASSWORD)
    if case == "blocked":
        User.objects.filter(pk=user.pk).update(is_active=False)
    response = attempt(
        client,
        "nikt@zazolcin.example" if case == "unknown" else LOGIN,
        "nie to hasło" if case == "wrong password" else PASSWORD,
    )
    assert response.status_code == 422
    assert "Adres e-mail lub hasło" in response.content.decode() or "e-mail" in str(
        response.content
    )
    assert "_auth_user_id" not in client.session
    entry = AuditEntry.objects.get()
    assert entry.action == "staff.sign_in_failed"
    assert entry.actor is None


def test_what_was_typed_is_kept_but_not_the_password(client: Client) -> None:
    staff("editor")
    page = attempt(client, password="nie to hasło").content.decode()
    assert LOGIN in page
    assert "nie to hasło" not in page


@pytest.mark.parametrize("data", [{}, {"login": "anna", "password": "x"}, {"login": LOGIN}])
def test_incomplete_forms_are_explained(client: Client, data: dict[str, str]) -> None:
    response = client.post(PAGE, data)
    assert response.status_code == 422
    assert b"error-summary" in response.content
    assert not AccessAttempt.objects.exists()


def test_after_too_many_failures_even_the_right_password_waits(client: Client) -> None:
    staff("editor")
    for _again in range(PAIR_LIMIT):
        assert attempt(client, password="nie to hasło").status_code == 422
    refused = attempt(client)
    assert refused.status_code == 429
    assert "Odczekaj 15 minut" in refused.content.decode()
    assert client.session.get("_auth_user_id") is None
    # A refused guess does not lengthen the wait.
    assert AccessAttempt.objects.get().failures_since_start == PAIR_LIMIT
    assert AuditEntry.objects.filter(detail__locked=True).count() == 1
    age_of_attempts(minutes=15, seconds=1)
    assert attempt(client).status_code == 302


def test_the_time_left_is_told_in_minutes(client: Client) -> None:
    staff("editor")
    for _again in range(PAIR_LIMIT):
        attempt(client, password="nie to hasło")
    age_of_attempts(minutes=13, seconds=30)
    assert "Odczekaj 2 minuty" in attempt(client).content.decode()
    age_of_attempts(minutes=14, seconds=30)
    assert "Odczekaj 1 minutę" in attempt(client).content.decode()


def test_one_computer_cannot_guess_at_everybody(client: Client) -> None:
    staff("editor")
    for number in range(COMPUTER_LIMIT):
        attempt(client, f"osoba{number}@zazolcin.example", "nie to hasło")
    assert attempt(client).status_code == 429
    assert attempt(Client(REMOTE_ADDR="10.0.0.7")).status_code == 302


def test_the_administrator_can_let_somebody_in_again(client: Client) -> None:
    staff("editor")
    assert locking.locked_until(LOGIN) is None
    for _again in range(PAIR_LIMIT):
        attempt(client, password="nie to hasło")
    until = locking.locked_until(LOGIN)
    assert until is not None
    assert timedelta(minutes=14) < until - timezone.now() <= timedelta(minutes=15)
    assert locking.lift(LOGIN) == 1
    assert attempt(client).status_code == 302


def test_old_failures_are_forgotten_daily(client: Client) -> None:
    attempt(client, "a@zazolcin.example")
    age_of_attempts(minutes=16)
    attempt(Client(), "b@zazolcin.example")
    AccessAttempt.objects.get(username=locking.token_of("b@zazolcin.example"))
    age_of_attempts(minutes=16)
    housekeeping.tidy_up()
    assert not AccessAttempt.objects.exists()


def test_a_colleague_at_another_computer_is_not_locked_out(client: Client) -> None:
    staff("editor")
    for _again in range(PAIR_LIMIT):
        attempt(client, password="nie to hasło")
    elsewhere = Client(REMOTE_ADDR="10.0.0.7")
    assert attempt(elsewhere).status_code == 302


def test_a_success_forgets_its_own_try(client: Client) -> None:
    staff("editor")
    attempt(client, password="nie to hasło")
    attempt(client)
    assert not AccessAttempt.objects.exists()


def test_failures_are_kept_without_addresses() -> None:
    curious = Client(REMOTE_ADDR="10.1.2.3", headers={"User-Agent": "Podglądacz/1"})
    attempt(curious, "jan.kowalski@zazolcin.example", next="/odbiorcy/?q=kowalski")
    attempt(curious, "jan.kowalski@zazolcin.example")
    row = AccessAttempt.objects.values().get()
    assert len(row["username"]) == 64
    assert ipaddress.ip_address(row["ip_address"]).version == 6
    assert row["failures_since_start"] == 2
    kept = repr(row).lower()
    for datum in ("kowalski", "10.1.2.3", "podgl", "odbiorcy", "koń"):
        assert datum not in kept


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/dziennik/?action=x", "/dziennik/?action=x"),
        ("https://zly.example/", "/"),
        ("//zly.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("\\\\zly.example", "/"),
        ("", "/"),
    ],
)
def test_only_local_addresses_are_followed(client: Client, asked: str, target: str) -> None:
    staff("editor")
    assert attempt(client, next=asked)["Location"] == target


def test_somebody_signed_in_is_sent_on(client: Client) -> None:
    client.force_login(staff("editor"))
    assert client.get(PAGE, {"next": "/dziennik/"})["Location"] == "/dziennik/"


def test_signing_in_changes_the_session(client: Client) -> None:
    staff("editor")
    client.get(PAGE)
    client.session.save()
    before = client.session.session_key
    attempt(client)
    assert client.session.session_key != before


def test_signing_out_takes_a_post_and_ends_the_session(client: Client) -> None:
    client.force_login(staff("editor"))
    assert client.get("/wyloguj/").status_code == 405
    assert client.post("/wyloguj/")["Location"] == PAGE
    assert "_auth_user_id" not in client.session
    assert AuditEntry.objects.get().action == "staff.signed_out"


@pytest.mark.usefixtures("slow_hasher")
def test_an_unknown_address_costs_as_long_as_a_known_one() -> None:
    staff("editor")

    def cost(login: str) -> float:
        start = time.perf_counter()
        request = RequestFactory().post(PAGE)
        assert authenticate(request, login=login, password="nie to hasło") is None
        return time.perf_counter() - start

    known = min(cost(LOGIN) for _again in range(3))
    unknown = min(cost("nikt@zazolcin.example") for _again in range(3))
    assert 0.5 < unknown / known < 2


def test_nothing_of_a_login_stands_in_the_open() -> None:
    user = staff("editor")
    row = User.objects.filter(pk=user.pk).values_list("login", "login_token", "profile").get()
    assert "anna" not in repr(row).lower()
    assert User.objects.by_login("ANNA.NOWAK@zazolcin.example").get() == user
