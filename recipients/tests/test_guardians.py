"""A child needs somebody who consents for them, and nobody else learns who."""

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from recipients.account import rights
from recipients.models import Guardian, Recipient
from recipients.people import registration
from recipients.people.particulars import of
from recipients.values import guardians
from tests import make

pytestmark = pytest.mark.django_db
EWA = Guardian("Ewa", "Strażnicka", "+48512345678", "ewa@przyklad.example")


@pytest.mark.parametrize(
    ("born", "child", "grown"),
    [
        (date(2010, 11, 20), False, False),
        (date(2010, 11, 21), True, False),
        (date(2008, 11, 20), False, True),
        (date(2008, 2, 29), False, True),
    ],
)
def test_the_age_of_consent_and_full_age(born: date, child: bool, grown: bool) -> None:
    on = date(2026, 11, 20)
    assert (guardians.needed(born, on), guardians.outgrown(born, on)) == (child, grown)
    assert guardians.age(date(2008, 2, 29), date(2026, 2, 28)) == 17


def child(**fields: Any) -> registration.RegistrationData:
    return make.person(pesel="", birth_date=date(2018, 5, 17), sex="F", **fields)


def registered(**fields: Any) -> Recipient:
    return registration.by_hand(
        child(**fields), by=make.clerk(), wish_how="desk", form_key=uuid.uuid4()
    )


def test_nobody_registers_a_child_without_a_guardian() -> None:
    with pytest.raises(ValidationError) as refusal:
        registered()
    assert set(refusal.value.error_dict) == {"guardian_last_name"}
    person = registered(guardian=EWA)
    assert Recipient.objects.get(pk=person.pk).guardian == EWA


def test_a_guardian_is_checked_like_everybody() -> None:
    wrong = Guardian("E1", "", "123", "ewa")
    with pytest.raises(ValidationError) as refusal:
        child(guardian=wrong).checked()
    assert set(refusal.value.error_dict) == {
        "guardian_first_name", "guardian_last_name", "guardian_phone", "guardian_email",
    }  # fmt: skip


def test_a_guardian_is_sealed_corrected_and_gone_with_the_child() -> None:
    person, clerk = registered(guardian=EWA), make.clerk()
    with connection.cursor() as cursor:
        cursor.execute("SELECT guardian FROM recipients_recipient")
        stored = bytes(cursor.fetchone()[0])
    assert len(stored) > 30
    assert "Strażnicka".encode() not in stored
    adam = Guardian("Adam", "Strażnicki")
    new = replace(of(Recipient.objects.get(pk=person.pk)), guardian=adam)
    rights.correct(person, new, by=clerk, reason="zmiana", revision=person.revision)
    assert Recipient.objects.get(pk=person.pk).guardian == adam
    rights.erase(person, by=clerk, reason="na wniosek")
    assert Recipient.objects.get(pk=person.pk).guardian is None


def test_the_desk_asks_for_the_guardian_and_the_card_shows_them(client: Client) -> None:
    client.force_login(make.staff("recipients_clerk"))
    number = make.pesel(date(timezone.localdate().year - 8, 5, 17))
    says = client.post("/odbiorcy/nowy/pesel/", {"pesel": number}).content.decode()
    assert "Poniżej 16 lat" in says
    person = registered(guardian=EWA)
    assert "Strażnicka" in client.get(f"/odbiorcy/{person.pk}/").content.decode()
