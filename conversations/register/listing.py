"""From filters to the conversations on the register, each as a line that tells nobody's whole number."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from admin_module.models import User
from conversations.models import (
    CallerId,
    Conversation,
    Direction,
    Kind,
    PurgeState,
    Recording,
    RetentionHold,
    State,
)
from conversations.models.conversations import ConversationQuerySet
from icp.encryption.errors import KeyErased

from . import seeing
from .list_form import HELD, SOON, WITH

SOON_DAYS = 14
ALONG = ("unit", "agent", "call__line", "chat__inbox")
UNKNOWN: Mapping[str, Promise] = {
    CallerId.WITHHELD: gettext_lazy("number withheld"),
    CallerId.UNAVAILABLE: gettext_lazy("number unknown"),
}
TONES = {
    State.WAITING: ("warn", "hourglass"),
    State.ACTIVE: ("moving", "message-circle"),
    State.CLOSED: ("", ""),
    State.ABANDONED: ("", ""),
    State.OFFLINE: ("warn", "inbox"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the register. `keeping` is words, a tone and an icon: when it goes, or why it does not."""

    conversation: Conversation
    number: str
    place: str
    icon: str
    state: tuple[str, str]
    is_recorded: bool
    keeping: tuple[str, str, str]


def filtered(by: User, wanted: Mapping[str, Any]) -> ConversationQuerySet:
    """The conversations that `by` may see and that fit `wanted` (RegisterFilterForm), the newest first."""
    rows = seeing.visible_to(by)
    for name, fits in FILTERS.items():
        if name in wanted:
            rows = rows.filter(fits(wanted[name], by))
    return described(rows)


def described(rows: ConversationQuerySet) -> ConversationQuerySet:
    """With what a line says: whether there is a recording and whether something holds it."""
    marked: ConversationQuerySet = rows.annotate(is_recorded=_recorded(), is_held=_held())
    return marked.select_related(*ALONG).order_by("-originated_at", "-id")


def _recorded() -> Exists:
    return Exists(Recording.objects.filter(conversation=OuterRef("pk"), role="original"))


def _held() -> Exists:
    return Exists(RetentionHold.objects.filter(conversation=OuterRef("pk"), released_at=None))


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _keeping(value: str, _by: User) -> Q:
    if value == HELD:
        return Q(_held())
    if value == SOON:
        soon = timezone.now() + timedelta(days=SOON_DAYS)
        return Q(purge_state=PurgeState.KEPT, expires_at__lte=soon) & ~Q(_held())
    return ~Q(purge_state=PurgeState.KEPT)


def _recording(value: str, _by: User) -> Q:
    return Q(_recorded()) if value == WITH else ~Q(_recorded())


FILTERS: Mapping[str, Callable[[Any, User], Q]] = {
    "kind": lambda value, _by: Q(kind=value),
    "whose": lambda _value, by: seeing.own(by),
    "unit": lambda value, _by: Q(unit=value),
    "agent": lambda value, _by: Q(agent=value),
    "case": lambda value, _by: Q(case_number__iexact=value),
    "recording": _recording,
    "keeping": _keeping,
    "since": lambda value, _by: Q(originated_at__gte=_midnight(value)),
    "until": lambda value, _by: Q(originated_at__lt=_midnight(value + timedelta(days=1))),
}


def lines(rows: Iterable[Any]) -> list[Line]:
    """`rows` as `described` gives them."""
    return [line(row) for row in rows]


def line(row: Any) -> Line:
    """`row`: one of `described`."""
    return Line(
        conversation=row,
        number=masked_number(row),
        place=place_of(row),
        icon=icon_of(row),
        state=TONES[State(row.state)],
        is_recorded=row.is_recorded,
        keeping=keeping_of(row, held=row.is_held),
    )


def phone_of(row: Conversation) -> str:
    """The number in E.164; nothing where none is known, or the conversation is deleted."""
    if row.purge_state != PurgeState.KEPT:
        return ""
    try:
        return row.party.phone if row.party else ""
    except KeyErased:
        return ""


def masked_number(row: Conversation) -> str:
    """What may stand on a page without a reason."""
    number = seeing.masked(phone_of(row))
    if number:
        return number
    if row.purge_state != PurgeState.KEPT:
        return _("deleted")
    return str(UNKNOWN.get(row.caller_id, _("no number")))


def place_of(row: Conversation) -> str:
    """The line or the inbox that it came by."""
    call, chat = getattr(row, "call", None), getattr(row, "chat", None)
    if call is not None:
        return str(call.line.name)
    return str(chat.inbox.name) if chat is not None else ""


def icon_of(row: Conversation) -> str:
    if row.kind == Kind.CHAT:
        return "message-circle"
    return "phone-outgoing" if row.direction == Direction.OUTGOING else "phone-incoming"


def keeping_of(row: Conversation, *, held: bool) -> tuple[str, str, str]:
    """Words, tone and icon of the pill."""
    if row.purge_state != PurgeState.KEPT:
        return str(row.get_purge_state_display()), "", "trash-2"
    if held:
        return pgettext("conversation", "held"), "warn", "lock"
    day = timezone.localtime(row.expires_at)
    soon = row.expires_at <= timezone.now() + timedelta(days=SOON_DAYS)
    words = _("until %(day)s") % {"day": f"{day:%d.%m.%Y}"}
    return words, "warn" if soon else "", "clock" if soon else ""
