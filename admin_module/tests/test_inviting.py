"""From an invitation to a password: the letter, the link, and every way in which it may be bad."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from admin_module import inviting
from admin_module.models import AuditEntry, Invitation, StaffProfile, StaffSession, User
from messaging import channels
from messaging.models import Delivery, Letter
from messaging.tests import flow
from messaging.tests.fakes import FakeChannel, accept
from tests import make

pytestmark = pytest.mark.django_db
LOGIN = "nowa@zazolcin.example"
PASSWORD = "cztery-słowa-bez-związku"
SET = "/haslo/ustaw/"


@pytest.fixture(autouse=True)
def _fast(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def boss() -> User:
    return make.staff("administrator")


@pytest.fixture
def invited(boss: User) -> User:
    profile = StaffProfile("Zdzisława", "Śrubowska", "referentka")
    return inviting.invite(LOGIN, profile, boss.unit, ["editor"], by=boss)


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> FakeChannel:
    channel = FakeChannel("email", accept, window=10)
    monkeypatch.setitem(channels._made, "email", channels.Made(channel))
    return channel


def letter_with_link(mail: FakeChannel) -> str:
    """What stands in the mail that just left."""
    assert flow.drain("email", 2) == 1
    return mail.got[-1].content.text


def path_in(text: str) -> str:
    found = re.search(r"http://[^/\s]+(/zaproszenie/[\w-]+/)", text)
    assert found, text
    return found[1]


def drawn(user: User) -> str:
    return f"/zaproszenie/{Invitation.objects.waiting().get(user=user).draw()}/"


def set_password(
    client: Client, password: str = PASSWORD, again: str | None = None
) -> HttpResponse:
    data = {"password": password, "again": password if again is None else again}
    return client.post(SET, data)  # type: ignore[return-value]


def test_the_link_in_the_letter_sets_the_password_once(
    client: Client,
    mail: FakeChannel,
    invited: User,
) -> None:
    assert Invitation.objects.get().digest is None
    text = letter_with_link(mail)
    assert mail.got[0].address == LOGIN
    assert "działa jeden raz" in text
    assert Letter.objects.get().text is None
    path = path_in(text)
    assert client.get(path)["Location"] == SET
    page = client.get(SET).content.decode()
    assert "Zdzisława Śrubowska" in page
    assert "12" in page
    assert set_password(client)["Location"] == "/"
    assert client.get("/").status_code == 200
    assert User.objects.get(pk=invited.pk).check_password(PASSWORD)
    used = Client().get(path)
    assert used.status_code == 410
    assert "Został już użyty" in used.content.decode()
    assert AuditEntry.objects.latest("pk").action == "staff.link_refused"


def test_no_secret_of_the_link_lies_in_the_database(
    mail: FakeChannel,
    invited: User,
) -> None:
    text = letter_with_link(mail)
    secret = path_in(text).partition("-")[2].strip("/").encode()
    row = Invitation.objects.get().digest or b""
    assert len(bytes(row)) == 32
    assert secret not in bytes(row)
    assert "nowa@" not in repr(Letter.objects.values().get())


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("expired", "przez 7 dni i ten czas minął"),
        ("revoked", "Został cofnięty"),
        ("blocked", "Został cofnięty"),
        ("newer", "zastąpiony nowszym"),
        ("cut off", "ucięty"),
        ("invented", "ucięty"),
    ],
)
def test_a_bad_link_gets_one_clear_sentence(
    client: Client, boss: User, invited: User, case: str, sentence: str
) -> None:
    path = drawn(invited)
    if case == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif case == "revoked":
        inviting.revoke(invited, by=boss)
    elif case == "blocked":
        User.objects.update(is_active=False)
    elif case == "newer":
        drawn(invited)
    path = {"cut off": path[:-5] + "/", "invented": "/zaproszenie/99-abc/"}.get(case, path)
    response = client.get(path)
    assert response.status_code == 410
    assert sentence in response.content.decode()
    assert client.get(SET).status_code == 410
    assert set_password(client).status_code == 410
    assert not User.objects.get(pk=invited.pk).has_usable_password()


def test_a_link_that_runs_out_while_one_types_sets_nothing(client: Client, invited: User) -> None:
    client.get(drawn(invited))
    Invitation.objects.update(expires_at=timezone.now())
    assert set_password(client).status_code == 410
    assert not User.objects.get(pk=invited.pk).has_usable_password()


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("krótkie", None, "12"),
        ("password1234", None, "powszechn"),
        ("Zdzisława.Śrubowska", None, "zbyt podobne"),
        ("zdzislawa-srubowska", None, "zbyt podobne"),
        (LOGIN, None, "zbyt podobne"),
        (PASSWORD, "inne-hasło-całkiem", "Hasła się różnią"),
        ("", None, "Wpisz nowe hasło"),
    ],
)
def test_weak_passwords_are_explained(
    client: Client, invited: User, password: str, again: str | None, sentence: str
) -> None:
    client.get(drawn(invited))
    response = set_password(client, password, again)
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert not password or f'value="{password}"' not in page or password == LOGIN
    assert not User.objects.get(pk=invited.pk).has_usable_password()


def test_a_new_link_makes_the_old_one_void(client: Client, boss: User, invited: User) -> None:
    old = drawn(invited)
    again = inviting.send_again(invited, by=boss)
    assert again.kind == Invitation.Kind.FIRST
    assert client.get(old).status_code == 410
    assert client.get(drawn(invited)).status_code == 302
    assert Letter.objects.filter(expires_at__lte=timezone.now()).count() == 1


def test_a_letter_taken_back_does_not_leave(mail: FakeChannel, boss: User, invited: User) -> None:
    inviting.revoke(invited, by=boss)
    flow.drain("email", 2)
    assert not mail.got
    assert Delivery.objects.get().reason == "expired"


def test_a_reset_voids_the_password_and_ends_the_sessions(client: Client, boss: User) -> None:
    user = make.staff("editor", password=PASSWORD)
    StaffSession.objects.create(user=user, digest=b"x")
    made = inviting.reset_password(user, by=boss)
    assert made.kind == Invitation.Kind.RESET
    assert not User.objects.get(pk=user.pk).has_usable_password()
    assert not StaffSession.objects.exists()
    client.get(drawn(user))
    assert set_password(client, "zupełnie-nowe-hasło-1").status_code == 302


def test_whoever_must_show_a_second_factor_sets_it_up_after_the_password(
    client: Client, boss: User, settings: Settings
) -> None:
    settings.SECOND_FACTOR = "roles"
    profile = StaffProfile("Nowa", "Osoba")
    user = inviting.invite(LOGIN, profile, boss.unit, ["administrator"], by=boss)
    client.get(drawn(user))
    set_password(client)
    assert client.get("/")["Location"] == "/zaloguj/ustaw/"


def test_opening_a_link_on_a_colleagues_computer_signs_the_colleague_out(
    client: Client, boss: User, invited: User
) -> None:
    client.force_login(boss)
    client.get(drawn(invited))
    assert "_auth_user_id" not in client.session
    assert client.get(SET).status_code == 200


def test_the_session_remembers_no_secret_of_the_link(client: Client, invited: User) -> None:
    path = drawn(invited)
    client.get(path)
    secret = path.partition("-")[2].strip("/")
    assert secret not in str(dict(client.session.items()))
    drawn(invited)  # a newer letter is written while the page stands open
    assert set_password(client).status_code == 410
