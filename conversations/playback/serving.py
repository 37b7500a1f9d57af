"""From a session and an address made for it to a piece of sound: at most 256 KiB, asked about anew each time."""

import logging

from django.http import HttpRequest, HttpResponse

from conversations.models import PlaybackSession
from icp.encryption.errors import KeyErased, Tampered
from icp.encryption.streams import StreamReader

from . import listening, pieces, player, ranges, sessions, tracing
from .pieces import Piece
from .rights import Purpose, Refused

log = logging.getLogger(__name__)
GONE = frozenset({"ended", "purged", "expired", "no_recording", "kept"})
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Accept-Ranges": "bytes",
}


def parts_of(session: PlaybackSession) -> list[tuple[int, int]]:
    """What the decision names, where the session is a request's; else all of it."""
    if session.appointment is None:
        return []
    return listening.decided_parts(session.appointment.request, session.conversation)


def pieces_for(session: PlaybackSession) -> list[Piece]:
    """What this session may play; raises Refused."""
    return pieces.pieces_of(session.conversation, parts_of(session))


def shows_notes(session: PlaybackSession) -> bool:
    """Staff who look after quality read all of a chat; an applicant what the decision says."""
    if session.purpose != Purpose.REQUEST or session.appointment is None:
        return True
    return listening.shows_notes(session.appointment.request)


def sound(request: HttpRequest, session: PlaybackSession, token: str, key: str) -> HttpResponse:
    """206 with a piece, or what says why not: 403, 410 (over), 416 (no such range)."""
    try:
        ticket = player.read_token(token)
        sessions.check(session, session.user, key)
        piece = _piece(session, ticket)
        first, last = ranges.wanted(request.headers.get("Range", ""), piece.size)
        with piece.recording.open() as reader:
            return _part(session, piece, reader, first, last)
    except player.BadTicket:
        return _refused(403)
    except Refused as refused:
        return _refused(410 if refused.code in GONE else 403)
    except ranges.BadRange:
        response = _refused(416)
        response["Content-Range"] = "bytes */*"
        return response
    except (KeyErased, FileNotFoundError):
        return _refused(410)
    except Tampered:
        log.error("The file of a recording is not what was sealed: session %s", session.pk)
        return _refused(410)


def _piece(session: PlaybackSession, ticket: player.Ticket) -> Piece:
    """The one that the address was made for, as long as its tab holds the player."""
    if ticket.session != session.pk or not player.beat(session, ticket.player):
        raise player.BadTicket
    for piece in pieces_for(session):
        if (piece.recording.pk, piece.number) == (ticket.recording, ticket.part):
            return piece
    raise player.BadTicket


def _part(
    session: PlaybackSession, piece: Piece, reader: StreamReader, first: int, last: int
) -> HttpResponse:
    content = b"".join(piece.read(reader, first, last))
    skip = len(piece.head)
    begin, end = (piece.begin + max(place - skip, 0) for place in (first, last))
    tracing.note_range(session, piece.recording, begin, end)
    response = HttpResponse(content, status=206, content_type=piece.media_type, headers=HEADERS)
    response["Content-Range"] = f"bytes {first}-{last - 1}/{piece.size}"
    return response


def _refused(status: int) -> HttpResponse:
    return HttpResponse(status=status, headers=HEADERS, content_type="text/plain")
