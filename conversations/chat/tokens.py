"""From a chat to the token that its visitor shows, and back; no cookie, nothing kept in the browser's jar.

A token names one conversation and one round. A new round (`renew`) makes the tokens before it void, all but
the last: the answer that carried the new one may have been lost.
Format, base64url without padding: uid 16 | round 4 | issued 4 (seconds since 1970) | MAC 32.
"""

import base64
import binascii
import time
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from conversations.models import ChatSession, Conversation
from icp.encryption.tokens import MAC_LENGTH, mac, verify_mac

LABEL = "chat.visitor"
GOOD_FOR = 12 * 3600  # seconds
BODY = 24


@dataclass(frozen=True, slots=True)
class Shown:
    """What a token says, its MAC checked."""

    uid: UUID
    round: int
    issued: int


def issue(session: ChatSession) -> str:
    """A token for the visitor of this chat, of its present round."""
    body = session.conversation.uid.bytes + _four(session.token_round) + _four(int(time.time()))
    return base64.urlsafe_b64encode(body + mac(LABEL, body)).rstrip(b"=").decode()


def read(token: str) -> Shown | None:
    """None where it was not made here, or too long ago."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, code = raw[:BODY], raw[BODY:]
    if len(raw) != BODY + MAC_LENGTH or not verify_mac(LABEL, body, code):
        return None
    found = Shown(UUID(bytes=body[:16]), int.from_bytes(body[16:20]), int.from_bytes(body[20:BODY]))
    return found if time.time() - found.issued <= GOOD_FOR else None


def session_of(token: str) -> ChatSession | None:
    """The chat that the token opens now, its conversation along; None for anything else."""
    shown = read(token)
    if shown is None:
        return None
    found = (
        ChatSession.objects.select_related("conversation", "inbox")
        .filter(conversation__uid=shown.uid, conversation__in=Conversation.objects.kept())
        .first()
    )
    return found if found and holds(shown.round, found.token_round) else None


def holds(shown: int, now: int) -> bool:
    """Whether a token of that round still opens a chat that is at this one."""
    return shown in (now, now - 1)


def renew(session: ChatSession) -> str:
    """Begin a new round and give its token."""
    ChatSession.objects.filter(pk=session.pk).update(token_round=F("token_round") + 1)
    session.refresh_from_db(fields=["token_round"])
    return issue(session)


def _four(number: int) -> bytes:
    return number.to_bytes(4)
