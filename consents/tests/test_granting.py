"""Every yes and no is a row that stays, a bit that deliveries read, and an audit entry."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from admin_module.models import AuditEntry
from consents import granting, numbering
from consents.models import Consent, ConsentForm, ConsentText, NoScan
from recipients.account import rights
from recipients.contacts import permissions
from recipients.models import Recipient, ValidationCode
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _words_in_force() -> None:
    make.consent_text()


def actions(recipient: Recipient) -> list[str]:
    entries = AuditEntry.objects.filter(subject=f"recipients.recipient:{recipient.pk}")
    return list(entries.order_by("pk").values_list("action", flat=True))


def allowed(recipient: Recipient, bit: int, kind: str) -> bool:
    recipient.refresh_from_db()
    return permissions.may(recipient.consents, bit, kind)


def test_a_grant_is_a_row_a_bit_and_an_audit_entry() -> None:
    person, topic, clerk = make.recipient(), make.topic(), make.clerk()
    act = granting.grant(person, topic, "sms", how="desk", by=clerk)
    assert (act.act, act.how, act.by, act.channel) == ("grant", "desk", clerk, "sms")
    assert act.text == granting.text_for(timezone.now())
    assert allowed(person, topic.bit, "sms")
    assert not allowed(person, topic.bit, "email")
    assert "consent.granted" in actions(person)


def test_a_withdrawal_clears_the_bit_and_keeps_the_earlier_yes() -> None:
    topic, clerk = make.topic(), make.clerk()
    person = make.recipient(topics=(topic,))
    granting.withdraw(person, topic, "sms", how="phone", by=clerk)
    assert not allowed(person, topic.bit, "sms")
    assert allowed(person, topic.bit, "email")
    acts = Consent.objects.filter(recipient=person, channel="sms").order_by("pk")
    assert [(act.act, act.how) for act in acts] == [("grant", "paper"), ("withdraw", "phone")]


def test_saying_the_same_twice_adds_nothing() -> None:
    person, topic, clerk = make.recipient(), make.topic(), make.clerk()
    first = granting.grant(person, topic, "email", how="desk", by=clerk)
    second = granting.grant(person, topic, "email", how="phone", by=clerk)
    assert first.pk == second.pk
    assert actions(person).count("consent.granted") == 1


def test_a_received_form_grants_what_was_ticked_and_asks_for_codes() -> None:
    water, waste, clerk = make.topic("Woda"), make.topic("Odpady"), make.clerk()
    person = make.recipient(kinds=("email", "sms", "epuap"), active=False)
    wanted = permissions.bit(water.bit, "sms") | permissions.bit(waste.bit, "email")
    form = numbering.new_form(person, wanted, by=clerk)
    active = granting.receive_form(form, by=clerk, paper=NoScan.LATER)
    assert active.state == Recipient.State.ACTIVE
    person.refresh_from_db()
    assert person.consents == wanted
    acts = Consent.objects.filter(form=form)
    assert {(act.topic, act.channel, act.how) for act in acts} == {
        (water, "sms", "paper"),
        (waste, "email", "paper"),
    }
    codes = ValidationCode.objects.filter(contact_point__recipient=person)
    assert set(codes.values_list("contact_point__kind", flat=True)) == {"email", "sms", "epuap"}
    form.refresh_from_db()
    assert form.received_by == clerk


def test_what_was_corrected_by_hand_on_the_paper_counts() -> None:
    topic, clerk = make.topic(), make.clerk()
    person = make.recipient(active=False)
    form = numbering.new_form(person, permissions.bit(topic.bit, "sms"), by=clerk)
    granting.receive_form(
        form, by=clerk, paper=NoScan.LATER, granted=permissions.bit(topic.bit, "email")
    )
    assert allowed(person, topic.bit, "email")
    assert not allowed(person, topic.bit, "sms")


def test_receiving_a_form_twice_changes_nothing() -> None:
    topic, clerk = make.topic(), make.clerk()
    person = make.recipient(active=False)
    form = numbering.new_form(person, permissions.bit(topic.bit, "sms"), by=clerk)
    granting.receive_form(form, by=clerk, paper=NoScan.LATER)
    granting.withdraw(person, topic, "sms", how="desk", by=clerk)
    granting.receive_form(form, by=clerk, paper=NoScan.LATER)
    assert not allowed(person, topic.bit, "sms")
    assert Consent.objects.filter(form=form).count() == 1


def test_the_erased_can_agree_to_nothing_but_their_proof_stays() -> None:
    topic, clerk = make.topic(), make.clerk()
    person = make.recipient(topics=(topic,))
    rights.erase(person, by=clerk, reason="na życzenie")
    with pytest.raises(granting.CannotConsent):
        granting.grant(person, topic, "sms", how="desk", by=clerk)
    assert Consent.objects.filter(recipient=person).count() == 2


def test_without_words_in_force_nobody_can_agree() -> None:
    ConsentForm.objects.all().delete()
    ConsentText.objects.all().delete()
    with pytest.raises(granting.CannotConsent):
        granting.text_for(timezone.now())


def test_numbers_of_forms_follow_one_another_within_a_year() -> None:
    assert numbering.next_number(2031) == "ZG-2031-000001"
    assert numbering.next_number(2031) == "ZG-2031-000002"
    assert numbering.next_number(2032) == "ZG-2032-000001"


def test_a_form_that_waits_for_its_signature_is_not_made_twice() -> None:
    topic, clerk = make.topic(), make.clerk()
    person = make.recipient(active=False)
    wanted = permissions.bit(topic.bit, "sms")
    first = numbering.form_for(person, wanted, by=clerk)
    assert numbering.form_for(person, wanted, by=clerk) == first
    assert numbering.form_for(person, 0, by=clerk) != first
    granting.receive_form(first, by=clerk, paper=NoScan.LATER)
    assert numbering.form_for(person, wanted, by=clerk) != first


def test_the_database_refuses_to_change_or_remove_a_consent() -> None:
    topic = make.topic()
    make.recipient(topics=(topic,))
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.update(channel="epuap")
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.all().delete()


def test_the_database_keeps_the_words_that_somebody_agreed_to() -> None:
    text = make.consent_text()
    text.statement = "Inne słowa przed pierwszym drukiem."
    text.save()
    make.recipient()
    text.statement = "Inne słowa po pierwszym druku."
    with pytest.raises(IntegrityError), transaction.atomic():
        text.save()
