"""From each address that Twilio asks in a call to the TwiML that says what comes next."""

import uuid
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from admin_module.configuration import VoiceGateway, read
from conversations.models import Direction, Kind, Line, NoticeVersion, VoiceCall
from conversations.register import notices

from . import calls, fetching, twiml, work
from .ivr import Choice
from .proof import News, signed
from .twiml import Answer, Ring

AFTER_FULL_SECONDS = "1"


def address(name: str, call: VoiceCall | None = None, **arguments: object) -> str:
    """A public address that Twilio is told to ask."""
    if call is not None:
        arguments["uid"] = call.uid
    return f"{settings.PUBLIC_URL}{reverse(name, kwargs=arguments)}"


def answered(answer: Answer) -> HttpResponse:
    return HttpResponse(answer.xml(), content_type="text/xml; charset=utf-8")


def blank() -> Answer:
    return Answer(read(VoiceGateway).voice)


def call_of(uid: uuid.UUID, news: News) -> VoiceCall:
    """The call of the address; an outgoing one learns Twilio's name of it from its first news."""
    call = get_object_or_404(VoiceCall.objects.select_related("conversation"), uid=uid)
    if call.call_sid is None and news.get("Direction") == "outbound-api":
        calls.bind(call, news["CallSid"])
    return call


@signed
def voice_incoming(_request: HttpRequest, news: News) -> HttpResponse:
    """Somebody calls a number of the office: it is answered with the notice, whatever else follows."""
    line = calls.line_of(news.get("To", ""))
    if line is None:
        return answered(blank().reject())
    return said(calls.begin(line, news), 1)


@signed
def voice_agent(_request: HttpRequest, news: News, uid: uuid.UUID) -> HttpResponse:
    """The agent lifted their phone: now the other side's rings, and hears the notice first."""
    call = call_of(uid, news)
    call, decision = calls.step(call, "agent", lambda _held: "dial")
    if decision == calls.OVER:
        return answered(blank().hang_up())
    line = calls.line_of_call(call)
    ring = Ring(call.conversation.party.phone, address("voice-notice", call))
    answer = blank().say(twiml.joining_words())
    return answered(
        answer.dial(
            [ring],
            address("voice-after-dial", call),
            seconds=line.voice.ring_seconds,
            caller=line.number,
        )
    )


@signed
def voice_notice(_request: HttpRequest, news: News, uid: uuid.UUID) -> HttpResponse:
    """The person whom the agent calls lifted their phone; they are not joined yet."""
    return said(call_of(uid, news), 1)


def said(call: VoiceCall, round_number: int) -> HttpResponse:
    call, decision = calls.give_notice(call, round_number)
    if decision == calls.OVER or call.notice is None:
        return answered(blank().hang_up())
    outgoing = calls.is_outgoing(call)
    words = twiml.notice_words(call.notice.text, call.mode, outgoing=outgoing)
    action = address("voice-choice", call, round_number=round_number)
    return answered(blank().gather(words, action))


@signed
def voice_choice(
    _request: HttpRequest, news: News, uid: uuid.UUID, round_number: int
) -> HttpResponse:
    """A key was pressed, or none until the notice and a while were over."""
    call = call_of(uid, news)
    call, decision = calls.choose(call, news.get("Digits", ""), round_number)
    if decision == Choice.AGAIN:
        return said(call, round_number + 1)
    if decision == Choice.FULL:
        full = notices.current(Kind.CALL, NoticeVersion.Part.FULL)
        action = address("voice-back", call, round_number=round_number + 1)
        return answered(blank().gather(full.text, action, wait=AFTER_FULL_SECONDS))
    if decision == calls.OVER:
        return answered(blank().hang_up())
    if calls.is_outgoing(call):
        return joined(call, decision)
    return connected(call, calls.line_of_call(call), decision)


@signed
def voice_back(
    _request: HttpRequest, news: News, uid: uuid.UUID, round_number: int
) -> HttpResponse:
    """After the full information the notice comes once more."""
    call = call_of(uid, news)
    calls.heard_in_full(call, round_number, news.get("Digits", ""))
    return said(call, round_number)


def joined(call: VoiceCall, decision: str) -> HttpResponse:
    """Where its TwiML ends, the called side is joined with the agent: recorded from here or not."""
    if decision == Choice.RECORDED:
        return answered(blank().start_recording(address("voice-recording", call)))
    return answered(blank().say(twiml.unrecorded_words()))


def connected(call: VoiceCall, line: Line, decision: str) -> HttpResponse:
    """Let the office's phones ring; where nobody can come, say so."""
    answer, served = blank(), line.voice
    if decision == calls.CLOSED:
        words = twiml.closed_words(served.opens_at, served.closes_at)
        return answered(answer.say(words).hang_up())
    to_phone = partial(address, "voice-taken", call)
    rings = [Ring(phone.number, to_phone(phone=phone.pk)) for phone in served.phones.order_by("pk")]
    if not rings:
        return answered(answer.say(twiml.nobody_words()).hang_up())
    recorded = decision == Choice.RECORDED
    if not recorded and line.records:
        answer.say(twiml.unrecorded_words())
    news = address("voice-recording", call) if recorded else ""
    action = address("voice-after-dial", call)
    return answered(answer.dial(rings, action, seconds=served.ring_seconds, recording=news))


@signed
def voice_taken(_request: HttpRequest, news: News, uid: uuid.UUID, phone: int) -> HttpResponse:
    """An agent lifted a phone: with nothing more to say to them, they are joined with the caller."""
    calls.taken_by(call_of(uid, news), phone)
    return answered(blank())


@signed
def voice_after_dial(_request: HttpRequest, news: News, uid: uuid.UUID) -> HttpResponse:
    """The talk is over, or nobody came to it."""
    call, decision = calls.after_dial(call_of(uid, news), news.get("DialCallStatus", ""))
    answer = blank()
    if decision not in ("completed", "answered", calls.OVER):
        outgoing = call.conversation.direction == Direction.OUTGOING
        answer.say(twiml.callee_away_words() if outgoing else twiml.nobody_words())
    return answered(answer.hang_up())


@signed
def voice_status(_request: HttpRequest, news: News, uid: uuid.UUID) -> HttpResponse:
    """News of an outgoing call."""
    return ended(call_of(uid, news), news)


@signed
def voice_line_status(_request: HttpRequest, news: News) -> HttpResponse:
    """News of an incoming call; one that never came to the notice is none of ours."""
    call = VoiceCall.objects.filter(call_sid=news["CallSid"]).first()
    return ended(call, news) if call is not None else HttpResponse(status=204)


def ended(call: VoiceCall, news: News) -> HttpResponse:
    status = news.get("CallStatus", "")
    if status in calls.FINAL:
        calls.end(call, status)
    return HttpResponse(status=204)


@signed
def voice_recording(_request: HttpRequest, news: News, uid: uuid.UUID) -> HttpResponse:
    """News of a recording: begun, ready to be fetched, or absent."""
    fetching.hear(call_of(uid, news), news)
    work.order_when_due()
    return HttpResponse(status=204)
