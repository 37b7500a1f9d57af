"""From a member of staff and a conversation to the purposes for which they may hear or read it.

Nobody opens a conversation without a purpose; each purpose asks for things in order, and the first that
is missing is the answer. What is asked when a session begins is asked again before every byte.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.configuration import CustomerOffice, read
from admin_module.models import User
from conversations.models import (
    Conversation,
    Designation,
    PlaybackSession,
    PurgeState,
    RetentionHold,
)
from conversations.register.designations import by_office, is_designated

Purpose = PlaybackSession.Purpose
LISTEN = "conversations.listen_conversation"
BREAK_GLASS = "conversations.break_glass"

WORDS: Mapping[str, str | Promise] = {
    "not_yours": _(
        "You may not hear or read this conversation. Ask the Director for a designation."
    ),
    "not_designated": _(
        "The Director has not designated you for recordings, or your designation is over."
    ),
    "not_director": _("Only the Director of the office hears and reads for supervision."),
    "no_emergency_right": _("Only administrators have emergency access."),
    "purged": _("The conversation was deleted for good: there is nothing to hear or read."),
    "expired": _("The time of this conversation is over: it is being deleted."),
    "held": _("The conversation is held for a case: it is heard or read only within that case."),
    "only_by_request": _("A supervised listening is begun from its appointment."),
    "only_by_decision": _("A copy is made only after a decision, from its request."),
    "inactive": _("This account is closed."),
    "no_number": _("No number of this conversation is known: there is nothing to show."),
    "number_over": _(
        "The number was shown for five minutes. Whoever needs it again gives a reason again."
    ),
}


class Refused(Exception):
    """Nobody hears or reads anything; `code` names why and `str` says it."""

    def __init__(self, code: str, sentence: str | Promise = "") -> None:
        super().__init__(code)
        self.code = code
        self._sentence = sentence or WORDS[code]

    def __str__(self) -> str:
        return str(self._sentence)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks to open what."""

    user: User
    conversation: Conversation


Guard = Callable[[Asking], str]


def _active(asking: Asking) -> str:
    return "" if asking.user.is_active else "inactive"


def _visible(asking: Asking) -> str:
    """The register shows it to them, and it is one of their unit's."""
    user = asking.user
    inside = user.scope is None or asking.conversation.unit_id in user.scope
    return "" if inside and user.has_perm("conversations.view_conversation") else "not_yours"


def _listener(asking: Asking) -> str:
    if asking.user.has_perm(LISTEN):
        return ""
    return "" if _plain_administrator(asking.user) else "not_yours"


def _designated(asking: Asking) -> str:
    """§ 5: designated staff; the head of the centre and the Director by their office."""
    user = asking.user
    if by_office(user) or _plain_administrator(user):
        return ""
    return "" if is_designated(user, Designation.Scope.STAFF) else "not_designated"


def _plain_administrator(user: User) -> bool:
    """§ 5 to the letter, where the office set it so: administrators hear like designated staff."""
    return user.has_perm(BREAK_GLASS) and read(CustomerOffice).administrators_listen


def _director(asking: Asking) -> str:
    user = asking.user
    may = user.has_perm(LISTEN) and user.has_perm("conversations.supervise_conversation")
    return "" if may else "not_director"


def _emergency(asking: Asking) -> str:
    return "" if asking.user.has_perm(BREAK_GLASS) else "no_emergency_right"


def kept(asking: Asking) -> str:
    """There is something left to open, by what the database says now."""
    row = Conversation.objects.filter(pk=asking.conversation.pk)
    return "" if row.filter(purge_state=PurgeState.KEPT).exists() else "purged"


def _in_time(asking: Asking) -> str:
    """§ 6: six months, though the night's deletion may still be to come."""
    row = Conversation.objects.filter(pk=asking.conversation.pk)
    return "" if row.filter(expires_at__gt=timezone.now()).exists() else "expired"


def _no_hold(asking: Asking) -> str:
    """A hold is a restriction (RODO art. 18): only the case itself opens what it holds."""
    holds = RetentionHold.objects.filter(conversation=asking.conversation, released_at=None)
    return "held" if holds.exists() else ""


def _only_by_request(asking: Asking) -> str:
    return "only_by_request"


def _only_by_decision(asking: Asking) -> str:
    return "only_by_decision"


_OPEN = (kept, _no_hold, _in_time)
GUARDS: Mapping[str, tuple[Guard, ...]] = {
    Purpose.QUALITY: (_active, _visible, _listener, _designated, *_OPEN),
    Purpose.COMPLAINT: (_active, _visible, _listener, _designated, *_OPEN),
    Purpose.SUPERVISION: (_active, _visible, _director, *_OPEN),
    Purpose.BREAK_GLASS: (_active, _visible, _emergency, *_OPEN),
    Purpose.REQUEST: (_only_by_request,),  # `listening.GUARDS` instead
    Purpose.EXPORT: (_only_by_decision,),  # `exporting.GUARDS` instead
}
AD_HOC = (Purpose.QUALITY, Purpose.COMPLAINT, Purpose.SUPERVISION, Purpose.BREAK_GLASS)


def refusal(user: User, conversation: Conversation, purpose: str) -> str:
    """The code of what is missing, a key of WORDS; empty: nothing."""
    asking = Asking(user, conversation)
    return next((code for guard in GUARDS[purpose] if (code := guard(asking))), "")


def may_open(user: User, conversation: Conversation) -> list[PlaybackSession.Purpose]:
    """For which purposes this person may hear or read now without a request, in the order of the form."""
    return [purpose for purpose in AD_HOC if not refusal(user, conversation, purpose)]


def why_not(user: User, conversation: Conversation) -> str:
    """The sentence for somebody who may not, by what came nearest to a yes."""
    order = list(WORDS)
    codes = {refusal(user, conversation, purpose) for purpose in AD_HOC}
    told = max(codes, key=lambda code: order.index(code) if code in order else -1)
    for plain in ("held", "expired", "purged", "not_designated"):
        if plain in codes:
            told = plain
            break
    return str(WORDS[told]) if told else ""
