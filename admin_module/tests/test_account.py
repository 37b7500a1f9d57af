"""One's own account: data, password, the list of sessions and their ends."""

from datetime import timedelta

import pytest
from django.conf import settings as current
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from admin_module import housekeeping, session
from admin_module.models import AuditEntry, StaffSession, User
from messaging.models import Letter
from tests import make

pytestmark = pytest.mark.django_db
LOGIN, PASSWORD = "zofia@zazolcin.example", "zielona-żaba-nad-wodą"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1 Version/18.0 Safari/604.1"


@pytest.fixture(autouse=True)
def _fast(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def user() -> User:
    return make.staff("editor", login=LOGIN, password=PASSWORD)


def signed_in(described: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": described})
    client.post("/zaloguj/", {"login": LOGIN, "password": PASSWORD})
    assert client.get("/").status_code == 200
    return client


def test_every_sign_in_is_on_the_list_by_its_family(user: User) -> None:
    here = signed_in(FIREFOX)
    signed_in(EDGE)
    signed_in(PHONE)
    rows = StaffSession.objects.filter(user=user).order_by("pk")
    assert [(row.browser, row.machine) for row in rows] == [
        ("firefox", "linux"),
        ("edge", "windows"),
        ("safari", "ios"),
    ]
    page = here.get("/konto/").content.decode()
    assert "Microsoft Edge, Windows" in page
    assert "140" not in page


def test_the_key_of_a_session_is_not_in_the_list(user: User) -> None:
    here = signed_in()
    key = (here.session.session_key or "").encode()
    assert key not in bytes(StaffSession.objects.get().digest)


def test_one_ends_a_session_elsewhere(user: User) -> None:
    here, there = signed_in(), signed_in(EDGE)
    row = StaffSession.objects.get(browser="edge")
    assert here.post(f"/konto/sesje/{row.pk}/")["Location"] == "/konto/"
    assert there.get("/")["Location"].startswith("/zaloguj/")
    assert "Twoja sesja została zakończona" in there.get("/zaloguj/").content.decode()
    assert "zakończona" not in there.get("/zaloguj/").content.decode()
    assert AuditEntry.objects.filter(action="staff.session_refused").count() == 1
    assert here.get("/").status_code == 200


def test_one_does_not_end_somebody_elses_session_nor_this_one(user: User) -> None:
    here = signed_in()
    mine = StaffSession.objects.get()
    theirs = StaffSession.objects.create(user=make.staff(), digest=b"x")
    for row in (mine, theirs):
        assert here.post(f"/konto/sesje/{row.pk}/").status_code == 404
    assert StaffSession.objects.count() == 2


def test_one_signs_out_everywhere_else(user: User) -> None:
    here, there, phone = signed_in(), signed_in(EDGE), signed_in(PHONE)
    here.post("/konto/sesje/")
    assert here.get("/").status_code == 200
    for other in (there, phone):
        assert other.get("/").status_code == 302


def test_a_session_that_was_ended_cannot_be_taken_up_again(user: User) -> None:
    there = signed_in()
    stale = dict(there.cookies)
    session.end_all(user)
    assert there.get("/").status_code == 302
    again = Client()
    again.cookies.update(stale)
    assert again.get("/").status_code == 302


@pytest.mark.parametrize("cookie", ["", "x" * 32, "../../etc/passwd", "0" * 5000])
def test_a_forged_session_is_a_stranger(cookie: str) -> None:
    client = Client()
    client.cookies[current.SESSION_COOKIE_NAME] = cookie
    assert client.get("/")["Location"] == "/zaloguj/?next=/"


def test_somebody_elses_row_in_the_session_ends_it(user: User) -> None:
    client = signed_in()
    theirs = StaffSession.objects.create(user=make.staff(), digest=b"x")
    stored = client.session
    stored[session.SEAT] = theirs.pk
    stored.save()
    assert client.get("/").status_code == 302


def test_signing_out_takes_the_row_away(user: User) -> None:
    client = signed_in()
    client.post("/wyloguj/")
    assert not StaffSession.objects.exists()


def test_last_seen_moves_with_pages_and_not_with_polling(user: User) -> None:
    client = signed_in()
    before = timezone.now() - timedelta(minutes=5)
    StaffSession.objects.update(seen_at=before)
    client.get("/", headers={"HX-Request": "true"})
    assert StaffSession.objects.get().seen_at == before
    client.get("/")
    assert StaffSession.objects.get().seen_at > before


def test_rows_of_sessions_that_ran_out_are_forgotten(user: User) -> None:
    signed_in()
    over = timezone.now() - timedelta(seconds=current.SESSION_COOKIE_AGE + 1)
    StaffSession.objects.update(seen_at=over)
    assert not session.living(user).exists()
    housekeeping.tidy_up()
    assert not StaffSession.objects.exists()


def test_a_new_password_ends_the_other_sessions(user: User) -> None:
    here, there = signed_in(), signed_in(EDGE)
    new = "pięć-innych-słów-na-raz"
    data = {"old": PASSWORD, "password": new, "again": new}
    assert here.post("/konto/haslo/", data)["Location"] == "/konto/"
    assert here.get("/konto/").status_code == 200
    assert there.get("/").status_code == 302
    assert User.objects.get(pk=user.pk).check_password(new)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"old": "nie to"}, "obecne hasło"),
        ({"again": "inne"}, "Hasła się różnią"),
        ({"password": "krótkie", "again": "krótkie"}, "12"),
        ({"old": ""}, "Wpisz obecne hasło"),
    ],
)
def test_a_wrong_change_of_password_changes_nothing(
    user: User, data: dict[str, str], sentence: str
) -> None:
    new = "pięć-innych-słów-na-raz"
    here = signed_in()
    response = here.post("/konto/haslo/", {"old": PASSWORD, "password": new, "again": new} | data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_one_corrects_ones_own_name_but_nothing_else(user: User) -> None:
    here = signed_in()
    data = {"first_name": "Zofia", "last_name": "Nowa", "position": "", "revision": 1}
    forbidden = {"login": "inny@zazolcin.example", "unit": 999, "roles": ["administrator"]}
    assert here.post("/konto/dane/", data | forbidden)["Location"] == "/konto/"
    user = User.objects.get(pk=user.pk)
    assert (str(user), user.login) == ("Zofia Nowa", LOGIN)
    assert here.post("/konto/dane/", data | {"last_name": "Stara"}).status_code == 409


def test_an_old_session_asks_for_the_password_before_the_door_is_changed(user: User) -> None:
    here = signed_in()
    assert here.get("/konto/aplikacja/").status_code == 200
    StaffSession.objects.update(started_at=timezone.now() - timedelta(minutes=16))
    for path in ("/konto/aplikacja/", "/konto/kody/"):
        for response in (here.get(path), here.post(path)):
            assert response["Location"] == "/konto/potwierdz/"
    wrong = here.post("/konto/potwierdz/", {"password": "nie to"})
    assert wrong.status_code == 422
    assert here.get("/konto/kody/")["Location"] == "/konto/potwierdz/"
    here.get("/konto/aplikacja/")
    right = here.post("/konto/potwierdz/", {"password": PASSWORD})
    assert right["Location"] == "/konto/aplikacja/"
    assert here.get("/konto/aplikacja/").status_code == 200


def test_guessing_at_an_open_desk_is_counted_as_at_the_door(user: User) -> None:
    here = signed_in()
    for _again in range(5):
        here.post("/konto/potwierdz/", {"password": "nie to"})
    shut = here.post("/konto/potwierdz/", {"password": PASSWORD})
    assert shut.status_code == 429
    assert "Odczekaj" in shut.content.decode()


def test_the_owner_is_told_by_letter(user: User) -> None:
    new = "pięć-innych-słów-na-raz"
    signed_in().post("/konto/haslo/", {"old": PASSWORD, "password": new, "again": new})
    letter = Letter.objects.get(staff=user)
    assert "Hasło zostało zmienione." in letter.text.long
    assert new not in letter.text.long
