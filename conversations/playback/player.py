"""From a browser tab to the one player of a session, and to the address by which it gets its bytes.

A tab that shows signs of life holds the player: it says so every ten seconds, and every range it asks for
says so too. Thirty silent seconds give it up to whoever asks next.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db.models import Q
from django.utils import timezone

from conversations.models import PlaybackSession

HEARTBEAT = timedelta(seconds=10)
SILENCE = timedelta(seconds=30)
TOKEN_SECONDS = 600
SALT = "conversations.playback"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an address lets through: one part of one recording, in one tab of one session."""

    session: int
    player: uuid.UUID
    recording: int
    part: int


class BadTicket(Exception):
    """The address is older than ten minutes, or nobody here made it."""


def claim(session: PlaybackSession) -> uuid.UUID | None:
    """A new tab takes the player; None while another one holds it."""
    tab, now = uuid.uuid4(), timezone.now()
    free = Q(player=None) | Q(player_seen_at=None) | Q(player_seen_at__lt=now - SILENCE)
    rows = PlaybackSession.objects.filter(free, pk=session.pk, ended_at=None)
    return tab if rows.update(player=tab, player_seen_at=now) else None


def beat(session: PlaybackSession, tab: uuid.UUID) -> bool:
    """This tab is alive; False where it does not hold the player (any more)."""
    rows = PlaybackSession.objects.filter(pk=session.pk, player=tab, ended_at=None)
    return bool(rows.update(player_seen_at=timezone.now()))


def release(session: PlaybackSession, tab: uuid.UUID) -> None:
    """The tab is being closed: another one need not wait."""
    PlaybackSession.objects.filter(pk=session.pk, player=tab).update(player=None)


def token(ticket: Ticket) -> str:
    """Good for ten minutes; it carries ids only, and opens nothing outside of its browser."""
    told = [ticket.session, ticket.player.hex, ticket.recording, ticket.part]
    return signing.dumps(told, salt=SALT)


def read_token(text: str) -> Ticket:
    """Raises BadTicket."""
    try:
        session, tab, recording, part = signing.loads(text, salt=SALT, max_age=TOKEN_SECONDS)
    except signing.BadSignature as bad:
        raise BadTicket from bad
    return Ticket(session, uuid.UUID(hex=tab), recording, part)
