"""From an invented customer office to its calls, chats and a request for access, so that no screen of them is empty."""

import io
import math
import struct
import uuid
import wave
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from admin_module.models import Unit, User
from conversations.access import filing
from conversations.calls import jobs
from conversations.calls import keys as exchange_keys
from conversations.chat import log, opening, seats, steps
from conversations.models import (
    AccessRequest,
    Applicant,
    Call,
    CallerId,
    ChatEvent,
    ChatInbox,
    Conversation,
    Designation,
    Direction,
    Kind,
    LegalBasis,
    Line,
    NoticeDelivery,
    NoticeVersion,
    Party,
    RecordingMode,
    Source,
)
from conversations.register import designations, legal_bases, lines, notices, recordings
from conversations.register.audio import sniff
from conversations.register.registering import NewConversation, register

OFFICE = "Biuro Obsługi Interesantów"
NUMBER = "+48855551234"
HZ, SECONDS = 8000, 20
Type, Author = ChatEvent.Type, ChatEvent.Author
TALKS = (
    ("woda", "+48601700001"),
    ("dodatek", "+48601700002"),
    ("odpady", ""),
    ("wymeldowanie", "+48601700003"),
)
CHATS = (
    (
        "Ida",
        "Czy na ulicy Sportowej będzie jutro woda?",
        "Tak, od godziny 15. Wcześniej stoi beczkowóz przy szkole.",
    ),
    (
        "",
        "Jaki jest numer konta do podatku od nieruchomości?",
        "Każdy ma swój; stoi w decyzji, na drugiej stronie.",
    ),
)
WAITING = ("Olek", "Zgubiłem dowód rejestracyjny. Co mam zrobić?")


def load(staff: dict[str, User]) -> int:
    """Make what is not there yet; returns how many conversations were made."""
    if Line.objects.exists():
        return 0
    unit = Unit.objects.get(name=OFFICE)
    line = _line(unit, staff)
    _designate(staff)
    calls = list(_calls(line, staff["conversation_agent"]))
    _exchange(calls, staff["administrator"])
    made = [*calls, *_chats(unit, staff["conversation_agent"])]
    _ask_for(made[0])
    return len(made)


def _line(unit: Unit, staff: dict[str, User]) -> Line:
    """One that records, because everybody who must has said yes."""
    basis = LegalBasis()
    words = {
        "name": "Jakość obsługi w centrum informacji",
        "basis": "art. 6 ust. 1 lit. e RODO w związku z regulaminem organizacyjnym urzędu",
        "purpose": "Ustalenie, co powiedziano mieszkańcowi, gdy jest o to spór.",
        "dpia_reference": "DPIA/4/2026",
    }
    legal_bases.propose(basis, words, by=staff["centre_head"], revision=1)
    opinion = "Bez uwag, pod warunkiem rozmowy bez nagrania na życzenie."
    officer = staff["data_protection_officer"]
    legal_bases.opine(basis, LegalBasis.Verdict.CONDITIONAL, opinion, by=officer, revision=1)
    director = staff["office_director"]
    legal_bases.approve(basis, "Warunek jest spełniony: klawisz 9.", by=director, revision=2)
    basis.refresh_from_db()
    line = Line()
    values = {"number": NUMBER, "name": "Centrum Informacji Mieszkańców", "unit": unit}
    lines.save(line, values, by=staff["administrator"], revision=1)
    lines.record(line, RecordingMode.OPT_OUT, basis, by=director, revision=line.revision)
    line.refresh_from_db()
    return line


def _designate(staff: dict[str, User]) -> None:
    today, director = timezone.localdate(), staff["office_director"]
    for role in ("conversation_designee", "centre_head"):
        for scope in (Designation.Scope.STAFF, Designation.Scope.SUPERVISOR):
            designations.designate(staff[role], scope, begins_on=today, ends_on=None, by=director)


def _calls(line: Line, agent: User) -> Iterator[Conversation]:
    now = timezone.now()
    for order, (name, phone) in enumerate(TALKS):
        began = now - timedelta(days=9 * order + 1, hours=order)
        conversation, _new = register(_call(line, agent, name, phone, began))
        recorded = order != 2  # noqa: PLR2004 - whoever hides the number says no to a recording, too
        choice = Call.Choice.RECORDED if recorded else Call.Choice.UNRECORDED
        Call.objects.create(
            conversation=conversation,
            line=line,
            answered_at=began,
            disposition="answered",
            choice=choice,
        )
        said = NoticeDelivery.Outcome.CONTINUED if recorded else NoticeDelivery.Outcome.OPTED_OUT
        notices.deliver(conversation, notices.before_call(line), said)
        if recorded:
            sound = io.BytesIO(_hum(order))
            recordings.keep(conversation, sound, found=sniff(sound))
        yield conversation


def _exchange(calls: list[Conversation], admin: User) -> None:
    """Whose calls they are; one recording came broken, one call twice over was told otherwise."""
    key, _text = exchange_keys.make("Centrala Biura Obsługi", ["10.20.0.0/24"], None, by=admin)
    for call in calls:
        jobs.done(call.source, call.external_id, call, exchange=key)
    for name, code in (("bom:urwana", "cut_off"), ("bom:inna", "differs")):
        jobs.refused(Source.UPLOAD, name, code, exchange=key)


def _call(line: Line, agent: User, name: str, phone: str, began: datetime) -> NewConversation:
    return NewConversation(
        kind=Kind.CALL,
        source=Source.UPLOAD,
        external_id=f"miasto-{name}",
        originated_at=began,
        ended_at=began + timedelta(seconds=SECONDS),
        unit=line.unit,
        direction=Direction.INCOMING,
        party=Party(phone=phone),
        caller_id=CallerId.ALLOWED if phone else CallerId.WITHHELD,
        agent=agent,
        line=line,
    )


def _hum(order: int) -> bytes:
    """Two notes by turns, in place of voices: 16-bit PCM."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(HZ)
        for second in range(SECONDS):
            pitch = (220, 330)[second % 2] + 20 * order
            wave_of = (math.sin(2 * math.pi * pitch * at / HZ) for at in range(HZ))
            out.writeframes(b"".join(struct.pack("<h", int(6000 * one)) for one in wave_of))
    file.seek(0)
    return file.getvalue()


def _chats(unit: Unit, agent: User) -> Iterator[Conversation]:
    week = {str(day): [["07:30", "15:30"]] for day in range(1, 6)}
    always = {str(day): [["00:00", "24:00"]] for day in range(1, 8)}
    ChatInbox.objects.create(code="podatki", name="Podatki i opłaty", unit=unit, hours=week)
    inbox = ChatInbox.objects.create(code="boi", name=OFFICE, unit=unit, hours=always)
    notice = notices.current(Kind.CHAT, NoticeVersion.Part.SHORT)
    seats.set_available(agent, True)
    for name, asked, answered in CHATS:
        conversation = _opened(inbox, notice, name, asked)
        steps.take(conversation, agent)
        log.append(conversation, Type.MESSAGE, Author.AGENT, body=answered, user=agent)
        conversation.refresh_from_db()
        steps.close(conversation, agent)
        yield conversation
    yield _opened(inbox, notice, *WAITING)


def _opened(inbox: ChatInbox, notice: NoticeVersion, name: str, asked: str) -> Conversation:
    party = Party(name=name, device=uuid.uuid4().hex)
    wanted = opening.Wanted(inbox, "pl", notice, party, text=asked)
    return opening.open_chat(wanted)


def _ask_for(call: Conversation) -> None:
    """Somebody wants to hear the first call."""
    day = timezone.localtime(call.originated_at)
    applicant = Applicant(
        first_name="Jagna",
        last_name="Bzowa-Zmyślona",
        address="ul. Sportowa 5/2\n00-002 Zażółcin",
        email="jagna@przyklad.example",
        phone=call.party.phone if call.party else "",
        conversation_on=day.date().isoformat(),
        conversation_time=f"około {day.hour}",
        about="Termin odbioru odpadów wielkogabarytowych",
        justification="Podano mi inny termin niż ten w harmonogramie.",
    )
    filing.file(filing.Application(applicant, AccessRequest.Channel.WEB), by=None)
