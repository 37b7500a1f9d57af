"""From a step that is taken to its rows, its letters and whom it is told to; the request's row is held.

What each effect reads of `data` stands in its docstring; it was checked by the step's guards before.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from admin_module.configuration import CustomerOffice, read
from admin_module.models import User
from conversations.models import (
    AccessDecision,
    AccessRequest,
    Appointment,
    Opinion,
    RequestItem,
    RequestLetter,
)
from conversations.retention import holds
from icp.days import months_after, working_days_after

from . import letters, telling
from .acting import acting_as
from .facts import set_appointment, standing_opinions
from .holding import hold

Kind, Status = RequestLetter.Kind, Appointment.Status
Data = dict[str, Any]
Effect = Callable[[AccessRequest, User | None, Data], None]
MONTHS_MORE = 3  # RODO art. 12 (3): one month and two more


def identify(row: AccessRequest, by: User | None, data: Data) -> None:
    """`how`: an Identity."""
    row.identity, row.identity_by, row.identity_at = data["how"], by, timezone.now()
    data["code"] = data["how"]


def match(row: AccessRequest, by: User | None, data: Data) -> None:
    """`conversation`: held from now on, for this request."""
    conversation = data["conversation"]
    RequestItem.objects.get_or_create(request=row, conversation=conversation)
    row.unit = conversation.unit
    hold(row, conversation, by)


def unmatch(row: AccessRequest, by: User | None, data: Data) -> None:
    """`conversation`: not meant after all; its hold ends."""
    conversation = data["conversation"]
    row.items.filter(conversation=conversation).delete()
    for mine in row.holds.filter(conversation=conversation, released_at=None):
        holds.release(mine, by)
    if not row.items.exists():
        row.unit = None


def call_for_completion(row: AccessRequest, by: User | None, data: Data) -> None:
    """`note`: what is missing, in words for the applicant."""
    letters.write(row, Kind.COMPLETION, by, what=data["note"])


def not_found_letter(row: AccessRequest, by: User | None, data: Data) -> None:
    """`code`: a key of grounds.NOT_FOUND."""
    letters.write(row, Kind.NOT_FOUND, by, why=data["code"])


def closing_letter(row: AccessRequest, by: User | None, data: Data) -> None:
    letters.write(row, Kind.CLOSING, by, why="uncompleted")


def ask_opinions(row: AccessRequest, by: User | None, data: Data) -> None:
    """Both at once; what was held on suspicion only is let go."""
    meant = row.items.values("conversation")
    for other in row.holds.filter(released_at=None).exclude(conversation__in=meant):
        holds.release(other, by)
    for giver in Opinion.Giver:
        _ask(row, by, giver)


def _ask(row: AccessRequest, by: User | None, giver: str) -> None:
    due = working_days_after(
        timezone.localdate() + timedelta(days=read(CustomerOffice).opinion_days), 0
    )
    opinion = Opinion.objects.create(request=row, giver=giver, due_on=due)
    letters.write(row, Kind.OPINION_REQUEST, by, opinion=opinion)
    telling.ask_for_opinion(opinion)


def give_opinion(row: AccessRequest, by: User | None, data: Data) -> None:
    """`giver`, `verdict`, `text`, `as_deputy`."""
    opinion = standing_opinions(row).get(giver=data["giver"])
    opinion.verdict, opinion.text = data["verdict"], data["text"].strip()
    opinion.by, opinion.as_deputy = by, bool(data.get("as_deputy"))
    opinion.given_at = timezone.now()
    opinion.save()
    data["code"] = f"{opinion.giver}:{opinion.verdict}"
    letters.write(row, Kind.OPINION, by, opinion=opinion)


def ask_again(row: AccessRequest, by: User | None, data: Data) -> None:
    """`givers`: whose opinion no longer counts; `note`: what they are asked."""
    again = standing_opinions(row).filter(giver__in=data["givers"])
    asked = sorted(again.values_list("giver", flat=True))
    again.update(superseded_at=timezone.now())
    for giver in asked:
        _ask(row, by, giver)
    data["code"] = "+".join(asked)


def tell_decider(row: AccessRequest, _by: User | None, _data: Data) -> None:
    telling.decision_waits(row)


def decide(row: AccessRequest, by: User | None, data: Data) -> None:
    """`verdict`, and for a grant `form`, `segments`, `with_notes`; for a refusal `ground`; `legal_basis`, `reasons`."""
    by = _somebody(by)
    verdict = AccessDecision.Verdict(data["verdict"])
    refusing = verdict == AccessDecision.Verdict.REFUSE
    decision = AccessDecision.objects.create(
        request=row,
        verdict=verdict,
        form="" if refusing else data["form"],
        segments={} if refusing else data.get("segments") or {},
        with_notes=not refusing and bool(data.get("with_notes")),
        ground=data["ground"] if refusing else "",
        reasons=str(data.get("reasons") or "").strip(),
        legal_basis=str(data.get("legal_basis") or "").strip(),
        by=by,
        acting_as=acting_as(by),
    )
    data["code"] = verdict.value
    letters.write(row, Kind.REFUSAL if refusing else Kind.DECISION, by, decision=decision)
    telling.decided(row)


def _somebody(by: User | None) -> User:
    """acting.may_decide lets nobody else through."""
    if by is None:
        raise ValueError("Nothing is decided by itself.")
    return by


def appoint(row: AccessRequest, by: User | None, data: Data) -> None:
    """`place`, `begins_at`, `ends_at`, `supervisors`, `remark`."""
    by = _somebody(by)
    term = Appointment.objects.create(
        request=row,
        place=data["place"].strip(),
        begins_at=data["begins_at"],
        ends_at=data["ends_at"],
        remark=str(data.get("remark") or "").strip() or None,
        by=by,
    )
    term.supervisors.set(data["supervisors"])
    letters.write(row, Kind.APPOINTMENT, by, appointment=term)
    telling.appointed(row, term)


def move_appointment(row: AccessRequest, by: User | None, data: Data) -> None:
    _end(row, Status.CANCELLED)
    appoint(row, by, data)


def cancel_appointment(row: AccessRequest, _by: User | None, _data: Data) -> None:
    term = _end(row, Status.CANCELLED)
    if term is not None:
        telling.called_off(row, term)


def held(row: AccessRequest, _by: User | None, _data: Data) -> None:
    """To the end, or interrupted."""
    _end(row, Status.HELD)


def missed(row: AccessRequest, _by: User | None, _data: Data) -> None:
    row.missed_appointments += 1
    _end(row, Status.MISSED)


def missed_again(row: AccessRequest, by: User | None, data: Data) -> None:
    missed(row, by, data)
    letters.write(row, Kind.CLOSING, by, why="absent")


def _end(row: AccessRequest, status: str) -> Appointment | None:
    term = set_appointment(row)
    if term is not None:
        term.status = status
        term.save(update_fields=["status"])
    return term


def handover_letter(row: AccessRequest, by: User | None, _data: Data) -> None:
    letters.write(row, Kind.TRANSCRIPT, by, decision=row.decision)


def extend(row: AccessRequest, by: User | None, data: Data) -> None:
    """`note`: why, in words for the applicant."""
    received = timezone.localdate(row.received_at)
    row.extended_to = working_days_after(months_after(received, MONTHS_MORE), 0)
    letters.write(row, Kind.EXTENSION, by, why=data["note"])


def withdraw(row: AccessRequest, by: User | None, _data: Data) -> None:
    term = _end(row, Status.CANCELLED)
    if term is not None:
        telling.called_off(row, term)
    letters.write(row, Kind.CLOSING, by, why="withdrawn")


def close(row: AccessRequest) -> None:
    """The holds end some days later: a complaint may still come (PUODO, court)."""
    days = read(CustomerOffice).hold_days_after_case
    holds.release_after_case(row, timezone.localdate() + timedelta(days=days))


EFFECTS: Mapping[str, Effect] = {
    "identify": identify,
    "match": match,
    "unmatch": unmatch,
    "call_for_completion": call_for_completion,
    "not_found_letter": not_found_letter,
    "closing_letter": closing_letter,
    "ask_opinions": ask_opinions,
    "give_opinion": give_opinion,
    "ask_again": ask_again,
    "tell_decider": tell_decider,
    "decide": decide,
    "set_appointment": appoint,
    "move_appointment": move_appointment,
    "cancel_appointment": cancel_appointment,
    "held": held,
    "missed": missed,
    "missed_again": missed_again,
    "handover_letter": handover_letter,
    "extend": extend,
    "withdraw": withdraw,
}
