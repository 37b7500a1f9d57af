"""From an address that answers with TwiML to a call as Twilio walks it: keys, ringing phones, recordings, news.

https://www.twilio.com/docs/voice/twiml. Time does not pass: a talk of ten minutes is over at once.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MOST_DOCUMENTS = 60  # a call that goes in circles is cut off
Fields = dict[str, str]
Post = Callable[[str, Fields], Awaitable[bytes]]


class HungUp(Exception):
    """One side put the receiver down."""


class GoTo(Exception):
    """The next document is at another address."""

    def __init__(self, url: str, extra: Fields) -> None:
        self.url, self.extra = url, extra
        super().__init__(url)


@dataclass(slots=True)
class Behaviour:
    """How somebody at a telephone behaves; one key (or none, "") for each question in turn."""

    answers: str = "completed"  # completed | busy | no-answer | failed
    keys: list[str] = field(default_factory=list)
    leaves: str = ""  # "notice": while something is said; "ringing": before anybody comes
    talk_seconds: int = 12
    recording: str = "completed"  # completed | absent | failed


@dataclass(slots=True)
class Recording:
    """What the stand-in recorded: what was said meanwhile, so that a test can see what was not."""

    sid: str
    call_sid: str
    seconds: int = 0
    status: str = "in-progress"
    heard: list[str] = field(default_factory=list)
    news: str = ""  # the address of its callbacks
    events: str = "completed"
    source: str = "DialVerb"


@dataclass(slots=True)
class Leg:
    """One side of a call."""

    sid: str
    number: str
    behaviour: Behaviour
    fields: Fields
    log: list[str]
    recording: Recording | None = None

    def key(self) -> str:
        return self.behaviour.keys.pop(0) if self.behaviour.keys else ""

    def note(self, what: str) -> None:
        self.log.append(what)


class Walk:
    """Walks one call through the documents that an application gives."""

    def __init__(
        self,
        post: Post,
        sid_of: Callable[[str], str],
        phones: Mapping[str, Behaviour],
        *,
        early: bool = False,
    ) -> None:
        self.post, self.sid_of, self.phones, self.early = post, sid_of, phones, early
        self.recordings: list[Recording] = []

    async def run(self, leg: Leg, url: str) -> None:
        """Until a document ends, or somebody hangs up."""
        extra: Fields = {}
        for _document in range(MOST_DOCUMENTS):
            document = ElementTree.fromstring(await self.post(url, leg.fields | extra))  # noqa: S314 - our own
            try:
                for verb in document:
                    await self.do(leg, verb)
            except GoTo as step:
                url, extra = step.url, step.extra
            else:
                return
        raise RuntimeError("The call goes in circles.")

    async def do(self, leg: Leg, verb: Element) -> None:
        await getattr(self, f"do_{verb.tag.lower()}")(leg, verb)

    async def do_say(self, leg: Leg, verb: Element) -> None:
        words = verb.text or ""
        leg.note(f"say {words}")
        if leg.recording:
            leg.recording.heard.append(words)
        if leg.behaviour.leaves == "notice":
            raise HungUp

    async def do_play(self, leg: Leg, verb: Element) -> None:
        await self.do_say(leg, verb)

    async def do_gather(self, leg: Leg, verb: Element) -> None:
        for inner in verb:
            await self.do(leg, inner)
        key = leg.key()
        leg.note(f"key {key or '-'}")
        if key == verb.get("finishOnKey", "#"):
            key = ""
        if key or verb.get("actionOnEmptyResult") == "true":
            raise GoTo(verb.get("action", ""), {"Digits": key, "msg": "Gather End"})

    async def do_redirect(self, _leg: Leg, verb: Element) -> None:
        raise GoTo((verb.text or "").strip(), {})

    async def do_hangup(self, leg: Leg, _verb: Element) -> None:
        leg.note("hangup")
        raise HungUp

    async def do_reject(self, leg: Leg, _verb: Element) -> None:
        leg.note("reject")
        raise HungUp

    async def do_start(self, leg: Leg, verb: Element) -> None:
        (recording,) = verb.findall("Recording")
        self.record(leg, recording, "StartCallRecordingTwiML")

    async def do_record(self, leg: Leg, verb: Element) -> None:
        self.record(leg, verb, "RecordVerb")
        await self.ended(leg, 5, leg.behaviour.recording)

    def record(self, leg: Leg, verb: Element, source: str) -> Recording:
        made = Recording(self.sid_of("RE"), leg.fields.get("ParentCallSid") or leg.sid)
        made.news = verb.get("recordingStatusCallback", "")
        made.events = verb.get("recordingStatusCallbackEvent", "completed")
        made.source, leg.recording = source, made
        leg.note("record")
        self.recordings.append(made)
        return made

    async def do_dial(self, leg: Leg, verb: Element) -> None:
        if leg.behaviour.leaves == "ringing":
            leg.note("left while it rang")
            raise HungUp
        told = {"DialCallStatus": "no-answer", "DialCallDuration": "0"}
        for number in verb.findall("Number"):
            child = self.child(leg, verb, number.text or "")
            leg.note(f"ring {child.number}")
            told["DialCallStatus"] = child.behaviour.answers
            if child.behaviour.answers == "completed":
                told |= await self.talk(leg, child, verb, number)
                break
        action = verb.get("action", "")
        if action:
            raise GoTo(action, told)

    def child(self, leg: Leg, verb: Element, number: str) -> Leg:
        sid = self.sid_of("CA")
        fields = leg.fields | {
            "CallSid": sid,
            "ParentCallSid": leg.sid,
            "Direction": "outbound-dial",
            "From": verb.get("callerId", leg.fields["From"]),
            "To": number,
        }
        return Leg(sid, number, self.phones.get(number, Behaviour()), fields, leg.log)

    async def talk(self, leg: Leg, child: Leg, verb: Element, number: Element) -> Fields:
        """The called side hears its own document first; then both talk, and one hangs up."""
        if verb.get("record", "").startswith("record-from-answer"):
            child.recording = self.record(leg, verb, "DialVerb")
        try:
            if number.get("url"):
                await self.run(child, number.get("url", ""))
        except HungUp:
            leg.note("the called side left")
            return {"DialCallStatus": "completed", "DialCallSid": child.sid}
        seconds = leg.behaviour.talk_seconds
        leg.note(f"talk {seconds}")
        await self.ended(child, seconds, leg.behaviour.recording)
        return {
            "DialCallStatus": "completed",
            "DialCallSid": child.sid,
            "DialCallDuration": str(seconds),
        }

    async def ended(self, leg: Leg, seconds: int, status: str) -> None:
        """A recording ends with the talk; with `early` its news come before the call's own."""
        made = leg.recording
        if made is None:
            return
        made.seconds, made.status = seconds, status
        if self.early:
            await self.tell(leg, made)

    async def tell(self, leg: Leg, made: Recording) -> None:
        """Post what the application asked to be told of."""
        account = leg.fields["AccountSid"]
        for status in ("in-progress", made.status):
            event = "absent" if status == "failed" else status
            if made.news and event in made.events.split():
                fields: Fields = {
                    "AccountSid": account,
                    "CallSid": made.call_sid,
                    "RecordingSid": made.sid,
                    "RecordingStatus": status,
                    "RecordingUrl": f"https://api.twilio.example/2010-04-01/Accounts/{account}/Recordings/{made.sid}",
                    "RecordingChannels": "2",
                    "RecordingSource": made.source,
                }
                if status == "completed":
                    fields["RecordingDuration"] = str(made.seconds)
                await self.post(made.news, fields)


def behaviour(wish: Mapping[str, Any]) -> Behaviour:
    """From JSON; raises TypeError on what it does not know."""
    return Behaviour(**wish)
