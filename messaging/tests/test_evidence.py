"""From a message that went out to a pack that proves it: what stands in it, who may make it, who finds it."""

import hashlib
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry, User
from messaging.archive import evidence, evidence_files, evidence_paper
from messaging.channels.base import Outcome
from messaging.models import EvidenceFile, Message
from messaging.steps import sending
from messaging.tests.conftest import Fake
from messaging.tests.flow import drain, sent
from recipients import jobs
from recipients.models import Job
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(tmp_path: Any, settings: Any) -> None:
    settings.FILES_DIR = str(tmp_path)


@pytest.fixture
def officer() -> User:
    return make.staff("unit_manager", last_name="Kierowniczka")


@pytest.fixture
def message(officer: User, fake: Fake) -> Message:
    topic = make.topic()
    for name in ("Wanda", "Zenobia"):
        make.recipient(topics=(topic,), first_name=name, last_name="Niewymieniona")
    fake("email")
    one = sent(make.message(author=officer, about=topic))
    drain()
    one.refresh_from_db()
    return one


def run(message: Message, by: User) -> Job:
    job = evidence_files.order(message, by=by, form_key=uuid.uuid4())
    assert jobs.run(job.pk)
    job.refresh_from_db()
    return job


def test_the_pack_says_what_was_said_by_whom_and_with_what_effect(
    message: Message, officer: User
) -> None:
    document = evidence.gather(message)
    assert document["message"]["author"] == str(officer)
    assert document["texts"][0]["text"].startswith("Jutro od 8 do 12")
    assert document["audience"] == {
        "words": "wszyscy odbiorcy",
        "filter": {"everyone": True},
        "promised": 0,
        "listed": 2,
    }
    states = document["figures"][0]["states"]
    assert document["figures"][0]["total"] == sum(states.values()) == 2
    assert [(one["outcome"], one["number"]) for one in document["answers"]] == [
        (Outcome.ACCEPTED, 2)
    ]
    said = [one["action"] for one in document["log"]]
    assert said[0] == "message.sent"
    assert "message.finished" in said


def test_it_names_no_recipient(message: Message) -> None:
    text = evidence.as_json(evidence.gather(message)).decode()
    assert "Niewymieniona" not in text
    assert "Wanda" not in text


def test_every_entry_has_its_place_in_the_chain_and_the_head_is_above(message: Message) -> None:
    document = evidence.gather(message)
    places = [one["position"] for one in document["log"]]
    assert places == sorted(places)
    assert all(len(one["digest"]) == 64 for one in document["log"])
    assert document["chain"]["position"] >= places[-1]


def test_both_files_are_named_by_their_digests_in_the_audit_log(
    message: Message, officer: User
) -> None:
    job = run(message, officer)
    assert job.state == Job.State.DONE
    files = {file.layout: file for file in EvidenceFile.objects.all()}
    content = {layout: file.read() for layout, file in files.items()}
    assert content["pdf"][:5] == b"%PDF-"
    assert json.loads(content["json"])["schema"] == evidence.SCHEMA
    entry = AuditEntry.objects.get(action="message.evidence_made")
    assert entry.detail == {
        layout: hashlib.sha256(content[layout]).hexdigest() for layout in ("pdf", "json")
    }
    assert evidence_files.found(entry.detail["pdf"].upper(), officer) == files["pdf"]
    grouped = evidence_paper.grouped(files["json"].digest)
    assert evidence_files.found(f" {grouped} ", officer) == files["json"]


def test_the_paper_carries_the_digest_of_the_file_for_programs(message: Message) -> None:
    digest = "ab" * 32
    last = evidence_paper.sections(evidence.gather(message), digest)[-1]
    assert ("SHA-256 pliku JSON", evidence_paper.grouped(digest)) in last.facts


def test_signs_without_a_glyph_do_not_stop_the_paper(message: Message) -> None:
    document = evidence.gather(message)
    document["message"]["topic"] = "Woda \U0001f6b0 漢字"
    assert evidence_paper.pdf(document, "0" * 64)[:5] == b"%PDF-"


def test_the_way_of_a_clerk_from_the_button_to_the_files(
    client: Client, message: Message, officer: User
) -> None:
    client.force_login(officer)
    page = reverse("message-evidence", args=[message.pk])
    assert page in client.get(reverse("message-progress", args=[message.pk])).content.decode()
    answer = client.post(page, {"form_key": str(uuid.uuid4())})
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("job", args=[job.pk])
    jobs.run(job.pk)
    assert page in client.get(reverse("job", args=[job.pk])).content.decode()
    file = EvidenceFile.objects.get(layout="json")
    got = client.get(reverse("evidence-file", args=[message.pk, file.pk]))
    assert hashlib.sha256(got.getvalue()).hexdigest() == file.digest
    assert AuditEntry.objects.filter(action="message.evidence_downloaded").exists()
    found = client.get(page, {"skrot": file.digest}).content.decode()
    assert "notice-ok" in found or "notice-success" in found
    assert client.get(page, {"skrot": "zmieniono"}).context["found"] is None


def test_a_double_click_makes_one_pack(client: Client, message: Message, officer: User) -> None:
    client.force_login(officer)
    page = reverse("message-evidence", args=[message.pk])
    for _click in range(2):
        client.post(page, {"form_key": str(uuid.uuid4())})
    assert Job.objects.count() == 1


def test_of_a_draft_there_is_nothing_to_prove(client: Client, officer: User) -> None:
    draft = make.message(author=officer)
    with pytest.raises(evidence_files.NotOrdered):
        evidence_files.order(draft, by=officer, form_key=uuid.uuid4())
    client.force_login(officer)
    client.post(reverse("message-evidence", args=[draft.pk]), {"form_key": "nic"}, follow=True)
    assert not Job.objects.exists()


def test_an_editor_may_not_make_one_and_a_school_sees_none_of_the_office_s(
    client: Client, message: Message, officer: User
) -> None:
    client.force_login(make.staff("editor"))
    assert client.get(reverse("message-evidence", args=[message.pk])).status_code == 403
    run(message, officer)
    file = EvidenceFile.objects.filter(layout="pdf").get()
    school = make.staff("unit_manager", unit=make.municipal_unit())
    client.force_login(school)
    assert client.get(reverse("message-evidence", args=[message.pk])).status_code == 404
    assert client.get(reverse("evidence-file", args=[message.pk, file.pk])).status_code == 404
    assert evidence_files.found(file.digest, school) is None


def test_a_change_after_approval_is_told(message: Message, officer: User) -> None:
    assert evidence.gather(message)["message"]["approval_holds"] is None
    alarm = make.message(author=officer, klass=Message.Klass.ALARM)
    sending.send(alarm, by=officer)
    sending.approve(alarm, by=make.staff("approver", last_name="Druga"))
    alarm.refresh_from_db()
    told = evidence.gather(alarm)
    assert told["message"]["approved_by"].endswith("Druga")
    assert told["message"]["approval_holds"] is True
    assert [step["what"] for step in told["approvals"]][-1] == "approved"
