"""From chats that somebody left behind to a warning, an end, or back into the queue; every half a minute."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from conversations.models import ChatEvent, ChatSession, Conversation, State

from . import codes, log, seats, steps

ABSENT = timedelta(minutes=5)  # the visitor's page is gone
WARN = timedelta(minutes=10)  # of silence
SILENT = timedelta(minutes=15)
ORPHANED = timedelta(minutes=5)  # the agent's desk is gone
Type, Author = ChatEvent.Type, ChatEvent.Author


def tidy(at: datetime | None = None) -> None:
    """Each chat in a transaction of its own; may run anywhere, any time, twice."""
    now = at or timezone.now()
    for session in _absent(now):
        steps.close(session.conversation, steps.TIMEOUT, code=codes.CLOSED_BY_ABSENCE)
    for session in _silent(now):
        _warn_or_end(session, now)
    for chat in _orphaned(now):
        steps.back_to_queue(chat)


def _absent(now: datetime) -> QuerySet[ChatSession]:
    seen = Q(visitor_seen_at__lte=now - ABSENT)
    seen |= Q(visitor_seen_at=None, conversation__originated_at__lte=now - ABSENT)
    return _open().filter(seen, conversation__state__in=[State.WAITING, State.ACTIVE])


def _silent(now: datetime) -> QuerySet[ChatSession]:
    """Where the office spoke last and the visitor has not answered; `office_at` is when that was.

    Whoever still waits for an answer is not silent, however long that takes.
    """
    spoken = Q(conversation__events__author=Author.AGENT, conversation__events__type=Type.MESSAGE)
    rows = _open().filter(conversation__state=State.ACTIVE)
    rows = rows.annotate(office_at=Max("conversation__events__at", filter=spoken))
    answered = Q(visitor_spoke_at__gt=F("office_at"))
    return rows.filter(office_at__lte=now - WARN).exclude(answered)


def _warn_or_end(session: ChatSession, now: datetime) -> None:
    office_at: datetime = session.office_at  # type: ignore[attr-defined]  # annotated
    if office_at <= now - SILENT:
        steps.close(session.conversation, steps.TIMEOUT, code=codes.CLOSED_BY_SILENCE)
        return
    with transaction.atomic():
        unwarned = ChatSession.objects.filter(pk=session.pk).exclude(warned_at__gt=office_at)
        if unwarned.update(warned_at=now):
            log.append(session.conversation, Type.SYSTEM, Author.SYSTEM, code=codes.SILENCE_WARNING)


def _orphaned(now: datetime) -> QuerySet[Conversation]:
    gone = Q(agent__chat_seat=None) | Q(agent__chat_seat__seen_at=None)
    gone |= Q(agent__chat_seat__seen_at__lte=now - ORPHANED)
    return seats.orphans().filter(gone)


def _open() -> QuerySet[ChatSession]:
    kept = Conversation.objects.kept()
    return ChatSession.objects.filter(conversation__in=kept).select_related("conversation")
