"""From a channel's answers to states: in bulk, fenced by the lease, with attempts and counters."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from messaging import sql
from messaging.channels.base import Answer, Outcome
from messaging.ledger import counting, escalating, noting
from messaging.models import Attempt, Delivery

from . import claiming, receipts, upps
from .claiming import Due

MAX_TRIES = 10
# Seconds: the first pause, and the longest. An alarm is worth more knocking.
PATIENCE = {"alarm": (5.0, 60.0), "other": (30.0, 3600.0)}
# Nothing left this machine: try again soon, but not in a circle.
AT_ONCE = 1.0
KEEP_DUE = -1.0
S, R = Delivery.State, Delivery.Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state that an answer leads to; `wait`: seconds until it is due, KEEP_DUE for never mind."""

    state: str
    reason: str = ""
    wait: float = KEEP_DUE
    counts_as_try: bool = True


_FOR_GOOD = {
    Outcome.ACCEPTED: Verdict(S.ACCEPTED),
    Outcome.DELIVERED: Verdict(S.DELIVERED),
    Outcome.REFUSED: Verdict(S.FAILED, R.REFUSED),
}


def verdict(item: Due, answer: Answer) -> Verdict:
    """Decide what an answer means for a delivery (its `tries` do not count this one yet)."""
    if answer.outcome is Outcome.UNKNOWN:
        return _lost(item)
    gave_up = answer.channel_down and answer.outcome in {Outcome.REFUSED, Outcome.RETRY}
    if gave_up or answer.outcome is Outcome.NOT_SENT:
        return Verdict(S.QUEUED, item.reason, AT_ONCE, counts_as_try=False)
    told = _once_more(item) if answer.outcome is Outcome.RETRY else _FOR_GOOD[answer.outcome]
    # The try before this one may have arrived: a refusal now does not prove that nothing did.
    maybe_got = told.state == S.FAILED and item.reason == R.LOST_ANSWER
    return Verdict(S.UNKNOWN, R.LOST_ANSWER) if maybe_got else told


def _once_more(item: Due) -> Verdict:
    if item.tries + 1 >= MAX_TRIES:
        return Verdict(S.FAILED, R.TOO_MANY_TRIES)
    return Verdict(S.RETRY_WAIT, item.reason, pause(item))


def _lost(item: Due) -> Verdict:
    """An alarm whose answer was lost goes once more: twice is better than never. Others wait."""
    if item.lane == 0 and item.message is not None and item.reason != R.LOST_ANSWER:
        return Verdict(S.QUEUED, R.LOST_ANSWER, 0.0)
    return Verdict(S.UNKNOWN, R.LOST_ANSWER)


def pause(item: Due) -> float:
    """Exponential, with jitter so that a provider that comes back is not overrun."""
    first, longest = PATIENCE["alarm" if item.lane == 0 else "other"]
    jitter = 0.75 + secrets.randbelow(501) / 1000
    return min(first * float(2**item.tries), longest) * jitter


Answers = Sequence[tuple[Due, Answer]]


def write(answers: Answers, channel: str) -> None:
    """Write what became of deliveries in `submitting`; news of lost ones goes into the inbox."""
    if not answers:
        return
    rows = written(answers)
    done = _settle_postgresql(rows) if sql.on_postgresql() else _settle_sqlite(rows)
    _keep_rest(answers, done, channel)


def turn(answers: Answers, group: Sequence[Due], channel: str, *, drill: bool = False) -> set[int]:
    """Write what became of some and commit the intent for others, with one commit for both."""
    if not sql.on_postgresql() or not answers or group[0].message is None:
        with transaction.atomic():
            write(answers, channel)
            return claiming.intend(group, channel, drill=drill)
    rows = sql.run(
        "turn", claiming.intent(group, channel, drill=drill) | _columns(written(answers))
    )
    passed = {pk for settled, pk in rows if not settled}
    _keep_rest(answers, {pk for settled, pk in rows if settled}, channel)
    claiming.set_aside(group, passed, channel)
    return passed


def _keep_rest(answers: Answers, done: set[int], channel: str) -> None:
    """What is not written into the deliveries themselves: receipts, and answers that came late."""
    if channel == "epuap":
        proofs = [(answer.proof, answer.provider_id) for _item, answer in answers if answer.proof]
        upps.keep(proofs)
    if channel == escalating.FIRST:
        refused = (item.id for item, answer in answers if answer.outcome is Outcome.REFUSED)
        escalating.hurry(refused)
    lost = [(item.reference, item.owner, answer) for item, answer in answers if item.id not in done]
    if lost:
        receipts.keep_lost(lost, channel)


Written = tuple[int, str, str, str, str, str, str, float, str]
_COLUMNS = (
    "ids", "owners", "states", "reasons", "codes", "provider_ids", "outcomes", "waits", "providers",
)  # fmt: skip


def written(answers: Answers) -> list[Written]:
    """The rows to write, in id order: so are they locked."""
    return [_row(item, answer) for item, answer in sorted(answers, key=lambda pair: pair[0].id)]


def _columns(rows: list[Written]) -> dict[str, object]:
    return dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))


def _row(item: Due, answer: Answer) -> Written:
    told = verdict(item, answer)
    outcome = answer.outcome.value if told.counts_as_try else Outcome.NOT_SENT.value
    code, provider_id = answer.code[:40], answer.provider_id[:100]
    return (
        item.id, item.owner, str(told.state), str(told.reason), code, provider_id, outcome, told.wait,
        answer.provider[:8],
    )  # fmt: skip


def _settle_postgresql(rows: list[Written]) -> set[int]:
    return {row[0] for row in sql.run("settle", _columns(rows))}


def _settle_sqlite(rows: list[Written]) -> set[int]:
    plain = json.dumps(rows)
    with transaction.atomic():
        done = sql.run("settle", {"rows": plain})
        kept = {row[0] for row in done}
        now = timezone.now()
        Attempt.objects.bulk_create(
            Attempt(
                delivery_id=row[0],
                at=now,
                outcome=row[6],
                code=row[4],
                provider_id=row[5],
                provider=row[8],
            )
            for row in rows
            if row[0] in kept and row[6] != Outcome.NOT_SENT
        )
        counting.moved((message, channel, "queued", state) for _, message, channel, state in done)
        noting.note(pk for pk, _message, channel, _state in done if channel == "push")
    return kept
