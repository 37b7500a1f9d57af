"""From something that was done to a report to its row, an event, an audit entry and news for people."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from icp.encryption.erasing import hold_key
from reports.models import ActorKind, AnswerTemplate, EventKind, Report, ReportEvent, State
from reports.pictures import photos

from . import deadlines, following, forwarding, telling
from .acting import Actor
from .guards import Wish

ASK_DAYS = 14  # how long the reporter has for an answer where nothing else was said


class Stale(Exception):
    """Somebody changed the report after it was shown; `current` is what stands in the database."""

    def __init__(self, current: Report) -> None:
        super().__init__("the report was changed by somebody else")
        self.current = current


def locked(pk: int, version: int | None = None) -> Report:
    """The report's row, held until the transaction ends; its key before it (see hold_key).

    Raises Stale where it has another version than `version` by now.
    """
    hold_key(Report.objects.values_list("uid", flat=True).get(pk=pk))
    row: Report = Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def write(  # noqa: PLR0913 - the columns of an event
    row: Report,
    kind: str,
    by: Actor,
    *,
    before: str | None = None,
    public_text: str = "",
    internal_text: str = "",
    template: AnswerTemplate | None = None,
    facts: Mapping[str, object] | None = None,
    fields: tuple[str, ...] = (),
) -> ReportEvent:
    """Save these fields of a locked row with its next version, and the event that explains them.

    Nobody is told by this: `telling.tell` does that, once all that belongs to the step is written.
    """
    now = timezone.now()
    if row.answered_at is None and by.kind == ActorKind.STAFF and _answers(kind, public_text):
        row.answered_at = now
    row.version += 1
    row.save(update_fields=[*fields, "answered_at", "version"])
    return _event(
        row, kind, by, now,
        before=row.state if before is None else before,
        public_text=public_text or None,
        internal_text=internal_text or None,
        template=template,
        facts=dict(facts or {}),
    )  # fmt: skip


def first(row: Report, by: Actor) -> ReportEvent:
    """The event a report begins with."""
    return _event(row, EventKind.MOVED, by, row.created_at, before="")


def _event(row: Report, kind: str, by: Actor, at: Any, **columns: Any) -> ReportEvent:
    event = ReportEvent(
        report=row,
        seq=row.version,
        at=at,
        kind=kind,
        actor=by.kind,
        by=by.user,
        after=row.state,
        **columns,
    )
    event.save(force_insert=True)
    return event


def _answers(kind: str, public_text: str) -> bool:
    return kind == EventKind.MOVED or (kind == EventKind.ANSWERED and bool(public_text))


# --- a move --------------------------------------------------------------------------------------------


def record_move(row: Report, to: State, by: Actor, wish: Wish) -> ReportEvent:
    """Carry out a move that was checked (moves.check); the row is locked."""
    before, lead = State(row.state), row.lead_id
    row.state = to
    _clear(row)
    COLUMNS[to](row, by, wish)
    way = forwarding.post(row, wish.letter_note) if row.outside and wish.by_letter else ""
    event = write(
        row,
        EventKind.MOVED,
        by,
        before=before,
        public_text=wish.public_text,
        internal_text=_internal(wish),
        template=wish.template,
        facts=_facts(row, before, lead, wish) | ({"letter": way} if way else {}),
        fields=MOVED_FIELDS,
    )
    if wish.photos:
        photos.attach(wish.photos, row, event, device=by.device, user=by.user)
    if to == State.DUPLICATE and row.lead is not None:
        following.hand_over(row, row.lead)
    detail: dict[str, object] = {"before": before.value, "after": to.value, "seq": event.seq}
    audit.record("report.moved", row, by=by.user, detail=detail)
    telling.tell(row, event)
    return event


def _clear(row: Report) -> None:
    """What belonged to the state before; the event of that move still says it."""
    row.scheduled_on = row.back_on = row.outside = row.lead = row.closed_at = None
    row.reason = ""


MOVED_FIELDS = (
    "state", "unit", "assigned_to", "accepted_at", "closed_at", "closed_by", "due_on", "deadline",
    "days_left", "back_on", "scheduled_on", "outside", "reason", "lead", "confirmed_at",
    "disputes", "token_digest", "token_until",
)  # fmt: skip


def _facts(row: Report, before: State, lead: int | None, wish: Wish) -> dict[str, object]:
    """What the event says beside its texts: ids, days and codes."""
    known: dict[str, object] = {
        "reason": row.reason,
        "outside": row.outside_id,
        "back_on": _day(row.back_on),
        "scheduled_on": _day(row.scheduled_on),
        "lead": row.lead_id or (lead if before == State.DUPLICATE else None),
        "unit": row.unit_id,
        "due_on": _day(row.due_on),
        "photos": len(wish.photos),
    }
    if row.state == State.RESOLVED:
        known["proof"] = _proof(wish)
    return {name: value for name, value in known.items() if value}


def _internal(wish: Wish) -> str:
    """Notes for colleagues; the number of an order and the lack of proof are words, too."""
    lines = [wish.internal_text]
    if wish.work_order.strip():
        lines.append(_("Work order: %(number)s") % {"number": wish.work_order.strip()})
    if wish.without_proof.strip():
        lines.append(_("Why there is no proof: %(words)s") % {"words": wish.without_proof.strip()})
    return "\n".join(line for line in lines if line)


def _proof(wish: Wish) -> str:
    if wish.photos:
        return "photo"
    return "work_order" if wish.work_order.strip() else "none"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _received(row: Report, _by: Actor, _wish: Wish) -> None:
    row.token_digest = row.token_until = None


def _accepted(row: Report, _by: Actor, wish: Wish) -> None:
    row.unit = wish.unit or row.unit
    row.accepted_at = row.accepted_at or timezone.now()
    deadlines.go_on(row)


def _needs_info(row: Report, by: Actor, wish: Wish) -> None:
    # Somebody takes the answer: where no unit is in charge yet, that of whoever asks.
    row.unit = wish.unit or row.unit or (by.user.unit if by.user else None)
    row.back_on = wish.back_on or timezone.localdate() + timedelta(days=ASK_DAYS)
    deadlines.pause(row)


def _scheduled(row: Report, _by: Actor, wish: Wish) -> None:
    row.scheduled_on = wish.scheduled_on


def _in_progress(_row: Report, _by: Actor, _wish: Wish) -> None:
    return


def _forwarded(row: Report, _by: Actor, wish: Wish) -> None:
    row.outside, row.back_on = wish.outside, wish.back_on
    deadlines.pause(row)


def _closed(row: Report, by: Actor, wish: Wish) -> None:
    row.closed_at, row.closed_by = timezone.now(), by.user
    row.reason = wish.reason if row.state == State.REJECTED else ""
    row.lead = wish.lead if row.state == State.DUPLICATE else None
    deadlines.settle(row)


def _disputed(row: Report, _by: Actor, _wish: Wish) -> None:
    row.disputes += 1
    row.confirmed_at = None
    if row.assigned_to_id == row.closed_by_id:
        row.assigned_to = None
    deadlines.begin(row)


def _withdrawn(row: Report, _by: Actor, _wish: Wish) -> None:
    row.closed_at, row.closed_by = timezone.now(), None
    deadlines.stop(row)


COLUMNS: Mapping[State, Callable[[Report, Actor, Wish], None]] = {
    State.RECEIVED: _received,
    State.ACCEPTED: _accepted,
    State.NEEDS_INFO: _needs_info,
    State.SCHEDULED: _scheduled,
    State.IN_PROGRESS: _in_progress,
    State.FORWARDED: _forwarded,
    State.RESOLVED: _closed,
    State.REJECTED: _closed,
    State.DUPLICATE: _closed,
    State.DISPUTED: _disputed,
    State.WITHDRAWN: _withdrawn,
}
