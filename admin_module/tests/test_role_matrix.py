"""The table of roles and permissions: asked before it is saved, audited, told, and never one's own."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from admin_module import role_matrix
from admin_module.models import AuditEntry, User
from messaging.models import Letter
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> User:
    user = make.staff("administrator", login="admin@zazolcin.example")
    client.force_login(user)
    return user


def box(role: str, code: str) -> str:
    app, _dot, codename = code.partition(".")
    permission = Permission.objects.get(content_type__app_label=app, codename=codename)
    return f"{Group.objects.get(name=role).pk}-{permission.pk}"


def may(role: str, code: str) -> bool:
    key = box(role, code)
    return key in role_matrix.ticked()


def test_ticks_are_saved_only_after_the_page_that_says_what_changes(
    client: Client, administrator: User
) -> None:
    grant, take = (
        box("auditor", "recipients.view_recipient"),
        box("editor", "messaging.send_message"),
    )
    seen = role_matrix.ticked()
    asked = {"seen": " ".join(seen), "tick": sorted(seen - {take} | {grant})}
    page = client.post(reverse("role-change"), asked)
    assert page.status_code == 200
    assert [key for key in (grant, take) if f'value="{key}"' in page.content.decode()] == [
        grant,
        take,
    ]
    assert not may("auditor", "recipients.view_recipient")
    client.post(reverse("role-change"), {"confirmed": "1", "grant": [grant], "take": [take]})
    assert may("auditor", "recipients.view_recipient")
    assert not may("editor", "messaging.send_message")
    entries = AuditEntry.objects.filter(action="role.changed").order_by("pk")
    assert {entry.subject: entry.detail for entry in entries} == {
        f"auth.group:{grant.split('-')[0]}": {"given": ["recipients.view_recipient"], "taken": []},
        f"auth.group:{take.split('-')[0]}": {"given": [], "taken": ["messaging.send_message"]},
    }


def test_administrators_and_the_protection_officer_get_a_letter(
    client: Client, administrator: User
) -> None:
    officer = make.staff("data_protection_officer")
    make.staff("editor")
    grant = box("auditor", "recipients.view_recipient")
    client.post(reverse("role-change"), {"confirmed": "1", "grant": [grant]})
    told = Letter.objects.exclude(staff=None)
    assert {letter.staff for letter in told} == {administrator, officer}


def test_two_who_tick_different_boxes_at_once_lose_nothing(
    client: Client, administrator: User
) -> None:
    seen = role_matrix.ticked()
    mine, theirs = (
        box("auditor", "recipients.view_recipient"),
        box("auditor", "messaging.add_message"),
    )
    role_matrix.apply(role_matrix.changes_from([theirs], []), by=administrator)
    changes = role_matrix.changes_of(seen, seen | {mine})
    assert [change.key for change in changes] == [mine]
    role_matrix.apply(changes, by=administrator)
    assert {mine, theirs} <= role_matrix.ticked()


def test_a_save_that_changes_nothing_leaves_no_trace(client: Client, administrator: User) -> None:
    there = box("editor", "messaging.add_message")
    client.post(reverse("role-change"), {"confirmed": "1", "grant": [there]})
    assert not AuditEntry.objects.filter(action="role.changed").exists()
    assert not Letter.objects.exclude(staff=None).exists()


def test_nobody_adds_a_right_to_a_role_of_their_own(client: Client, administrator: User) -> None:
    grant = box("administrator", "recipients.view_recipient")
    answer = client.post(reverse("role-change"), {"confirmed": "1", "grant": [grant]})
    assert answer.status_code == 422
    assert not may("administrator", "recipients.view_recipient")
    assert not User.objects.get(pk=administrator.pk).has_perm("recipients.view_recipient")


@pytest.mark.parametrize("code", sorted(role_matrix.ADMINISTERS))
def test_the_administrator_keeps_what_it_takes_to_administer(
    client: Client, administrator: User, code: str
) -> None:
    """Whoever asks: also somebody who may change roles by another role."""
    other = make.staff("editor")
    role_matrix.add_role("kadry", by=administrator)
    wanted = [box("kadry", one) for one in role_matrix.ADMINISTERS]
    role_matrix.apply(role_matrix.changes_from(wanted, []), by=administrator)
    other.groups.add(Group.objects.get(name="kadry"))
    client.force_login(User.objects.get(pk=other.pk))
    answer = client.post(
        reverse("role-change"), {"confirmed": "1", "take": [box("administrator", code)]}
    )
    assert answer.status_code == 422
    assert may("administrator", code)


def test_one_refused_change_stops_all_of_them(client: Client, administrator: User) -> None:
    fine, refused = (
        box("auditor", "messaging.add_message"),
        box("administrator", "consents.add_consent"),
    )
    client.post(reverse("role-change"), {"confirmed": "1", "grant": [fine, refused]})
    assert not may("auditor", "messaging.add_message")


@pytest.mark.parametrize("nonsense", ["", "1", "1-", "x-y", "999999-1", "1-999999", "1-1-1"])
def test_boxes_that_do_not_exist_are_left_out(
    client: Client, administrator: User, nonsense: str
) -> None:
    before = role_matrix.ticked()
    answer = client.post(reverse("role-change"), {"confirmed": "1", "grant": [nonsense]})
    assert answer.status_code == 302
    assert role_matrix.ticked() == before


def test_rights_that_the_table_does_not_show_cannot_be_given(
    client: Client, administrator: User
) -> None:
    hidden = box("auditor", "sessions.delete_session")
    client.post(reverse("role-change"), {"confirmed": "1", "grant": [hidden]})
    assert hidden not in role_matrix.ticked()


def test_a_role_of_the_office_s_own_is_added_renamed_and_removed(
    client: Client, administrator: User
) -> None:
    client.post(reverse("role-new"), {"name": "sekretariat szkoły"})
    role = Group.objects.get(name="sekretariat szkoły")
    assert role.permissions.count() == 0
    client.post(reverse("role-rename", args=[role.pk]), {"name": "sekretariat"})
    role.refresh_from_db()
    assert role.name == "sekretariat"
    assert client.get(reverse("role-remove", args=[role.pk])).status_code == 200
    client.post(reverse("role-remove", args=[role.pk]))
    assert not Group.objects.filter(pk=role.pk).exists()


def test_a_role_that_somebody_holds_stays(client: Client, administrator: User) -> None:
    role = role_matrix.add_role("sekretariat", by=administrator)
    make.staff().groups.add(role)
    client.post(reverse("role-remove", args=[role.pk]))
    assert Group.objects.filter(pk=role.pk).exists()


@pytest.mark.parametrize("name", ["", "administrator", "Redaktor", "auditor", "a,b", "x" * 61])
def test_a_role_needs_a_name_of_its_own(client: Client, administrator: User, name: str) -> None:
    before = Group.objects.count()
    assert client.post(reverse("role-new"), {"name": name}).status_code == 422
    assert Group.objects.count() == before


def test_roles_that_come_with_icp_keep_their_names(client: Client, administrator: User) -> None:
    role = Group.objects.get(name="editor")
    assert client.post(reverse("role-rename", args=[role.pk]), {"name": "x"}).status_code == 422
    client.post(reverse("role-remove", args=[role.pk]))
    assert Group.objects.filter(name="editor").exists()


def test_who_may_only_look_finds_no_boxes(client: Client) -> None:
    client.force_login(make.staff("auditor"))
    page = client.get(reverse("role-matrix")).content.decode()
    assert 'type="checkbox"' not in page
    assert client.post(reverse("role-change"), {"tick": []}).status_code == 403
