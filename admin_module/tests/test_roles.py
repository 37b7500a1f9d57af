"""Roles: seeded once, given everything they name, and left as an administrator leaves them."""

import pytest
from django.contrib.auth.models import Group, Permission

from admin_module import roles
from admin_module.models import SeededPermission

from .offices import staff

pytestmark = pytest.mark.django_db


def test_every_permission_of_a_role_exists() -> None:
    assert roles.unknown_permissions() == set()


@pytest.mark.parametrize("name", roles.ROLES)
def test_migrate_gives_each_role_its_permissions(name: str) -> None:
    user = staff(name)
    assert user.get_all_permissions() == set(roles.ROLES[name].permissions)
    assert user.role_names == (name,)


def test_what_an_administrator_took_away_stays_away() -> None:
    editor = Group.objects.get(name="editor")
    sending = Permission.objects.get(codename="send_message")
    editor.permissions.remove(sending)
    assert roles.seed_roles() == 0
    assert sending not in editor.permissions.all()


def test_a_new_permission_reaches_the_role_with_the_next_migrate() -> None:
    editor = Group.objects.get(name="editor")
    sending = Permission.objects.get(codename="send_message")
    editor.permissions.remove(sending)
    SeededPermission.objects.filter(role="editor", permission="messaging.send_message").delete()
    assert roles.seed_roles() == 1
    assert sending in editor.permissions.all()


def test_nobody_who_writes_messages_alone_approves_them() -> None:
    for name in ("editor", "duty_officer", "recipients_clerk"):
        assert "messaging.approve_message" not in roles.ROLES[name].permissions


def test_an_auditor_only_reads() -> None:
    acts = {name.partition(".")[2].partition("_")[0] for name in roles.ROLES["auditor"].permissions}
    # "make": evidence packs, which change nothing.
    assert acts == {"view", "open", "verify", "export", "make"}


def test_roles_are_called_by_words_and_own_roles_by_their_name() -> None:
    assert roles.label_of("editor") == str(roles.ROLES["editor"].label)
    assert roles.label_of("biblioteka") == "biblioteka"
