"""Lines, legal bases, notices, designations and confirmations: who takes which step, and what is refused."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from conversations.models import (
    Acknowledgement,
    Designation,
    LegalBasis,
    Line,
    NoticeVersion,
    RecordingMode,
)
from conversations.register import acknowledging, notices
from tests import make, make_conversations

pytestmark = pytest.mark.django_db
WORDS = {
    "name": "Linia alarmowa",
    "basis": "art. 6 ust. 1 lit. e RODO i regulamin",
    "purpose": "Ustalenie treści zgłoszenia",
    "dpia_reference": "DPIA/7/2026",
}


def _of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _post(client: Client, page: str, *args: object, **data: object) -> int:
    return client.post(reverse(page, args=args), data).status_code


def test_from_a_proposal_to_a_recording_line_and_back() -> None:  # noqa: PLR0915 - one journey
    head, officer = _of(make.staff("centre_head")), _of(make.staff("data_protection_officer"))
    director, line = _of(make_conversations.director()), make_conversations.line()
    assert _post(head, "legal-basis-new", revision=1, **(WORDS | {"dpia_reference": ""})) == 422
    assert _post(head, "legal-basis-new", revision=1, **WORDS) == 302
    basis = LegalBasis.objects.get()
    recorded = {"mode": "opt_out", "basis": basis.pk, "understood": "on"}
    assert _post(director, "line-recording", line.pk, revision=1, **recorded) == 422
    assert _post(director, "legal-basis-approve", basis.pk, revision=1) == 422
    assert _post(head, "legal-basis-opine", basis.pk, revision=1) == 403
    opinion = {"verdict": "negative", "text": "Wystarczy notatka."}
    assert _post(officer, "legal-basis-opine", basis.pk, revision=1, **opinion) == 302
    assert _post(officer, "legal-basis-approve", basis.pk, revision=2) == 403
    assert _post(director, "legal-basis-approve", basis.pk, revision=2) == 422
    why = {"justification": "Ustawa nakazuje utrwalać zgłoszenia."}
    assert _post(director, "legal-basis-approve", basis.pk, revision=1, **why) == 422
    assert _post(director, "legal-basis-approve", basis.pk, revision=2, **why) == 302
    assert _post(head, "legal-basis-edit", basis.pk, revision=3, **WORDS) == 422
    line.refresh_from_db()
    assert not line.records
    for lacking in ({"basis": ""}, {"understood": ""}, {"mode": "always"}):
        given = recorded | lacking
        assert _post(director, "line-recording", line.pk, revision=1, **given) == 422
    assert _post(director, "line-recording", line.pk, revision=1, **recorded) == 302
    assert _post(director, "line-recording", line.pk, revision=1, mode="off") == 422
    line.refresh_from_db()
    assert (line.records, line.recording_mode) == (True, RecordingMode.OPT_OUT)
    administrator = _of(make.staff("administrator"))
    assert _post(administrator, "line-recording", line.pk, revision=2, **recorded) == 403
    shown = director.get(reverse("legal-basis-withdraw", args=[basis.pk])).content.decode()
    assert line.number in shown
    assert _post(director, "legal-basis-withdraw", basis.pk) == 302
    line.refresh_from_db()
    assert (line.records, line.legal_basis) == (False, None)
    assert not LegalBasis.objects.get().stands
    assert _post(director, "legal-basis-withdraw", basis.pk) == 302
    taken = AuditEntry.objects.filter(action__startswith="l").order_by("id")
    assert list(taken.values_list("action", flat=True)) == [
        "legal_basis.proposed",
        "legal_basis.opined",
        "legal_basis.approved",
        "line.recording_changed",
        "line.recording_changed",
        "legal_basis.withdrawn",
    ]


def test_changed_words_ask_for_a_new_opinion() -> None:
    head, officer = _of(make.staff("centre_head")), _of(make.staff("data_protection_officer"))
    _post(head, "legal-basis-new", revision=1, **WORDS)
    basis = LegalBasis.objects.get()
    _post(officer, "legal-basis-opine", basis.pk, revision=1, verdict="positive", text="Tak.")
    _post(head, "legal-basis-edit", basis.pk, revision=2, **(WORDS | {"purpose": "Inny cel"}))
    basis.refresh_from_db()
    assert (basis.purpose, basis.opinion, basis.opinion_at) == ("Inny cel", "", None)
    assert _post(head, "legal-basis-edit", basis.pk, revision=2, **WORDS) == 422


def test_a_line_is_added_changed_and_closed() -> None:
    client, unit = _of(make.staff("administrator")), make.unit()
    new = {"number": "91 424 50 00", "name": "Centrala", "unit": unit.pk, "revision": 1}
    assert _post(client, "line-new", **(new | {"number": "abc"})) == 422
    assert _post(client, "line-new", **new) == 302
    assert _post(client, "line-new", **new) == 422
    line = Line.objects.get()
    assert (line.number, line.recording_mode) == ("+48914245000", "off")
    assert _post(client, "line-edit", line.pk, **(new | {"name": "Infolinia"})) == 302
    assert _post(client, "line-edit", line.pk, **(new | {"name": "Inaczej"})) == 409
    Line.objects.update(legal_basis=make_conversations.legal_basis(), recording_mode="opt_in")
    assert _post(client, "line-close", line.pk) == 302
    line.refresh_from_db()
    assert (line.closed_at is None, line.recording_mode) == (False, "off")
    assert _post(client, "line-close", line.pk, open="1") == 302
    line.refresh_from_db()
    assert (line.closed_at, line.name) == (None, "Infolinia")
    assert _post(_of(make_conversations.designee()), "line-new", **new) == 403


def test_a_notice_is_written_anew_and_put_back() -> None:
    client = _of(make_conversations.director())
    order = notices.current("call", "short")
    where = ("call", "short", "pl")
    assert client.get(reverse("notice-list")).status_code == 200
    assert _post(client, "notice-edit", *where, text="Tu {nikt}, nagrywamy rozmowy.") == 422
    assert _post(client, "notice-edit", *where, text="{centre}: nagrywamy rozmowy.") == 302
    assert notices.current("call", "short").text.startswith("Centrum Informacji Mieszkańców:")
    assert _post(client, "notice-restore", *where) == 302
    assert notices.current("call", "short").text == order.text
    assert NoticeVersion.objects.filter(channel="call", part="short").count() == 3
    assert _post(client, "notice-edit", "call", "short", "de", text="x" * 30) == 404


def test_designations_are_dated_named_and_end() -> None:
    director = make_conversations.director()
    client, person = _of(director), make.staff("conversation_designee")
    today = timezone.localdate()
    data = {"user": person.pk, "scope": "staff", "begins_on": f"{today:%Y-%m-%d}"}
    yesterday = f"{today - timedelta(days=1):%Y-%m-%d}"
    for wrong in (
        {"begins_on": yesterday},
        {"ends_on": yesterday},
        {"user": director.pk},
        {"scope": "boss"},
    ):
        assert _post(client, "designation-new", **(data | wrong)) == 422
    assert _post(client, "designation-new", **data) == 302
    assert _post(client, "designation-new", **data) == 422
    row = Designation.objects.get()
    shown = client.get(reverse("designation-list")).content.decode()
    assert str(person) in shown
    paper = client.get(reverse("designation-paper"))
    assert paper.content.startswith(b"%PDF")
    assert paper["Content-Type"] == "application/pdf"
    assert _post(client, "designation-end", row.pk) == 302
    row.refresh_from_db()
    assert row.revoked_at is not None
    assert _post(client, "designation-new", **data) == 302
    assert _post(_of(person), "designation-new", **data) == 403


def test_who_talks_on_a_recording_line_confirms_that_they_are_recorded() -> None:
    agent, director = make_conversations.agent(), make_conversations.director()
    client = _of(agent)
    assert not acknowledging.owes(agent)
    make_conversations.line(records=True, unit=agent.unit)
    assert acknowledging.owes(agent)
    assert reverse("acknowledgement") in client.get(reverse("conversation-list")).content.decode()
    page = _of(director).get(reverse("acknowledgement-list"))
    assert (str(agent) in page.content.decode(), page.context["owing"]) == (True, 1)
    assert "art. 22³" in client.get(reverse("acknowledgement")).content.decode()
    for _again in range(2):
        assert _post(client, "acknowledgement") == 302
    assert Acknowledgement.objects.filter(user=agent).count() == 1
    assert not acknowledging.owes(agent)
    words = "Nagrywamy także głos pracownika. {centre}"
    notices.write("call", "staff", "pl", words, by=director)
    assert acknowledging.owes(agent)
    assert _of(director).get(reverse("acknowledgement-list")).context["agents"][0].is_outdated
