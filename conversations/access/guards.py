"""What a step of the procedure asks for: each guard answers with the code of what is missing, or with nothing.

The facts are read from the rows, never from what a page sent along; only the words of a decision, an
opinion or an appointment come from `data` (access.steps.perform).
"""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from admin_module.models import User
from conversations.models import (
    AccessDecision,
    AccessRequest,
    CallerId,
    Conversation,
    Kind,
    Opinion,
    PurgeState,
    RequestLetter,
)
from icp.encryption import canon
from icp.encryption.errors import KeyErased

from . import grounds, sitting_guards
from .acting import may_opine
from .facts import Data, Guard, conversations_of, standing_opinions

Basis, Form, Identity = AccessRequest.Basis, AccessRequest.Form, AccessRequest.Identity
Letter, Verdict = RequestLetter.Kind, AccessDecision.Verdict
EARLY = timedelta(
    minutes=30
)  # a listening opens so long before its slot, and ends so long after it
# --- whose request it is, and what it is about ----------------------------------------------------------


def identity(request: AccessRequest, _by: User | None, _data: Data) -> str:
    """At the counter, by a trusted signature or by a code; art. 15 and authorities may prove it otherwise."""
    if request.identity == Identity.NONE:
        return "identity_missing"
    if request.identity == Identity.OTHER and request.basis == Basis.ORDER:
        return "identity_otherwise"
    return ""


def identity_given(request: AccessRequest, _by: User | None, data: Data) -> str:
    how = data.get("how")
    if not how or how not in Identity.values:
        return "identity_how"
    return "identity_otherwise" if how == Identity.OTHER and request.basis == Basis.ORDER else ""


def matched(request: AccessRequest, _by: User | None, _data: Data) -> str:
    rows = list(conversations_of(request))
    if not rows:
        return "nothing_matched"
    if any(row.purge_state != PurgeState.KEPT for row in rows):
        return "matched_is_gone"
    return "units_differ" if len({row.unit_id for row in rows}) > 1 else ""


def caller(request: AccessRequest, _by: User | None, _data: Data) -> str:
    """§ 4.7: a call under the order is heard only where the caller's number is known, and theirs."""
    codes = (caller_of(request, row) for row in conversations_of(request))
    return next((code for code in codes if code), "")


def caller_of(request: AccessRequest, row: Conversation) -> str:
    """The code for one conversation; nothing for a chat, and for a request on another basis."""
    if request.basis != Basis.ORDER or row.kind != Kind.CALL:
        return ""
    if row.caller_id != CallerId.ALLOWED:
        return "caller_unknown"
    return "" if _same_number(row, request) else "caller_differs"


def _same_number(row: Conversation, request: AccessRequest) -> bool:
    """Tokens of two tables cannot be compared; what they stand for can."""
    theirs = request.applicant.phone if request.applicant else ""
    try:
        called = row.party.phone if row.party else ""
    except KeyErased:
        return False
    return bool(called) and canon.contact(called) == canon.contact(theirs)


def held(request: AccessRequest, _by: User | None, _data: Data) -> str:
    """Each conversation is kept by a hold of this very request."""
    ids = set(conversations_of(request).values_list("pk", flat=True))
    holds = request.holds.filter(released_at=None, conversation__in=ids)
    return "" if ids <= set(holds.values_list("conversation_id", flat=True)) else "hold_missing"


# --- opinions and the decision --------------------------------------------------------------------------


def both_opinions(request: AccessRequest, _by: User | None, _data: Data) -> str:
    given = standing_opinions(request).exclude(given_at=None)
    missing = {str(giver) for giver in Opinion.Giver} - set(given.values_list("giver", flat=True))
    return "opinions_missing" if missing else ""


def opinion_theirs(request: AccessRequest, by: User | None, data: Data) -> str:
    """§ 4.3: the officer's is given by the officer, the unit's by its head or whoever stands in for them."""
    giver = data.get("giver")
    waiting = standing_opinions(request).filter(giver=giver, given_at=None)
    if not waiting.exists():
        return "opinion_not_asked"
    return "" if by is not None and may_opine(by, request, str(giver)) else "opinion_not_yours"


def opinion_words(_request: AccessRequest, _by: User | None, data: Data) -> str:
    if data.get("verdict") not in Opinion.Verdict.values:
        return "verdict_missing"
    return "" if str(data.get("text") or "").strip() else "opinion_empty"


def no_conflict(request: AccessRequest, by: User | None, _data: Data) -> str:
    """Nobody decides or gives an opinion about a conversation that they had themselves."""
    own = by is not None and conversations_of(request).filter(agent=by).exists()
    return "conflict" if own else ""


def asked_again(_request: AccessRequest, _by: User | None, data: Data) -> str:
    givers = set(data.get("givers") or ())
    if not givers or not givers <= set(Opinion.Giver.values):
        return "givers_missing"
    return note(_request, _by, data)


def justified(request: AccessRequest, _by: User | None, data: Data) -> str:
    """A decision against an opinion says why."""
    verdicts = set(standing_opinions(request).values_list("verdict", flat=True))
    refusing = data.get("verdict") == Verdict.REFUSE
    against = Opinion.Verdict.NEGATIVE not in verdicts if refusing else (
        Opinion.Verdict.NEGATIVE in verdicts
    )  # fmt: skip
    return "against_opinion" if against and not str(data.get("reasons") or "").strip() else ""


def granting(_request: AccessRequest, _by: User | None, data: Data) -> str:
    return "" if data.get("verdict") in (Verdict.GRANT, Verdict.PARTIAL) else "verdict_missing"


def form_fits(request: AccessRequest, _by: User | None, data: Data) -> str:
    if data.get("form") not in Form.values:
        return "form_missing"
    return grounds.segments_problem(
        data.get("segments") or {}, list(conversations_of(request)), str(data.get("verdict"))
    )


def refusal(request: AccessRequest, _by: User | None, data: Data) -> str:
    """A refusal names its ground, the law and the reasons (RODO art. 12 (4))."""
    ground = data.get("ground")
    if ground not in AccessDecision.Ground.values:
        return "ground_missing"
    if request.basis != Basis.ORDER and ground in grounds.OF_THE_ORDER:
        return "ground_of_order"
    if not str(data.get("legal_basis") or "").strip():
        return "law_missing"
    return "" if str(data.get("reasons") or "").strip() else "reasons_missing"


def granted(request: AccessRequest, _by: User | None, _data: Data) -> str:
    decision = request.decision
    fine = decision is not None and decision.verdict in (Verdict.GRANT, Verdict.PARTIAL)
    return "" if fine else "not_granted"


def for_hearing(request: AccessRequest, by: User | None, data: Data) -> str:
    decision = request.decision
    supervised = decision is not None and decision.form == Form.SUPERVISED
    return granted(request, by, data) or ("" if supervised else "not_for_hearing")


def for_handing_over(request: AccessRequest, by: User | None, data: Data) -> str:
    decision = request.decision
    other = decision is not None and decision.form in (Form.TRANSCRIPT, Form.COPY)
    return granted(request, by, data) or ("" if other else "not_for_handing_over")


# --- papers and days ------------------------------------------------------------------------------------


def note(_request: AccessRequest, _by: User | None, data: Data) -> str:
    return "" if str(data.get("note") or "").strip() else "note_missing"


def not_found_reason(_request: AccessRequest, _by: User | None, data: Data) -> str:
    return "" if data.get("code") in grounds.NOT_FOUND else "reason_missing"


def sent(kind: str) -> Guard:
    """The newest letter of this kind went out."""

    def guard(request: AccessRequest, _by: User | None, _data: Data) -> str:
        newest = request.letters.filter(kind=kind).order_by("-id").first()
        return "" if newest is not None and newest.sent_at else "letter_not_sent"

    return guard


def copy_made(request: AccessRequest, _by: User | None, _data: Data) -> str:
    """What is handed over is there, in ICP, and was made by whoever may make it."""
    made = RequestLetter.objects.filter(request=request, kind=Letter.COPY)
    return "" if made.live().exists() else "copy_missing"


def completion_over(request: AccessRequest, _by: User | None, _data: Data) -> str:
    since = timezone.localdate(request.step_since)
    over = timezone.localdate() > grounds.completion_day(since)
    return "" if over else "completion_runs"


def first_month(request: AccessRequest, _by: User | None, _data: Data) -> str:
    """RODO art. 12 (3): two months more, and the applicant is told within the first one."""
    if request.extended_to is not None:
        return "extended_before"
    return "" if timezone.localdate() <= request.due_on else "month_over"


def known_conversation(request: AccessRequest, _by: User | None, data: Data) -> str:
    row = data.get("conversation")
    if row is None or row.purge_state != PurgeState.KEPT:
        return "matched_is_gone"
    others = conversations_of(request).exclude(unit=row.unit_id)
    return "units_differ" if others.exists() else ""


GUARDS: Mapping[str, Guard] = {
    "identity": identity,
    "identity_given": identity_given,
    "matched": matched,
    "caller": caller,
    "held": held,
    "both_opinions": both_opinions,
    "opinion_theirs": opinion_theirs,
    "opinion_words": opinion_words,
    "no_conflict": no_conflict,
    "asked_again": asked_again,
    "justified": justified,
    "granting": granting,
    "form_fits": form_fits,
    "refusal": refusal,
    "for_hearing": for_hearing,
    "for_handing_over": for_handing_over,
    "slot": sitting_guards.slot,
    "supervisors": sitting_guards.supervisors,
    "appointed": sitting_guards.appointed,
    "in_its_time": sitting_guards.in_its_time,
    "supervisors_present": sitting_guards.supervisors_present,
    "applicant_present": sitting_guards.applicant_present,
    "slot_began": sitting_guards.slot_began,
    "first_absence": sitting_guards.first_absence,
    "second_absence": sitting_guards.second_absence,
    "note": note,
    "not_found_reason": not_found_reason,
    "not_found_sent": sent(Letter.NOT_FOUND),
    "completion_sent": sent(Letter.COMPLETION),
    "refusal_sent": sent(Letter.REFUSAL),
    "transcript_sent": sent(Letter.TRANSCRIPT),
    "copy_made": copy_made,
    "completion_over": completion_over,
    "first_month": first_month,
    "known_conversation": known_conversation,
}
# What a page sends along with a step; the others are facts that can be read beforehand.
OF_WORDS = frozenset(
    {
        "identity_given", "opinion_theirs", "opinion_words", "asked_again", "justified", "granting", "form_fits",
        "refusal", "slot", "supervisors", "note", "not_found_reason", "known_conversation",
    }
)  # fmt: skip
