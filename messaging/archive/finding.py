"""From conditions to the messages that fit them, newest first; texts are opened in memory and bounded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from icp.encryption.canon import fold
from messaging.ledger.progress import needing_decision
from messaging.models import Message, MessageText

_S = Message.Status
TO_DECIDE = "do-decyzji"  # not by their status: what stopped and asks, what is unknown
SHELVES: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "szkice": (_("Drafts"), (_S.DRAFT,)),
    "do-zatwierdzenia": (_("For approval"), (_S.WAITING,)),
    TO_DECIDE: (_("To decide on"), ()),
    "w-toku": (_("Under way"), (_S.SCHEDULED, _S.EXPANDING, _S.SENDING, _S.PAUSED)),
    "z-niepowodzeniami": (_("With failures"), (_S.SENT_WITH_FAILURES,)),
    "zakonczone": (
        _("Finished"),
        (_S.SENT, _S.SENT_WITH_FAILURES, _S.CANCELLED, _S.REJECTED, _S.EXPIRED),
    ),
}
# Texts are sealed and cannot be searched by the database. So many are opened for one page: a quarter of a
# second's work, and more than an office writes in years.
MOST_OPENED = 4_000
MOST_EXPORTED = 5_000


@dataclass(frozen=True, slots=True)
class Page:
    """`before`: where the next page begins; `cut`: older texts were not looked through yet."""

    messages: list[Message]
    before: int | None
    cut: bool = False


def chosen(by: User, wanted: Mapping[str, Any]) -> QuerySet[Message]:
    """The messages that fit every condition but the words; `wanted` as forms.archive gives it."""
    found: QuerySet[Message] = Message.objects.visible_to(by)
    shelf = wanted.get("status", "")
    if shelf == TO_DECIDE:
        found = needing_decision(found)
    elif shelf in SHELVES:
        found = found.filter(status__in=SHELVES[shelf][1])
    plain = {
        name: wanted[name] for name in ("klass", "topic", "unit", "author") if wanted.get(name)
    }
    found = found.filter(**plain)
    if wanted.get("channel"):
        as_text = Cast("channels", models.TextField())
        found = found.annotate(as_text=as_text).filter(as_text__contains=f'"{wanted["channel"]}"')
    if wanted.get("drills") == "without":
        found = found.filter(drill=False)
    elif wanted.get("drills") == "only":
        found = found.filter(drill=True)
    return _between(found, wanted)


def _between(found: QuerySet[Message], wanted: Mapping[str, Any]) -> QuerySet[Message]:
    """By the day it was due or ordered; of a draft, made."""
    since, until = wanted.get("since"), wanted.get("until")
    if not since and not until:
        return found
    found = found.annotate(when=Coalesce("due_at", "sent_at", "created_at"))
    if since:
        found = found.filter(when__gte=_midnight(since))
    if until:
        found = found.filter(when__lt=_midnight(until + timedelta(days=1)))
    return found


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def page(by: User, wanted: Mapping[str, Any], *, before: int | None, size: int) -> Page:
    """A page at a time by id: pages stay right while new messages come in."""
    found = chosen(by, wanted).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    words = _words(wanted)
    if not words:
        rows = list(_whole(found)[: size + 1])
        more = len(rows) > size
        return Page(rows[:size], rows[size - 1].pk if more else None)
    keys, last, cut = _fitting(found, words, size + 1)
    rows = sorted(_whole(Message.objects.filter(pk__in=keys[:size])), key=lambda row: -row.pk)
    if len(keys) > size:
        return Page(rows, keys[size - 1])
    return Page(rows, last if cut else None, cut)


def _whole(found: QuerySet[Message]) -> QuerySet[Message]:
    return found.select_related("author", "topic", "unit").defer("people")


def _words(wanted: Mapping[str, Any]) -> list[str]:
    return fold(str(wanted.get("text") or "")).split()


def _fitting(
    found: QuerySet[Message], words: list[str], most: int
) -> tuple[list[int], int | None, bool]:
    """Keys of those with all the words; the last that was looked at; whether there are older ones."""
    keys: list[int] = []
    last, opened = None, 0
    for pk, text in _texts(found):
        opened, last = opened + 1, pk
        if fits(text, words):
            keys.append(pk)
        if len(keys) == most:
            return keys, last, False
    return keys, last, opened == MOST_OPENED


def _texts(found: QuerySet[Message]) -> Iterator[tuple[int, MessageText]]:
    newest: Any = found[:MOST_OPENED]
    rows: Iterator[tuple[int, MessageText]] = newest.opened("text", chunk=500)
    return rows


def fits(text: MessageText, words: list[str]) -> bool:
    """Every word stands somewhere in it, whatever its marks and capitals."""
    said = fold(f"{text.title}\n{text.short}\n{text.long}")
    return all(word in said for word in words)


def keys_of(by: User, wanted: Mapping[str, Any]) -> list[int]:
    """Ids of everything that fits, newest first, as many as a file may hold."""
    found = chosen(by, wanted).order_by("-pk")
    words = _words(wanted)
    if words:
        return _fitting(found, words, MOST_EXPORTED)[0]
    return list(found.values_list("pk", flat=True)[:MOST_EXPORTED])
