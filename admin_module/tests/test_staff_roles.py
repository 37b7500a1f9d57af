"""A person's roles: given by others only, and two administrators at once lose nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from admin_module import accounts
from admin_module.models import User
from messaging.models import Message
from messaging.steps import sending
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> User:
    user = make.staff("administrator")
    client.force_login(user)
    return user


def roles_of(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_roles_are_given_and_taken(client: Client, administrator: User) -> None:
    editor = make.staff("editor")
    address = reverse("staff-roles", args=[editor.pk])
    page = client.get(address).content.decode()
    assert 'value="editor"' in page
    client.post(address, {"seen": "editor", "roles": ["approver", "auditor"]})
    assert roles_of(editor) == {"approver", "auditor"}


def test_what_another_administrator_gave_meanwhile_stays(
    client: Client, administrator: User
) -> None:
    editor = make.staff("editor")
    accounts.set_roles(editor, ["editor", "auditor"], by=make.staff("administrator"))
    client.post(
        reverse("staff-roles", args=[editor.pk]),
        {"seen": "editor", "roles": ["editor", "approver"]},
    )
    assert roles_of(editor) == {"editor", "auditor", "approver"}


def test_nobody_gives_themselves_a_role(client: Client, administrator: User) -> None:
    address = reverse("staff-roles", args=[administrator.pk])
    posted = {"seen": "administrator", "roles": ["administrator", "recipients_clerk"]}
    assert client.post(address, posted).status_code == 422
    assert roles_of(administrator) == {"administrator"}


def test_the_last_administrator_of_the_town_stays(client: Client, administrator: User) -> None:
    """One at a school does not count: rights over the town are void there."""
    make.staff("administrator", unit=make.municipal_unit())
    address = reverse("staff-roles", args=[administrator.pk])
    assert client.post(address, {"seen": "administrator", "roles": []}).status_code == 422
    with pytest.raises(accounts.Refused):
        accounts.correct(
            administrator,
            administrator.login,
            administrator.profile,
            make.municipal_unit(),
            by=make.staff("editor"),
            revision=administrator.revision,
        )
    assert roles_of(administrator) == {"administrator"}


def test_at_a_school_nobody_gives_more_than_they_may_themselves(client: Client) -> None:
    school = make.municipal_unit()
    client.force_login(make.staff("administrator", unit=school))
    teacher = make.staff(unit=school)
    address = reverse("staff-roles", args=[teacher.pk])
    assert client.post(address, {"seen": "", "roles": ["recipients_clerk"]}).status_code == 422
    assert roles_of(teacher) == set()


@pytest.mark.parametrize("nonsense", ["", "no such role", "1"])
def test_a_role_that_is_not_there_is_refused(
    client: Client, administrator: User, nonsense: str
) -> None:
    editor = make.staff("editor")
    address = reverse("staff-roles", args=[editor.pk])
    assert client.post(address, {"seen": "editor", "roles": [nonsense]}).status_code == 422
    assert roles_of(editor) == {"editor"}


def test_who_changed_a_draft_does_not_approve_it(client: Client) -> None:
    """Also with both roles, and whoever the author is."""
    manager = make.staff("unit_manager")
    client.force_login(manager)
    message = make.message(author=make.staff("editor"))
    page = {
        "klass": "warning", "topic": message.topic_id, "title": "Inny tytuł", "channels": ["email"],
        "long": "Inna treść", "everyone": "1", "revision": message.revision, "action": "save",
    }  # fmt: skip
    assert client.post(reverse("message-edit", args=[message.pk]), page).status_code == 302
    Message.objects.filter(pk=message.pk).update(status=Message.Status.WAITING)
    message.refresh_from_db()
    with pytest.raises(sending.CannotSend):
        sending.approve(message, by=manager)
    sending.approve(message, by=make.staff("approver"))
    assert message.status == Message.Status.SCHEDULED
