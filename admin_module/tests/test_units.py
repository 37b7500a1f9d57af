"""Units: added, changed by two at once, moved without a circle, closed into the hands of another."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from admin_module import accounts, units
from admin_module.models import AuditEntry, Unit, User
from consents.models import Topic
from messaging.models import Message
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> User:
    user = make.staff("administrator")
    client.force_login(user)
    return user


def fields(unit: Unit | None = None, **changed: object) -> dict[str, object]:
    given: dict[str, object] = {
        "kind": "municipal",
        "name": "Biblioteka",
        "parent": make.unit().pk,
        "sender_name": "Biblioteka",
    }
    if unit is not None:
        given = {
            "kind": unit.kind,
            "name": unit.name,
            "parent": unit.parent_id or "",
            "sender_name": unit.sender_name,
            "revision": unit.revision,
        }
    return {name: value for name, value in (given | changed).items() if value is not None}


def test_a_unit_is_added_below_another_and_audited(client: Client, administrator: User) -> None:
    posted = fields(
        sender_name="Biblioteka", reply_to="biblioteka@zazolcin.example", sms_budget=500
    )
    answer = client.post(reverse("unit-new"), posted)
    assert answer.status_code == 302
    unit = Unit.objects.get(name="Biblioteka")
    assert (unit.parent, unit.kind, unit.sms_budget) == (make.unit(), "municipal", 500)
    entry = AuditEntry.objects.get(action="unit.added")
    assert entry.actor == administrator
    assert entry.subject == f"admin_module.unit:{unit.pk}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "Urząd Miejski w Zażółcinie"},
        {"sender_name": ""},
        {"sender_name": "Żłobek"},
        {"sender_name": "123456"},
        {"sender_name": "DwanascieZnakow"},
        {"reply_to": "nie adres"},
        {"sms_budget": "-1"},
        {"kind": "stranger"},
        {"parent": "999999"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(
    client: Client, administrator: User, wrong: dict[str, Any]
) -> None:
    make.unit()
    before = Unit.objects.count()
    answer = client.post(reverse("unit-new"), fields() | wrong)
    assert answer.status_code == 422
    assert Unit.objects.count() == before
    assert not AuditEntry.objects.filter(action="unit.added").exists()


def test_two_who_change_one_unit_are_shown_both_versions(
    client: Client, administrator: User
) -> None:
    unit = make.municipal_unit()
    stale = fields(unit, sender_name="Moja")
    assert (
        client.post(reverse("unit-edit", args=[unit.pk]), fields(unit, name="SP 2")).status_code
        == 302
    )
    answer = client.post(reverse("unit-edit", args=[unit.pk]), stale)
    assert answer.status_code == 409
    assert "SP 2" in answer.content.decode()
    unit.refresh_from_db()
    assert unit.name == "SP 2"


def test_a_unit_cannot_stand_below_itself(client: Client, administrator: User) -> None:
    top = make.municipal_unit()
    part = Unit.objects.create(name="Biblioteka szkolna", parent=top)
    answer = client.post(reverse("unit-edit", args=[top.pk]), fields(top, parent=part.pk))
    assert answer.status_code == 422
    top.parent = part
    with pytest.raises(units.Refused):
        units.save(top, by=administrator, revision=top.revision)
    assert Unit.objects.get(pk=top.pk).parent == make.unit()


def test_staff_do_not_come_to_see_the_whole_town_by_the_way(
    client: Client, administrator: User
) -> None:
    school = make.municipal_unit()
    teacher = make.staff("editor", unit=school)
    address = reverse("unit-edit", args=[school.pk])
    answer = client.post(address, fields(school, kind="department"))
    assert answer.status_code == 422
    assert 'name="widen"' in answer.content.decode()
    assert User.objects.get(pk=teacher.pk).scope is not None
    client.post(address, fields(school, kind="department", widen="on"))
    assert User.objects.get(pk=teacher.pk).scope is None


def test_a_unit_with_something_in_it_closes_only_into_the_hands_of_another(
    client: Client, administrator: User
) -> None:
    school, heir = make.municipal_unit(), make.municipal_unit("Szkoła Podstawowa nr 5")
    teacher, colleague = make.staff("editor", unit=school), make.staff("editor", unit=heir)
    topic = Topic.objects.create(name="Wywiadówki", bit=3, unit=school)
    draft = make.message(author=teacher, about=topic)
    sent = make.message(author=teacher, about=topic, status=Message.Status.SENT)
    person = make.recipient(by=teacher)
    address = reverse("unit-close", args=[school.pk])
    assert client.post(address).status_code == 422
    assert client.post(address, {"successor": heir.pk}).status_code == 302
    for row in (school, topic, draft, sent, teacher):
        row.refresh_from_db()
    assert school.closed_at is not None
    assert (topic.unit, draft.unit, User.objects.get(pk=teacher.pk).unit) == (heir, heir, heir)
    assert sent.unit == school
    colleague = User.objects.get(pk=colleague.pk)
    assert set(Message.objects.visible_to(colleague)) == {draft, sent}
    assert colleague.scope is not None
    assert person.unit_id in colleague.scope
    assert school not in [branch.unit for branch in units.branches(administrator)]


def test_staff_of_a_school_do_not_fall_into_the_office(client: Client, administrator: User) -> None:
    school = make.municipal_unit()
    make.staff("editor", unit=school)
    answer = client.post(reverse("unit-close", args=[school.pk]), {"successor": make.unit().pk})
    assert answer.status_code == 422
    assert Unit.objects.get(pk=school.pk).closed_at is None


def test_a_unit_with_a_message_going_out_stays_open(client: Client, administrator: User) -> None:
    school, heir = make.municipal_unit(), make.municipal_unit("Szkoła Podstawowa nr 5")
    make.message(author=make.staff("editor", unit=school), status=Message.Status.SENDING)
    answer = client.post(reverse("unit-close", args=[school.pk]), {"successor": heir.pk})
    assert answer.status_code == 422
    assert Unit.objects.get(pk=school.pk).closed_at is None


def test_an_empty_unit_closes_and_opens_again(client: Client, administrator: User) -> None:
    school = make.municipal_unit()
    client.post(reverse("unit-close", args=[school.pk]))
    assert Unit.objects.get(pk=school.pk).closed_at is not None
    client.post(reverse("unit-reopen", args=[school.pk]))
    assert Unit.objects.get(pk=school.pk).closed_at is None
    done = AuditEntry.objects.filter(subject=f"admin_module.unit:{school.pk}").order_by("pk")
    assert [entry.action for entry in done] == ["unit.closed", "unit.reopened"]


def test_the_tree_counts_staff_and_topics_of_each_unit(client: Client, administrator: User) -> None:
    school = make.municipal_unit()
    part = Unit.objects.create(name="Biblioteka szkolna", parent=school)
    make.staff(unit=part)
    blocked = make.staff(unit=part)
    User.objects.filter(pk=blocked.pk).update(is_active=False)
    Topic.objects.create(name="Wywiadówki", bit=3, unit=school)
    rows = {branch.unit: branch for branch in units.branches(administrator)}
    assert (rows[school].depth, rows[school].topics, rows[school].municipal) == (1, 1, True)
    assert (rows[part].depth, rows[part].staff, rows[part].municipal) == (2, 1, True)
    assert not rows[make.unit()].municipal
    assert client.get(reverse("unit-list")).status_code == 200


def test_staff_of_a_school_see_their_part_of_the_tree_only(client: Client) -> None:
    school = make.municipal_unit()
    make.municipal_unit("Przedszkole nr 4")
    client.force_login(make.staff("unit_manager", unit=school))
    page = client.get(reverse("unit-list")).content.decode()
    assert school.name in page
    assert "Przedszkole nr 4" not in page


def test_a_part_of_a_school_sends_under_the_name_of_the_school() -> None:
    school = make.municipal_unit()
    part = Unit.objects.create(name="Biblioteka szkolna", parent=school)
    assert part.speaks_as() == school.speaks_as() == "Szkola2"


def test_only_who_sees_the_drafts_of_a_leaver_takes_them_over() -> None:
    school = make.municipal_unit()
    part = Unit.objects.create(name="Biblioteka szkolna", parent=school)
    leaver = make.staff("editor", unit=part)
    above, in_the_office = make.staff("editor", unit=school), make.staff("editor")
    make.staff("editor", unit=make.municipal_unit("Przedszkole nr 4"))
    heirs = accounts.possible_heirs(leaver, make.staff("administrator"))
    assert set(heirs) == {above, in_the_office}
    assert accounts.possible_heirs(leaver, make.staff("administrator", unit=school)) == [above]
