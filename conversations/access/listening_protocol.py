"""From a listening that has ended to the words of its protocol: who was there, when, and what was played.

The words are Polish here, as in all papers of the procedure. Ranges come from what the player told and, where
it told nothing, from the bytes that left the server.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from conversations.models import (
    AccessRequest,
    Attendance,
    Conversation,
    Kind,
    ListeningProtocol,
    PlaybackEvent,
    PlaybackSession,
    Recording,
)
from conversations.playback import listening
from conversations.playback.tracing import clock, given, heard

from .dates import day_of

ROLES: dict[str, str] = {
    Attendance.Role.SUPERVISOR: "osoba wyznaczona przez Dyrektora",
    Attendance.Role.APPLICANT: "osoba wnioskująca",
    Attendance.Role.PROXY: "pełnomocnik",
    Attendance.Role.INTERPRETER: "tłumacz",
}
DOCUMENTS: dict[str, str] = {
    Attendance.Document.ID_CARD: "dowód osobisty",
    Attendance.Document.PASSPORT: "paszport",
    Attendance.Document.MOBYWATEL: "mObywatel",
    Attendance.Document.OTHER: "inny dokument ze zdjęciem",
}
OWN_SIGN_IN = "własne logowanie"
NOTHING = "nie odtwarzano"
Row = tuple[str, ...]


def draft(protocol: ListeningProtocol) -> dict[str, Any]:
    """What protocol.typ reads."""
    request = protocol.request
    return {
        "title": "Protokół odsłuchania nagrania albo odczytania zapisu rozmowy",
        "facts": [list(pair) for pair in _facts(protocol) if pair[1]],
        "present": [list(row) for row in _present(protocol)],
        "played": [list(row) for row in _played(protocol, request)],
        "remarks": _paragraphs(protocol.remarks),
        "statement": (
            "Odsłuchanie albo odczytanie odbyło się w obecności osób wyznaczonych przez Dyrektora (§ 4 "
            "ust. 6 zarządzenia nr 308/18). Treści nie nagrywano ani nie kopiowano. Z dokumentu tożsamości "
            "odnotowano wyłącznie jego rodzaj."
        ),
        "signatures": [name for name, *_rest in _present(protocol)],
    }


def _facts(protocol: ListeningProtocol) -> Iterator[tuple[str, str]]:
    appointment = protocol.appointment
    decision = listening.decision_of(protocol.request)
    slot = f"{day_of(timezone.localdate(appointment.begins_at))}, {_hour(appointment.begins_at)}"
    yield "Miejsce", appointment.place
    yield "Wyznaczony termin", f"{slot}–{_hour(appointment.ends_at)}"
    yield "Rozpoczęto", _moment(protocol.began_at)
    yield "Zakończono", _moment(protocol.ended_at)
    yield "Przerwy", str(protocol.interruptions) if protocol.interruptions else "nie było"
    yield "Stanowisko", protocol.device
    if decision is not None:
        yield "Rozstrzygnięcie Dyrektora z dnia", day_of(timezone.localdate(decision.at))


def _present(protocol: ListeningProtocol) -> list[Row]:
    rows = protocol.appointment.attendances.select_related("user").order_by("checked_in_at", "pk")
    return [
        (
            str(row.user) if row.user else row.guest.name,
            ROLES[row.role],
            DOCUMENTS.get(row.document, OWN_SIGN_IN if row.user else "–"),
            f"{_hour(row.checked_in_at)}–{_hour(row.checked_out_at)}",
        )
        for row in rows
    ]


def _played(protocol: ListeningProtocol, request: AccessRequest) -> Iterator[Row]:
    """One row for each conversation: which, what was decided of it, what was played or read."""
    items = Conversation.objects.filter(asked_for_by__request=request)
    for item in items.order_by("originated_at", "pk"):
        kind = "czat" if item.kind == Kind.CHAT else "połączenie telefoniczne"
        parts = listening.decided_parts(request, item)
        yield (
            f"{kind}, {_moment(item.originated_at)}",
            ", ".join(f"{clock(begin)}–{clock(end)}" for begin, end in parts) or "całość",
            _shown(protocol, item),
        )


def _shown(protocol: ListeningProtocol, item: Conversation) -> str:
    sessions = PlaybackSession.objects.filter(
        appointment=protocol.appointment, conversation=item
    ).order_by("pk")
    told = [_of_session(session, item) for session in sessions]
    return "; ".join(words for words in told if words) or NOTHING


def _of_session(session: PlaybackSession, item: Conversation) -> str:
    events = list(session.events.order_by("at", "pk"))
    if item.kind == Kind.CHAT:
        read = [event for event in events if event.action == PlaybackEvent.Action.READ]
        return f"odczytano od {_hour(read[0].at)}, wierszy: {read[-1].end}" if read else ""
    recording = _recording(events)
    if recording is None:
        return ""
    spans = heard(events) or given(events, recording.duration_ms, recording.size)
    return ", ".join(f"{clock(begin)}–{clock(end)}" for begin, end in spans)


def _recording(events: list[PlaybackEvent]) -> Recording | None:
    return next((event.recording for event in events if event.recording is not None), None)


def _paragraphs(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _moment(at: datetime | None) -> str:
    return f"{day_of(timezone.localdate(at))}, godz. {_hour(at)}" if at else ""


def _hour(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M}" if at else ""
