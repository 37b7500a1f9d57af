"""Validation codes: drawn once, kept as a digest, good once and for a while."""

import time
from collections.abc import Collection
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from recipients.contacts import attempts, verification
from recipients.correspondence import telling
from recipients.models import ContactPoint, Recipient, ValidationCode
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "ANSWER_AFTER", 0)


def asked(kinds: tuple[str, ...] = ("email",)) -> ValidationCode:
    make.recipient(kinds=kinds)
    return ValidationCode.objects.get()


def point_of(code: ValidationCode) -> ContactPoint:
    """Where a code went that was not printed."""
    assert code.contact_point is not None
    return code.contact_point


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
    address = point_of(code).value
    redeemed = verification.redeem(text.lower().replace("-", " "), address=address)
    assert redeemed is not None
    point = redeemed.point
    assert point is not None
    assert point.pk == code.contact_point_id
    point.refresh_from_db()
    assert point.verified_at is not None
    assert verification.redeem(text, address=address) is None


def test_the_address_may_be_typed_as_people_type_it() -> None:
    make.recipient(contacts={"sms": "+48512345678"})
    text = verification.draw(ValidationCode.objects.get().pk)
    assert verification.redeem(text, address="512 345-678") is not None


def test_misread_letters_are_understood() -> None:
    assert verification.normal("oil-0") == "0110"


def test_a_second_drawing_replaces_the_first() -> None:
    code = asked()
    first, second = verification.draw(code.pk), verification.draw(code.pk)
    address = point_of(code).value
    assert verification.redeem(first, address=address) is None
    assert verification.redeem(second, address=address) is not None


@pytest.mark.parametrize(("kind", "hours"), [("email", 24), ("sms", 24), ("epuap", 14 * 24)])
def test_a_code_expires(kind: str, hours: int) -> None:
    code = asked((kind,))
    text = verification.draw(code.pk)
    address = point_of(code).value
    late = timezone.now() + timedelta(hours=hours, seconds=1)
    assert verification.redeem(text, address=address, now=late) is None
    assert verification.redeem(text, address=address, now=late - timedelta(minutes=1)) is not None


def test_too_many_wrong_entries_spoil_a_code() -> None:
    code = asked()
    text = verification.draw(code.pk)
    address = point_of(code).value
    for _ in range(verification.ATTEMPTS):
        assert verification.redeem("00000-00000", address=address) is None
    assert verification.redeem(text, address=address) is None


def test_a_code_of_another_address_or_none_is_refused() -> None:
    code = asked()
    text = verification.draw(code.pk)
    make.recipient(kinds=("email",))
    other = ValidationCode.objects.exclude(pk=code.pk).get()
    verification.draw(other.pk)
    assert verification.redeem(text, address=point_of(other).value) is None
    assert verification.redeem(text, address="nikt@przyklad.example") is None
    assert verification.redeem("", address=point_of(code).value) is None


def test_a_restricted_person_confirms_nothing() -> None:
    code = asked()
    text = verification.draw(code.pk)
    Recipient.objects.update(state=Recipient.State.RESTRICTED)
    assert verification.redeem(text, address=point_of(code).value) is None


def test_asking_again_has_a_limit() -> None:
    code = asked()
    point = point_of(code)
    clerk = make.clerk()
    assert verification.ask_again(point, by=clerk).pk == code.pk
    for _ in range(verification.CODES_A_DAY - 1):
        verification.mark_posted(list(ValidationCode.objects.values_list("pk", flat=True)))
        verification.ask_again(point, by=clerk)
    verification.mark_posted(list(ValidationCode.objects.values_list("pk", flat=True)))
    with pytest.raises(verification.TooManyCodes):
        verification.ask_again(point, by=clerk)


def test_codes_to_post_leave_the_list_once_posted() -> None:
    code = asked()
    assert [each.pk for each in verification.to_post()] == [code.pk]
    verification.mark_posted([code.pk])
    assert list(verification.to_post()) == []


def test_a_code_alone_is_enough() -> None:
    code = asked()
    text = verification.draw(code.pk)
    redeemed = verification.redeem(text)
    assert redeemed is not None
    assert redeemed.recipient.pk == point_of(code).recipient_id
    assert verification.redeem(text) is None


def test_a_code_on_paper_is_entered_with_the_identifier_and_voids_the_one_before() -> None:
    person, clerk = make.recipient(kinds=()), make.clerk()
    first, _row = verification.draw_on_paper(person, by=clerk)
    second, row = verification.draw_on_paper(person, by=clerk)
    assert (row.expires_at or timezone.now()) - row.created_at == timedelta(days=30)
    assert verification.redeem(first, address=person.identifier.lower()) is None
    redeemed = verification.redeem(second, address=person.identifier.lower())
    assert redeemed == verification.Redeemed(person, None)
    assert list(verification.to_post()) == []


def test_letters_with_a_code_have_a_limit_and_need_an_active_account() -> None:
    person, clerk = make.recipient(kinds=()), make.clerk()
    for _letter in range(verification.CODES_A_DAY):
        verification.draw_on_paper(person, by=clerk)
    with pytest.raises(verification.TooManyCodes, match="5"):
        verification.draw_on_paper(person, by=clerk)
    with pytest.raises(verification.TooManyCodes):
        verification.draw_on_paper(make.recipient(active=False), by=clerk)


def test_one_address_of_many_people_gets_no_flood() -> None:
    shared = {"email": "rodzina@przyklad.example"}
    points = [make.recipient(contacts=shared).contact_points.get() for _person in range(3)]
    now = timezone.now()
    earlier = verification.CODES_A_DAY_TO_ADDRESS - len(points)
    ValidationCode.objects.bulk_create(
        ValidationCode(contact_point=points[number % 2], created_at=now)
        for number in range(earlier)
    )
    verification.mark_posted(list(ValidationCode.objects.values_list("pk", flat=True)))
    with pytest.raises(verification.TooManyCodes):
        verification.ask_again(points[2], by=make.clerk())


def test_pairing_is_told_to_the_other_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, list[str]]] = []

    def post(person: Recipient, words: telling.Words, kinds: Collection[str]) -> None:
        told.append((person.pk, list(kinds)))

    monkeypatch.setattr(telling, "posters", [post])
    person = make.recipient(kinds=("email", "sms", "epuap"))
    code = ValidationCode.objects.get(contact_point__kind="sms")
    verification.redeem(verification.draw(code.pk))
    assert told == [(person.pk, ["email", "epuap"])]


def test_a_refusal_takes_as_long_whatever_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "ANSWER_AFTER", 0.2)
    code = asked()
    text, address = verification.draw(code.pk), point_of(code).value
    late = timezone.now() + timedelta(days=2)
    for tried in (
        lambda: verification.redeem(text, address="nikt@przyklad.example"),
        lambda: verification.redeem(text, address=address, now=late),
        lambda: verification.redeem("00000-00000", address=address),
        lambda: verification.redeem("00000-00000"),
    ):
        began = time.monotonic()
        assert tried() is None
        assert 0.2 <= time.monotonic() - began < 0.4


def test_guessing_from_one_source_or_at_one_address_has_to_wait(settings: Settings) -> None:
    settings.RATE_LIMITS = True
    for _try in range(attempts.PER_SOURCE):
        assert verification.redeem("00000-00000", source="198.51.100.7") is None
    with pytest.raises(attempts.TooManyTries) as refused:
        verification.redeem("00000-00000", source="198.51.100.7")
    assert 0 < refused.value.seconds <= attempts.WINDOW
    assert verification.redeem("00000-00000", source="198.51.100.8") is None
    for number in range(attempts.PER_ADDRESS):
        assert verification.redeem("0", address="a@przyklad.example", source=f"s{number}") is None
    with pytest.raises(attempts.TooManyTries):
        verification.redeem("0", address="a@przyklad.example", source="s99")


def test_when_the_whole_town_is_guessed_at_everybody_is_slower_and_nobody_is_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS = True
    monkeypatch.setattr(attempts, "TROUBLE", 4)
    code = asked()
    text = verification.draw(code.pk)
    for number in range(4):
        verification.redeem("00000-00000", source=f"203.0.113.{number}")
    for _try in range(attempts.PER_SOURCE_IN_TROUBLE - 1):
        assert verification.redeem("00000-00000", source="198.51.100.7") is None
    assert verification.redeem(text, source="198.51.100.7") is not None
