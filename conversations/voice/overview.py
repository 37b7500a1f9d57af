"""From lines, calls and recordings at Twilio to what the page about them says."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.configuration import VoiceGateway, read
from admin_module.models import User
from conversations.models import Line, SourceCheck, VoiceRecording

from . import checking, disposing
from .provider import WORDS

EXCHANGE = "conversations/voice/_exchange.html"
SHOWN = 50
LATELY = timedelta(days=30)
PROBLEMS: dict[str, str | Promise] = {
    **WORDS,
    "empty": _("The file was empty."),
    "cut_off": _("The file ended too soon."),
    "too_short": _("The file was shorter than Twilio said."),
    "wrong_length": _("The file says another length than it has."),
    "damaged": _("The file was damaged."),
    "wrong_codec": _("This was no sound that ICP knows."),
    "too_large": _("The file was too large."),
    "too_long": _("The recording was too long."),
    "already_there": _("The call has such a recording already."),
    "wrong_digest": _("What was sealed was not what came."),
    "read_back": _("The copy could not be read back, so the original stays at Twilio for now."),
    "at_twilio": _("Twilio says that the recording failed there."),
}

# Why a recording was not kept, or may not be.
REFUSALS: dict[str, Promise] = {
    "not_agreed": _("the other side wanted none"),
    "no_legal_basis": _("the line may not record any more"),
    "purged": _("its time is over"),
}


def words_of(code: str) -> str:
    return str(PROBLEMS.get(code, code))


def lines_of(user: User) -> QuerySet[Line]:
    """The lines of this person's units."""
    lines = Line.objects.filter(closed_at=None)
    return lines if user.scope is None else lines.filter(unit__in=sorted(user.scope))


def page(user: User) -> dict[str, Any]:
    """Lines with their calls of thirty days, what went wrong, what Twilio still held at the last look."""
    since = timezone.now() - LATELY
    theirs = Q(calls__conversation__source="twilio", calls__conversation__originated_at__gte=since)
    lines = lines_of(user).select_related("unit", "voice", "legal_basis")
    counted = lines.annotate(
        called=Count("calls", filter=theirs, distinct=True),
        last_call=Max("calls__conversation__originated_at", filter=theirs),
        ringing=Count("voice__phones", distinct=True),
    )
    return {
        "is_on": read(VoiceGateway).is_on,
        "lines": counted.order_by("name", "pk"),
        "addresses": addresses(),
        **state(user),
    }


def state(user: User) -> dict[str, Any]:
    """What waits and what went wrong with recordings of this person's lines."""
    lines = lines_of(user)
    failed = VoiceRecording.objects.filter(
        state=VoiceRecording.State.FAILED, call__conversation__call__line__in=lines
    ).select_related("call__conversation")
    undone = disposing.undone().filter(conversation__call__line__in=lines)
    waiting = VoiceRecording.objects.filter(
        state=VoiceRecording.State.WAITING, call__conversation__call__line__in=lines
    )
    left = undone.filter(tries__gte=disposing.TRIES_TO_TELL).select_related("conversation")
    return {
        "failed": [(row, words_of(row.error)) for row in failed.order_by("-pk")[:SHOWN]],
        "left": [(row, words_of(row.error)) for row in left.order_by("pk")[:SHOWN]],
        "waiting": waiting.count(),
        "undone": undone.count(),
        "check": (look := last_look()),
        "check_words": words_of(look.error) if look and look.error else "",
        "check_is_late": look is not None and look.at < timezone.now() - 2 * checking.EVERY,
    }


def last_look() -> SourceCheck | None:
    return SourceCheck.objects.order_by("-at", "-pk").first()


def addresses() -> list[tuple[Promise, str]]:
    """What is entered with each number in Twilio's console."""
    wanted = (
        (_("A call comes in (Webhook, HTTP POST)"), "voice-incoming"),
        (_("Call status changes (HTTP POST)"), "voice-line-status"),
    )
    return [(words, f"{settings.PUBLIC_URL}{reverse(name)}") for words, name in wanted]


def troubles(user: User) -> int:
    """How many recordings a person must look at."""
    found = state(user)
    return len(found["failed"]) + len(found["left"])


def panel(user: User) -> dict[str, Any] | None:
    """The part of the page about telephone exchanges; None where Twilio is not used at all."""
    if not read(VoiceGateway).is_on:
        return None
    lines = lines_of(user).filter(voice__active=True).order_by("name", "pk")
    return {"served": list(lines), **state(user)}
