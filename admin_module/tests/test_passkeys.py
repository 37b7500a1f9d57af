"""Passkeys: made, shown, bound to the place, the question and the person; a copy is noticed."""

import pytest
from django.test import Client
from pytest_django import Settings

from admin_module import passkeys
from admin_module.models import AuditEntry, Passkey, User
from tests.authenticator import SoftKey

from . import offices
from .offices import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "anna.nowak@zazolcin.example"
PLACE = "https://icp.zazolcin.example"
NEW, STEP = "/konto/klucz/", "/zaloguj/drugi-krok/"


@pytest.fixture(autouse=True)
def _place(settings: Settings) -> None:
    settings.PUBLIC_URL = PLACE
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def user() -> User:
    return offices.staff("editor", password=PASSWORD)


def soft_key() -> SoftKey:
    return SoftKey("icp.zazolcin.example", PLACE)


def options(client: Client, path: str) -> str:
    return str(client.get(path).context["options"])


def register(client: Client, key: SoftKey, name: str = "laptop") -> int:
    answer = key.make(options(client, NEW))
    return client.post(NEW, {"credential": answer, "name": name}).status_code


@pytest.fixture
def key(user: User) -> SoftKey:
    """A passkey that the person set up at their own computer."""
    client, made = Client(), soft_key()
    client.force_login(user)
    assert register(client, made) == 200
    return made


def halfway() -> Client:
    client = Client()
    client.post("/zaloguj/", {"login": LOGIN, "password": PASSWORD})
    assert client.get("/")["Location"] == STEP
    return client


def test_the_first_passkey_brings_recovery_codes(client: Client, user: User) -> None:
    client.force_login(user)
    answer = soft_key().make(options(client, NEW))
    page = client.post(NEW, {"credential": answer, "name": "laptop"}).content.decode()
    assert 'class="codes' in page
    assert Passkey.objects.get().name == "laptop"
    assert "laptop" in client.get("/konto/").content.decode()


def test_a_passkey_finishes_the_sign_in(key: SoftKey) -> None:
    client = halfway()
    answer = key.show(options(client, STEP))
    assert client.post(STEP, {"credential": answer})["Location"] == "/"
    assert client.get("/").status_code == 200
    assert Passkey.objects.get().sign_count == 1


def test_an_answer_is_good_for_one_question(key: SoftKey) -> None:
    client = halfway()
    answer = key.show(options(client, STEP))
    client.post(STEP, {"credential": answer})
    again = halfway()
    options(again, STEP)
    assert again.post(STEP, {"credential": answer}).status_code == 422
    assert again.get("/")["Location"] == STEP
    assert AuditEntry.objects.latest("pk").action == "staff.second_factor_refused"


@pytest.mark.parametrize("case", ["other place", "other key", "copied key", "nonsense", "a list"])
def test_what_proves_nothing_is_refused(key: SoftKey, case: str) -> None:
    Passkey.objects.update(sign_count=5)
    client = halfway()
    asked = options(client, STEP)
    strangers = soft_key()
    strangers.id = key.id
    answers = {
        "other place": SoftKey("zly.example", "https://zly.example", 9, key.id, key.key),
        "other key": strangers,
        "copied key": key,  # its counter is behind the one that was seen
    }
    answer = (
        answers[case].show(asked) if case in answers else {"nonsense": "{", "a list": "[1]"}[case]
    )
    response = client.post(STEP, {"credential": answer})
    assert response.status_code == 422
    assert "nie został przyjęty" in response.content.decode()
    assert Passkey.objects.get().sign_count == 5


def test_a_colleagues_passkey_is_not_mine(key: SoftKey) -> None:
    other = offices.staff("editor", login="b@zazolcin.example", password=PASSWORD)
    own, client = soft_key(), Client()
    client.force_login(other)
    assert register(client, own) == 200
    mine = halfway()
    assert mine.post(STEP, {"credential": own.show(options(mine, STEP))}).status_code == 422


def test_one_passkey_belongs_to_one_person(client: Client, key: SoftKey) -> None:
    client.force_login(offices.staff("editor", login="b@zazolcin.example"))
    assert register(client, key) == 422
    assert Passkey.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://icp.zazolcin.example", True),
        ("http://icp.zazolcin.example", False),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://[::1]", False),
    ],
)
def test_passkeys_need_a_name_and_https(
    client: Client, user: User, settings: Settings, address: str, possible: bool
) -> None:
    settings.PUBLIC_URL = address
    assert passkeys.possible() is possible
    client.force_login(user)
    assert client.get(NEW).status_code == (200 if possible else 404)
