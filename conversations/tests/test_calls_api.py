"""What telephone exchanges send over the interface for programs: registered once, sealed, refused with a reason."""

import base64
import hashlib
import io
import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from admin_module.models import AuditEntry
from conversations.calls import ingesting, keys
from conversations.models import (
    Call,
    CallerId,
    Conversation,
    ExchangeKey,
    IngestJob,
    Kind,
    LegalBasis,
    NoticeDelivery,
    Recording,
    RecordingMode,
)
from tests import make, make_conversations, sounds

pytestmark = pytest.mark.django_db
UPLOAD, REGISTER = "/api/v1/calls/upload", "/api/v1/calls/register"
LINE = "+48914245000"
_requests = count()


class Exchange:
    """A telephone exchange with a key, and what it says of a call."""

    def __init__(self, **fields: Any) -> None:
        self.key, self.text = keys.make(
            "Centrala", fields.pop("networks", []), None, by=make.staff("administrator")
        )
        self.line = make_conversations.line(LINE, records=True, **fields)
        LegalBasis.objects.update(approved_at=timezone.now() - timedelta(days=30))
        self.notice = make_conversations.notice(Kind.CALL)
        self.http = Client(raise_request_exception=True)

    def call(self, **said: Any) -> dict[str, Any]:
        began = timezone.now() - timedelta(hours=2)
        return {
            "source": "centrala-bom",
            "external_id": "1700000000.12",
            "direction": "in",
            "line": "91 424 50 00",
            "caller_number": "601 234 567",
            "started_at": began.isoformat(),
            "ended_at": (began + timedelta(minutes=3)).isoformat(),
            "disposition": "answered",
            "notice_version": self.notice.pk,
        } | said

    def headers(self, **more: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.text}",
            "Idempotency-Key": f"proba-{next(_requests):08d}",
        } | {name.replace("_", "-"): value for name, value in more.items()}

    def upload(
        self, call: dict[str, Any], audio: bytes | None, headers: Any = None, **more: Any
    ) -> Any:
        form: dict[str, Any] = {"meta": json.dumps(call), **more}
        if audio is not None:
            form["audio"] = io.BytesIO(audio)
            form["audio"].name = "nagranie.wav"
        return self.http.post(UPLOAD, form, headers=headers or self.headers())

    def register(self, call: dict[str, Any], headers: Any = None) -> Any:
        return self.http.post(REGISTER, call, "application/json", headers=headers or self.headers())

    def put(self, address: str, audio: bytes, kind: str = "audio/wav", **more: str) -> Any:
        return self.http.put(address, audio, kind, headers=self.headers(**more))


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


def code_of(answer: Any) -> str:
    return str(answer.json()["errors"][0]["code"])


def content_digest(audio: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(audio).digest()).decode()}:"


def test_a_call_with_its_recording_is_registered_once(exchange: Exchange) -> None:
    audio, call = make_conversations.wav(2), exchange.call(linked_id="1700000000.11")
    answer = exchange.upload(call, audio, sha256=hashlib.sha256(audio).hexdigest().upper())
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert said["recording"]["sha256"] == hashlib.sha256(audio).hexdigest()
    assert (said["external_id"], said["recording"]["state"]) == ("1700000000.12", "kept")
    again = exchange.upload(call, audio, sha256=hashlib.sha256(audio).hexdigest())
    assert (again.status_code, again.json()) == (200, said)
    conversation = Conversation.objects.get()
    assert str(conversation.uid) == said["id"]
    assert conversation.external_id == "centrala-bom:1700000000.12"
    assert conversation.party.phone == "+48601234567"
    assert conversation.caller_id == CallerId.ALLOWED
    assert Conversation.objects.with_number("+48601234567").get() == conversation
    assert Recording.objects.get().read() == audio
    assert Call.objects.get().choice == Call.Choice.RECORDED
    assert NoticeDelivery.objects.get().outcome == "continued"
    job = IngestJob.objects.get()
    assert (job.state, job.conversation, job.exchange) == ("done", conversation, exchange.key)
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"call.registered", "recording.kept"} <= actions


def test_in_two_steps_the_recording_follows(exchange: Exchange) -> None:
    audio = sounds.mulaw()
    said = exchange.register(exchange.call()).json()
    assert said["recording"] == {
        "state": "none", "reason": "", "sha256": "", "needs_conversion": False
    }  # fmt: skip
    address = said["recording_url"]
    put = exchange.put(address, audio, Content_Digest=content_digest(audio))
    assert put.status_code == 201, put.content
    assert put.json()["recording"]["needs_conversion"] is True
    again = exchange.put(address, audio, "application/octet-stream")
    assert (again.status_code, again.json()) == (200, put.json())
    assert exchange.register(exchange.call()).status_code == 409  # began at another moment
    assert code_of(exchange.put(address, sounds.mp3())) == "recording_differs"
    assert Recording.objects.get().read() == audio


def test_what_another_exchange_brought_is_not_there_for_this_one(exchange: Exchange) -> None:
    address = exchange.register(exchange.call()).json()["recording_url"]
    assert Exchange().put(address, make_conversations.wav()).status_code == 404


def test_a_recording_that_may_not_be_is_thrown_away_and_said_so(exchange: Exchange) -> None:
    audio = make_conversations.wav()
    unwanted = exchange.upload(exchange.call(recording_choice="unrecorded"), audio)
    assert unwanted.status_code == 201
    assert unwanted.json()["recording"]["state"] == "discarded"
    assert (
        "bez nagrywania" in unwanted.json()["recording"]["reason"]
        or (unwanted.json()["recording"]["reason"])
    )
    assert NoticeDelivery.objects.get().outcome == "opted_out"
    type(exchange.line).objects.update(recording_mode=RecordingMode.OFF)
    off = exchange.upload(exchange.call(external_id="2", notice_version=None), audio)
    assert off.json()["recording"]["state"] == "discarded"
    type(exchange.line).objects.update(recording_mode=RecordingMode.OPT_IN)
    asked = exchange.call(external_id="3")
    assert exchange.upload(asked, audio).json()["recording"]["state"] == "discarded"
    wanted = exchange.call(external_id="4", recording_choice="recorded")
    assert exchange.upload(wanted, audio).json()["recording"]["state"] == "kept"
    assert (Conversation.objects.count(), Recording.objects.count()) == (4, 1)
    discarded = AuditEntry.objects.filter(action="recording.discarded")
    assert sorted(entry.detail["reason"] for entry in discarded) == [
        "line_off", "unrecorded", "unrecorded"
    ]  # fmt: skip


def test_a_basis_counts_from_its_approval_until_it_is_withdrawn(exchange: Exchange) -> None:
    line, now = exchange.line, timezone.now()
    assert line.legal_basis is not None
    line.legal_basis.refresh_from_db()
    assert line.legal_basis.approved_at is not None

    def code(moment: datetime) -> str:
        return ingesting.not_recorded_then(line, moment, Call.Choice.RECORDED)

    assert code(line.legal_basis.approved_at - timedelta(seconds=1)) == "line_off"
    assert code(now) == ""
    line.legal_basis.withdrawn_at = now
    assert (code(now - timedelta(seconds=1)), code(now)) == ("", "line_off")


def test_sound_that_cannot_be_kept_registers_nothing(exchange: Exchange) -> None:
    wav = make_conversations.wav(2)
    wrong: dict[str, bytes] = {
        "empty": b"",
        "cut_off": wav[:-900],
        "wrong_length": wav + bytes(900),
        "wrong_codec": b"%PDF-1.7 to nie nagranie" * 9,
    }
    for code, audio in wrong.items():
        answer = exchange.upload(exchange.call(), audio)
        assert answer.status_code == 422, answer.content
        assert code_of(answer) == code
    answer = exchange.upload(exchange.call(), wav, sha256="0" * 64)
    assert code_of(answer) == "digest"
    assert code_of(exchange.upload(exchange.call(notice_version=None), wav)) == "no_notice"
    assert not Conversation.objects.exists()
    codes = {*wrong, "digest", "no_notice"}
    assert set(IngestJob.objects.values_list("error", flat=True)) == codes
    exchange.upload(exchange.call(), wav[:-900])  # the exchange repeats itself: no further row
    assert IngestJob.objects.count() == len(codes)
    assert exchange.upload(exchange.call(), wav).status_code == 201
    assert set(IngestJob.objects.values_list("state", flat=True)) == {"done"}


def test_what_is_said_of_a_call_is_checked(exchange: Exchange) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "unknown_line": {"line": "+48914249999"},
        "unknown_unit": {"department": "Wydział Nieistniejący"},
        "unknown_notice": {"notice_version": 999_999},
        "future": {
            "started_at": (timezone.now() + timedelta(hours=1)).isoformat(),
            "ended_at": None,
        },
        "expired": {
            "started_at": (timezone.now() - timedelta(days=200)).isoformat(),
            "ended_at": None,
        },
    }
    for code, said in wrong.items():
        answer = exchange.register(exchange.call(**said))
        assert (answer.status_code, code_of(answer)) == (422, code)
    expired = exchange.register(exchange.call(**wrong["expired"])).json()
    assert expired["type"].endswith("/problems/call-expired")
    assert AuditEntry.objects.filter(action="ingest.refused", detail__error="expired").exists()
    for said in (
        {"direction": "sideways"},
        {"external_id": "../../etc/passwd"},
        {"external_id": "in-601234567-12"},
        {"source": "Centrala BOM"},
        {"started_at": "wczoraj"},
        {"ended_at": "2020-01-01T00:00:00Z"},
        {"caller_number": 601234567},
    ):
        answer = exchange.register(exchange.call(**said))
        assert (answer.status_code, answer.json()["type"][-8:]) == (422, "/invalid"), said
        assert "601234567" not in answer.content.decode()
    assert not Conversation.objects.exists()


def test_withheld_and_unknown_numbers_are_told_apart(exchange: Exchange) -> None:
    told = {
        "anonymous": CallerId.WITHHELD,
        "": CallerId.UNAVAILABLE,
        "unknown": CallerId.UNAVAILABLE,
        "112": CallerId.UNAVAILABLE,
        "+49 30 901820": CallerId.ALLOWED,
    }
    for place, (number, expected) in enumerate(told.items()):
        exchange.register(exchange.call(external_id=f"n{place}", caller_number=number))
        row = Conversation.objects.get(external_id=f"centrala-bom:n{place}")
        assert (row.caller_id, bool(row.party.phone)) == (expected, number.startswith("+")), number
    exchange.register(exchange.call(external_id="w", caller_presentation="withheld"))
    hidden = Conversation.objects.get(external_id="centrala-bom:w")
    assert (hidden.caller_id, hidden.party.phone) == (CallerId.WITHHELD, "")


def test_the_same_call_told_otherwise_is_a_conflict(exchange: Exchange) -> None:
    call = exchange.call()
    assert exchange.register(call).status_code == 201
    assert exchange.register(call).status_code == 200
    other = exchange.register(call | {"caller_number": "602000000"})
    assert (other.status_code, code_of(other)) == (409, "differs")
    headers = exchange.headers(Idempotency_Key="klucz-uzyty-raz")
    assert exchange.register(exchange.call(external_id="8"), headers).status_code == 201
    reused = exchange.register(exchange.call(external_id="9"), headers)
    assert (reused.status_code, reused.json()["type"][-23:]) == (422, "/idempotency-key-reused")
    none = {"Authorization": f"Bearer {exchange.text}"}
    assert exchange.register(call, none).status_code == 400


def test_too_much_is_refused_before_it_is_read(exchange: Exchange, settings: Settings) -> None:
    address = exchange.register(exchange.call()).json()["recording_url"]
    sparse = exchange.http.generic(
        "PUT", address, b"RIFF", "audio/wav", headers=exchange.headers(),
        CONTENT_LENGTH=str(2 * 2**30),
    )  # fmt: skip
    assert sparse.status_code == 413
    settings.RECORDING_BYTES = 5000
    assert exchange.put(address, make_conversations.wav(2)).status_code == 413
    assert (
        exchange.upload(exchange.call(external_id="2"), make_conversations.wav(2)).status_code
        == 413
    )
    assert exchange.put(address, b"x" * 40, "text/plain").status_code == 415
    assert exchange.put(address, b"").status_code in (400, 415)
    settings.RECORDING_BYTES = 2**20
    assert exchange.put(address, make_conversations.wav(2)).status_code == 201


def test_keys_that_let_nobody_in(exchange: Exchange) -> None:
    call = exchange.call()

    def status(text: str) -> int:
        headers = {"Authorization": text, "Idempotency-Key": "klucz-proba"}
        return int(exchange.register(call, headers).status_code)

    basic = base64.b64encode(f"freeswitch:{exchange.text}".encode()).decode()
    assert status(f"Basic {basic}") == 201
    for text in (
        "", "Bearer x", f"Bearer {exchange.text}x", f"Token {exchange.text}", "Basic !!!",
        f"Bearer icpx_{exchange.key.prefix}_{'A' * 43}", f"Bearer {'x' * 500}",
    ):  # fmt: skip
        assert status(text) == 401, text
    good = f"Bearer {exchange.text}"
    ExchangeKey.objects.update(networks=["192.0.2.0/24"])
    assert status(good) == 401
    ExchangeKey.objects.update(networks=["192.0.2.0/24", "127.0.0.0/8"])
    assert status(good) == 200
    ExchangeKey.objects.update(expires_at=timezone.now())
    assert status(good) == 401
    ExchangeKey.objects.update(expires_at=None)
    keys.revoke(exchange.key, by=exchange.key.made_by)
    assert status(good) == 401


def test_freeswitch_tells_in_its_own_words(exchange: Exchange) -> None:
    start = int((timezone.now() - timedelta(hours=1)).timestamp())
    variables = {
        "uuid": "6b3f1e6a-0d0e-4a53-9d5c-111122223333",
        "direction": "inbound",
        "icp_line": "%2B48914245000",
        "icp_notice": str(exchange.notice.pk),
        "icp_choice": "unrecorded",
        "start_epoch": str(start),
        "answer_epoch": str(start + 5),
        "end_epoch": str(start + 65),
        "hangup_cause": "NORMAL_CLEARING",
    }
    profile = {"caller_id_number": "+48601234567", "destination_number": "19115"}
    cdr = {"variables": variables, "callflow": [{"caller_profile": profile}], "channel_data": {}}

    def post(body: Any) -> Any:
        return exchange.http.post(
            "/api/v1/calls/freeswitch", body, "application/json", headers=exchange.headers()
        )

    assert post(cdr).status_code == 201
    row = Conversation.objects.get()
    assert (row.party.phone, row.call.disposition) == ("+48601234567", "answered")
    assert row.call.choice == Call.Choice.UNRECORDED
    assert post(cdr).status_code == 200
    wrong: tuple[dict[str, Any], ...] = ({}, {"variables": {}})
    for broken in (*wrong, {"variables": {"uuid": ["x"]}, "callflow": [5]}):
        assert post(broken).status_code == 422
