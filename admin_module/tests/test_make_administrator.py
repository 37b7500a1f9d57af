"""The first member of staff, made from a shell."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from admin_module.models import AuditEntry, User

pytestmark = pytest.mark.django_db
LOGIN = "ewa.krol@zazolcin.example"
PASSWORD = "poprawny-koń-bateria-spinacz"


def make(monkeypatch: pytest.MonkeyPatch, login: str = LOGIN, password: str = PASSWORD) -> None:
    answers = iter([login, "Ewa", "Król"])
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    call_command("make_administrator", "--password-stdin", stdout=io.StringIO())


def test_the_administrator_can_do_their_work(monkeypatch: pytest.MonkeyPatch) -> None:
    make(monkeypatch)
    user = User.objects.by_login(LOGIN).get()
    assert user.check_password(PASSWORD)
    assert user.role_names == ("administrator",)
    assert str(user) == "Ewa Król"
    assert user.initials == "EK"
    assert AuditEntry.objects.get().action == "staff.added"


@pytest.mark.parametrize(("login", "password"), [("ewa", PASSWORD), (LOGIN, "haslo")])
def test_a_bad_address_and_a_weak_password_are_refused(
    monkeypatch: pytest.MonkeyPatch, login: str, password: str
) -> None:
    with pytest.raises(CommandError):
        make(monkeypatch, login, password)
    assert not User.objects.exists()


def test_an_address_signs_in_one_person(monkeypatch: pytest.MonkeyPatch) -> None:
    make(monkeypatch)
    with pytest.raises(CommandError):
        make(monkeypatch)
    assert User.objects.count() == 1
