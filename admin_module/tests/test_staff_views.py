"""The pages about staff, posted as an administrator posts them."""

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from admin_module import locking
from admin_module.models import (
    AuditEntry,
    Authenticator,
    Invitation,
    StaffSession,
    User,
)
from admin_module.models.second_factor import new_key
from admin_module.views.staff import state_of
from tests import make

pytestmark = pytest.mark.django_db
LIST = "/pracownicy/"


@pytest.fixture
def boss() -> User:
    return make.staff("administrator", login="szef@zazolcin.example")


@pytest.fixture
def office(client: Client, boss: User) -> Client:
    client.force_login(boss)
    return client


def invitation(boss: User, **more: object) -> dict[str, object]:
    return {
        "login": "nowa@zazolcin.example",
        "first_name": "Żaneta",
        "last_name": "Ćwikła",
        "position": "referentka",
        "unit": boss.unit_id,
        "roles": ["editor"],
    } | more


def test_an_invited_person_is_on_the_list(office: Client, boss: User) -> None:
    response = office.post(f"{LIST}zapros/", invitation(boss))
    person = User.objects.by_login("nowa@zazolcin.example").get()
    assert response["Location"] == f"{LIST}{person.pk}/"
    assert state_of(person) == "invited"
    card = office.get(response["Location"]).content.decode()
    assert "Wysłano link do ustawienia hasła" in card
    assert "nowa@zazolcin.example" in card
    page = office.get(LIST, {"state": "invited"}).content.decode()
    assert "Ćwikła Żaneta" in page
    assert f"{LIST}{boss.pk}/" not in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"login": "nie adres"}, "Wpisz adres e-mail, na przykład"),
        ({"login": "szef@zazolcin.example"}, "już loguje się tym adresem"),
        ({"login": "SZEF@zazolcin.example "}, "już loguje się tym adresem"),
        ({"roles": []}, "co najmniej jedną rolę"),
        ({"roles": ["nie ma takiej"]}, "error-summary"),
        ({"unit": 999_999}, "error-summary"),
        ({"first_name": ""}, "error-summary"),
    ],
)
def test_a_bad_invitation_saves_nothing(
    office: Client, boss: User, wrong: dict[str, object], sentence: str
) -> None:
    response = office.post(f"{LIST}zapros/", invitation(boss, **wrong))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert User.objects.count() == 1
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("typed", ["CWIKLA", "ćwikła ż", "nowa@", "referent", "urząd ćwikła"])
def test_staff_are_found_by_any_part_of_what_is_known(
    office: Client, boss: User, typed: str
) -> None:
    office.post(f"{LIST}zapros/", invitation(boss))
    response = office.post(f"{LIST}szukaj/", {"q": typed})
    page = response.content.decode()
    assert "Ćwikła Żaneta" in page
    assert "Znaleziono 1 osobę" in page


def test_nobody_found_says_what_to_do(office: Client) -> None:
    page = office.post(f"{LIST}szukaj/", {"q": "Gżegżółka"}).content.decode()
    assert "Sprawdź pisownię" in page
    assert 'class="empty"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"role": "editor"}, True),
        ({"role": "auditor"}, False),
        ({"state": "blocked"}, False),
        ({"unit": "999999"}, True),  # makes no sense, so nothing is filtered
    ],
)
def test_the_list_can_be_filtered(office: Client, query: dict[str, str], found: bool) -> None:
    person = make.staff("editor")
    assert (f'{LIST}{person.pk}/"' in office.get(LIST, query).content.decode()) is found


def test_two_administrators_on_one_account_get_a_page_with_both_values(
    office: Client, boss: User
) -> None:
    person = make.staff("editor")
    path = f"{LIST}{person.pk}/zmien/"
    data = invitation(boss, revision=1, login=person.login)
    assert office.post(path, data | {"last_name": "Pierwsza"}).status_code == 302
    crossed = office.post(path, data | {"last_name": "Druga"})
    assert crossed.status_code == 409
    page = crossed.content.decode()
    assert "Pierwsza" in page
    assert "Druga" in page
    person.refresh_from_db()
    assert person.profile.last_name == "Pierwsza"
    assert office.post(path, data | {"last_name": "Druga", "revision": 2}).status_code == 302


def test_an_administrator_does_not_move_themselves(office: Client, boss: User) -> None:
    other = make.unit("Szkoła Podstawowa nr 1")
    data = invitation(boss, revision=1, login=boss.login, unit=other.pk)
    response = office.post(f"{LIST}{boss.pk}/zmien/", data)
    assert response.status_code == 422
    assert User.objects.get(pk=boss.pk).unit == boss.unit


def test_blocking_shows_what_is_in_hand_and_asks_for_an_heir(office: Client) -> None:
    leaver, heir = make.staff("editor"), make.staff("editor")
    message = make.message(author=leaver)
    path = f"{LIST}{leaver.pk}/zablokuj/"
    page = office.get(path).content.decode()
    assert "Przerwa w dostawie wody" in page
    refused = office.post(path)
    assert refused.status_code == 422
    assert "kto przejmie" in refused.content.decode()
    assert office.post(path, {"heir": heir.pk}).status_code == 302
    message.refresh_from_db()
    assert message.author == heir
    assert "zablokowane" in office.get(f"{LIST}{leaver.pk}/").content.decode()
    assert office.post(f"{LIST}{leaver.pk}/odblokuj/").status_code == 302
    assert User.objects.get(pk=leaver.pk).is_active


def test_one_cannot_block_oneself_by_the_page(office: Client, boss: User) -> None:
    make.staff("administrator")
    response = office.post(f"{LIST}{boss.pk}/zablokuj/")
    assert response.status_code == 422
    assert "własnego konta" in response.content.decode()


def test_every_small_step_asks_first_and_then_acts(office: Client) -> None:
    person = make.staff("editor", password="stare-hasło-dobre")
    Authenticator.objects.create(user=person, name="telefon", key=new_key())
    StaffSession.objects.create(user=person, digest=b"x")
    AccessAttempt.objects.create(
        username=locking.token_of(person.login), failures_since_start=5, user_agent=""
    )
    assert "Logowanie wstrzymane" in office.get(f"{LIST}{person.pk}/").content.decode()
    done = {
        "staff-lock-lift": lambda: not AccessAttempt.objects.exists(),
        "staff-sessions-end": lambda: not StaffSession.objects.filter(user=person).exists(),
        "staff-factors-reset": lambda: not Authenticator.objects.exists(),
        "staff-password-reset": lambda: Invitation.objects.usable().count() == 1,
        "staff-link-send": lambda: Invitation.objects.count() == 2,
        "staff-link-revoke": lambda: not Invitation.objects.usable().exists(),
    }
    for name, happened in done.items():
        path = reverse(name, args=[person.pk])
        assert office.get(path).status_code == 200
        assert not happened(), name
        assert office.post(path)["Location"] == f"{LIST}{person.pk}/"
        assert happened(), name


@pytest.mark.parametrize("name", ["password-reset", "factors-reset", "link-send", "sessions-end"])
def test_ones_own_door_is_changed_on_ones_own_page(office: Client, boss: User, name: str) -> None:
    response = office.post(reverse(f"staff-{name}", args=[boss.pk]))
    assert response.status_code == 422
    assert "na stronie swojego konta" in response.content.decode()


def test_looking_at_staff_is_recorded_without_names(office: Client, boss: User) -> None:
    office.get(LIST)
    office.get(f"{LIST}{boss.pk}/")
    office.post(f"{LIST}szukaj/", {"q": "Próbna"})
    seen = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(seen) == ["staff.listed", "staff.opened", "staff.searched", "staff.listed"]
    assert "Próbna" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_whoever_may_only_look_gets_no_buttons_and_no_steps(client: Client) -> None:
    auditor, person = make.staff("auditor"), make.staff("editor")
    client.force_login(auditor)
    card = client.get(f"{LIST}{person.pk}/").content.decode()
    assert "/zablokuj/" not in card
    for name in ("staff-block", "staff-password-reset", "staff-edit", "staff-factors-reset"):
        assert client.post(reverse(name, args=[person.pk])).status_code == 403


def test_a_foreign_units_staff_are_not_there(client: Client, settings: Settings) -> None:
    school = make.unit("Szkoła Podstawowa nr 7")
    school.kind = "municipal"
    school.save()
    head, stranger = make.staff("unit_manager"), make.staff("editor")
    User.objects.filter(pk=head.pk).update(unit=school)
    client.force_login(User.objects.get(pk=head.pk))
    assert client.get(f"{LIST}{stranger.pk}/").status_code == 404
    assert f'{LIST}{stranger.pk}/"' not in client.get(LIST).content.decode()
    assert f'{LIST}{head.pk}/"' in client.get(LIST).content.decode()
