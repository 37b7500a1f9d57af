"""From a request at its handing over to a copy or transcript of each conversation, as a paper of the case.

Nothing else of a conversation ever leaves ICP as a file. Copies wait thirty days to be handed over.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import (
    AccessRequest,
    Conversation,
    Kind,
    PlaybackEvent,
    PlaybackSession,
    RequestLetter,
)
from conversations.playback import exporting, listening, sessions, tracing, transcript
from conversations.playback.pieces import Piece
from conversations.playback.rights import Purpose
from icp.encryption.files import stream

from . import letters
from .dates import day_of

COPY = RequestLetter.Kind.COPY
KEPT = timedelta(days=30)


def make(
    request: AccessRequest,
    conversation: Conversation,
    reason: str,
    *,
    by: User,
    session_key: str,
    typed: str = "",
) -> list[RequestLetter]:
    """One paper for each part. `typed`: the words of a call, where the decision gives a transcript.

    Raises Refused without a right, a decision or a reason.
    """
    with transaction.atomic():
        session = sessions.begin(
            by,
            conversation,
            Purpose.EXPORT,
            reason,
            request_session_key=session_key,
            case=request,
        )
        made = list(_papers(request, session, by, typed))
        RequestLetter.objects.filter(pk__in=[one.pk for one in made]).update(
            expires_at=timezone.now() + KEPT
        )
        sessions.end(session, by=by)
        detail: dict[str, object] = {"request": request.pk, "papers": [one.pk for one in made]}
        audit.record("playback.exported", conversation, by=by, detail=detail)
    return made


def _papers(
    request: AccessRequest, session: PlaybackSession, by: User, typed: str
) -> list[RequestLetter]:
    conversation = session.conversation
    if conversation.kind == Kind.CHAT:
        return [_of_chat(request, session, by)]
    if exporting.is_typed(request, conversation):
        lines = [line.strip() for line in typed.splitlines() if line.strip()]
        return [_transcript(request, conversation, by, [["", "", line] for line in lines])]
    found = exporting.sounds_of(request, conversation)
    return [_of_sound(request, session, piece, by) for piece in found]


def _of_chat(request: AccessRequest, session: PlaybackSession, by: User) -> RequestLetter:
    lines = transcript.lines_of(
        session.conversation,
        notes=listening.shows_notes(request),
        parts=listening.decided_parts(request, session.conversation),
    )
    tracing.note_read(session, len(lines))
    said = [
        [f"{timezone.localtime(line.at):%H:%M:%S}", str(line.who), str(line.text)] for line in lines
    ]
    return _transcript(request, session.conversation, by, said)


def _transcript(
    request: AccessRequest, conversation: Conversation, by: User, lines: list[list[str]]
) -> RequestLetter:
    """A PDF; `lines`: time, who, words."""
    began = timezone.localtime(conversation.originated_at)
    kind = "czatu" if conversation.kind == Kind.CHAT else "rozmowy telefonicznej"
    data: dict[str, Any] = {
        "title": f"Zapis {kind} z dnia {day_of(began.date())}, godz. {began:%H:%M}",
        "lines": lines,
        "spoken": conversation.kind == Kind.CALL,
    }
    return letters.write(request, COPY, by, source="transcript.typ", data=data)


def _of_sound(
    request: AccessRequest, session: PlaybackSession, piece: Piece, by: User
) -> RequestLetter:
    """The bytes as they are, sealed again under the request's key."""
    letter: RequestLetter = RequestLetter.keep(
        stream(exporting.content_of(piece)),
        media_type=piece.media_type,
        request=request,
        kind=COPY,
        by=by,
    )
    PlaybackEvent.objects.create(
        session=session,
        recording=piece.recording,
        action=PlaybackEvent.Action.RANGE,
        begin=piece.begin,
        end=piece.end,
    )
    return letter
