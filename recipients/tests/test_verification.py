"""Validation codes: drawn once, kept as a digest, good once and for a while."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recipients import verification
from recipients.models import Recipient, ValidationCode
from tests import make

pytestmark = pytest.mark.django_db


def asked(kinds: tuple[str, ...] = ("email",)) -> ValidationCode:
    make.recipient(kinds=kinds)
    return ValidationCode.objects.get()


def test_activation_asks_for_a_code_to_every_address_but_the_app() -> None:
    row = make.recipient(kinds=("email", "sms", "epuap", "push"))
    kinds = ValidationCode.objects.values_list("contact_point__kind", flat=True)
    assert sorted(kinds) == ["email", "epuap", "sms"]
    assert verification.ask_for_codes(row) == []


def test_a_pending_person_gets_no_code() -> None:
    row = make.recipient(active=False)
    assert verification.ask_for_codes(row) == []


def test_the_code_confirms_its_contact_point_once() -> None:
    code = asked()
    text = verification.draw(code.pk)
    assert len(text) == 11
    assert text[5] == "-"
    code.refresh_from_db()
    assert text.replace("-", "").encode() not in bytes(code.digest or b"")
    address = code.contact_point.value
    point = verification.check(address, text.lower().replace("-", " "))
    assert point is not None
    assert point.pk == code.contact_point_id
    point.refresh_from_db()
    assert point.verified_at is not None
    assert verification.check(address, text) is None


def test_the_address_may_be_typed_as_people_type_it() -> None:
    make.recipient(contacts={"sms": "+48512345678"})
    text = verification.draw(ValidationCode.objects.get().pk)
    assert verification.check("512 345-678", text) is not None


def test_misread_letters_are_understood() -> None:
    assert verification.normal("oil-0") == "0110"


def test_a_second_drawing_replaces_the_first() -> None:
    code = asked()
    first, second = verification.draw(code.pk), verification.draw(code.pk)
    address = code.contact_point.value
    assert verification.check(address, first) is None
    assert verification.check(address, second) is not None


@pytest.mark.parametrize(("kind", "hours"), [("email", 24), ("sms", 24), ("epuap", 14 * 24)])
def test_a_code_expires(kind: str, hours: int) -> None:
    code = asked((kind,))
    text = verification.draw(code.pk)
    address = code.contact_point.value
    late = timezone.now() + timedelta(hours=hours, seconds=1)
    assert verification.check(address, text, now=late) is None
    assert verification.check(address, text, now=late - timedelta(minutes=1)) is not None


def test_too_many_wrong_entries_spoil_a_code() -> None:
    code = asked()
    text = verification.draw(code.pk)
    address = code.contact_point.value
    for _ in range(verification.ATTEMPTS):
        assert verification.check(address, "00000-00000") is None
    assert verification.check(address, text) is None


def test_a_code_of_another_address_or_none_is_refused() -> None:
    code = asked()
    text = verification.draw(code.pk)
    make.recipient(kinds=("email",))
    other = ValidationCode.objects.exclude(pk=code.pk).get()
    verification.draw(other.pk)
    assert verification.check(other.contact_point.value, text) is None
    assert verification.check("nikt@przyklad.example", text) is None
    assert verification.check(code.contact_point.value, "") is None


def test_a_restricted_person_confirms_nothing() -> None:
    code = asked()
    text = verification.draw(code.pk)
    Recipient.objects.update(state=Recipient.State.RESTRICTED)
    assert verification.check(code.contact_point.value, text) is None


def test_asking_again_has_a_limit() -> None:
    code = asked()
    point = code.contact_point
    assert verification.ask_again(point).pk == code.pk
    for _ in range(verification.CODES_A_DAY - 1):
        verification.mark_posted(list(ValidationCode.objects.values_list("pk", flat=True)))
        verification.ask_again(point)
    verification.mark_posted(list(ValidationCode.objects.values_list("pk", flat=True)))
    with pytest.raises(verification.TooManyCodes):
        verification.ask_again(point)


def test_codes_to_post_leave_the_list_once_posted() -> None:
    code = asked()
    assert [each.pk for each in verification.to_post()] == [code.pk]
    verification.mark_posted([code.pk])
    assert list(verification.to_post()) == []
