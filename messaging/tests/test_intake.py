"""A signed registration by ePUAP makes an active account (§ 5.1); what is doubtful waits for a clerk."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from admin_module.models import AuditEntry
from consents.models import Consent, Topic
from messaging.correspondence import letters
from messaging.epuap import answers, intake
from messaging.models import Letter
from recipients.contacts.permissions import may
from recipients.epuap import intake as epuap_intake
from recipients.models import EpuapDocument, Recipient, ValidationCode
from sandbox.form_documents import Filled
from sandbox.signing import Person
from tests import make, signed_forms
from tests.signed_forms import bring, filled

pytestmark = pytest.mark.django_db
State = EpuapDocument.State


@pytest.fixture(autouse=True)
def ready(settings: LazySettings) -> None:
    signed_forms.ready(settings)


@pytest.fixture
def topic() -> Topic:
    return make.topic("Odpady komunalne")


@pytest.fixture
def form(topic: Topic) -> Filled:
    return filled(topics=[topic.name], channels=["e-mail", "SMS", "ePUAP"])


def person_of(form: Filled) -> Recipient:
    person: Recipient = Recipient.objects.get(pesel_token=form.pesel)
    return person


def test_paragraph_5_1_a_registration_by_epuap_needs_no_paper(form: Filled, topic: Topic) -> None:
    document = bring("register", form)
    assert (document.state, document.reasons) == (State.DONE, [])
    person = person_of(form)
    assert document.recipient == person
    assert (person.state, person.origin, person.unit) == ("active", "epuap", None)
    assert person.identity.last_name == "Źdźbło"
    assert not person.consent_forms.exists()
    for kind in ("email", "sms", "epuap"):
        assert may(person.consents, topic.bit, kind)
    acts = Consent.objects.filter(recipient=person)
    assert {(act.how, act.by, act.form) for act in acts} == {("epuap", None, None)}


def test_paragraph_4_5_a_code_goes_to_each_address_given(form: Filled) -> None:
    person = bring("register", form).recipient
    asked = ValidationCode.objects.values_list("contact_point__kind", flat=True)
    assert set(asked) == {"email", "sms", "epuap"}
    assert letters.post_codes() == 3
    answer = Letter.objects.get(recipient=person, code=None)
    assert answer.form_key is not None
    assert [delivery.channel for delivery in answer.deliveries.all()] == ["epuap"]


def test_the_same_document_again_changes_nothing(form: Filled) -> None:
    content = signed_forms.signed("register", form)
    arrival = signed_forms.incoming(content, form)
    for late in range(3):
        sent = arrival.sent_at + timedelta(minutes=late) if arrival.sent_at else None
        epuap_intake.take(replace(arrival, sent_at=sent))
        intake.work_off()
    assert Recipient.objects.filter(pesel_token=form.pesel).count() == 1
    states = list(EpuapDocument.objects.order_by("pk").values_list("state", "reasons"))
    assert states == [("done", []), ("idle", ["repeated"]), ("idle", ["repeated"])]
    assert Letter.objects.filter(code=None).count() == 1


def test_a_trial_document_does_nothing(form: Filled) -> None:
    document = bring("register", form, trial=True)
    assert (document.state, document.reasons) == (State.IDLE, ["trial"])
    assert not Recipient.objects.filter(pesel_token=form.pesel).exists()
    assert bring("register", form).state == State.DONE  # the trial is no first time


OTHER = make.pesel(serial=4999)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"signer": Person(OTHER, "Bożydar", "Źdźbło")}, "pesel_differs"),
        ({"sender_pesel": OTHER}, "sender_differs"),
        ({"sender_pesel": ""}, "sender_unknown"),
    ],
)
def test_a_pesel_that_does_not_agree_everywhere_is_left_to_a_clerk(
    form: Filled, changes: dict[str, object], reason: str
) -> None:
    document = bring("register", form, **changes)
    assert document.state == State.REVIEW
    assert reason in document.reasons
    assert not Recipient.objects.exists()
    entry = AuditEntry.objects.filter(action="epuap_document.review").latest("pk")
    assert reason in entry.detail["reasons"]


def test_another_name_than_the_signer_s_is_left_to_a_clerk(form: Filled) -> None:
    document = bring("register", form, signer=Person(form.pesel, "Bożydar", "Kowalski"))
    assert document.reasons == ["name_differs"]


def test_a_second_name_in_the_form_alone_does_not_matter(topic: Topic) -> None:
    form = filled(first_name="Bożydar Jan", topics=[topic.name], channels=["epuap"])
    signer = Person(form.pesel, "BOŻYDAR", "ŹDŹBŁO")
    assert bring("register", form, signer=signer).state == State.DONE


@pytest.mark.parametrize(
    ("fields", "reasons", "problem"),
    [
        ({"street": "", "house": ""}, ["fields"], "address"),
        ({"email": "to nie adres"}, ["fields"], "email"),
        ({"topics": ["Pogoda na Marsie"]}, ["consent_unknown"], "topics"),
        ({"channels": ["gołąb"]}, ["consent_unknown"], "channels"),
        ({"topics": []}, ["no_consent"], None),
        ({"email": "", "channels": ["e-mail"]}, ["fields"], "channels"),
    ],
)
def test_what_is_wrong_in_a_form_is_named(
    topic: Topic, fields: dict[str, object], reasons: list[str], problem: str | None
) -> None:
    form = filled(**({"topics": [topic.name], "channels": ["ePUAP"]} | fields))
    document = bring("register", form)
    assert (document.state, document.reasons) == (State.REVIEW, reasons)
    assert set(document.reading.problems) == ({problem} if problem else set())
    assert not Recipient.objects.exists()


def test_an_unknown_form_is_left_to_a_clerk(form: Filled) -> None:
    content = signed_forms.signed("register", form)
    content = content.replace(b"urn:icp:formularz:rejestracja:1-0", b"urn:inny:formularz")
    taken = epuap_intake.take(signed_forms.incoming(content, form))
    intake.work_off()
    document = EpuapDocument.objects.get(pk=taken.pk)
    assert document.reasons == ["signature.content_changed", "unknown_form"]
    assert not intake.may_accept(document)


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        (b"not XML at all", ["signature.bad_xml"]),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", ["signature.bad_xml"]),
        (b"<a/>", ["signature.not_signed", "unknown_form"]),
    ],
)
def test_hostile_bytes_are_left_to_a_clerk(content: bytes, reasons: list[str]) -> None:
    taken = epuap_intake.take(signed_forms.incoming(content, filled()))
    intake.work_off()
    document = EpuapDocument.objects.get(pk=taken.pk)
    assert (document.state, document.reasons) == (State.REVIEW, reasons)


def test_what_stands_inside_the_signature_is_no_part_of_the_form(form: Filled) -> None:
    planted = (
        b'<Object xmlns="http://www.w3.org/2000/09/xmldsig#">'
        b'<oso:Osoba xmlns:oso="http://crd.gov.pl/xml/schematy/osoba/2009/11/16/"'
        b' xmlns:adr="http://crd.gov.pl/xml/schematy/adres/2009/11/09/"><adr:Kontakt>'
        b"<adr:Email>zlodziej@przyklad.example</adr:Email></adr:Kontakt></oso:Osoba></Object>"
    )
    content = signed_forms.signed("register", form)
    content = content.replace(b"</ds:Signature>", planted + b"</ds:Signature>")
    assert planted in content
    taken = epuap_intake.take(signed_forms.incoming(content, form))
    intake.work_off()
    document = EpuapDocument.objects.get(pk=taken.pk)
    assert document.state == State.REVIEW
    assert document.reading.fields["email"] == [form.email]


def test_somebody_registered_by_hand_is_confirmed_and_not_doubled(
    form: Filled, topic: Topic
) -> None:
    known = make.recipient(active=False, pesel=form.pesel, last_name="Źdźbło", first_name="Bożydar")
    document = bring("register", form)
    known.refresh_from_db()
    assert known.state == "active"
    assert may(known.consents, topic.bit, "email")
    assert Recipient.objects.filter(pesel_token=form.pesel).count() == 1
    # What differs is proposed to a clerk, not written over.
    assert (document.state, document.reasons) == (State.REVIEW, ["data_differ"])
    assert known.contact_points.get(kind="epuap").value == document.arrival.reply_to
    assert known.contact_points.get(kind="email").value != form.email


def test_a_namesake_born_on_the_same_day_is_left_to_a_clerk(form: Filled) -> None:
    make.recipient(pesel="", last_name="Źdźbło", first_name="Bożydar")
    assert bring("register", form).reasons == ["likely_duplicate"]


def test_somebody_of_another_pesel_is_nobody_s_double(form: Filled) -> None:
    make.recipient(last_name="Źdźbło", first_name="Bożydar")
    assert bring("register", form).state == State.DONE


@pytest.mark.parametrize("state", ["restricted", "suspended"])
def test_a_registration_does_not_walk_around_the_state_of_an_account(
    form: Filled, state: str
) -> None:
    known = make.recipient(pesel=form.pesel, last_name="Źdźbło", first_name="Bożydar")
    Recipient.objects.filter(pk=known.pk).update(state=state, state_before="active")
    assert bring("register", form).reasons == ["state"]


def test_a_crash_between_the_steps_leaves_nothing_half_done(
    form: Filled, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:

        def crash(*_args: object) -> None:
            raise RuntimeError("the power went off")

        broken.setattr(answers, "post", crash)
        document = bring("register", form)
    assert (document.state, document.tries) == (State.WAITING, 1)
    assert not Recipient.objects.filter(pesel_token=form.pesel).exists()
    assert form.pesel not in caplog.text
    EpuapDocument.objects.update(due_at=timezone.now())
    intake.work_off()
    assert person_of(form).state == "active"
    assert Letter.objects.filter(code=None).count() == 1


def test_what_stops_every_worker_ends_with_a_clerk(
    form: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(answers, "post", crash)
    bring("register", form)
    for _each in range(intake.MOST_TRIES):
        EpuapDocument.objects.update(due_at=timezone.now())
        intake.work_off()
    document = EpuapDocument.objects.get()
    assert (document.state, document.reasons) == (State.REVIEW, ["fault"])


def test_a_wish_that_came_before_the_registration_waits_for_it(form: Filled) -> None:
    early = bring("suspend", form)
    assert early.state == State.WAITING
    bring("register", form)
    EpuapDocument.objects.filter(pk=early.pk).update(due_at=timezone.now())
    intake.work_off()
    early.refresh_from_db()
    assert early.state == State.DONE
    assert person_of(form).state == "suspended"


def test_a_wish_of_somebody_unknown_ends_with_a_clerk(
    form: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "PATIENCE", timedelta(0))
    document = bring("suspend", form)
    assert (document.state, document.reasons) == (State.REVIEW, ["unknown_person"])


def test_an_older_wish_does_not_undo_a_newer_one(form: Filled) -> None:
    now = datetime.now(UTC)
    bring("register", form, at=now - timedelta(hours=9))
    bring("correct", replace(form, email="nowy@przyklad.example"), at=now - timedelta(hours=1))
    older = bring(
        "correct", replace(form, email="stary@przyklad.example"), at=now - timedelta(hours=2)
    )
    assert (older.state, older.reasons) == (State.REVIEW, ["overtaken"])
    assert person_of(form).contact_points.get(kind="email").value == "nowy@przyklad.example"
