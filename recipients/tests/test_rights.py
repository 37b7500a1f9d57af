"""What people may ask for and the office must do: every move, its author, its traces."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from admin_module.models import AuditEntry
from icp.encryption.models import DataKey
from recipients.account import rights
from recipients.filtering import audience
from recipients.lookup import names
from recipients.models import ContactPoint, Recipient, ValidationCode
from recipients.people import particulars, registration
from recipients.people.moves import CannotMove, StaleRevision
from tests import make

pytestmark = pytest.mark.django_db
State = Recipient.State
WHY = "List wrócił: adresat nieznany."


def test_the_office_restricts_and_lifts() -> None:
    row, clerk = make.recipient(), make.clerk()
    restricted = rights.restrict(row, by=clerk, reason=WHY)
    assert (restricted.state, restricted.state_reason) == (State.RESTRICTED, WHY)
    assert rights.lift(row, by=clerk, reason="Wyjaśniono.").state == State.ACTIVE
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions)[-2:] == ["recipient.restricted", "recipient.lifted"]


def test_a_restricted_newcomer_is_active_only_after_both_the_form_and_the_lifting() -> None:
    row, clerk = make.recipient(active=False), make.clerk()
    rights.restrict(row, by=clerk, reason=WHY)
    assert registration.activate(row, by=clerk).state == State.RESTRICTED
    assert rights.lift(row, by=clerk, reason="Wyjaśniono.").state == State.ACTIVE


def test_lifting_gives_back_a_suspension() -> None:
    row, clerk = make.recipient(), make.clerk()
    rights.suspend(row, by=clerk, reason="Na prośbę.")
    rights.restrict(row, by=clerk, reason=WHY)
    assert rights.lift(row, by=clerk, reason="Wyjaśniono.").state == State.SUSPENDED
    assert rights.resume(row, by=clerk).state == State.ACTIVE


def test_a_restricted_person_cannot_get_out_by_suspending() -> None:
    row, clerk = make.recipient(), make.clerk()
    rights.restrict(row, by=clerk, reason=WHY)
    with pytest.raises(CannotMove):
        rights.suspend(row, by=clerk, reason="Na prośbę.")


def test_a_suspension_ends_on_its_day() -> None:
    row, clerk = make.recipient(), make.clerk()
    day = timezone.localdate() + timedelta(days=7)
    rights.suspend(row, by=clerk, reason="Urlop.", until=day)
    assert rights.resume_due(day - timedelta(days=1)) == 0
    assert rights.resume_due(day) == 1
    row.refresh_from_db()
    assert (row.state, row.state_until) == (State.ACTIVE, None)
    with pytest.raises(ValidationError):
        rights.suspend(row, by=clerk, reason="Urlop.", until=timezone.localdate())


def test_moves_outside_the_table_and_without_a_reason_are_refused() -> None:
    row, clerk = make.recipient(active=False), make.clerk()
    with pytest.raises(CannotMove):
        rights.suspend(row, by=clerk, reason="Na prośbę.")
    with pytest.raises(CannotMove):
        rights.resume(row, by=clerk)
    with pytest.raises(CannotMove):
        rights.lift(row, by=clerk, reason="?")
    with pytest.raises(ValidationError):
        rights.restrict(row, by=clerk, reason="  ")
    row.refresh_from_db()
    assert row.state == State.PENDING


def test_correcting_keeps_the_identifier_and_asks_for_a_code_to_a_new_address() -> None:
    row, clerk = make.recipient(), make.clerk()
    ValidationCode.objects.all().delete()
    before = particulars.of(row)
    contacts = {**before.contacts, "email": "nowy@przyklad.example", "epuap": "/nowy/box"}
    del contacts["sms"]
    data = replace(before, last_name="Nowa", contacts=contacts)
    after = rights.correct(row, data, by=clerk, reason="Ślub.", revision=row.revision)
    assert particulars.of(Recipient.objects.get(pk=row.pk)) == data
    assert after.identifier == row.identifier
    kinds = ValidationCode.objects.values_list("contact_point__kind", flat=True)
    assert set(kinds) == {"email", "epuap"}
    assert names.search("nowa") == [row.pk]
    detail = AuditEntry.objects.get(action="recipient.corrected").detail
    assert "last_name" in detail["fields"]


def test_an_unchanged_contact_point_stays_confirmed() -> None:
    row, clerk = make.recipient(kinds=("email",)), make.clerk()
    row.contact_points.update(verified_at=timezone.now())
    rights.correct(
        row,
        replace(particulars.of(row), first_name="Róża"),
        by=clerk,
        reason="Literówka.",
        revision=row.revision,
    )
    assert row.contact_points.get().verified_at is not None


def test_a_stale_save_loses_neither_value() -> None:
    row, clerk = make.recipient(), make.clerk()
    read = row.revision
    theirs = replace(particulars.of(row), last_name="Pierwsza")
    rights.correct(row, theirs, by=clerk, reason="a", revision=read)
    mine = replace(particulars.of(row), last_name="Druga")
    with pytest.raises(StaleRevision) as caught:
        rights.correct(row, mine, by=clerk, reason="b", revision=read)
    assert caught.value.mine.last_name == "Druga"
    assert caught.value.theirs.last_name == "Pierwsza"
    saved = rights.correct(row, mine, by=clerk, reason="b", revision=caught.value.revision)
    assert particulars.of(saved).last_name == "Druga"


def test_a_corrected_pesel_must_not_be_somebody_elses() -> None:
    first, second, clerk = make.recipient(), make.recipient(), make.clerk()
    taken = particulars.of(first).pesel
    data = replace(particulars.of(second), pesel=taken)
    with pytest.raises(registration.AlreadyRegistered):
        rights.correct(second, data, by=clerk, reason="x", revision=second.revision)


def test_erasing_leaves_a_tombstone_and_nothing_to_find() -> None:
    row, clerk = make.recipient(kinds=("email", "sms")), make.clerk()
    make.group("Seniorzy", row)
    identifier, value = row.identifier, row.contact_points.get(kind="email").value
    number = particulars.of(row).pesel
    rights.erase(row, by=clerk, reason="Na żądanie.")
    tomb = Recipient.objects.get(pk=row.pk)
    assert tomb.state == State.ERASED
    assert tomb.identifier != identifier
    assert (tomb.identity, tomb.address, tomb.consents) == (None, None, 0)
    assert not ContactPoint.objects.filter(value_token=value).exists()
    assert not Recipient.objects.filter(pesel_token=number).exists()
    assert not DataKey.objects.filter(uid=row.uid).exists()
    assert audience.resolve(audience.parse({"everyone": True})).tolist() == []
    with pytest.raises(CannotMove):
        rights.erase(row, by=clerk, reason="Jeszcze raz.")


def test_a_restored_person_whose_key_was_destroyed_again_is_buried_again() -> None:
    row, other = make.recipient(kinds=("email",)), make.recipient()
    number = particulars.of(row).pesel
    DataKey.objects.filter(uid=row.uid).delete()  # what replay_erasures does
    assert rights.finish_erasures() == 1
    assert Recipient.objects.get(pk=row.pk).state == State.ERASED
    assert not Recipient.objects.filter(pesel_token=number).exists()
    assert not row.contact_points.exists()
    assert audience.resolve(audience.parse({"everyone": True})).tolist() == [other.pk]
    assert rights.finish_erasures() == 0


def test_an_erased_person_may_come_back_as_a_new_one() -> None:
    row, clerk = make.recipient(), make.clerk()
    data = particulars.of(row)
    rights.erase(row, by=clerk, reason="Na żądanie.")
    again = make.recipient(pesel=data.pesel)
    assert again.pk != row.pk


def test_other_apps_erase_their_rows_in_the_same_transaction() -> None:
    seen: list[int] = []

    def eraser(person: Recipient) -> None:
        seen.append(person.pk)

    rights.erasers.append(eraser)
    try:
        row = make.recipient()
        rights.erase(row, by=make.clerk(), reason="Na żądanie.")
    finally:
        rights.erasers.remove(eraser)
    assert seen == [row.pk]
