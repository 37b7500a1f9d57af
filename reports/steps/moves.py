"""From one state of a report to another: only along the table, with what the move asks for, never past
somebody else's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from reports.models import ActorKind, Report, ReportEvent, State

from . import guards, recording
from .acting import Actor
from .guards import NotAllowed, Wish
from .recording import Stale, locked

STAFF, REPORTER, FOLLOWER = ActorKind.STAFF, ActorKind.REPORTER, ActorKind.FOLLOWER
RULE, CLOCK = ActorKind.RULE, ActorKind.CLOCK
HANDLE = "reports.handle_report"


@dataclass(frozen=True, slots=True)
class Move:
    """Who may take it, and what it asks for: names of guards.GUARDS."""

    who: frozenset[str]
    needs: tuple[str, ...] = ()


def _by(*who: str, needs: tuple[str, ...] = ()) -> Move:
    return Move(frozenset(who), needs)


_ACCEPT = ("unit",)
_ASK = ("question",)
_SCHEDULE = ("day",)
_FORWARD = ("outside", "back_on")
_RESOLVE = ("public_note", "proof")
_REJECT = ("reason", "public_note")
_JOIN = ("lead",)
_DISPUTE = ("in_time", "words_or_photo")
_CONFIRM = ("another_person",)

# design: no way leads to "deleted", and none says that somebody else is in charge without forwarding.
MOVES: Mapping[State, Mapping[State, Move]] = {
    State.RECEIVED: {
        State.ACCEPTED: _by(STAFF, RULE, needs=_ACCEPT),
        State.NEEDS_INFO: _by(STAFF, needs=_ASK),
        State.FORWARDED: _by(STAFF, needs=_FORWARD),
        State.REJECTED: _by(STAFF, needs=_REJECT),
        State.DUPLICATE: _by(STAFF, needs=_JOIN),
        State.WITHDRAWN: _by(REPORTER),
    },
    State.AWAITING: {State.RECEIVED: _by(REPORTER)},
    State.ACCEPTED: {
        State.NEEDS_INFO: _by(STAFF, needs=_ASK),
        State.SCHEDULED: _by(STAFF, needs=_SCHEDULE),
        State.IN_PROGRESS: _by(STAFF),
        State.FORWARDED: _by(STAFF, needs=_FORWARD),
        State.RESOLVED: _by(STAFF, needs=_RESOLVE),
        State.REJECTED: _by(STAFF, needs=_REJECT),
        State.DUPLICATE: _by(STAFF, needs=_JOIN),
        State.WITHDRAWN: _by(REPORTER),
    },
    State.NEEDS_INFO: {
        State.ACCEPTED: _by(STAFF, REPORTER, CLOCK, needs=_ACCEPT),
        State.REJECTED: _by(STAFF, needs=_REJECT),
        State.WITHDRAWN: _by(REPORTER),
    },
    State.SCHEDULED: {
        State.IN_PROGRESS: _by(STAFF),
        State.RESOLVED: _by(STAFF, needs=_RESOLVE),
        State.FORWARDED: _by(STAFF, needs=_FORWARD),
        State.NEEDS_INFO: _by(STAFF, needs=_ASK),
    },
    State.IN_PROGRESS: {
        State.SCHEDULED: _by(STAFF, needs=_SCHEDULE),
        State.RESOLVED: _by(STAFF, needs=_RESOLVE),
        State.FORWARDED: _by(STAFF, needs=_FORWARD),
        State.NEEDS_INFO: _by(STAFF, needs=_ASK),
    },
    State.FORWARDED: {
        State.ACCEPTED: _by(STAFF, needs=_ACCEPT),
        State.RESOLVED: _by(STAFF, needs=_RESOLVE),
        State.REJECTED: _by(STAFF, needs=_REJECT),
    },
    State.RESOLVED: {State.DISPUTED: _by(REPORTER, FOLLOWER, needs=_DISPUTE)},
    State.REJECTED: {State.DISPUTED: _by(REPORTER, FOLLOWER, needs=_DISPUTE)},
    State.DUPLICATE: {State.DISPUTED: _by(REPORTER, FOLLOWER, needs=_DISPUTE)},
    State.DISPUTED: {
        State.ACCEPTED: _by(STAFF, needs=_ACCEPT),
        State.RESOLVED: _by(STAFF, needs=(*_CONFIRM, *_RESOLVE)),
        State.REJECTED: _by(STAFF, needs=(*_CONFIRM, *_REJECT)),
    },
    State.WITHDRAWN: {},
}


def ways(report: Report, by: Actor) -> dict[State, Move]:
    """Where this actor may move the report to, and what each move asks for."""
    if not permitted(report, by):
        return {}
    moves = MOVES[State(report.state)]
    return {to: move for to, move in moves.items() if by.kind in move.who}


def permitted(report: Report, by: Actor) -> bool:
    """Whether a member of staff handles reports, and this one is theirs to see."""
    if by.kind != ActorKind.STAFF:
        return True
    user = by.user
    if user is None or not user.has_perm(HANDLE):
        return False
    return user.scope is None or report.unit_id in user.scope


def move(
    report: Report,
    to: str,
    *,
    by: Actor,
    version: int | None,
    public_text: str = "",
    internal_text: str = "",
    **more: Any,
) -> ReportEvent:
    """Move a report on, write it down and tell everybody concerned, in one transaction.

    `version`: that of the report as it was shown; None where nobody looked (a rule, the clock).
    `more`: further fields of Wish. Raises NotAllowed (its `str` is a sentence) and Stale. `report`
    is brought up to date.
    """
    wish = Wish(public_text=public_text.strip(), internal_text=internal_text.strip(), **more)
    with transaction.atomic():
        row = _held(report, wish)
        if version is not None and row.version != version:
            raise Stale(row)
        check(row, to, by, wish)
        event = recording.record_move(row, State(to), by, wish)
    report.refresh_from_db()
    return event


def check(row: Report, to: str, by: Actor, wish: Wish) -> None:
    """Raise NotAllowed unless the table, the actor's rights and the guards allow the move."""
    step = MOVES[State(row.state)].get(State(to))
    if step is None:
        raise NotAllowed("no_such_way")
    if by.kind not in step.who or not permitted(row, by):
        raise NotAllowed("not_yours")
    for name in step.needs:
        code = guards.GUARDS[name](row, by, wish)
        if code:
            raise NotAllowed(code)


def _held(report: Report, wish: Wish) -> Report:
    """The row, and the one it is to be joined to, locked in the order of their ids."""
    lead = {wish.lead.pk} if wish.lead is not None else set()
    rows = {pk: locked(pk) for pk in sorted({report.pk} | lead)}
    return rows[report.pk]


__all__ = [
    "HANDLE",
    "MOVES",
    "Move",
    "NotAllowed",
    "Stale",
    "Wish",
    "check",
    "locked",
    "move",
    "permitted",
    "ways",
]
