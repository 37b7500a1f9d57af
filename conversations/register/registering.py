"""From what a source knows of a conversation to its row: once, and never after its time is over."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from admin_module.models import Unit, User
from conversations.models import (
    CallerId,
    ChatInbox,
    Conversation,
    Direction,
    Kind,
    Line,
    Party,
    RetentionPolicy,
    State,
)
from icp.days import months_after


class AlreadyExpired(Exception):
    """It began longer ago than conversations are kept: it is not taken in (§ 6)."""


@dataclass(frozen=True, slots=True)
class NewConversation:
    """`external_id` names it at its source and holds no personal data."""

    kind: Kind
    source: str
    external_id: str
    originated_at: datetime
    unit: Unit
    direction: str = Direction.INCOMING
    state: str = State.CLOSED
    party: Party = field(default_factory=Party)
    caller_id: str = CallerId.NONE
    agent: User | None = None
    ended_at: datetime | None = None
    line: Line | None = None
    inbox: ChatInbox | None = None


def expiry(
    originated_at: datetime, kind: str, *, line: Line | None = None, inbox: ChatInbox | None = None
) -> datetime:
    """By the policy that is in force for the line or the inbox, else for the kind."""
    months = RetentionPolicy.objects.months_for(kind, line=line, inbox=inbox)
    return months_later(originated_at, months)


def months_later(originated_at: datetime, months: int) -> datetime:
    """Calendar months from the beginning, by the office's own clock: 31 August → 28 February."""
    began = timezone.localtime(originated_at)
    return timezone.make_aware(datetime.combine(months_after(began.date(), months), began.time()))


@transaction.atomic
def register(found: NewConversation) -> tuple[Conversation, bool]:
    """The conversation, and whether it is new; a source may tell of one any number of times.

    Raises AlreadyExpired; nothing is kept then.
    """
    known = Conversation.objects.filter(source=found.source, external_id=found.external_id).first()
    if known is not None:
        return known, False
    expires_at = expiry(found.originated_at, found.kind, line=found.line, inbox=found.inbox)
    if expires_at <= timezone.now():
        raise AlreadyExpired
    conversation = Conversation.objects.create(
        kind=found.kind,
        direction=found.direction,
        source=found.source,
        external_id=found.external_id,
        state=found.state,
        unit=found.unit,
        agent=found.agent,
        party=found.party,
        caller_id=found.caller_id,
        originated_at=found.originated_at,
        ended_at=found.ended_at,
        expires_at=expires_at,
    )
    return conversation, True
