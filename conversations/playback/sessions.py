"""From a right and a reason to one person's session at one player, and to its end.

A session belongs to the browser in which it was begun: whoever signs out there, is signed out from
elsewhere or loses the right hears nothing more, from the next range of bytes on.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.configuration import CustomerOffice, read
from admin_module.models import StaffSession, User
from admin_module.session import LABEL, living
from conversations.models import (
    AccessRequest,
    Appointment,
    Conversation,
    PlaybackEvent,
    PlaybackSession,
)
from icp.encryption.tokens import mac, macs, verify_mac

from . import exporting, listening, rights, telling
from .rights import Purpose, Refused

LEAST_REASON = 20  # letters: a word is no reason
REASON_WORDS = _("Write why, in at least %(least)s letters.")
ENDED = _("This session has ended. Begin a new one.")
ELSEWHERE = _("This session was begun in another browser.")
BATCH = 200


@transaction.atomic
def begin(
    user: User,
    conversation: Conversation,
    purpose: str,
    reason: str,
    *,
    appointment: Appointment | None = None,
    request_session_key: str,
    case: AccessRequest | str = "",
) -> PlaybackSession:
    """Open a conversation to one person; who did so stands in the log. Raises Refused.

    `request_session_key`: of the browser's session (`request.session.session_key`). `case`: the request
    that a copy is made for, or the number of another case. Emergency access is told to every Director and
    to the data protection officer in the same transaction.
    """
    on_request = case if isinstance(case, AccessRequest) else None
    refuse(user, conversation, purpose, appointment, on_request)
    if len(reason.strip()) < LEAST_REASON:
        raise Refused("reason_missing", REASON_WORDS % {"least": LEAST_REASON})
    now = timezone.now()
    session = PlaybackSession.objects.create(
        conversation=conversation,
        appointment=appointment,
        user=user,
        purpose=purpose,
        reason=reason.strip(),
        case_number=str(case),
        session_digest=_digest(user, request_session_key),
        began_at=now,
        expires_at=_end_of(appointment, now),
    )
    audit.record("playback.begun", conversation, by=user, detail=_detail(session))
    if purpose == Purpose.BREAK_GLASS:
        telling.tell_of_conversation(session)
    return session


def _end_of(appointment: Appointment | None, now: datetime) -> datetime:
    """By the office's setting; a listening ends with its appointment's time at the latest."""
    over = now + timedelta(minutes=read(CustomerOffice).playback_minutes)
    return min(over, appointment.ends_at + listening.AROUND) if appointment else over


def _digest(user: User, session_key: str) -> str:
    """That of the row of the browser's session, so that the two end together."""
    data = session_key.encode()
    row = StaffSession.objects.filter(user=user, digest__in=macs(LABEL, data)).first()
    return bytes(row.digest if row else mac(LABEL, data)).hex()


def refuse(
    user: User,
    conversation: Conversation,
    purpose: str,
    appointment: Appointment | None = None,
    on_request: AccessRequest | None = None,
) -> None:
    """Raise Refused unless this person may open it for this purpose, now."""
    if purpose == Purpose.REQUEST and appointment is not None:
        missing = listening.lacking(listening.sitting(appointment, user, conversation))
        if missing:
            raise Refused(missing[0].code, missing[0].words)
    elif purpose == Purpose.EXPORT and on_request is not None:
        case = listening.Case(request=on_request, user=user, conversation=conversation)
        for code, words in exporting.lacking(case):
            raise Refused(code, words)
    else:
        code = rights.refusal(user, conversation, purpose)
        if code:
            raise Refused(code)


def check(session: PlaybackSession, user: User, session_key: str) -> None:
    """Raise Refused unless the session stands, in this browser, and its right with it."""
    if session.ended_at is not None or session.expires_at <= timezone.now():
        raise Refused("ended", ENDED)
    if session.user_id != user.pk or not _of_browser(session, session_key):
        raise Refused("elsewhere", ELSEWHERE)
    refuse(user, session.conversation, session.purpose, session.appointment)


def _of_browser(session: PlaybackSession, session_key: str) -> bool:
    return verify_mac(LABEL, session_key.encode(), bytes.fromhex(session.session_digest))


def end(session: PlaybackSession, *, by: User | None) -> bool:
    """End a session, once: one line in the chained log sums up what left the server."""
    with transaction.atomic():
        now = timezone.now()
        mine = PlaybackSession.objects.filter(pk=session.pk, ended_at=None)
        if not mine.update(ended_at=now, player=None):
            return False
        PlaybackEvent.objects.create(session=session, action=PlaybackEvent.Action.END, at=now)
        audit.record("playback.ended", session.conversation, by=by, detail=_summary(session))
    session.ended_at = now
    return True


def end_all(conversation: Conversation, *, by: User | None = None) -> int:
    """Revoke every session that stands over a conversation; returns how many."""
    rows = PlaybackSession.objects.filter(conversation=conversation, ended_at=None)
    return sum(end(row, by=by) for row in rows.select_related("conversation"))


def sweep() -> int:
    """Every half a minute: sessions that ran out, or whose browser is signed in no more, end."""
    open_ones = PlaybackSession.objects.filter(ended_at=None).select_related("conversation", "user")
    over = [row for row in open_ones.order_by("pk")[:BATCH] if _is_over(row)]
    return sum(end(row, by=None) for row in over)


def _is_over(session: PlaybackSession) -> bool:
    if session.expires_at <= timezone.now():
        return True
    digest = bytes.fromhex(session.session_digest)
    return not session.user.is_active or not living(session.user).filter(digest=digest).exists()


def _detail(session: PlaybackSession) -> dict[str, object]:
    return {"session": session.pk, "purpose": session.purpose}


def _summary(session: PlaybackSession) -> dict[str, object]:
    """Numbers only: how many ranges, how many bytes, how often a transcript was shown."""
    ranges = session.events.filter(action=PlaybackEvent.Action.RANGE).values_list("begin", "end")
    sizes = [last - first for first, last in ranges]
    read_times = session.events.filter(action=PlaybackEvent.Action.READ).count()
    return {
        **_detail(session),
        "ranges": len(sizes),
        "bytes": sum(sizes),
        "transcripts": read_times,
        "seconds": int((timezone.now() - session.began_at).total_seconds()),
    }
