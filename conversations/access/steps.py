"""From one step of a request for access to the next: only along the table, with what the step asks for.

Order 308/18, § 4; RODO art. 12 and 15. Every way to a listening, and to a copy or a transcript, leads through
both opinions, a decision and (for a listening) an appointment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import AccessRequest, RequestEvent, Step
from icp.encryption.erasing import hold_key

from . import effects, guards
from .acting import WHO
from .refusing import NotAllowed, Stale

S = Step


@dataclass(frozen=True, slots=True)
class Action:
    """`ways`: from which step to which one; `who`: a key of acting.WHO; `needs`: names of guards.GUARDS.

    `effect` is a name of effects.EFFECTS; `then` an action that follows by itself once its guards hold.
    """

    ways: Mapping[Step, Step]
    who: str
    needs: tuple[str, ...] = ()
    effect: str = ""
    then: str = ""


def _stays(*steps: Step) -> dict[Step, Step]:
    return {step: step for step in steps}


def _leads(to: Step, *steps: Step) -> dict[Step, Step]:
    return dict.fromkeys(steps, to)


_FOUND = ("identity", "matched", "caller", "held")
_DECIDED = ("both_opinions", "no_conflict")
BEFORE_OPINIONS = (S.SUBMITTED, S.CHECKING, S.COMPLETION)
BEFORE_LISTENING = (
    *BEFORE_OPINIONS,
    S.OPINIONS,
    S.DECISION,
    S.GRANTED,
    S.APPOINTED,
    S.HANDING_OVER,
)

ACTIONS: Mapping[str, Action] = {
    "check": Action({S.SUBMITTED: S.CHECKING}, "registers"),
    "prove_identity": Action(
        _stays(*BEFORE_OPINIONS), "registers", ("identity_given",), "identify"
    ),
    "match": Action(_stays(S.CHECKING), "registers", ("known_conversation",), "match"),
    "unmatch": Action(_stays(S.CHECKING), "registers", (), "unmatch"),
    "call_for_completion": Action(
        {S.CHECKING: S.COMPLETION}, "registers", ("note",), "call_for_completion"
    ),
    "completed": Action({S.COMPLETION: S.CHECKING}, "registers"),
    "close_uncompleted": Action(
        {S.COMPLETION: S.CLOSED_UNCOMPLETED},
        "registers",
        ("completion_sent", "completion_over"),
        "closing_letter",
    ),
    "write_not_found": Action(
        _stays(S.CHECKING), "registers", ("not_found_reason",), "not_found_letter"
    ),
    "close_not_found": Action(
        {S.CHECKING: S.CLOSED_NOT_FOUND}, "registers", ("not_found_sent",)
    ),
    "ask_opinions": Action({S.CHECKING: S.OPINIONS}, "registers", _FOUND, "ask_opinions"),
    "give_opinion": Action(
        _stays(S.OPINIONS),
        "opines",
        ("opinion_theirs", "no_conflict", "opinion_words"),
        "give_opinion",
        then="opinions_given",
    ),
    "opinions_given": Action(
        {S.OPINIONS: S.DECISION}, "itself", ("both_opinions",), "tell_decider"
    ),
    "ask_again": Action(
        {S.DECISION: S.OPINIONS}, "decides", ("asked_again",), "ask_again"
    ),
    "grant": Action(
        {S.DECISION: S.GRANTED},
        "decides",
        (*_FOUND, *_DECIDED, "granting", "form_fits", "justified"),
        "decide",
    ),
    "refuse": Action(
        {S.DECISION: S.REFUSED}, "decides", (*_DECIDED, "refusal", "justified"), "decide"
    ),
    "close_refused": Action(
        {S.REFUSED: S.CLOSED_REFUSED}, "registers", ("both_opinions", "refusal_sent")
    ),
    "set_appointment": Action(
        {S.GRANTED: S.APPOINTED},
        "decides",
        (*_FOUND, "both_opinions", "for_hearing", "slot", "supervisors"),
        "set_appointment",
    ),
    "move_appointment": Action(
        _stays(S.APPOINTED), "decides", ("appointed", "slot", "supervisors"), "move_appointment"
    ),
    "cancel_appointment": Action(
        {S.APPOINTED: S.GRANTED}, "decides", ("appointed", "note"), "cancel_appointment"
    ),
    "begin_listening": Action(
        {S.APPOINTED: S.LISTENING},
        "presides",
        (
            *_FOUND, "both_opinions", "for_hearing", "appointed", "in_its_time",
            "supervisors_present", "applicant_present",
        ),
    ),
    "interrupt": Action({S.LISTENING: S.GRANTED}, "presides", ("note",), "held"),
    "end_listening": Action({S.LISTENING: S.CLOSED_GRANTED}, "presides", (), "held"),
    "mark_absent": Action(
        {S.APPOINTED: S.GRANTED},
        "presides",
        ("appointed", "slot_began", "first_absence"),
        "missed",
    ),
    "close_absent": Action(
        {S.APPOINTED: S.CLOSED_ABSENT},
        "presides",
        ("appointed", "slot_began", "second_absence"),
        "missed_again",
    ),
    "prepare_handover": Action(
        {S.GRANTED: S.HANDING_OVER},
        "registers",
        (*_FOUND, "both_opinions", "for_handing_over"),
        "handover_letter",
    ),
    "hand_over": Action(
        {S.HANDING_OVER: S.CLOSED_GRANTED},
        "registers",
        (*_FOUND, "both_opinions", "for_handing_over", "copy_made", "transcript_sent"),
    ),
    "extend": Action(
        _stays(*BEFORE_LISTENING), "decides", ("first_month", "note"), "extend"
    ),
    "withdraw": Action(
        _leads(S.CLOSED_WITHDRAWN, *BEFORE_LISTENING), "registers", ("note",), "withdraw"
    ),
}  # fmt: skip


def offered(request: AccessRequest, user: User | None) -> list[str]:
    """Actions of the table for this step and this person, whether or not something is still missing."""
    return [
        name
        for name, action in ACTIONS.items()
        if Step(request.step) in action.ways and WHO[action.who](user)
    ]


def missing(request: AccessRequest, name: str, user: User | None) -> list[str]:
    """Codes of the facts that an action still lacks; what a page asks for is not among them."""
    names = (need for need in ACTIONS[name].needs if need not in guards.OF_WORDS)
    codes = (guards.GUARDS[need](request, user, {}) for need in names)
    return [code for code in codes if code]


def perform(
    request: AccessRequest, action: str, actor: User | None, data: Mapping[str, Any] | None = None
) -> RequestEvent:
    """Take a step, with its effects, its event and its audit entry, in one transaction.

    `data`: what the step is given, see effects; `revision` where the page had one, `note` for words that
    belong into the case, `code` for a reason. `actor` is None for what follows by itself. `request` is brought
    up to date. Raises NotAllowed (`code`, `str` is a sentence) and Stale.
    """
    given = dict(data or {})
    with transaction.atomic():
        row = locked(request.pk)
        if given.get("revision") not in (None, row.revision):
            raise Stale(row)
        if action == "mark_absent" and row.missed_appointments:
            action = "close_absent"
        event = _taken(row, action, actor, given)
        follow = ACTIONS[action].then
        if follow and not missing(row, follow, None):
            _taken(row, follow, None, {})
    request.refresh_from_db()
    return event


def check(row: AccessRequest, name: str, actor: User | None, data: Mapping[str, Any]) -> Action:
    """The action, where the table, the actor's rights and the guards allow it; raises NotAllowed."""
    action = ACTIONS.get(name)
    if action is None or Step(row.step) not in action.ways:
        raise NotAllowed("no_such_way")
    if not WHO[action.who](actor):
        raise NotAllowed("not_yours")
    for need in action.needs:
        code = guards.GUARDS[need](row, actor, data)
        if code:
            raise NotAllowed(code)
    return action


def _taken(row: AccessRequest, name: str, actor: User | None, data: dict[str, Any]) -> RequestEvent:
    action = check(row, name, actor, data)
    before = Step(row.step)
    after = action.ways[before]
    if action.effect:
        effects.EFFECTS[action.effect](row, actor, data)
    if after != before:
        row.step, row.step_since = after, timezone.now()
    row.revision += 1
    if after.startswith("closed"):
        row.closed_at = timezone.now()
    row.save()
    if row.closed_at is not None:
        effects.close(row)
    return _written(row, name, actor, data, before)


def _written(
    row: AccessRequest, name: str, actor: User | None, data: dict[str, Any], before: Step
) -> RequestEvent:
    code = str(data.get("code") or "")
    event: RequestEvent = RequestEvent.objects.create(
        request=row,
        action=name,
        code=code,
        step_from=before,
        step_to=row.step,
        by=actor,
        note=str(data.get("note") or "").strip() or None,
    )
    detail: dict[str, object] = {"before": before.value, "after": str(row.step), "code": code}
    audit.record(f"access_request.{name}", row, by=actor, detail=detail)
    return event


def locked(pk: int) -> AccessRequest:
    """The request's row, held until the transaction ends; its key before it (see hold_key)."""
    hold_key(AccessRequest.objects.values_list("uid", flat=True).get(pk=pk))
    row: AccessRequest = AccessRequest.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=pk
    )
    return row


__all__ = [
    "ACTIONS",
    "Action",
    "NotAllowed",
    "Stale",
    "check",
    "locked",
    "missing",
    "offered",
    "perform",
]
