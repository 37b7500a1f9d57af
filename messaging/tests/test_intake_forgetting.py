"""Signed documents and receipts are kept as long as they prove something, and end with the person."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import Heartbeat
from icp.encryption.models import DataKey
from messaging.channels.base import Answer, Outcome
from messaging.engine import outcomes, upps
from messaging.epuap import intake
from messaging.models import Delivery, Upp
from recipients.account import rights
from recipients.epuap import forgetting
from recipients.epuap import intake as epuap_intake
from recipients.models import EpuapDocument, Recipient
from sandbox.form_documents import Filled
from tests import make, signed_forms
from tests.signed_forms import bring, filled

pytestmark = pytest.mark.django_db
State = EpuapDocument.State
RECEIPT = (
    b'<p:Dokument xmlns:p="http://crd.gov.pl/xml/schematy/UPO/2008/05/09/"><p:UPP>'
    b"<p:IdentyfikatorPoswiadczenia>UPP-1</p:IdentyfikatorPoswiadczenia>"
    b"<p:IdentyfikatorDokumentu>DOK-1</p:IdentyfikatorDokumentu>"
    b"<p:Adresat>Ludwika Probna</p:Adresat></p:UPP></p:Dokument>"
)


@pytest.fixture(autouse=True)
def ready(settings: LazySettings) -> None:
    signed_forms.ready(settings)
    settings.EPUAP_DOCUMENTS_KEPT_DAYS = 100


@pytest.fixture
def form() -> Filled:
    topic = make.topic("Odpady komunalne")
    return filled(topics=[topic.name], channels=["ePUAP"])


def age(document: EpuapDocument, days: int) -> None:
    moment = timezone.now() - timedelta(days=days)
    EpuapDocument.objects.filter(pk=document.pk).update(ended_at=moment)


def test_a_registration_stays_as_long_as_the_account(form: Filled) -> None:
    proof, look = bring("register", form), bring("view", form)
    age(proof, 5000)
    age(look, 99)
    assert forgetting.purge() == 0
    age(look, 101)
    assert forgetting.purge() == 1
    look.refresh_from_db()
    proof.refresh_from_db()
    assert (look.content, look.reading, look.token) == (None, None, None)
    assert (look.state, look.purpose) == (State.DONE, "view")
    assert not DataKey.objects.filter(pk=look.uid).exists()
    assert proof.content is not None
    assert forgetting.purge() == 0


def test_repeats_and_trials_are_forgotten_soon(form: Filled) -> None:
    trial = bring("register", form, trial=True)
    age(trial, 31)
    assert forgetting.purge() == 1


def test_what_waits_for_a_clerk_is_not_forgotten(form: Filled) -> None:
    document = bring("register", form, sender_pesel="")
    EpuapDocument.objects.update(arrived_at=timezone.now() - timedelta(days=900))
    assert forgetting.purge() == 0
    document.refresh_from_db()
    assert document.content is not None


def test_an_erasure_forgets_every_document_of_the_person(form: Filled) -> None:
    bring("register", form)
    waiting = bring("view", form, reply_to="/inna/SkrytkaESP")
    assert waiting.state == State.REVIEW
    person = Recipient.objects.get()
    rights.erase(person, by=make.clerk(), reason="na wniosek")
    for document in EpuapDocument.objects.all():
        assert (document.content, document.arrival, document.reading) == (None, None, None)
        assert not DataKey.objects.filter(pk=document.uid).exists()
    intake.tidy_up()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reasons) == (State.IDLE, ["erased"])


def test_a_worker_meets_a_document_whose_person_is_gone(form: Filled) -> None:
    bring("register", form)
    content = signed_forms.signed("view", form)
    late = epuap_intake.take(signed_forms.incoming(content, form))
    rights.erase(Recipient.objects.get(), by=make.clerk(), reason="na wniosek")
    intake.work_off()
    document = EpuapDocument.objects.get(pk=late.pk)
    assert document.state == State.WAITING  # perhaps a new registration is on its way


def test_forgetting_happens_once_a_day() -> None:
    intake.tidy_up()
    beat = Heartbeat.objects.get(name=intake.DAILY).at
    intake.tidy_up()
    assert Heartbeat.objects.get(name=intake.DAILY).at == beat


def in_box(person: Recipient, **fields: object) -> Delivery:
    now = timezone.now()
    every: dict[str, object] = {
        "message": make.message(),
        "recipient": person,
        "channel": "epuap",
        "lane": 3,
        "state": "delivered",
        "provider_id": "DOK-1",
        "due_at": now,
        "changed_at": now,
    }
    return Delivery.objects.create(**(every | fields))


def test_a_receipt_is_filed_once_and_sealed() -> None:
    assert upps.keep([(RECEIPT, "")]) == 1
    assert upps.keep([(RECEIPT, ""), (RECEIPT, "")]) == 0
    assert upps.keep([(b"<not-a-receipt/>", ""), (b"no xml", "")]) == 0
    receipt = Upp.objects.get()
    assert (receipt.number, receipt.document) == ("UPP-1", "DOK-1")
    assert receipt.content == RECEIPT


def test_a_receipt_in_the_answer_is_filed_with_the_delivery() -> None:
    delivery = in_box(make.recipient(kinds=("epuap",)))
    answer = Answer("0" * 32, Outcome.DELIVERED, "DOK-9", proof=RECEIPT)
    assert "Probna" not in repr(answer)
    outcomes._keep_rest([(SimpleNamespace(id=1), answer)], {1}, "epuap")  # type: ignore[list-item]
    Delivery.objects.update(provider_id="DOK-9")
    delivery.refresh_from_db()
    assert [each.number for each in upps.of(delivery)] == ["UPP-1"]


def test_a_receipt_is_seen_in_the_trace_and_downloaded_by_who_may_open_the_card(
    client: Client,
) -> None:
    person = make.recipient(kinds=("epuap",))
    delivery = in_box(person)
    upps.keep([(RECEIPT, "")])
    path = reverse("delivery-upp", args=[delivery.pk, Upp.objects.get().pk])
    client.force_login(make.staff("editor"))
    page = client.get(reverse("delivery-detail", args=[delivery.pk])).content.decode()
    assert "UPP-1" in page
    assert path not in page
    assert client.get(path).status_code == 404
    client.force_login(make.staff("data_protection_officer"))
    assert client.get(path).content == RECEIPT


def test_a_receipt_ends_with_the_person() -> None:
    person = make.recipient(kinds=("epuap",))
    in_box(person)
    upps.keep([(RECEIPT, "")])
    uid = Upp.objects.get().uid
    rights.erase(person, by=make.clerk(), reason="na wniosek")
    assert not Upp.objects.exists()
    assert not DataKey.objects.filter(pk=uid).exists()


def test_receipts_that_prove_nothing_are_forgotten() -> None:
    upps.keep([(RECEIPT, "")])
    Upp.objects.update(arrived_at=timezone.now() - timedelta(days=29))
    assert upps.purge() == 0
    Upp.objects.update(arrived_at=timezone.now() - timedelta(days=31))
    assert upps.purge() == 1
