"""Sounds, players and supervised listenings in tests; by the real steps, as tests/make_access.py does."""

import io
import wave
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from admin_module.models import User
from conversations.access import listening_steps, steps
from conversations.models import (
    Appointment,
    Attendance,
    ChatEvent,
    Conversation,
    PlaybackSession,
    Recording,
)
from conversations.playback import sessions
from conversations.playback.rights import Purpose
from tests import make_access, make_conversations

REASON = "Skarga na sposób załatwienia sprawy BOI.7.2026"
RATE = 8000


def ramp(seconds: float = 30.0) -> bytes:
    """A mono WAV file in 16-bit PCM, every sample of which says where it is."""
    samples = b"".join((n % 65536).to_bytes(2, "little") for n in range(int(seconds * RATE)))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples)
    return file.getvalue()


def recorded(seconds: float = 30.0, **fields: Any) -> tuple[Conversation, bytes]:
    """A call with its recording, and what is in it."""
    call, content = make_conversations.call(**fields), ramp(seconds)
    recording = make_conversations.recording(call, content)
    Recording.objects.filter(pk=recording.pk).update(duration_ms=int(seconds * 1000))
    return call, content


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.get("/")  # the session gets its row
    return client


def key_of(client: Client) -> str:
    return str(client.session.session_key)


def played(
    user: User, call: Conversation, client: Client | None = None, **more: Any
) -> tuple[PlaybackSession, Client]:
    """An ad hoc session in a browser of its own."""
    browser = client or signed_in(user)
    told = {"purpose": Purpose.QUALITY, "reason": REASON} | more
    return sessions.begin(user, call, request_session_key=key_of(browser), **told), browser


def said(chat: Conversation, *lines: tuple[str, str, bool]) -> None:
    """Lines of a chat: author, words, whether among staff; a minute apart."""
    for seq, (author, words, internal) in enumerate(lines, 1):
        ChatEvent.objects.create(
            conversation=chat,
            seq=seq,
            type="note" if internal else "message",
            author=author,
            body=words,
            internal=internal,
            at=chat.originated_at + timedelta(minutes=seq - 1),
        )


def appointed(of: Conversation, segments: dict[str, Any] | None = None) -> Appointment:
    """Decided for the parts named, and its hour has come; nobody is there yet."""
    row = make_access.opined(of=of)
    words = make_access.grant_of(segments=segments or {})
    if segments:
        words["verdict"] = "partial"
    steps.perform(row, "grant", make_access.director(), words)
    steps.perform(row, "set_appointment", make_access.director(), make_access.slot())
    return make_access.begun_now(row)


def everybody_in(term: Appointment) -> User:
    """Two designated persons and the applicant; returns who runs it."""
    people = make_access.supervisors()
    for user in people:
        listening_steps.check_in(term, user)
    listening_steps.admit(
        term,
        Attendance.Role.APPLICANT,
        "Jadwiga Żółkiewska-Próbna",
        Attendance.Document.ID_CARD,
        by=people[0],
    )
    return people[0]


def running(of: Conversation, segments: dict[str, Any] | None = None) -> tuple[Appointment, User]:
    """A listening that has begun."""
    term = appointed(of, segments)
    by = everybody_in(term)
    listening_steps.begin(term, by=by, device="Stanowisko BOI 3")
    term.refresh_from_db()
    return term, by


def over(term: Appointment) -> None:
    """Its hour has passed, and the half an hour after it."""
    now = timezone.now()
    Appointment.objects.filter(pk=term.pk).update(
        begins_at=now - timedelta(hours=2), ends_at=now - timedelta(minutes=31)
    )
