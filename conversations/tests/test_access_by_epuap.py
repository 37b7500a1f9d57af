"""From a signed form of ePUAP to a request with its day, hold and answer; doubtful ones wait for a clerk."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry
from conversations.access import deadlines
from conversations.models import AccessRequest, RequestLetter
from messaging.epuap import intake
from messaging.models import Letter
from recipients.account import rights
from recipients.models import EpuapDocument, Recipient
from recipients.models.epuap_forms import EpuapForm
from sandbox.form_documents import Filled
from sandbox.signing import Person
from tests import make, make_conversations, signed_forms
from tests.signed_forms import bring

State = EpuapDocument.State
OTHER = make.pesel(serial=4998)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready(settings: LazySettings, tmp_path: Path) -> None:
    settings.FILES_DIR = str(tmp_path)
    signed_forms.ready(settings)


def application(**fields: Any) -> Filled:
    told: dict[str, Any] = {
        "talk": "rozmowa telefoniczna",
        "called_from": make_conversations.PHONE,
        "conversation_on": (timezone.localdate() - timedelta(days=1)).isoformat(),
        "conversation_time": "około 10",
        "about": "Odpady",
        "basis": "zarządzenie 308/18",
        "justification": "Podano mi inny termin.",
        "requested_form": "odsłuchanie lub odczytanie",
        "phone": "",
    }
    return signed_forms.filled(**(told | fields))


def answered() -> list[tuple[str, str]]:
    """To which box, and the words."""
    found = [row for row in Letter.objects.order_by("pk") if row.farewell]
    return [(row.farewell.epuap, row.text.long) for row in found]


def test_a_signed_form_is_a_request_of_the_day_on_which_epuap_got_it() -> None:
    call = make_conversations.call()
    sent = datetime.now(UTC) - timedelta(days=3)
    form = application(needs="polski język migowy")
    document = bring("access", form, sent_at=sent, at=sent)
    assert (document.state, document.reasons, document.recipient) == (State.DONE, [], None)
    row = AccessRequest.objects.get()
    assert (row.channel, row.identity, row.basis, row.requested_form) == (
        "epuap", "epuap", "order_308", "supervised_listening",
    )  # fmt: skip
    assert (row.reference, row.registered_by) == (str(document.pk), None)
    assert row.received_at == sent
    assert row.due_on == deadlines.due_on(timezone.localdate(sent))
    person = row.applicant
    assert (person.last_name, person.phone, person.epuap) == (
        form.last_name, make_conversations.PHONE, f"/osoba{form.pesel[-5:]}/SkrytkaESP",
    )  # fmt: skip
    assert person.address == "ul. Sportowa 7/3\n00-002 Zażółcin"
    assert person.about == "rozmowa telefoniczna: Odpady"
    assert person.needs == "polski język migowy"
    assert row.holds.get().conversation == call
    assert row.letters.get(kind=RequestLetter.Kind.APPLICATION).read().startswith(b"%PDF")
    assert not Recipient.objects.exists()
    actions = AuditEntry.objects.values_list("action", flat=True)
    assert {"access_request.filed", "epuap_document.done"} <= set(actions)
    [(box, words)] = answered()
    assert box == person.epuap
    assert row.number in words
    assert "nie zostanie usunięte" in words
    assert form.pesel not in words


def test_art_15_asks_no_reasons_and_what_is_not_found_is_the_offices_to_clear() -> None:
    make_conversations.call(phone="+48602111222")
    form = application(
        basis="art. 15 RODO", requested_form="kopia", justification="", called_from="", talk="czat"
    )
    assert bring("access", form).state == State.DONE
    row = AccessRequest.objects.get()
    assert (row.basis, row.requested_form, row.identity) == ("gdpr_15", "copy", "epuap")
    assert row.applicant.about == "czat: Odpady"
    assert not row.holds.exists()
    assert "Nie znaleźliśmy" in answered()[0][1]


def test_a_registered_applicant_has_the_document_on_the_card_and_the_case_outlives_it() -> None:
    person = make.recipient(pesel=(pesel := make.pesel(serial=4871)))
    document = bring("access", application(pesel=pesel))
    assert document.recipient == person
    rights.erase(person, by=make.clerk(), reason="na wniosek")
    document.refresh_from_db()
    assert document.content is None
    row = AccessRequest.objects.get()
    assert row.applicant.about
    assert row.letters.get().read().startswith(b"%PDF")


def test_a_doubtful_application_waits_and_outlives_the_account_until_it_is_answered() -> None:
    person = make.recipient(pesel=(pesel := make.pesel(serial=4872)))
    document = bring("access", application(pesel=pesel, about=""))
    assert (document.state, document.reasons) == (State.REVIEW, ["fields"])
    rights.erase(person, by=make.clerk(), reason="na wniosek")
    document.refresh_from_db()
    assert (document.state, document.forgotten_at) == (State.REVIEW, None)
    assert intake.accept(document, by=make.clerk()) is None
    assert AccessRequest.objects.get().applicant.about == ""


def test_what_cannot_be_read_is_named_field_by_field_and_files_nothing() -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for wrong, field in (
        ({"justification": ""}, "justification"),
        ({"conversation_on": "wczoraj"}, "conversation_on"),
        ({"conversation_on": tomorrow}, "conversation_on"),
        ({"called_from": "12"}, "called_from"),
        ({"about": ""}, "about"),
        ({"basis": "bo tak"}, "basis"),
        ({"basis": "authority"}, "basis"),
        ({"requested_form": "na płycie"}, "requested_form"),
        ({"email": "to nie adres"}, "email"),
    ):
        document = bring("access", application(**wrong))
        assert (document.state, document.reasons) == (State.REVIEW, ["fields"]), wrong
        assert set(document.reading.problems) == {field}, wrong
    document = bring("access", application(street="", town="", postal_code=""), reply_to="")
    assert set(document.reading.problems) == {"address"}
    assert not AccessRequest.objects.exists()


def test_the_screen_of_forms_tries_the_sample_and_every_field_is_found(client: Client) -> None:
    client.force_login(make.staff("administrator"))
    row = EpuapForm.objects.get(purpose="access")
    path = reverse("epuap-form-edit", args=[row.pk])
    page = client.get(path)
    told = {name: value for name, value in page.context["form"].initial.items() if value}
    sample = Path(settings.BASE_DIR, "docs", "epuap", "rozmowa.xml").read_bytes()
    given = {"try": "1", "sample": SimpleUploadedFile("rozmowa.xml", sample), "active": "on"}
    tried = client.post(path, told | given)
    assert tried.status_code == 200
    found = {str(one.label): one.values for one in tried.context["found"]}
    assert len(found) == len(row.fields)
    assert all(found.values())
    without = {name: value for name, value in told.items() if name != "path_conversation_on"}
    assert client.post(path, without).status_code == 422


def test_nobody_but_the_signer_asks_and_a_trial_or_a_repeat_files_nothing() -> None:
    for changes, reason, is_idle in (
        ({"signer": Person(OTHER, "Bożydar", "Źdźbło")}, "pesel_differs", False),
        ({"sender_pesel": OTHER}, "sender_differs", False),
        ({"sender_pesel": ""}, "sender_unknown", False),
        ({"trial": True}, "trial", True),
    ):
        document = bring("access", application(), **changes)
        assert reason in document.reasons, changes
        assert document.state == (State.IDLE if is_idle else State.REVIEW), changes
    assert not AccessRequest.objects.exists()


def test_a_clerk_files_what_is_doubtful_as_of_its_day_and_the_procedure_asks_who_it_is(
    client: Client,
) -> None:
    sent = datetime.now(UTC) - timedelta(days=2)
    wrong = {"called_from": "12", "conversation_on": "wczoraj", "justification": ""}
    form = application(**wrong)
    document = bring("access", form, sender_pesel=OTHER, sent_at=sent, at=sent)
    assert document.reasons == ["sender_differs"]
    clerk = make.staff("recipients_clerk")
    client.force_login(clerk)
    page = client.get(reverse("epuap-document", args=[document.pk])).content.decode()
    assert "wczoraj" in page
    assert "Dostęp do rozmowy lub czatu" in page
    assert "numer" in page
    decide = reverse("epuap-document-decide", args=[document.pk])
    assert client.post(decide, {"decision": "accept"}).status_code == 302
    assert client.post(decide, {"decision": "accept"}).status_code == 302
    row = AccessRequest.objects.get()
    assert (row.identity, row.registered_by, row.received_at) == ("", clerk, sent)
    told = row.applicant
    assert (told.conversation_on, told.phone, told.epuap) == ("", "", "")
    assert "podpis" not in answered()[0][1].lower()
    client.force_login(make_conversations.designee(login="wnioski@zazolcin.example"))
    card = client.get(reverse("access-request", args=[row.pk]))
    assert card.status_code == 200
    assert f'<span class="mono">{document.pk}</span>' in card.content.decode()


def test_a_clerk_refuses_with_a_reason_and_nothing_is_filed(client: Client) -> None:
    document = bring("access", application(), sender_pesel=OTHER)
    client.force_login(make.staff("recipients_clerk"))
    decide = reverse("epuap-document-decide", args=[document.pk])
    assert client.post(decide, {"decision": "refuse"}).status_code == 422
    client.post(decide, {"decision": "refuse", "reason": "Nie wiadomo, kto prosi."})
    document.refresh_from_db()
    assert document.state == State.REFUSED
    assert not AccessRequest.objects.exists()
    assert "Nie wiadomo, kto prosi" in answered()[0][1]
