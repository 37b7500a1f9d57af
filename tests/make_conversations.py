"""Conversations for tests: small, invented; they call the real steps, as tests/make.py does."""

import io
import uuid
import wave
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from admin_module.models import Unit, User
from conversations.chat import log
from conversations.models import (
    Call,
    CallerId,
    ChatEvent,
    ChatInbox,
    ChatSession,
    Conversation,
    Designation,
    Kind,
    LegalBasis,
    Line,
    NoticeVersion,
    Party,
    Recording,
    RecordingMode,
    Source,
    State,
)
from conversations.register.registering import NewConversation, register
from tests import make

_numbers = count(1)
PHONE = "+48601234567"


def agent(**fields: Any) -> User:
    return make.staff("conversation_agent", **fields)


def designee(scope: str = Designation.Scope.STAFF, **fields: Any) -> User:
    """Staff whom the Director designated."""
    user = make.staff("conversation_designee", **fields)
    today = timezone.localdate()
    Designation.objects.create(user=user, scope=scope, begins_on=today, by=user)
    return user


def director(**fields: Any) -> User:
    return make.staff("office_director", **fields)


def legal_basis(name: str = "Nagrywanie linii alarmowej") -> LegalBasis:
    """Filled in, with an opinion, approved."""
    known = LegalBasis.objects.filter(name=name).first()
    if known:
        return known
    now, by, officer = timezone.now(), director(), make.staff("data_protection_officer")
    return LegalBasis.objects.create(
        name=name,
        basis="art. 6 ust. 1 lit. e RODO w związku z regulaminem organizacyjnym",
        purpose="Ustalenie treści zgłoszenia",
        dpia_reference="DPIA/7/2026",
        opinion=LegalBasis.Verdict.POSITIVE,
        opinion_text="Bez uwag.",
        opinion_by=officer,
        opinion_at=now,
        approved_by=by,
        approved_at=now,
    )


def line(number: str = "+48914245000", *, records: bool = False, **fields: Any) -> Line:
    defaults: dict[str, Any] = {"name": "Centrum informacji", "unit": make.unit()}
    if records:
        defaults |= {"recording_mode": RecordingMode.OPT_OUT, "legal_basis": legal_basis()}
    return Line.objects.get_or_create(number=number, defaults=defaults | fields)[0]


def inbox(code: str = "bom", **fields: Any) -> ChatInbox:
    every_day = {str(day): [["00:00", "24:00"]] for day in range(8)}  # holidays, too
    defaults = {"name": "Biuro Obsługi Mieszkańca", "unit": make.unit(), "hours": every_day}
    return ChatInbox.objects.get_or_create(code=code, defaults=defaults | fields)[0]


def call(
    *,
    on: Line | None = None,
    phone: str = PHONE,
    at: datetime | None = None,
    unit: Unit | None = None,
    **fields: Any,
) -> Conversation:
    """A registered call, without a recording."""
    where = on or line()
    began = at or timezone.now() - timedelta(days=1)
    found = NewConversation(
        kind=Kind.CALL,
        source=Source.UPLOAD,
        external_id=f"proba-{next(_numbers)}-{uuid.uuid4().hex[:8]}",
        originated_at=began,
        ended_at=began + timedelta(minutes=3),
        unit=unit or where.unit,
        party=Party(phone=phone),
        caller_id=CallerId.ALLOWED if phone else CallerId.WITHHELD,
        line=where,
        **fields,
    )
    conversation, _new = register(found)
    Call.objects.create(conversation=conversation, line=where, disposition="answered")
    return conversation


def chat(*, to: ChatInbox | None = None, at: datetime | None = None, **fields: Any) -> Conversation:
    """A chat's row and its session, without events."""
    where = to or inbox()
    found = NewConversation(
        kind=Kind.CHAT,
        source=Source.WIDGET,
        external_id=uuid.uuid4().hex,
        originated_at=at or timezone.now(),
        unit=where.unit,
        inbox=where,
        **({"state": State.WAITING} | fields),
    )
    conversation, _new = register(found)
    ChatSession.objects.create(conversation=conversation, inbox=where, queued_at=timezone.now())
    return conversation


def chat_with(text: str, **fields: Any) -> Conversation:
    """A chat whose visitor began with these words."""
    made = chat(**{"party": Party(subject=text, name="Jan Próbny", device="d" * 64)} | fields)
    log.append(made, ChatEvent.Type.MESSAGE, ChatEvent.Author.VISITOR, body=text)
    return made


def notice(channel: str = Kind.CHAT, part: str = "short", **fields: Any) -> NoticeVersion:
    """The notice in force, or a new one where there is none."""
    found = NoticeVersion.objects.filter(channel=channel, part=part).order_by("-id").first()
    defaults = {"text": "Rozmowa jest zapisywana.", "sha256": "0" * 64}
    return found or NoticeVersion.objects.create(channel=channel, part=part, **(defaults | fields))


def wav(seconds: float = 1.0, rate: int = 8000) -> bytes:
    """Silence in 16-bit PCM."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(int(seconds * rate) * 2))
    return file.getvalue()


def recording(of: Conversation, content: bytes | None = None) -> Recording:
    """A sealed recording of the call: silence where no content is given."""
    return Recording.keep(
        io.BytesIO(wav() if content is None else content),
        media_type="audio/wav",
        conversation=of,
        codec="pcm_s16le",
        duration_ms=1000,
    )
