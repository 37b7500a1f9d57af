"""The queue of doubtful documents: what a clerk sees, decides and is told; two clerks are no two decisions."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from consents.models import Topic
from messaging.epuap import intake
from messaging.epuap.intake import AlreadyDecided
from messaging.models import Letter
from recipients.epuap import intake as epuap_intake
from recipients.models import EpuapDocument, Recipient, RightsRequest
from sandbox.form_documents import Filled, form_document
from tests import make, signed_forms
from tests.signed_forms import bring, filled

pytestmark = pytest.mark.django_db
State = EpuapDocument.State
OTHER = make.pesel(serial=4998)


@pytest.fixture(autouse=True)
def ready(settings: LazySettings) -> None:
    signed_forms.ready(settings)


@pytest.fixture
def topic() -> Topic:
    return make.topic("Odpady komunalne")


@pytest.fixture
def form(topic: Topic) -> Filled:
    return filled(topics=[topic.name], channels=["ePUAP", "e-mail"])


@pytest.fixture
def clerk(client: Client) -> User:
    user = make.staff("recipients_clerk")
    client.force_login(user)
    return user


def decide(client: Client, document: EpuapDocument, **fields: object) -> Any:
    answer = client.post(reverse("epuap-document-decide", args=[document.pk]), fields)
    document.refresh_from_db()
    return answer


def said(client: Client, document: EpuapDocument) -> str:
    return client.get(reverse("epuap-document", args=[document.pk])).content.decode()


def test_the_queue_shows_who_and_why(client: Client, clerk: User, form: Filled) -> None:
    document = bring("register", form, sender_pesel=OTHER)
    page = client.get(reverse("epuap-queue")).content.decode()
    assert "Źdźbło Bożydar" in page
    assert "z konta innej osoby" in page
    assert reverse("epuap-document", args=[document.pk]) in page
    assert AuditEntry.objects.get(action="epuap_document.listed").detail == {
        "documents": [document.pk]
    }


def test_a_document_shows_the_form_beside_the_register(
    client: Client, clerk: User, form: Filled
) -> None:
    known = make.recipient(
        active=False, pesel=form.pesel, last_name="Źdźbło", first_name="Bożydar", kinds=("email",)
    )
    document = bring("register", form)
    page = said(client, document)
    assert form.email in page
    assert known.contact_points.get(kind="email").value in page
    assert reverse("recipient-card", args=[known.pk]) in page
    assert AuditEntry.objects.filter(action="epuap_document.opened").exists()


def test_the_card_leads_to_the_signed_form(client: Client, clerk: User, form: Filled) -> None:
    document = bring("register", form)
    card = reverse("recipient-card", args=[Recipient.objects.get().pk])
    path = reverse("epuap-document", args=[document.pk])
    assert path in client.get(card).content.decode()
    client.force_login(make.staff("data_protection_officer"))
    assert path not in client.get(card).content.decode()


def test_accepting_registers_and_answers(client: Client, clerk: User, form: Filled) -> None:
    document = bring("register", form, sender_pesel=OTHER)
    assert decide(client, document, decision="accept").status_code == 302
    assert (document.state, document.decided_by) == (State.DONE, clerk)
    person = Recipient.objects.get(pesel_token=form.pesel)
    assert person.state == "active"
    assert Letter.objects.filter(recipient=person, code=None).count() == 1
    entry = AuditEntry.objects.get(action="epuap_document.done")
    assert entry.actor == clerk


def test_a_wrong_phone_is_left_out_when_a_clerk_accepts(
    client: Client, clerk: User, form: Filled
) -> None:
    document = bring("register", replace(form, phone="25 123 45 67"))
    assert document.reasons == ["fields"]
    decide(client, document, decision="accept")
    person = Recipient.objects.get(pesel_token=form.pesel)
    assert sorted(person.contact_points.values_list("kind", flat=True)) == ["email", "epuap"]


def test_a_wrong_address_cannot_be_accepted(client: Client, clerk: User, form: Filled) -> None:
    document = bring("register", replace(form, street="", house=""))
    answer = decide(client, document, decision="accept")
    assert answer.status_code == 422
    assert document.state == State.REVIEW
    assert not Recipient.objects.exists()


def test_a_child_cannot_register_alone(client: Client, clerk: User, topic: Topic) -> None:
    child = make.pesel(born=timezone.localdate() - timedelta(days=4000), serial=3)
    form = filled(pesel=child, topics=[topic.name], channels=["ePUAP"])
    document = bring("register", form)
    assert document.reasons == ["child"]
    assert "razem z opiekunem" in said(client, document)
    assert decide(client, document, decision="accept").status_code == 422
    assert not Recipient.objects.exists()


def test_what_is_wrong_outside_of_the_fields_is_shown_too(
    client: Client, clerk: User, form: Filled
) -> None:
    document = bring("register", form, sender_pesel=OTHER)
    document.reading = replace(document.reading, problems={"birth_date": "Zła data."})
    document.save()
    assert "Data urodzenia: Zła data." in said(client, document)


def test_accepting_onto_a_person_makes_no_second_one(
    client: Client, clerk: User, form: Filled
) -> None:
    known = make.recipient(pesel="", last_name="Źdźbło", first_name="Bożydar", sex="F")
    document = bring("register", form)
    assert document.reasons == ["likely_duplicate"]
    assert decide(client, document, decision="accept").status_code == 422  # nobody chosen
    assert decide(client, document, decision="accept", onto=known.pk).status_code == 302
    known.refresh_from_db()
    assert known.identity.pesel == form.pesel
    assert known.contact_points.get(kind="email").value == form.email
    assert Recipient.objects.count() == 1
    assert document.recipient == known


def test_a_namesake_is_registered_when_the_clerk_says_so(
    client: Client, clerk: User, form: Filled
) -> None:
    make.recipient(pesel="", last_name="Źdźbło", first_name="Bożydar")
    document = bring("register", form)
    decide(client, document, decision="accept", onto="0")
    assert document.state == State.DONE
    assert Recipient.objects.count() == 2


def test_only_people_on_the_page_may_be_chosen(client: Client, clerk: User, form: Filled) -> None:
    make.recipient(pesel="", last_name="Źdźbło", first_name="Bożydar")
    stranger = make.recipient(last_name="Obcowska")
    document = bring("register", form)
    assert decide(client, document, decision="accept", onto=stranger.pk).status_code == 422
    assert document.state == State.REVIEW


def test_what_differs_is_taken_over_or_left(client: Client, clerk: User, topic: Topic) -> None:
    for decision, wins in (("accept", True), ("keep", False)):
        form = filled(topics=[topic.name], channels=["e-mail"])
        known = make.recipient(
            pesel=form.pesel, last_name="Źdźbło", first_name="Bożydar", kinds=("email",)
        )
        document = bring("register", form)
        assert document.reasons == ["data_differ"]
        decide(client, document, decision=decision)
        assert document.state == State.DONE
        assert (known.contact_points.get(kind="email").value == form.email) is wins
    assert Letter.objects.filter(text__isnull=False, form_key__isnull=False).count() == 2


def test_a_refusal_needs_a_reason_that_the_person_reads(
    client: Client, clerk: User, form: Filled
) -> None:
    document = bring("register", form, sender_pesel=OTHER)
    assert decide(client, document, decision="refuse").status_code == 422
    reason = "Podpis *złożyła* inna osoba."
    assert decide(client, document, decision="refuse", reason=reason).status_code == 302
    assert document.state == State.REFUSED
    letter = Letter.objects.get(recipient=None, staff=None)
    assert "Podpis" in letter.text.long
    assert letter.farewell.epuap == document.arrival.reply_to
    assert not Recipient.objects.exists()


def test_a_refused_right_closes_the_request_with_the_reason(
    client: Client, clerk: User, form: Filled
) -> None:
    bring("register", form)
    document = bring("view", form, reply_to="/inna/SkrytkaESP")
    decide(client, document, decision="refuse", reason="To nie ta skrytka.")
    request = RightsRequest.objects.get()
    assert (request.kind, request.outcome) == ("view", "refused")


def test_a_document_that_proves_nothing_cannot_be_accepted(client: Client, clerk: User) -> None:
    content = form_document("register", filled())
    taken = epuap_intake.take(signed_forms.incoming(content, filled()))
    intake.work_off()
    document = EpuapDocument.objects.get(pk=taken.pk)
    assert document.reasons == ["signature.not_signed"]
    assert 'value="accept"' not in said(client, document)
    assert decide(client, document, decision="accept").status_code == 422
    with pytest.raises(ValueError, match="proved"):
        intake.accept(document, by=clerk)


def test_reading_again_helps_once_the_cause_is_gone(
    client: Client, clerk: User, form: Filled, settings: LazySettings
) -> None:
    trusted = settings.CHANNELS
    channel = trusted["epuap"] | {"seals_file": "", "authorities_file": ""}
    settings.CHANNELS = trusted | {"epuap": channel}
    document = bring("register", form)
    assert document.reasons == ["signature.foreign_certificate"]
    settings.CHANNELS = trusted
    decide(client, document, decision="again")
    assert document.state == State.WAITING
    intake.work_off()
    document.refresh_from_db()
    assert document.state == State.DONE


def test_a_deletion_must_be_confirmed(client: Client, clerk: User, form: Filled) -> None:
    bring("register", form)
    document = bring("delete", form, sender_pesel=OTHER)
    assert decide(client, document, decision="accept").status_code == 422
    assert Recipient.objects.get().state == "active"
    decide(client, document, decision="accept", sure="on")
    assert Recipient.objects.get().state == "erased"
    assert document.forgotten_at is not None
    assert form.pesel not in said(client, document)


def test_the_second_of_two_clerks_is_told(client: Client, clerk: User, form: Filled) -> None:
    document = bring("register", form, sender_pesel=OTHER)
    stale = EpuapDocument.objects.get(pk=document.pk)
    decide(client, document, decision="refuse", reason="Nie.")
    with pytest.raises(AlreadyDecided):
        intake.accept(stale, by=make.staff("recipients_clerk"))
    assert not Recipient.objects.exists()  # nothing of the second decision stays
    answer = client.post(
        reverse("epuap-document-decide", args=[document.pk]), {"decision": "accept"}, follow=True
    )
    assert "Ktoś inny już rozstrzygnął" in answer.content.decode()


def test_the_signed_document_can_be_taken_away(client: Client, clerk: User, form: Filled) -> None:
    document = bring("register", form)
    answer = client.get(reverse("epuap-document-xml", args=[document.pk]))
    assert answer.content == document.content
    assert form.pesel not in answer["Content-Disposition"]
    assert AuditEntry.objects.filter(action="epuap_document.downloaded").exists()


def test_who_may_not_decide_does_not_get_in(client: Client, form: Filled) -> None:
    document = bring("register", form, sender_pesel=OTHER)
    for role in ("editor", "auditor"):
        client.force_login(make.staff(role))
        assert client.get(reverse("epuap-document", args=[document.pk])).status_code == 403
        assert decide(client, document, decision="refuse", reason="x").status_code == 403
    client.force_login(make.staff("recipients_clerk", unit=make.municipal_unit()))
    assert client.get(reverse("epuap-queue")).status_code == 403
