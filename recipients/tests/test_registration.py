"""Registration by hand: once, complete, true, and told apart from those who are here already."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from admin_module.models import AuditEntry
from icp.encryption.identifier import check_identifier
from recipients.models import Address, ContactPoint, Recipient
from recipients.people import particulars, registration
from recipients.people.moves import CannotMove
from tests import make

pytestmark = pytest.mark.django_db


def register(data: registration.RegistrationData, form_key: uuid.UUID | None = None) -> Recipient:
    return registration.by_hand(
        data, by=make.clerk(), wish_how="desk", form_key=form_key or uuid.uuid4()
    )


def test_a_person_is_registered_and_waits_for_the_signed_form() -> None:
    data = make.person(contacts=make.contacts("email", "sms", "epuap"))
    row = Recipient.objects.get(pk=register(data).pk)
    assert row.state == Recipient.State.PENDING
    assert check_identifier(row.identifier)
    assert particulars.of(row) == data
    assert row.contact_points.count() == 3
    assert AuditEntry.objects.filter(action="recipient.registered").count() == 1


def test_nobody_types_the_app_of_a_person() -> None:
    row = register(make.person(contacts=make.contacts("sms", "push")))
    assert [point.kind for point in row.contact_points.all()] == ["sms"]


def test_pressing_twice_registers_once() -> None:
    data, key = make.person(), uuid.uuid4()
    assert register(data, key).pk == register(data, key).pk
    assert Recipient.objects.count() == 1


def test_a_pesel_fills_birth_date_and_sex() -> None:
    number = make.pesel(date(1961, 3, 9), sex="M")
    row = register(make.person(pesel=number, birth_date=None, sex=""))
    assert row.identity is not None
    assert (row.identity.birth_date, row.identity.sex) == (date(1961, 3, 9), "M")


def test_every_wrong_field_is_named_and_nothing_is_saved() -> None:
    data = registration.RegistrationData(
        first_name="J4n",
        pesel="12345678901",
        address=Address("ul. Nieznana", "x"),
        contacts={"email": "nikt", "sms": "1", "epuap": "skrytka"},
    )
    with pytest.raises(ValidationError) as caught:
        register(data)
    fields = {"first_name", "last_name", "pesel", "birth_date", "sex", "address"}
    assert set(caught.value.message_dict) == fields | {"email", "sms", "epuap"}
    assert not Recipient.objects.exists()


def test_birth_date_and_sex_must_agree_with_the_pesel() -> None:
    data = make.person()
    with pytest.raises(ValidationError) as caught:
        register(replace(data, birth_date=date(1950, 5, 18), sex="M"))
    assert set(caught.value.message_dict) == {"birth_date", "sex"}


def test_the_wish_must_be_recorded() -> None:
    with pytest.raises(ValidationError):
        registration.by_hand(make.person(), by=make.clerk(), wish_how="?", form_key=uuid.uuid4())


def test_the_same_pesel_cannot_be_registered_twice() -> None:
    first = make.person()
    row = register(first)
    other = make.person(first_name="Anna", last_name="Inna", pesel=first.pesel)
    with pytest.raises(registration.AlreadyRegistered) as caught:
        register(other)
    assert caught.value.likeness.recipient_id == row.pk


def test_the_same_person_without_a_pesel_is_found_by_the_identifier() -> None:
    data = make.person(pesel="")
    register(data)
    with pytest.raises(registration.AlreadyRegistered):
        register(replace(data, last_name="GŻEGŻÓŁKA"))


def test_someone_registered_without_a_pesel_and_later_with_it_is_shown_as_likely() -> None:
    data = make.person(pesel="")
    row = register(data)
    with_pesel = replace(data, pesel=make.pesel(), address=make.address(house=9))
    [like] = registration.likely_duplicates(with_pesel)
    assert (like.recipient_id, like.reasons) == (row.pk, ["name_and_birth_date"])
    assert not like.certain


def test_likely_duplicates_are_found_while_the_form_is_half_typed() -> None:
    row = register(make.person(contacts={"sms": "+48512345678", "email": "a@przyklad.example"}))
    half = registration.RegistrationData(contacts={"sms": "512 345 678", "email": "a@"})
    [like] = registration.likely_duplicates(half)
    assert (like.recipient_id, like.reasons) == (row.pk, ["sms"])
    assert registration.likely_duplicates(registration.RegistrationData(pesel="4405")) == []
    assert registration.likely_duplicates(registration.RegistrationData()) == []


def test_a_household_may_share_a_telephone() -> None:
    shared = {"sms": "+48512345678"}
    register(make.person(contacts=shared))
    register(make.person(first_name="Jan", sex="M", contacts=shared))
    assert ContactPoint.objects.filter(value_token="+48512345678").count() == 2


def test_an_address_outside_the_register_keeps_its_text() -> None:
    row = register(make.person(address=Address("ul. Zamiejska", "3A", town="Wólka")))
    assert row.address == Address("ul. Zamiejska", "3A", town="Wólka")


def test_activating_twice_changes_nothing() -> None:
    row = make.recipient()
    revision = row.revision
    again = registration.activate(row, by=make.clerk())
    assert (again.state, again.revision) == (Recipient.State.ACTIVE, revision)


def test_the_erased_cannot_be_activated() -> None:
    row = make.recipient()
    Recipient.objects.filter(pk=row.pk).update(state=Recipient.State.ERASED)
    with pytest.raises(CannotMove):
        registration.activate(row, by=make.clerk())


def test_particulars_do_not_show_in_repr() -> None:
    data = make.person(first_name="Świętosława")
    row = register(data)
    for thing in (data, row, row.identity, row.address):
        assert "więtos" not in repr(thing)
        assert "Sportowa" not in repr(thing)
