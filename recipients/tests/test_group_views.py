"""From what a clerk clicks to a group: made, filled, counted, changed, removed."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry, User
from icp.encryption.models import DataKey
from recipients.filtering import audience, groups
from recipients.models import GroupFilter, RecipientGroup
from tests import make

pytestmark = pytest.mark.django_db
WOMEN = {"sex": "F"}


@pytest.fixture
def clerk(client: Client) -> User:
    user = make.staff("recipients_clerk", "editor")
    client.force_login(user)
    return user


def posted(name: str = "Rada Seniorów", kind: str = "dynamic", **fields: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "form_key": uuid.uuid4(), "action": "save", **fields}


def made(client: Client, **fields: Any) -> RecipientGroup:
    answer = client.post(reverse("group-new"), posted(**fields))
    assert answer.status_code == 302, answer.content.decode()
    return RecipientGroup.objects.latest("pk")


def test_a_fixed_group_is_made_once_and_then_filled(client: Client, clerk: User) -> None:
    fields = posted(kind="fixed")
    for _twice in range(2):
        assert client.post(reverse("group-new"), fields).status_code == 302
    group = RecipientGroup.objects.get()
    assert not group.is_dynamic
    assert not GroupFilter.objects.exists()
    anna, ewa = make.recipient(first_name="Anna"), make.recipient(first_name="Ewa")
    url = reverse("group-add", args=[group.pk])
    client.post(url, {"people": [anna.pk, ewa.pk, 999_999]})
    assert set(group.members.all()) == {anna, ewa}
    entry = AuditEntry.objects.filter(action="group.people_added").get()
    assert entry.detail == {"recipients": [anna.pk, ewa.pk]}
    card = client.get(reverse("group-card", args=[group.pk])).content.decode()
    assert anna.identifier in card
    assert ewa.identifier in card


def test_people_are_found_and_those_inside_cannot_be_ticked(client: Client, clerk: User) -> None:
    person = make.recipient(last_name="Kowalska")
    group = make.group("Rada", person)
    other = make.recipient(last_name="Kowalczyk")
    url = reverse("group-add", args=[group.pk])
    page = client.post(url, {"q": "kowal"}).content.decode()
    assert f'value="{other.pk}"' in page
    assert f'value="{person.pk}"' not in page


def test_taking_out_can_be_undone(client: Client, clerk: User) -> None:
    person, stays = make.recipient(), make.recipient()
    group = make.group("Rada", person, stays)
    client.post(reverse("group-take-out", args=[group.pk]), {"people": [person.pk]})
    assert list(group.members.all()) == [stays]
    card = client.get(reverse("group-card", args=[group.pk])).content.decode()
    assert f'name="people" value="{person.pk}"' in card.replace("\n", " ")
    client.post(reverse("group-add", args=[group.pk]), {"people": [person.pk]})
    assert group.members.count() == 2


def test_a_pasted_list_adds_whom_it_names_and_tells_the_rest(client: Client, clerk: User) -> None:
    one, two, three = (make.recipient() for _each in range(3))
    assert two.identity is not None
    group = make.group("Rada", three)
    lines = [one.identifier.lower(), "", f" {two.identity.pesel} ", three.identifier, "nikt-taki"]
    answer = client.post(reverse("group-add", args=[group.pk]), {"lines": "\r\n".join(lines)})
    assert set(group.members.all()) == {one, two, three}
    page = answer.content.decode()
    assert "nikt-taki" in page
    assert two.identity.pesel not in page
    searched = AuditEntry.objects.filter(action="recipient.searched").get()
    assert searched.detail == {"understood": "list", "found": 3, "asked": 4}


def test_an_endless_list_is_refused(client: Client, clerk: User) -> None:
    group = make.group("Rada")
    url = reverse("group-add", args=[group.pk])
    assert client.post(url, {"lines": "R1\n" * 2001}).status_code == 422
    assert client.post(url, {"lines": ""}).status_code == 422


def test_a_dynamic_group_counts_whoever_fits_now(client: Client, clerk: User) -> None:
    make.recipient(sex="F")
    group = made(client, sex="F")
    assert groups.sizes([group]) == {group.pk: 1}
    make.recipient(sex="F"), make.recipient(sex="M")
    assert groups.sizes([group]) == {group.pk: 2}
    page = client.get(reverse("group-list")).content.decode()
    assert "Rada Seniorów" in page


def test_the_filter_and_its_words_are_sealed(client: Client, clerk: User) -> None:
    group = made(client, sex="F", age_from="60")
    saved = groups.filter_of(group)
    assert saved.filter == {"all": [{"age": {"from": 60}}, WOMEN]}
    assert "60" in saved.words
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT saved FROM recipients_groupfilter")
        [(blob,)] = cursor.fetchall()
    assert b"age" not in bytes(blob)
    assert b"60" not in bytes(blob)


def test_nobody_chosen_or_a_taken_name_comes_back_with_what_was_typed(
    client: Client, clerk: User
) -> None:
    answer = client.post(reverse("group-new"), posted())
    assert answer.status_code == 422
    made(client, sex="F")
    again = client.post(reverse("group-new"), posted(sex="M", age_from="18"))
    assert again.status_code == 422
    assert 'value="18"' in again.content.decode()
    assert RecipientGroup.objects.count() == 1


def test_the_numbers_follow_the_typing_and_small_ones_are_hidden(
    client: Client, clerk: User
) -> None:
    make.recipient(sex="F")
    fields = posted(sex="F")
    page = client.post(reverse("group-live"), fields, headers={"HX-Request": "true"})
    assert '<span class="figure">1</span>' in page.content.decode()
    school = make.staff("recipients_clerk", unit=make.municipal_unit())
    client.force_login(school)
    page = client.post(reverse("group-live"), fields, headers={"HX-Request": "true"})
    body = page.content.decode()
    assert '<span class="figure">1</span>' not in body
    assert "figure" in body


def test_two_who_change_a_filter_lose_nothing(client: Client, clerk: User) -> None:
    group = made(client, sex="F")
    url = reverse("group-edit", args=[group.pk])
    first = posted("Pierwsza", revision=1, sex="M")
    assert client.post(url, first).status_code == 302
    second = client.post(url, posted("Druga", revision=1, sex="F"))
    assert second.status_code == 409
    page = second.content.decode()
    assert "Pierwsza" in page
    assert "Druga" in page
    group.refresh_from_db()
    assert group.name == "Pierwsza"
    assert groups.filter_of(group).filter == {"sex": "M"}
    taken = posted("Druga", revision=2, filter=json.dumps(WOMEN))
    assert client.post(url, taken).status_code == 302
    assert groups.filter_of(group).filter == WOMEN


def test_a_group_cannot_contain_itself(client: Client, clerk: User) -> None:
    inner = made(client, name="Wewnętrzna", sex="F")
    outer = made(client, name="Zewnętrzna", groups=[inner.pk])
    url = reverse("group-edit", args=[inner.pk])
    answer = client.post(url, posted("Wewnętrzna", revision=1, groups=[outer.pk]))
    assert answer.status_code == 422
    assert "Wewnętrzna → Zewnętrzna → Wewnętrzna" in answer.content.decode()
    assert groups.filter_of(inner).filter == WOMEN


def test_groups_inside_of_groups_end_somewhere(client: Client, clerk: User) -> None:
    last = made(client, name="Grupa 0", sex="F")
    for number in range(1, audience.MOST_NESTED):
        last = made(client, name=f"Grupa {number}", groups=[last.pk])
    make.recipient(sex="F")
    assert groups.sizes([last]) == {last.pk: 1}
    answer = client.post(reverse("group-new"), posted("Za głęboko", groups=[last.pk]))
    assert answer.status_code == 422


def test_a_group_in_use_stays_and_says_why(client: Client, clerk: User) -> None:
    inner = made(client, name="Wewnętrzna", sex="F")
    outer = made(client, name="Zewnętrzna", groups=[inner.pk])
    url = reverse("group-remove", args=[inner.pk])
    answer = client.post(url)
    assert answer.status_code == 409
    assert RecipientGroup.objects.filter(pk=inner.pk).exists()
    keys = DataKey.objects.count()
    assert client.post(reverse("group-remove", args=[outer.pk])).status_code == 302
    assert DataKey.objects.count() == keys - 1  # the filter in a backup is noise now
    assert client.post(url).status_code == 302
    assert not RecipientGroup.objects.exists()


def test_a_message_in_hand_keeps_its_group(client: Client, clerk: User) -> None:
    group = made(client, sex="F")
    make.message(author=clerk, audience={"not": {"groups": [group.pk]}})
    url = reverse("group-remove", args=[group.pk])
    assert client.post(url).status_code == 409
    assert RecipientGroup.objects.exists()


def test_a_message_s_audience_becomes_a_group(client: Client, clerk: User) -> None:
    fields = {"klass": "information", "title": "Woda", "sex": "F", "age_from": "60"}
    page = client.post(reverse("group-new"), fields | {"action": "take"})
    assert page.status_code == 200
    assert not RecipientGroup.objects.exists()
    assert 'value="60"' in page.content.decode()
    raw = {"filter": json.dumps({"any": [WOMEN, {"not": WOMEN}]}), "action": "take"}
    assert "not" in client.post(reverse("group-new"), fields | raw).content.decode()


def test_ticked_rows_go_into_a_group_and_a_card_ticks_groups(client: Client, clerk: User) -> None:
    person, group = make.recipient(), make.group("Rada")
    client.post(reverse("people-to-group"), {"group": group.pk, "people": [person.pk]})
    assert list(group.members.all()) == [person]
    other = make.group("Harcerze")
    client.post(reverse("recipient-groups", args=[person.pk]), {"groups": [other.pk]})
    assert set(person.groups.all()) == {other}


def test_a_school_sees_and_fills_its_own_groups_only(client: Client) -> None:
    school = make.staff("recipients_clerk", unit=make.municipal_unit())
    client.force_login(school)
    office_group, stranger = make.group("Rada Seniorów"), make.recipient()
    assert client.get(reverse("group-card", args=[office_group.pk])).status_code == 404
    own = made(client, name="Rodzice", kind="fixed")
    assert own.unit == school.unit
    pupil = make.recipient(by=school)
    url = reverse("group-add", args=[own.pk])
    client.post(url, {"people": [pupil.pk, stranger.pk]})
    assert list(own.members.all()) == [pupil]
    client.post(url, {"lines": stranger.identifier})
    assert list(own.members.all()) == [pupil]
    assert client.post(reverse("group-new"), posted(groups=[office_group.pk])).status_code == 422
