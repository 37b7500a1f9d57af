"""From the name of an address of calls through Twilio to a line, its phone and a recording of a unit."""

from admin_module.models import Unit
from conversations.models import (
    Call,
    Conversation,
    Line,
    VoiceCall,
    VoiceLine,
    VoicePhone,
    VoiceRecording,
)
from tests.access.retention_things import call_of
from tests.access.thing import Thing


def _line(unit: Unit) -> Line:
    found: Line = Call.objects.get(conversation=call_of(unit)).line
    return found


def _phone(unit: Unit) -> VoicePhone:
    served, _new = VoiceLine.objects.get_or_create(line=_line(unit))
    fields = {"name": f"Telefon {unit.pk}", "number": "+48914240000"}
    return served.phones.first() or VoicePhone.objects.create(voice_line=served, **fields)


def _call(conversation: Conversation) -> VoiceCall:
    return VoiceCall.objects.get_or_create(conversation=conversation)[0]


def _recording(unit: Unit) -> VoiceRecording:
    sid = f"RE{unit.pk:032x}"
    call = _call(call_of(unit))
    return VoiceRecording.objects.get_or_create(sid=sid, defaults={"call": call})[0]


LINE = Thing(lambda world, of: {"pk": _phone(of.unit).voice_line.line_id})
OWN = Thing(lambda world, of: {"pk": _call(call_of(of.unit)).pk}, there=False)
VOICE_THINGS: dict[str, Thing] = {
    "voice-line": LINE,
    "voice-phone-new": LINE,
    "voice-phone-remove": Thing(
        lambda world, of: {"pk": _line(of.unit).pk, "phone": _phone(of.unit).pk}
    ),
    "voice-recording-again": Thing(lambda world, of: {"pk": _recording(of.unit).pk}),
    "voice-call-state": OWN,
    "voice-decline": OWN,
}
