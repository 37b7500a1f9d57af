"""From what Twilio tells about a call to its row, step by step; each step is decided once.

Twilio repeats a request that was not answered in time, and news overtake each other: what was decided
is read again, and a step of a call that is over hangs up.
"""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import (
    Call,
    CallerId,
    Conversation,
    Direction,
    Kind,
    Line,
    NoticeDelivery,
    NoticeVersion,
    Party,
    RecordingMode,
    Source,
    State,
    VoiceCall,
    VoiceLine,
    VoicePhone,
    VoiceRecording,
    VoiceStep,
)
from conversations.register import notices
from conversations.register.registering import NewConversation, register
from icp.days import is_working

from . import ivr
from .ivr import Choice

E164 = re.compile(r"\+[1-9]\d{6,14}")
# How Twilio writes a caller who hides: words, and the same words typed on a telephone's keys.
WITHHELD = {"anonymous", "restricted", "blocked", "266696687", "7378742833", "2562533"}
UNAVAILABLE = {"unavailable", "86282452253"}
OVER, CLOSED = "over", "closed"
LOOK_AGAIN = timedelta(minutes=15)
# CallStatus or DialCallStatus → Call.disposition.
DISPOSITIONS = {
    "completed": "answered",
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no_answer",
    "canceled": "no_answer",
    "failed": "failed",
}
FINAL = frozenset(DISPOSITIONS) - {"answered"}
Phase, CallChoice = VoiceCall.State, Call.Choice


def caller(said: str) -> tuple[str, CallerId]:
    """The number in E.164, empty where it is not known, and whether it was shown (§ 4.7)."""
    text = said.strip().lower()
    if text.removeprefix("+") in WITHHELD or not text:
        return "", CallerId.WITHHELD
    if text.removeprefix("+") in UNAVAILABLE or not E164.fullmatch(text):
        return "", CallerId.UNAVAILABLE
    return text, CallerId.ALLOWED


def line_of(number: str) -> Line | None:
    """The line at this number that Twilio answers."""
    lines = Line.objects.select_related("unit", "voice", "legal_basis")
    return lines.filter(number=number, closed_at=None, voice__active=True).first()


def begin(line: Line, news: Mapping[str, str]) -> VoiceCall:
    """The call, registered the moment it is answered; once, however often Twilio tells of it."""
    sid = news["CallSid"]
    phone, caller_id = caller(news.get("From", ""))
    try:
        with transaction.atomic():
            return VoiceCall.objects.filter(call_sid=sid).first() or _register(
                line,
                sid,
                direction=Direction.INCOMING,
                party=Party(phone=phone),
                caller_id=caller_id,
            )
    except IntegrityError:  # the same news at the same moment
        return VoiceCall.objects.get(call_sid=sid)


def order(line: Line, phone: VoicePhone, number: str, *, by: User) -> VoiceCall:
    """An outgoing call that is about to be set up: from `phone`, shown as the line, to `number`."""
    with transaction.atomic():
        return _register(
            line,
            None,
            direction=Direction.OUTGOING,
            party=Party(phone=number),
            caller_id=CallerId.ALLOWED,
            agent=by,
            phone=phone,
        )


def _register(
    line: Line,
    sid: str | None,
    *,
    direction: Direction,
    party: Party,
    caller_id: CallerId,
    agent: User | None = None,
    phone: VoicePhone | None = None,
) -> VoiceCall:
    now = timezone.now()
    outgoing = direction == Direction.OUTGOING
    call = VoiceCall(call_sid=sid, phone=phone, look_at=now + LOOK_AGAIN)
    call.state = Phase.ORDERED if outgoing else Phase.NOTICE
    conversation, _new = register(
        NewConversation(
            kind=Kind.CALL,
            source=Source.TWILIO,
            external_id=sid or call.uid.hex,
            originated_at=now,
            unit=line.unit,
            direction=direction,
            state=State.ACTIVE,
            party=party,
            caller_id=caller_id,
            agent=agent,
            line=line,
        )
    )
    Call.objects.create(conversation=conversation, line=line, linked_id=sid or "")
    call.conversation = conversation
    call.save()
    detail = {"line": line.pk, "direction": direction.value, "caller_id": caller_id.value}
    audit.record("conversation.call_began", conversation, by=agent, detail=detail)
    return call


def bind(call: VoiceCall, sid: str) -> None:
    """Twilio's name of an outgoing call: from its answer or from its first news, whichever comes first."""
    VoiceCall.objects.filter(pk=call.pk, call_sid=None).update(call_sid=sid)
    Call.objects.filter(conversation=call.conversation_id, linked_id="").update(linked_id=sid)


def step(call: VoiceCall, name: str, decide: Callable[[VoiceCall], str]) -> tuple[VoiceCall, str]:
    """The call as it is now and what this step led to: decided at the first asking, under the call's lock."""
    with transaction.atomic():
        held = VoiceCall.objects.select_for_update().get(pk=call.pk)
        known = held.steps.filter(name=name).first()
        if known is not None:
            return held, known.decision
        decision = OVER if held.state == Phase.ENDED else decide(held)
        VoiceStep.objects.create(call=held, name=name, decision=decision)
    return held, decision


def give_notice(call: VoiceCall, round_number: int) -> tuple[VoiceCall, str]:
    """Choose the words and, with them, what they offer; both stay as they are for the whole call."""

    def decide(held: VoiceCall) -> str:
        if held.notice_id is None:
            line = line_of_call(held)
            held.mode = line.recording_mode if line.records else RecordingMode.OFF
            held.notice = _words(held, line)
            held.state = Phase.NOTICE
            held.save(update_fields=["mode", "notice", "state"])
        return "said"

    return step(call, f"notice-{round_number}", decide)


def _words(call: VoiceCall, line: Line) -> NoticeVersion:
    part = NoticeVersion.Part
    if is_outgoing(call):
        return notices.current(Kind.CALL, part.OUTGOING)
    if call.mode == RecordingMode.OPT_IN:  # nothing is recorded unless they ask: the words say so
        return notices.current(Kind.CALL, part.UNRECORDED)
    return notices.before_call(line)


def choose(call: VoiceCall, digits: str, round_number: int) -> tuple[VoiceCall, str]:
    """What the key, or none, leads to: a Choice, or CLOSED where nobody is there to talk."""

    def decide(held: VoiceCall) -> str:
        line = line_of_call(held)
        choice = ivr.chosen(held.mode, digits, round_number, records=line.records)
        if choice in (Choice.FULL, Choice.AGAIN):
            return choice
        closed = not is_outgoing(held) and not is_open(line.voice)
        _settle(held, Choice.UNRECORDED if closed else choice, digits, round_number)
        return CLOSED if closed else choice

    return step(call, f"choice-{round_number}", decide)


def _settle(call: VoiceCall, choice: Choice, digits: str, round_number: int) -> None:
    """The notice is over: keep the proof of it, and whether this call is recorded."""
    result = ivr.outcome(call.mode, digits, choice)
    deliver(call, call.notice, result, {"round": round_number, "digits": digits, "to": choice})
    recorded = choice is Choice.RECORDED
    chosen = CallChoice.RECORDED if recorded else CallChoice.UNRECORDED
    Call.objects.filter(conversation=call.conversation_id).update(choice=chosen)
    call.state = Phase.JOINED
    call.save(update_fields=["state"])
    if is_outgoing(call):
        _answered(call)


def heard_in_full(call: VoiceCall, round_number: int, digits: str) -> None:
    """The full information came to its end, or a key ended it sooner."""

    def decide(held: VoiceCall) -> str:
        full = notices.current(Kind.CALL, NoticeVersion.Part.FULL)
        if not digits:
            deliver(held, full, NoticeDelivery.Outcome.FULL_PLAYED, {"round": round_number})
        return "skipped" if digits else "heard"

    step(call, f"back-{round_number}", decide)


def deliver(
    call: VoiceCall,
    version: NoticeVersion | None,
    outcome: str,
    evidence: Mapping[str, object],
) -> None:
    if version is None:
        raise ValueError("This call had no notice.")
    known = {"call_sid": call.call_sid or "", "mode": call.mode, "sha256": version.sha256}
    notices.deliver(call.conversation, version, outcome, evidence={**known, **evidence})


def taken_by(call: VoiceCall, phone_id: int) -> None:
    """Somebody lifted one of the phones that rang: the call is theirs."""

    def decide(held: VoiceCall) -> str:
        phone = VoicePhone.objects.filter(pk=phone_id).first()
        held.phone = phone
        held.save(update_fields=["phone"])
        if phone is not None and phone.user_id:
            Conversation.objects.filter(pk=held.conversation_id).update(agent=phone.user_id)
        _answered(held)
        return "taken"

    step(call, "taken", decide)


def _answered(call: VoiceCall) -> None:
    now = timezone.now()
    rows = Call.objects.filter(conversation=call.conversation_id)
    rows.filter(answered_at=None).update(answered_at=now, disposition="answered")


def after_dial(call: VoiceCall, status: str) -> tuple[VoiceCall, str]:
    """How the ringing or the talk ended: Twilio's DialCallStatus."""

    def decide(held: VoiceCall) -> str:
        unheard = status == "completed" and held.state != Phase.JOINED  # left during the notice
        _dispose(held, "no_answer" if unheard else DISPOSITIONS.get(status, "failed"))
        return status if status in DISPOSITIONS else "failed"

    return step(call, "after-dial", decide)


def _dispose(call: VoiceCall, word: str) -> None:
    """Why nobody talked, or that somebody did; what is known already stays."""
    Call.objects.filter(conversation=call.conversation_id, disposition="").update(disposition=word)


def end(call: VoiceCall, status: str, *, error: str = "") -> bool:
    """The call is over; False where that was known. Whoever left during the notice left no recording."""
    with transaction.atomic():
        held = VoiceCall.objects.select_for_update().get(pk=call.pk)
        if held.state == Phase.ENDED:
            return False
        if held.state == Phase.NOTICE and held.notice is not None:
            deliver(held, held.notice, NoticeDelivery.Outcome.LEFT, {})
        # At Twilio a call is completed, too, if every phone rang in vain or it was left before.
        _dispose(held, "no_answer" if status == "completed" else DISPOSITIONS.get(status, "failed"))
        held.state, held.error = Phase.ENDED, error
        held.save(update_fields=["state", "error"])
        conversation = held.conversation
        Conversation.objects.filter(pk=conversation.pk).update(
            state=State.CLOSED, ended_at=timezone.now()
        )
        audit.record("conversation.call_ended", conversation, by=None, detail={"status": status})
    return True


def stop_recording(call: VoiceCall, *, by: User) -> bool:
    """The other side said that they want no recording: what comes is thrown away. False where it was so."""
    with transaction.atomic():
        held = VoiceCall.objects.select_for_update().get(pk=call.pk)
        if held.recordings.filter(state=VoiceRecording.State.KEPT).exists():
            return False
        changed = Call.objects.filter(
            conversation=held.conversation_id, choice=CallChoice.RECORDED
        ).update(choice=CallChoice.UNRECORDED)
        if not changed or held.notice is None:
            return False
        evidence = {"call_sid": held.call_sid or "", "mode": held.mode, "to": Choice.UNRECORDED}
        outcome = NoticeDelivery.Outcome.OPTED_OUT
        notices.deliver(held.conversation, held.notice, outcome, evidence=evidence, by=by)
        audit.record("conversation.recording_declined", held.conversation, by=by)
    return True


def line_of_call(call: VoiceCall) -> Line:
    """The call's line with what holds for it at this moment."""
    lines = Line.objects.select_related("voice", "legal_basis")
    return lines.get(calls__conversation=call.conversation_id)


def is_outgoing(call: VoiceCall) -> bool:
    return bool(call.conversation.direction == Direction.OUTGOING)


def is_open(served: VoiceLine) -> bool:
    """Whether calls are taken now: on working days between its hours, where it has any."""
    if served.opens_at is None or served.closes_at is None:
        return True
    now = timezone.localtime()
    return is_working(now.date()) and served.opens_at <= now.time() < served.closes_at
