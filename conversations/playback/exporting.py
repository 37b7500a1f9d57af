"""From a decision that gives a copy or a transcript to whether somebody may make it, and to its bytes."""

from collections.abc import Callable, Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.models import AccessRequest, Conversation, Kind, Opinion, Recording, Step

from . import listening, pieces
from .listening import GRANTING, READY, Case
from .rights import WORDS

EXPORT = "conversations.export_conversation"
FORMS = (AccessRequest.Form.COPY, AccessRequest.Form.TRANSCRIPT)
_OF_LISTENING = {guard.code: guard.words for guard in READY}
NO_RIGHT = _("Only the head of the centre and the Director make copies.")
NO_DECISION = _("There is no decision of the Director that gives a copy or a transcript.")
NOT_NOW = _("The request is not at the step of handing over.")


def _may(case: Case) -> bool:
    user = case.user
    inside = user.scope is None or case.request.unit_id in user.scope
    return user.is_active and user.has_perm(EXPORT) and inside


def _decided(case: Case) -> bool:
    decision = listening.decision_of(case.request)
    return decision is not None and decision.verdict in GRANTING and decision.form in FORMS


def _at_step(case: Case) -> bool:
    rows = AccessRequest.objects.filter(pk=case.request.pk, step=Step.HANDING_OVER)
    return rows.exists()


GUARDS: tuple[tuple[str, str | Promise, Callable[[Case], bool]], ...] = (
    ("no_right", NO_RIGHT, _may),
    ("no_decision", NO_DECISION, _decided),
    ("not_now", NOT_NOW, _at_step),
    *(
        (f"{giver}_opinion", _OF_LISTENING[code], listening.opinion_given(giver))
        for giver, code in (
            (Opinion.Giver.OFFICER, "officer_opinion"),
            (Opinion.Giver.UNIT, "unit_opinion"),
        )
    ),
    ("identity", _OF_LISTENING["identity"], listening.identified),
    ("caller", _OF_LISTENING["caller"], listening.caller_known),
    ("kept", _OF_LISTENING["kept"], listening.something_left),
    ("not_named", WORDS["only_by_decision"], listening.is_item),
)


def lacking(case: Case) -> list[tuple[str, str | Promise]]:
    """Codes and sentences of what is missing before a copy of `case.conversation` may be made."""
    return [(code, words) for code, words, holds in GUARDS if not holds(case)]


def sounds_of(request: AccessRequest, conversation: Conversation) -> list[pieces.Piece]:
    """What a copy of a call is made of: the original as it came, or the decided parts. Raises Refused."""
    parts = listening.decided_parts(request, conversation)
    originals = conversation.recordings.filter(role=Recording.Role.ORIGINAL)
    original = originals.first()
    if parts or original is None:
        return pieces.pieces_of(conversation, parts)
    return [pieces.Piece(original, end_ms=original.duration_ms, end=original.size)]


def content_of(piece: pieces.Piece) -> Iterator[bytes]:
    """All of a piece, bit by bit."""
    with piece.recording.open() as reader:
        yield from piece.read(reader, 0, piece.size)


def is_typed(request: AccessRequest, conversation: Conversation) -> bool:
    """A transcript of a call is written by somebody who heard it; that of a chat is there already."""
    decision = listening.decision_of(request)
    form = decision.form if decision else ""
    return conversation.kind == Kind.CALL and form == AccessRequest.Form.TRANSCRIPT
