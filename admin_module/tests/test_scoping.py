"""Who sees the whole town and who sees one unit; what is void outside of the office."""

import pytest
from django.db import IntegrityError

from admin_module.models import Unit, User
from consents.models import Topic
from messaging.models import Message
from recipients.models import Recipient, RecipientGroup
from tests import make

pytestmark = pytest.mark.django_db


def school() -> Unit:
    return make.municipal_unit("Szkoła Podstawowa nr 2")


def test_staff_of_a_department_see_the_whole_town() -> None:
    department = Unit.objects.create(name="Wydział Ochrony Środowiska", parent=make.unit())
    assert make.staff(unit=department).scope is None


def test_staff_of_a_municipal_unit_see_it_and_what_stands_below_it() -> None:
    top = school()
    library = Unit.objects.create(name="Biblioteka szkolna", parent=top)
    make.municipal_unit("Przedszkole nr 4")
    assert set(make.staff(unit=top).scope or ()) == {top.pk, library.pk}
    assert set(make.staff(unit=library).scope or ()) == {library.pk}


def test_a_department_below_a_municipal_unit_is_bound_as_well() -> None:
    office_of_the_school = Unit.objects.create(name="Sekretariat", parent=school())
    assert set(make.staff(unit=office_of_the_school).scope or ()) == {office_of_the_school.pk}


def test_rows_of_other_units_and_of_the_office_are_not_there() -> None:
    own, other = school(), make.municipal_unit("Przedszkole nr 4")
    clerk, stranger = make.staff(unit=own), make.staff(unit=other)
    office = make.clerk()
    people = {one: make.recipient(by=one) for one in (clerk, stranger, office)}
    written = {one: make.message(author=one) for one in (clerk, stranger, office)}
    assert list(Recipient.objects.visible_to(clerk)) == [people[clerk]]
    assert list(Message.objects.visible_to(clerk)) == [written[clerk]]
    assert list(User.objects.visible_to(clerk)) == [clerk]
    assert list(Unit.objects.visible_to(clerk)) == [own]
    assert set(Recipient.objects.visible_to(office)) == set(people.values())
    assert set(Message.objects.visible_to(office)) == set(written.values())


def test_topics_and_groups_without_a_unit_are_the_offices() -> None:
    own = school()
    ours = Topic.objects.create(name="Wywiadówki", bit=1, unit=own)
    make.topic()
    group = RecipientGroup.objects.create(name="Rodzice klas pierwszych", unit=own)
    make.group()
    clerk = make.staff(unit=own)
    assert list(Topic.objects.visible_to(clerk)) == [ours]
    assert list(RecipientGroup.objects.visible_to(clerk)) == [group]
    assert Topic.objects.visible_to(make.clerk()).count() == Topic.objects.count()


def test_rights_over_the_whole_town_are_void_in_a_municipal_unit() -> None:
    in_the_office = make.staff("administrator", "duty_officer")
    at_the_school = make.staff("administrator", "duty_officer", unit=school())
    for right in ("admin_module.view_auditentry", "messaging.send_alarm"):
        assert in_the_office.has_perm(right)
        assert not at_the_school.has_perm(right)
    assert at_the_school.has_perm("messaging.send_message")


def test_a_topic_of_a_unit_is_never_written_about_by_law() -> None:
    with pytest.raises(IntegrityError, match="only_the_office_writes_by_law"):
        Topic.objects.create(
            name="Alarmy szkolne", bit=2, unit=school(), mandatory=True, legal_basis="art. 5"
        )


def test_who_moves_keeps_nothing_of_the_old_unit() -> None:
    clerk = make.staff(unit=school())
    clerk.unit = make.unit()
    clerk.save(update_fields=["unit"])
    assert User.objects.get(pk=clerk.pk).scope is None
