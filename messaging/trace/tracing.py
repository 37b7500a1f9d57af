"""From one delivery to everything that happened to it, in the order it became known, and to what came with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from messaging.engine import providers
from messaging.models import Attempt, Delivery

from .explaining import code_in_words, why

NEWS = "news:"
# News only moves a delivery up this ladder (messaging.models.delivery); what stands lower came late.
RANKS = {"accepted": 1, "undelivered": 2, "delivered": 3, "read": 4}
WELL = frozenset({"accepted", "delivered"})


@dataclass(frozen=True, slots=True)
class Step:
    """One try, or one piece of news. `late`: it changed nothing, because more was known already."""

    at: datetime
    outcome: str
    words: str
    code: str
    late: bool = False
    provider: str = ""  # which of several took the try


def steps_of(delivery: Delivery) -> list[Step]:
    """In the order in which it was written down; what a provider told later may have happened earlier."""
    return list(_steps(delivery.attempts.order_by("pk"), delivery.channel))


def _steps(attempts: Iterable[Attempt], channel: str) -> Iterable[Step]:
    known = 0
    for one in attempts:
        told = one.outcome.removeprefix(NEWS)
        rank = RANKS.get(told, 0)
        late = one.outcome.startswith(NEWS) and 0 < rank <= known
        # A code of success says nothing beyond "the provider took it".
        words = "" if told in WELL else code_in_words(channel, one.code)
        yield Step(one.at, one.outcome, words, one.code, late, _provider(one))
        # Handed over anew: what was known of the try before does not count against it.
        known = rank if not one.outcome.startswith(NEWS) else max(known, rank)


def _provider(attempt: Attempt) -> str:
    return providers.name_of(attempt.provider) if attempt.provider else ""


@dataclass(frozen=True, slots=True)
class Related:
    """The same person's delivery of a message that follows this one, or that this one follows."""

    delivery: Delivery
    title: str
    kind: str  # "", "correction", "call_off"
    words: str


def related(delivery: Delivery) -> list[Related]:
    """Corrections and call-offs that went to the same person, and what they are about."""
    message = delivery.message
    if message is None:
        return []
    first = message.follows_id or message.pk
    rows = Delivery.objects.filter(recipient=delivery.recipient_id).exclude(message=message.pk)
    found = rows.filter(message__follows=first) | rows.filter(message=first)
    return [
        Related(
            row,
            row.message.text.title,
            row.message.follow_kind,
            why(row.channel, row.state, row.reason, row.code),
        )
        for row in found.select_related("message").defer("message__people").order_by("pk")
        if row.message is not None
    ]
