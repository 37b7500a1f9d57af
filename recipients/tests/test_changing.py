"""The pages that correct, restrict, lift, suspend and resume: nothing lost, nothing by accident."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from recipients.account import rights
from recipients.forms.merging import as_typed
from recipients.forms.person import initial_of
from recipients.models import Recipient
from recipients.people.particulars import of
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.staff("recipients_clerk"))
    return client


def page(response: Any) -> str:
    text: str = response.content.decode()
    return text


def a_correction(person: Recipient, **changes: Any) -> dict[str, Any]:
    values = {name: value for name, value in initial_of(of(person)).items() if value}
    values["birth_date"] = values["birth_date"].strftime("%d.%m.%Y")
    return values | {"revision": person.revision, "reason": "pomyłka"} | changes


def test_a_correction_is_saved_and_the_app_of_the_person_stays_paired(desk: Client) -> None:
    person = make.recipient(kinds=("sms", "push"))
    filled = a_correction(person, phone="601 222 333", last_name="Nowak-Źdźbło")
    assert desk.post(f"/odbiorcy/{person.pk}/popraw/", filled).status_code == 302
    person = Recipient.objects.get(pk=person.pk)
    assert person.identity is not None
    assert person.identity.last_name == "Nowak-Źdźbło"
    values = {point.kind: point.value for point in person.contact_points.all()}
    assert values["sms"] == "+48601222333"
    assert "push" in values


def test_two_clerks_correct_one_card_and_both_values_are_shown(desk: Client) -> None:
    person = make.recipient(kinds=("sms",))
    address = f"/odbiorcy/{person.pk}/popraw/"
    late = a_correction(person, last_name="Wolna")
    desk.post(address, a_correction(person, last_name="Szybka"))
    answer = desk.post(address, late)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Szybka" in shown
    assert "Wolna" in shown
    fresh = Recipient.objects.get(pk=person.pk)
    assert desk.post(address, late | {"revision": fresh.revision}).status_code == 302
    fresh = Recipient.objects.get(pk=person.pk)
    assert fresh.identity is not None
    assert fresh.identity.last_name == "Wolna"


def test_what_one_clerk_left_alone_is_taken_from_the_other(desk: Client) -> None:
    person = make.recipient(contacts={"sms": "+48501234567"})
    address = f"/odbiorcy/{person.pk}/popraw/"
    was = json.dumps(as_typed(of(person)))
    late = a_correction(person, last_name="Wolna", was=was)
    desk.post(address, a_correction(person, phone="+48601222333", flat="99", was=was))
    answer = desk.post(address, late)
    assert answer.status_code == 409
    shown = page(answer)
    assert [row["field"].name for row in answer.context["rows"]] == ["last_name"]
    posted = {field.name: field.value() for field in answer.context["form"]}
    posted = {name: value for name, value in posted.items() if value}
    assert posted["phone"] == "+48601222333"
    assert "+48501234567" not in shown
    posted["revision"] = answer.context["revision"]
    assert desk.post(address, posted).status_code == 302
    saved = of(Recipient.objects.get(pk=person.pk))
    assert saved.address is not None
    assert (saved.last_name, saved.contacts["sms"], saved.address.flat) == (
        "Wolna",
        "+48601222333",
        "99",
    )


def test_a_wrong_correction_comes_back_with_what_was_typed(desk: Client) -> None:
    person = make.recipient()
    filled = a_correction(person, phone="123", last_name="Wpisane")
    answer = desk.post(f"/odbiorcy/{person.pk}/popraw/", filled)
    assert answer.status_code == 422
    assert 'value="Wpisane"' in answer.content.decode()


def test_an_account_is_restricted_with_a_reason_and_lifted_again(desk: Client) -> None:
    person = make.recipient()
    restrict = f"/odbiorcy/{person.pk}/ogranicz/"
    assert desk.get(restrict).status_code == 200
    assert desk.post(restrict, {"reason": " "}).status_code == 422
    assert desk.post(restrict, {"reason": "wątpliwy PESEL"}).status_code == 302
    person.refresh_from_db()
    assert person.state == Recipient.State.RESTRICTED
    desk.post(f"/odbiorcy/{person.pk}/przywroc/", {"reason": "dane się zgadzają"})
    person.refresh_from_db()
    assert person.state == Recipient.State.ACTIVE


def test_an_account_is_suspended_until_a_day_and_resumed(desk: Client) -> None:
    person = make.recipient()
    suspend = f"/odbiorcy/{person.pk}/wstrzymaj/"
    yesterday = timezone.localdate() - timedelta(days=1)
    filled = {"reason": "wyjazd", "until": f"{yesterday:%d.%m.%Y}"}
    assert desk.post(suspend, filled).status_code == 422
    filled["until"] = f"{yesterday + timedelta(days=30):%d.%m.%Y}"
    assert desk.post(suspend, filled).status_code == 302
    person.refresh_from_db()
    assert person.state == Recipient.State.SUSPENDED
    assert desk.post(f"/odbiorcy/{person.pk}/wznow/").status_code == 302
    person.refresh_from_db()
    assert person.state == Recipient.State.ACTIVE


def test_a_move_that_came_too_late_is_refused_in_plain_words(desk: Client) -> None:
    person = make.recipient()
    answer = desk.post(f"/odbiorcy/{person.pk}/wznow/")
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.content.decode()


def test_the_erased_have_a_card_without_data_and_nothing_to_change(desk: Client) -> None:
    person = make.recipient()
    rights.erase(person, by=make.clerk(), reason="na życzenie")
    shown = desk.get(f"/odbiorcy/{person.pk}/")
    assert shown.status_code == 200
    assert "Gżegżółka" not in shown.content.decode()
    for page in ("popraw", "ogranicz", "zgody"):
        assert desk.get(f"/odbiorcy/{person.pk}/{page}/").status_code == 404
