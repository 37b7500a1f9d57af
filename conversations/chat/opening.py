"""From a visitor's yes to the notice to a chat in the queue, or to a message left out of hours; nothing before it."""

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from conversations.models import (
    ChatBlock,
    ChatEvent,
    ChatInbox,
    ChatSession,
    Conversation,
    Kind,
    NoticeDelivery,
    NoticeVersion,
    Party,
    Source,
    State,
)
from conversations.register import notices
from conversations.register.registering import NewConversation, register

from . import hours, log, queue

SUBJECT_LETTERS = 200
REPEATED = timedelta(minutes=10)


class CannotOpen(Exception):
    """No chat now; `code` says why, nothing was stored."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody who said yes to the notice asks for; `text` becomes the first line of the log."""

    inbox: ChatInbox
    language: str
    notice: NoticeVersion
    party: Party
    text: str = ""
    key: str = ""  # names the form, hexadecimal: sent again, it is the same chat


@transaction.atomic
def open_chat(wanted: Wanted) -> Conversation:
    """A chat that waits for an agent.

    Raises CannotOpen: `blocked`, `closed` (out of hours), `queue-full`, `too-soon` (a form sent again
    long after it opened a chat).
    """
    refuse_blocked(wanted.party.device)
    # Under the inbox's lock: of five hundred who come at once, so many as the queue holds are let in.
    inbox = _locked(wanted.inbox)
    if known := _known(wanted.key):
        return known
    if not hours.is_open(inbox, timezone.now()):
        raise CannotOpen("closed")
    if not queue.has_room(inbox):
        raise CannotOpen("queue-full")
    return _begin(wanted, State.WAITING)


@transaction.atomic
def leave_message(wanted: Wanted) -> Conversation:
    """A message left while nobody answers; kept, sealed and deleted as a chat is.

    Raises CannotOpen: `blocked`, `shut` (the inbox is not offered any more), `too-soon`.
    """
    refuse_blocked(wanted.party.device)
    inbox = _locked(wanted.inbox)
    if known := _known(wanted.key):
        return known
    if inbox.closed_at is not None:
        raise CannotOpen("shut")
    return _begin(wanted, State.OFFLINE)


def _locked(inbox: ChatInbox) -> ChatInbox:
    """Whoever comes with the same form at the same moment waits, and finds what it opened."""
    row: ChatInbox = ChatInbox.objects.select_for_update().get(pk=inbox.pk)
    return row


def _known(key: str) -> Conversation | None:
    """What this form opened already; a chat only while its answer may still be on the way."""
    found: Conversation | None = Conversation.objects.filter(
        source=Source.WIDGET, external_id=key
    ).first()
    if found is not None and found.originated_at <= timezone.now() - REPEATED:
        raise CannotOpen("too-soon")  # the page that says so has a new form
    return found


def refuse_blocked(device: str) -> None:
    if ChatBlock.objects.filter(device=device, until__gt=timezone.now()).exists():
        raise CannotOpen("blocked")


def _begin(wanted: Wanted, state: State) -> Conversation:
    now = timezone.now()
    party = replace(wanted.party, subject=wanted.party.subject or wanted.text[:SUBJECT_LETTERS])
    conversation, _new = register(
        NewConversation(
            kind=Kind.CHAT,
            source=Source.WIDGET,
            external_id=wanted.key or uuid.uuid4().hex,
            originated_at=now,
            unit=wanted.inbox.unit,
            state=state,
            party=party,
            ended_at=now if state == State.OFFLINE else None,
            inbox=wanted.inbox,
        )
    )
    ChatSession.objects.create(
        conversation=conversation,
        inbox=wanted.inbox,
        language=wanted.language,
        queued_at=now if state == State.WAITING else None,
        visitor_seen_at=now,
        visitor_spoke_at=now,
    )
    notices.deliver(
        conversation,
        wanted.notice,
        NoticeDelivery.Outcome.CONTINUED,
        evidence={"inbox": wanted.inbox.code, "language": wanted.language},
    )
    if wanted.text:
        author = ChatEvent.Author.VISITOR
        log.append(conversation, ChatEvent.Type.MESSAGE, author, body=wanted.text)
    return conversation
