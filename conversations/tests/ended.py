"""Conversations for the tests of retention: everything that can hang on one, and a time that is over."""

import io
from datetime import timedelta

from django.utils import timezone

from conversations.models import (
    AccessRequest,
    ChatEvent,
    ChatRating,
    Conversation,
    HoldProposal,
    IngestJob,
    NoticeDelivery,
    Party,
    PlaybackEvent,
    PlaybackSession,
    Recording,
    RequestItem,
    RequestLetter,
    RetentionHold,
    SourceDisposal,
    State,
)
from conversations.models.exchanges import Arrival
from conversations.retention import holds
from tests import make_conversations as made

# Each stands in another place; none may be read anywhere afterwards.
MARKS = (
    "Zażalenie na hałas",  # a chat's line
    "Gżegżółkowicz",  # who it was
    "+48601777888",  # the number
    "dzwonek-601777888.wav",  # the file of the exchange
    "dźwięk zza ściany",  # what the recording holds
    "skarga Gżegżółki",  # why somebody heard it
    "art. 999 tajnej ustawy",  # the basis of a hold
    "koniec sporu z Gżegżółką",  # why the hold ended
    "propozycja trzymania",  # the basis of a proposal
    "gorzej niż u Gżegżółki",  # a rating
    "odpis słowo w słowo",  # a transcript in the file of a request
)


def over(conversation: Conversation) -> Conversation:
    """Its time is over: as if it had begun more than six months ago."""
    began = timezone.now() - timedelta(days=186)
    Conversation.objects.filter(pk=conversation.pk).update(
        originated_at=began, expires_at=timezone.now() - timedelta(hours=1)
    )
    conversation.refresh_from_db()
    return conversation


def whole() -> tuple[Conversation, Conversation, Recording]:
    """A call and a chat that are past their time, with everything that can hang on them."""
    call, recording = whole_call()
    return call, whole_chat(), recording


def whole_call() -> tuple[Conversation, Recording]:
    call = made.call(phone=MARKS[2])
    recording = made.recording(call, made.wav() + MARKS[4].encode())
    NoticeDelivery.objects.create(
        conversation=call, version=made.notice("call"), outcome="continued", evidence={"digit": "1"}
    )
    IngestJob.objects.create(
        source="folder", conversation=call, details=Arrival(MARKS[3]), state="done"
    )
    SourceDisposal.objects.create(
        conversation=call,
        recording=recording,
        source="twilio",
        remote_id=f"RE{call.pk}",
        due_at=timezone.now() + timedelta(days=3),
    )
    _heard(call, recording)
    _held(call)
    _copied(call)
    return over(call), recording


def _heard(call: Conversation, recording: Recording) -> None:
    session = PlaybackSession.objects.create(
        conversation=call,
        user=made.director(),
        purpose="quality",
        reason=MARKS[5],
        session_digest="0" * 64,
        expires_at=timezone.now(),
        ended_at=timezone.now(),
    )
    PlaybackEvent.objects.create(session=session, recording=recording, action="range", end=1000)


def _held(call: Conversation) -> None:
    """Held once, proposed to be held again, and free now."""
    director, day = made.director(), timezone.localdate() + timedelta(days=30)
    hold = holds.place(call, RetentionHold.Reason.COURT, legal_basis=MARKS[6], review_on=day)
    holds.release(hold, director, reason=MARKS[7])
    HoldProposal.objects.create(
        conversation=call,
        reason="court",
        legal_basis=MARKS[8],
        review_on=day,
        proposed_by=director,
    )


def _copied(call: Conversation) -> None:
    """A request that was granted by a transcript, and is closed."""
    now = timezone.now()
    request = AccessRequest.objects.create(
        number=f"BOI.{call.pk}.2026",
        channel="paper",
        step="closed_granted",
        received_at=now,
        due_on=now.date(),
        closed_at=now,
    )
    RequestItem.objects.create(request=request, conversation=call)
    RequestLetter.keep(
        io.BytesIO(MARKS[10].encode()),
        media_type="application/pdf",
        request=request,
        kind=RequestLetter.Kind.COPY,
    )


def whole_chat(*, name: str = MARKS[1]) -> Conversation:
    chat = made.chat(state=State.ACTIVE, party=Party(name=name))
    ChatEvent.objects.create(
        conversation=chat, seq=1, type="message", author="visitor", body=MARKS[0]
    )
    Recording.keep(
        io.BytesIO(MARKS[4].encode()),
        media_type="text/plain",
        conversation=chat,
        role=Recording.Role.ATTACHMENT,
    )
    ChatRating.objects.create(conversation=chat, stars=4, comment=MARKS[9])
    return over(chat)
