"""From what is to happen in a call to TwiML, and to the sentences that are said in it.

https://www.twilio.com/docs/voice/twiml: Gather, Say, Dial, Number, Start, Recording, Redirect, Hangup.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import time
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils import translation
from django.utils.translation import gettext as _

from conversations.models import RecordingMode

LANGUAGE = "pl-PL"
# Voices of Amazon Polly read 3000 signs at once at most (Twilio's warning 13521).
LONGEST_SAY = 2800
WAIT_SECONDS = "5"
RECORDING_EVENTS = "in-progress completed absent"
SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Ring:
    """A phone that rings: its number and the address asked when somebody takes it."""

    number: str = field(repr=False)  # E.164
    url: str


def pieces(text: str) -> list[str]:
    """The text in parts that one Say can take, cut between sentences, else between words."""
    found = [""]
    for word in _units(" ".join(text.split())):
        if found[-1] and len(found[-1]) + 1 + len(word) > LONGEST_SAY:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    return [piece for piece in found if piece]


def _units(text: str) -> Iterable[str]:
    for sentence in SENTENCE.split(text):
        if len(sentence) <= LONGEST_SAY:
            yield sentence
        else:
            yield from (word[:LONGEST_SAY] for word in sentence.split())


def offer(mode: str, *, outgoing: bool) -> str:
    """What is true of this line, said after the notice; the caller's one names key 1 itself."""
    words = {
        # The incoming notice of such a line says so in itself.
        RecordingMode.OFF: _("This call is not recorded.") if outgoing else "",
        RecordingMode.AFTER_NOTICE: "",
        RecordingMode.OPT_OUT: _("If you want to talk without a recording, press 9."),
        RecordingMode.OPT_IN: _("If you want the call to be recorded, press 2."),
    }
    full = _("To hear the full information, press 1.") if outgoing else ""
    return " ".join(part for part in (str(words[RecordingMode(mode)]), full) if part)


def notice_words(text: str, mode: str, *, outgoing: bool) -> str:
    """The notice and what is true of the line."""
    with translation.override("pl"):
        return f"{text} {offer(mode, outgoing=outgoing)}".strip()


def closed_words(opens_at: time | None, closes_at: time | None) -> str:
    with translation.override("pl"):
        return _("The office takes calls on working days from %(begin)s to %(end)s.") % {
            "begin": f"{opens_at:%H:%M}",
            "end": f"{closes_at:%H:%M}",
        }


def nobody_words() -> str:
    with translation.override("pl"):
        return _("Nobody can take your call now. Please call again later.")


def joining_words() -> str:
    with translation.override("pl"):
        return _("ICP is calling. The notice is said first, please wait.")


def callee_away_words() -> str:
    with translation.override("pl"):
        return _("The call was not taken.")


def unrecorded_words() -> str:
    with translation.override("pl"):
        return _("This call is not recorded.")


class Answer:
    """A TwiML document under construction; `voice` reads aloud."""

    def __init__(self, voice: str) -> None:
        self.voice, self.root = voice, Element("Response")

    def say(self, text: str, into: Element | None = None) -> "Answer":
        for piece in pieces(text):
            said = SubElement(self.root if into is None else into, "Say")
            said.attrib |= {"language": LANGUAGE, "voice": self.voice}
            said.text = piece
        return self

    def gather(self, text: str, action: str, *, wait: str = WAIT_SECONDS) -> "Answer":
        """Say it and take one key meanwhile or shortly after; every key counts, # too, and none as well."""
        gather = SubElement(self.root, "Gather")
        gather.attrib |= {
            "input": "dtmf",
            "numDigits": "1",
            "timeout": wait,
            "finishOnKey": "",
            "actionOnEmptyResult": "true",
            "method": "POST",
            "action": action,
        }
        self.say(text, gather)
        return self

    def dial(
        self,
        rings: Sequence[Ring],
        action: str,
        *,
        seconds: int,
        recording: str = "",
        caller: str = "",
    ) -> "Answer":
        """Let phones ring; with `recording`, the address of its news, both sides are recorded from
        the moment somebody takes the call."""
        dial = SubElement(self.root, "Dial")
        dial.attrib |= {"action": action, "method": "POST", "timeout": str(seconds)}
        if caller:
            dial.set("callerId", caller)
        if recording:
            dial.attrib |= {"record": "record-from-answer-dual", **_recording(recording)}
        for ring in rings:
            number = SubElement(dial, "Number")
            number.attrib |= {"url": ring.url, "method": "POST"}
            number.text = ring.number
        return self

    def start_recording(self, news: str) -> "Answer":
        """Record both sides from here on."""
        recording = SubElement(SubElement(self.root, "Start"), "Recording")
        recording.attrib |= {"channels": "dual", **_recording(news)}
        return self

    def hang_up(self) -> "Answer":
        SubElement(self.root, "Hangup")
        return self

    def reject(self) -> "Answer":
        SubElement(self.root, "Reject")
        return self

    def xml(self) -> bytes:
        """With the declaration, in UTF-8."""
        written: bytes = tostring(self.root, encoding="utf-8")
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written


def _recording(news: str) -> dict[str, str]:
    return {
        "recordingStatusCallback": news,
        "recordingStatusCallbackMethod": "POST",
        "recordingStatusCallbackEvent": RECORDING_EVENTS,
        "trim": "do-not-trim",
    }
