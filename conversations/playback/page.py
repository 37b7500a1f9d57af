"""From a session to its page: the pieces with their addresses, or the lines of a chat."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from admin_module.http import StaffRequest
from conversations.models import Conversation, Kind, PlaybackSession
from icp.encryption.errors import KeyErased

from . import player, serving, sessions, tracing, transcript
from .forms import BeginForm
from .pieces import Piece
from .rights import Refused


def begun(
    request: StaffRequest, conversation: Conversation, form: BeginForm
) -> PlaybackSession | None:
    """A new session; None where the form says why not."""
    data = form.cleaned_data
    try:
        return sessions.begin(
            request.user,
            conversation,
            data["purpose"],
            data["reason"],
            request_session_key=request.session.session_key or "",
            case=data["case_number"] or conversation.case_number,
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return None


def opened(request: StaffRequest, session: PlaybackSession) -> HttpResponse:
    """The page of a session that was checked; what cannot be played is said on it."""
    chat = session.conversation.kind == Kind.CHAT
    try:
        more = _transcript(session) if chat else _player(session)
    except (Refused, KeyErased) as refused:
        more = {"refused": refused}
    name = "transcript" if chat else "player"
    context = {"session": session, "now": timezone.now(), **more}
    response = render(request, f"conversations/playback/{name}.html", context)
    response._csp_update = {"media-src": ["'self'"]}  # type: ignore[attr-defined]
    return response


def _transcript(session: PlaybackSession) -> dict[str, Any]:
    lines = transcript.lines_of(
        session.conversation, notes=serving.shows_notes(session), parts=serving.parts_of(session)
    )
    tracing.note_read(session, len(lines))
    return {"lines": lines}


def _player(session: PlaybackSession) -> dict[str, Any]:
    """Where another tab holds the player, nothing to play."""
    pieces = serving.pieces_for(session)
    tab = player.claim(session)
    if tab is None:
        return {"taken": True}
    sounds = [
        {
            "piece": piece,
            "key": f"{piece.recording.pk}-{piece.number}",
            "url": _address(session, tab, piece),
            "begin": tracing.clock(piece.begin_ms),
            "end": tracing.clock(piece.end_ms),
        }
        for piece in pieces
    ]
    return {"sounds": sounds, "tab": tab, "heartbeat": int(player.HEARTBEAT.total_seconds())}


def _address(session: PlaybackSession, tab: uuid.UUID, piece: Piece) -> str:
    ticket = player.Ticket(session.pk, tab, piece.recording.pk, piece.number)
    return reverse("playback-sound", args=[session.uid, player.token(ticket)])


def addresses(session: PlaybackSession, tab: uuid.UUID) -> dict[str, str]:
    """New addresses by the keys of the pieces; none where nothing can be played."""
    try:
        found = serving.pieces_for(session)
    except Refused:
        return {}
    return {f"{one.recording.pk}-{one.number}": _address(session, tab, one) for one in found}


def piece_named(session: PlaybackSession, recording: int, part: int) -> Piece | None:
    try:
        found = serving.pieces_for(session)
    except Refused:
        return None
    return next((one for one in found if (one.recording.pk, one.number) == (recording, part)), None)
