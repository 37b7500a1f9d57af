"""Every right that a role holds or a view asks for is told in words, and exists."""

import pytest
from django.contrib.auth.models import Permission

from admin_module import roles
from admin_module.permission_words import SECTIONS, WORDS
from admin_module.scoping import OFFICE_ONLY
from tests.test_access import GUARDED

HELD = {name for role in roles.ROLES.values() for name in role.permissions}


def test_every_right_has_words() -> None:
    assert (HELD | {address.view.staff_permission for address in GUARDED}) - set(WORDS) == set()


def test_no_right_is_told_twice() -> None:
    assert sum(len(section) for section in SECTIONS.values()) == len(WORDS)
    assert len({str(words) for words in WORDS.values()}) == len(WORDS)


@pytest.mark.django_db
def test_rights_with_words_exist() -> None:
    existing = {
        f"{app}.{code}"
        for app, code in Permission.objects.values_list("content_type__app_label", "codename")
    }
    assert set(WORDS) - existing == set()
    assert existing >= OFFICE_ONLY


def test_what_is_void_outside_of_the_office_is_held_by_some_role() -> None:
    assert set() == OFFICE_ONLY - HELD
