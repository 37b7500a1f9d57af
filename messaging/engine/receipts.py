"""From a provider's news to a state: verified news waits in an inbox and is applied forwards only."""

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from messaging import sql
from messaging.channels.base import Answer, News, Outcome, StatusUpdate
from messaging.ledger import counting, escalating, noting
from messaging.ledger.waking import wake
from messaging.models import DELIVERY_MOVES, IN_INBOX, REFERENCES, Attempt, Delivery, ReceiptNews

from . import claiming, troubles

# What a worker learned after its lease was gone, in the words of the inbox.
_NEWS_OF_OUTCOME: dict[Outcome, str] = {
    Outcome.ACCEPTED: News.ACCEPTED,
    Outcome.DELIVERED: News.DELIVERED,
    Outcome.REFUSED: News.UNDELIVERED,
    Outcome.RETRY: "not_sent",
    Outcome.NOT_SENT: "not_sent",
}
_OPENED = (Delivery.State.DELIVERED, Delivery.State.READ)
APPLIED, LATE, UNMATCHED = "applied", "late", "unmatched"


def store(channel: str, updates: Sequence[StatusUpdate]) -> None:
    """Keep verified news; the same event told twice is kept once."""
    now = timezone.now()
    _keep(
        [
            ReceiptNews(
                channel=channel,
                event_id=update.event_id[:100] or _fingerprint(update),
                reference=_uuid_or_none(update.reference),
                provider_id=update.provider_id[:100],
                news=update.news,
                code=update.code[:40],
                at=update.at or now,
                received_at=now,
            )
            for update in updates
        ]
    )


def keep_lost(answers: Sequence[tuple[str, str, Answer]], channel: str) -> None:
    """Keep what became of deliveries whose lease was lost meanwhile: (reference, owner, answer)."""
    now = timezone.now()
    _keep(
        [
            ReceiptNews(
                channel=channel,
                event_id=f"{owner}:{reference}",
                reference=uuid.UUID(reference),
                provider_id=answer.provider_id[:100],
                news=_NEWS_OF_OUTCOME[answer.outcome],
                code=answer.code[:40],
                at=now,
                received_at=now,
            )
            for reference, owner, answer in answers
            if answer.outcome in _NEWS_OF_OUTCOME
        ]
    )


def _keep(rows: list[ReceiptNews]) -> None:
    if rows:
        ReceiptNews.objects.bulk_create(rows, ignore_conflicts=True)
        wake("apply_receipts")


def _fingerprint(update: StatusUpdate) -> str:
    told = f"{update.provider_id or update.reference}|{update.news}|{update.code}"
    return hashlib.sha256(told.encode()).hexdigest()


def _uuid_or_none(reference: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(reference)
    except ValueError:
        return None


def apply(limit: int = 500) -> int:
    """Apply a batch of news; returns how many were looked at. Nothing moves a state backwards."""
    with transaction.atomic():
        inbox = list(
            ReceiptNews.objects.select_for_update(skip_locked=True)
            .filter(applied_at=None)
            .order_by("pk")[:limit]
        )
        if not inbox:
            return 0
        told = _by_delivery(inbox)
        ids = sorted(told)
        held = Delivery.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        pairs = [(delivery, told[delivery.pk]) for delivery in held]
        troubles.hear(pairs)
        _move(pairs)
        now = timezone.now()
        for news in inbox:
            news.applied_at = now
        ReceiptNews.objects.bulk_update(inbox, ["applied_at", "outcome"], batch_size=limit)
    return len(inbox)


def _by_delivery(inbox: list[ReceiptNews]) -> dict[int, list[ReceiptNews]]:
    """Find the delivery of each piece of news: by our reference, else by the provider's id."""
    references = {
        news.reference: REFERENCES.uncover(news.reference.hex) for news in inbox if news.reference
    }
    rows = Delivery.objects.filter(pk__in=[row[0] for row in references.values() if row])
    salts = dict(rows.values_list("pk", "salt"))
    found = {ref: row[0] for ref, row in references.items() if row and salts.get(row[0]) == row[1]}
    nameless = {news.provider_id for news in inbox if news.reference is None and news.provider_id}
    by_provider = {
        (channel, provider_id): pk
        for channel, provider_id, pk in Delivery.objects.filter(
            channel__in=["sms", "epuap"], provider_id__in=nameless
        ).values_list("channel", "provider_id", "pk")
    }
    told: dict[int, list[ReceiptNews]] = defaultdict(list)
    for news in inbox:
        pk = by_provider.get((news.channel, news.provider_id))
        if news.reference is not None:
            pk = found.get(news.reference)
        news.outcome = UNMATCHED
        if pk is not None:
            told[pk].append(news)
    return told


def state_after(state: str, news: str) -> str | None:
    """Where news moves a delivery, None where it comes too late to change anything."""
    if news == "not_sent":
        return Delivery.State.QUEUED if state == Delivery.State.UNKNOWN else None
    return news if news in DELIVERY_MOVES[state] else None


def _move(told: list[tuple[Delivery, list[ReceiptNews]]]) -> None:
    moves: list[tuple[Delivery, str]] = []
    events: list[Attempt] = []
    for delivery, pieces in told:
        before = delivery.state
        for news in pieces:
            _hear(delivery, news)
            events.append(_event(delivery, news))
        if delivery.state != before:
            moves.append((delivery, before))
    _write(moves)
    noting.note(d.pk for d, before in moves if d.channel == "push" and _tells(d, before))
    Attempt.objects.bulk_create(events)
    spared = escalating.spare(d.pk for d, _before in moves if _is_first_step(d, *_OPENED))
    counting.moved(
        [(d.message_id, d.channel, before, d.state) for d, before in moves]
        + claiming.moved_aside(spared)
    )
    escalating.hurry(d.pk for d, _before in moves if _is_first_step(d, Delivery.State.UNDELIVERED))


def _is_first_step(delivery: Delivery, *states: str) -> bool:
    """Whether a second step may wait for what became of this one."""
    of_message = delivery.message_id is not None and delivery.channel == escalating.FIRST
    return of_message and delivery.state in states


def _tells(delivery: Delivery, before: str) -> bool:
    """Whether the person's devices learn anything by it: it came into the inbox, or was read."""
    return delivery.state == Delivery.State.READ or before not in IN_INBOX


def _hear(delivery: Delivery, news: ReceiptNews) -> None:
    after = state_after(delivery.state, news.news)
    news.outcome = LATE if after is None else APPLIED
    if after is not None:
        delivery.state = after
        delivery.reason = Delivery.Reason.LOST_ANSWER if after == Delivery.State.QUEUED else ""
        delivery.code = news.code
        delivery.provider_id = news.provider_id or delivery.provider_id


def _event(delivery: Delivery, news: ReceiptNews) -> Attempt:
    return Attempt(
        delivery_id=delivery.pk,
        at=news.at,
        outcome=f"news:{news.news}",
        code=news.code,
        provider_id=news.provider_id,
    )


def _write(moves: list[tuple[Delivery, str]]) -> None:
    """The rows are locked since they were read, so they still stand in the state seen."""
    if not moves:
        return
    rows = [(d.pk, str(d.state), str(d.reason), d.code, d.provider_id) for d, _before in moves]
    if sql.on_postgresql():
        names = ("ids", "states", "reasons", "codes", "provider_ids")
        sql.run("hear", dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    else:
        sql.run("hear", {"rows": json.dumps(rows)})
