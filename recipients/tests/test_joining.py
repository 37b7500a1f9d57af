"""Two cards of one person become one: nothing is lost, nobody gets anything twice, all ends together."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from admin_module.models import AuditEntry, User
from consents import granting
from consents.models import Consent, ConsentForm
from icp.encryption.models import DataKey
from messaging.correspondence import letters
from messaging.models import Delivery, Letter, LetterText
from recipients.account import requests, rights
from recipients.contacts.permissions import may
from recipients.filtering import audience
from recipients.lookup import search
from recipients.models import ContactPoint, Recipient, RightsRequest, ValidationCode
from recipients.people import duplicates, moves, particulars, registration
from recipients.same_person import joining
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return make.staff("recipients_clerk")


def join(stays: Recipient, goes: Recipient, *taken: str, by: User) -> Recipient:
    stays.refresh_from_db()
    goes.refresh_from_db()
    return joining.join(stays, goes, taken, by=by, revisions=(stays.revision, goes.revision))


def contacts_of(person: Recipient) -> dict[str, str]:
    fresh = ContactPoint.objects.filter(recipient=person)
    return {point.kind: point.value for point in fresh}


def test_what_only_one_card_says_comes_along_and_the_rest_as_chosen(clerk: User) -> None:
    stays = make.recipient(first_name="Ana", kinds=("email", "sms"), pesel="")
    goes = make.recipient(first_name="Anna", second_name="Maria", kinds=("sms", "epuap"))
    before = contacts_of(stays) | contacts_of(goes)
    assert goes.identity is not None
    kept = join(stays, goes, "first_name", "sms", by=clerk)
    fresh = Recipient.objects.get(pk=kept.pk)
    assert fresh.identity is not None
    assert (fresh.identity.first_name, fresh.identity.second_name) == ("Anna", "Maria")
    assert fresh.identity.pesel == goes.identity.pesel
    assert fresh.identifier == stays.identifier
    assert contacts_of(fresh) == before | {"email": contacts_of(fresh)["email"]}
    assert Recipient.objects.get(pesel_token=goes.identity.pesel).pk == stays.pk


def test_the_card_that_goes_holds_nothing_and_leads_to_the_other(clerk: User) -> None:
    stays, goes = make.recipient(), make.recipient(last_name="Panieńska")
    join(stays, goes, by=clerk)
    row = Recipient.objects.get(pk=goes.pk)
    assert row.state == Recipient.State.MERGED
    assert row.merged_into == stays
    assert row.identity is None
    assert row.address is None
    assert not row.contact_points.exists()
    assert search.search(goes.identifier, by=clerk).ids == [stays.pk]
    assert search.search("Panieńska", by=clerk).ids == []
    everyone = audience.resolve(audience.parse({"everyone": True})).tolist()
    assert everyone == [stays.pk]


def test_forms_are_found_by_their_number_on_the_card_that_stays(clerk: User) -> None:
    stays, goes = make.recipient(), make.recipient(active=False)
    paper = make.form(goes)
    join(stays, goes, by=clerk)
    assert search.search(paper.number, by=clerk).ids == [stays.pk]
    assert ConsentForm.objects.get(pk=paper.pk).recipient == stays


def test_acts_stay_as_proof_and_the_last_word_counts(clerk: User) -> None:
    water, waste = make.topic("Woda"), make.topic("Odpady")
    stays = make.recipient(topics=(water,), kinds=("email",))
    goes = make.recipient(topics=(water, waste), kinds=("email",))
    granting.withdraw(goes, water, "email", how="phone", by=clerk)
    acts = list(Consent.objects.order_by("pk").values_list("pk", "recipient", "act"))
    kept = join(stays, goes, by=clerk)
    assert list(Consent.objects.order_by("pk").values_list("pk", "recipient", "act")) == acts
    kept.refresh_from_db()
    assert not may(kept.consents, water.bit, "email")
    assert may(kept.consents, waste.bit, "email")
    granting.grant(kept, water, "email", how="desk", by=clerk)
    kept.refresh_from_db()
    assert may(kept.consents, water.bit, "email")


def test_a_yes_newer_than_the_no_of_the_other_card_counts(clerk: User) -> None:
    water = make.topic("Woda")
    stays = make.recipient(topics=(water,), kinds=("email",))
    granting.withdraw(stays, water, "email", how="phone", by=clerk)
    goes = make.recipient(topics=(water,), kinds=("email",))
    kept = join(stays, goes, by=clerk)
    kept.refresh_from_db()
    assert may(kept.consents, water.bit, "email")


def test_confirmed_addresses_and_codes_under_way_come_along(clerk: User) -> None:
    stays = make.recipient(kinds=("email",))
    goes = make.recipient(kinds=("sms",))
    point = goes.contact_points.get()
    code = ValidationCode.objects.get(contact_point=point)
    letters.post_codes()
    kept = join(stays, goes, by=clerk)
    moved = kept.contact_points.get(kind="sms")
    assert moved.pk == point.pk
    assert moved.uid == point.uid
    assert ValidationCode.objects.get(pk=code.pk).contact_point == moved
    assert Letter.objects.get(code=code).recipient == kept
    assert Delivery.objects.get(letter__code=code).recipient == kept


def test_groups_letters_and_requests_come_along(clerk: User) -> None:
    stays, goes = make.recipient(), make.recipient()
    council, scouts = make.group("Rada", stays, goes), make.group("Harcerze", goes)
    letter = letters.post(goes, LetterText("Odpowiedź", "Tak", "Tak"))
    join(stays, goes, by=clerk)
    assert set(stays.groups.all()) == {council, scouts}
    assert not goes.groups.exists()
    assert Letter.objects.get(pk=letter.pk).recipient == stays
    assert set(Delivery.objects.filter(letter=letter).values_list("recipient", flat=True)) == {
        stays.pk
    }


def test_the_stricter_state_holds_with_its_reason(clerk: User) -> None:
    stays, goes = make.recipient(), make.recipient()
    rights.restrict(goes, by=clerk, reason="Podany adres budzi wątpliwości.")
    kept = join(stays, goes, by=clerk)
    fresh = Recipient.objects.get(pk=kept.pk)
    assert fresh.state == Recipient.State.RESTRICTED
    assert fresh.state_reason == "Podany adres budzi wątpliwości."
    lifted = rights.lift(fresh, by=clerk, reason="Wyjaśniono.")
    assert lifted.state == Recipient.State.ACTIVE


def test_a_signed_form_of_either_card_makes_both_active(clerk: User) -> None:
    stays, goes = make.recipient(active=False), make.recipient()
    assert join(stays, goes, by=clerk).state == Recipient.State.ACTIVE


def test_values_that_contradict_each_other_are_refused_and_nothing_moves(clerk: User) -> None:
    stays = make.recipient(birth_date=make.person().birth_date)
    goes = make.recipient(birth_date=timezone.localdate() - timedelta(days=9_000))
    with pytest.raises(ValidationError):
        join(stays, goes, "birth_date", by=clerk)
    assert Recipient.objects.active().count() == 2
    assert contacts_of(goes)


def test_a_card_changed_since_it_was_compared_is_compared_again(clerk: User) -> None:
    stays, goes = make.recipient(), make.recipient()
    data = particulars.of(goes)
    rights.correct(goes, data, by=clerk, reason="Literówka.", revision=goes.revision)
    with pytest.raises(joining.StalePair):
        joining.join(stays, goes, (), by=clerk, revisions=(stays.revision, goes.revision))
    with pytest.raises(joining.CannotJoin):
        joining.join(stays, stays, (), by=clerk, revisions=(1, 1))


def test_what_is_gone_cannot_be_merged(clerk: User) -> None:
    stays, goes, third = (make.recipient() for _each in range(3))
    join(stays, goes, by=clerk)
    with pytest.raises(moves.CannotMove):
        join(third, goes, by=clerk)
    with pytest.raises(moves.CannotMove):
        join(goes, third, by=clerk)


def test_registering_the_merged_particulars_again_is_caught(clerk: User) -> None:
    stays = make.recipient()
    goes = make.recipient(pesel="", first_name="Teresa")
    data = particulars.of(goes)
    join(stays, goes, by=clerk)
    with pytest.raises(registration.AlreadyRegistered) as refusal:
        registration.by_hand(data, by=clerk, wish_how="desk", form_key=uuid.uuid4())
    assert refusal.value.likeness.recipient_id == stays.pk
    assert duplicates.likely(data)[0].recipient_id == stays.pk


def test_erasing_the_person_erases_every_card_that_was_theirs(clerk: User) -> None:
    third, stays, goes = (make.recipient() for _each in range(3))
    identifiers = {row.identifier for row in (third, stays, goes)}
    uids = [row.uid for row in (third, stays, goes)]
    join(goes, third, by=clerk)
    join(stays, goes, by=clerk)
    assert joining.all_of(stays) == [stays.pk, *sorted((third.pk, goes.pk))]
    assert DataKey.objects.filter(pk__in=uids).count() == 3  # an older backup must open
    rights.erase(stays, by=clerk, reason="Na żądanie osoby.")
    assert not DataKey.objects.filter(pk__in=uids).exists()
    rows = Recipient.objects.filter(pk__in=[third.pk, stays.pk, goes.pk])
    assert {row.state for row in rows} == {Recipient.State.ERASED}
    assert not identifiers & {row.identifier for row in rows}


def test_both_cards_histories_say_what_happened(clerk: User) -> None:
    stays, goes = make.recipient(first_name="Ana"), make.recipient(first_name="Anna")
    join(stays, goes, "first_name", by=clerk)
    entry = AuditEntry.objects.get(action="recipient.merged")
    assert entry.subject == f"recipients.recipient:{stays.pk}"
    assert entry.detail["merged"] == goes.pk
    assert entry.detail["taken_from_it"] == ["first_name"]
    assert AuditEntry.objects.get(action="recipient.merged_into").detail == {"into": stays.pk}


# By "app.model.field": what becomes of a row about the person when their card is merged.
MOVES_ALONG = {
    "recipients.device.recipient",
    "recipients.recipient.merged_into", "recipients.contactpoint.recipient",
    "recipients.validationcode.recipient", "recipients.epuapdocument.recipient",
    "recipients.personfile.recipient", "recipients.rightsrequest.recipient",
    "recipients.importproposal.recipient", "recipients.recipientgroup_members.recipient",
    "recipients.recipientgroup.members", "consents.consentform.recipient",
    "consents.scan.recipient", "messaging.letter.recipient",
    "reports.report.reporter", "reports.follower.recipient",
    "recipients.keptanswer.recipient", "recipients.change.recipient",
}  # fmt: skip
STAYS_AS_PROOF = {"consents.consent.recipient", "messaging.delivery.recipient"}
GOES = {"recipients.duplicatepair.first", "recipients.duplicatepair.second"}


def test_everything_that_points_at_a_person_has_its_place_in_a_merge() -> None:
    fields: list[Any] = Recipient._meta.get_fields(include_hidden=True)
    pointing = {
        f"{field.related_model._meta.label_lower}.{field.field.name}"
        for field in fields
        if field.auto_created and not field.concrete and field.is_relation
    }
    assert pointing == MOVES_ALONG | STAYS_AS_PROOF | GOES


def test_sealed_rows_open_with_the_key_of_the_card_that_stays(clerk: User) -> None:
    stays, goes = make.recipient(), make.recipient()
    asked = requests.open_request(goes, "view", "letter", by=clerk, asked="Proszę o moje dane.")
    join(stays, goes, by=clerk)
    DataKey.objects.filter(pk=goes.uid).delete()
    row = RightsRequest.objects.get(pk=asked.pk)
    assert row.recipient == stays
    assert row.words.asked == "Proszę o moje dane."


def test_the_same_request_open_on_both_cards_stops_the_merge(clerk: User) -> None:
    stays, goes = make.recipient(), make.recipient()
    for person in (stays, goes):
        requests.open_request(person, "view", "letter", by=clerk)
    with pytest.raises(joining.CannotJoin):
        join(stays, goes, by=clerk)
