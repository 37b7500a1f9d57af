"""From documents put here to the office: they wait for its pull, or are pushed to its callback."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

from aiohttp import ClientError, ClientSession, ClientTimeout, web
from lxml import etree

from messaging.channels.epuap.wsse import SOAP, NotTrusted
from messaging.channels.epuap.xml import BadXml
from sandbox.epuap_platform import OB, Platform, envelope_of, fault, status_of
from sandbox.http import cut, held
from sandbox.world import Verdict

SERVICE = "/pk_external_ws/services/pull"
EMPTY, DONE, TRY_LATER, UNKNOWN = 0, 1, 50, 21


@dataclass(frozen=True, slots=True)
class Parcel:
    """A document on its way to one of the office's boxes."""

    content: bytes = field(repr=False)
    box: str = "/zazolcin/rejestr"
    file_name: str = "wniosek.xml"
    pesel: str = ""
    first_name: str = ""
    last_name: str = ""
    reply_to: str = ""
    trial: bool = False
    sent_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    number: int = 0


@dataclass(frozen=True, slots=True)
class Handed:
    """What the office answered to a push."""

    number: int
    status: int  # of HTTP; 0: nobody was there
    words: str  # the status of OdpowiedzOdbiorcy, or the Fault


class Outbox:
    """Every document for the office."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.queue: list[Parcel] = []
        self.confirmed = 0
        self.handed: list[Handed] = []
        self.numbers = count(1)
        self.repeated: set[int] = set()

    def routes(self) -> list[web.RouteDef]:
        return [web.post(SERVICE, self.serve)]

    def put(self, parcel: Parcel) -> Parcel:
        """Let it wait for the office's pull."""
        parcel = replace(parcel, number=next(self.numbers))
        self.queue.append(parcel)
        return parcel

    async def push(self, parcel: Parcel, url: str) -> Handed:
        """Bring it to the office's callback, signed as the switches say."""
        number = parcel.number or next(self.numbers)
        raw = self.envelope(parcel)
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=60)) as session,
                session.post(url, data=raw, headers=headers) as answer,
            ):
                handed = Handed(number, answer.status, _said(await answer.read()))
        except (ClientError, TimeoutError, ValueError) as error:
            handed = Handed(number, 0, type(error).__name__)
        self.handed.append(handed)
        return handed

    def envelope(self, parcel: Parcel) -> bytes:
        """What a push carries."""
        document = etree.Element(f"{{{OB}}}Dokument")
        _fill(document, nazwaPliku=parcel.file_name, typPliku="application/xml")
        etree.SubElement(document, "zawartosc").text = base64.b64encode(parcel.content).decode()
        envelope = envelope_of(document)
        header = etree.Element(f"{{{SOAP}}}Header")
        envelope.insert(0, header)
        _fill(etree.SubElement(header, f"{{{OB}}}DanePodmiotu"), **_subject(parcel))
        _fill(etree.SubElement(header, f"{{{OB}}}DaneNadawcy"), uzytkownik=parcel.reply_to)
        for name, value in {
            "DataNadania": parcel.sent_at.isoformat(),
            "NazwaSkrytki": parcel.box.rpartition("/")[2],
            "AdresSkrytki": parcel.box,
            "AdresOdpowiedzi": parcel.reply_to,
            "CzyTestowe": "true" if parcel.trial else "false",
        }.items():
            etree.SubElement(header, f"{{{OB}}}{name}").text = value
        self.platform.hand.apply(envelope, {})
        return etree.tostring(envelope)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The three operations of the service `pull`."""
        raw = await request.read()
        world = self.platform.world
        await held(world, "epuap")
        if world.switches["epuap"].off:
            return cut(request)
        try:
            envelope = self.platform.read(raw)
        except (BadXml, NotTrusted) as problem:
            return fault(3, f"Niepoprawny podpis: {problem}", "wsse:FailedCheck")
        asked = envelope.find(f"{{{SOAP}}}Body/*")
        name = etree.QName(asked).localname if asked is not None else ""
        reply = self.operations().get(name)
        if asked is None or reply is None:
            return fault(4, "Nieznana operacja")
        verdict = world.judge("epuap")
        if verdict is Verdict.NONSENSE:
            return web.Response(text="<html>banan", content_type="text/html")
        if verdict is Verdict.REFUSE_NOW:
            return fault(TRY_LATER, "Proszę spróbować później", "soap:Server")
        answer = reply(asked)
        return cut(request) if verdict is Verdict.DROP else self.platform.answer(answer)

    def operations(self) -> dict[str, Callable[[etree._Element], etree._Element]]:
        return {
            "ZapytaniePullOczekujace": self.waiting,
            "ZapytaniePullPobierz": self.fetch,
            "ZapytaniePullPotwierdz": self.confirm,
        }

    def waiting(self, asked: etree._Element) -> etree._Element:
        reply = etree.Element(f"{{{OB}}}OdpowiedzPullOczekujace")
        status_of(reply, DONE, "OK")
        etree.SubElement(reply, "oczekujace").text = str(len(self.of_box(asked)))
        return reply

    def fetch(self, asked: etree._Element) -> etree._Element:
        reply = etree.Element(f"{{{OB}}}OdpowiedzPullPobierz")
        parcel = next(iter(self.of_box(asked)), None)
        status_of(reply, DONE if parcel else EMPTY, "OK" if parcel else "Brak dokumentów")
        if parcel:
            _describe(reply, parcel)
        return reply

    def confirm(self, asked: etree._Element) -> etree._Element:
        """Take it out of the queue; one that is to be repeated stays for one more time."""
        reply = etree.Element(f"{{{OB}}}OdpowiedzPullPotwierdz")
        parcel = next(iter(self.of_box(asked)), None)
        if parcel is None or (asked.findtext("skrot") or "") not in _digests(parcel.content):
            status_of(reply, UNKNOWN, "Nie ma takiego dokumentu")
            return reply
        again = self.platform.world.switches["epuap"].repeat_callbacks
        if again and parcel.number not in self.repeated:
            self.repeated.add(parcel.number)
        else:
            self.queue.remove(parcel)
        self.confirmed += 1
        status_of(reply, DONE, "OK")
        return reply

    def of_box(self, asked: etree._Element) -> list[Parcel]:
        """What waits in the box that was asked for; nothing while documents are held back."""
        if self.platform.world.switches["epuap"].hold:
            return []
        box = asked.findtext("adresSkrytki") or ""
        return [parcel for parcel in self.queue if parcel.box == box]


def _describe(reply: etree._Element, parcel: Parcel) -> None:
    _fill(etree.SubElement(reply, "danePodmiotu"), **_subject(parcel))
    _fill(etree.SubElement(reply, "daneNadawcy"), uzytkownik=parcel.reply_to)
    _fill(
        reply,
        dataNadania=parcel.sent_at.isoformat(),
        nazwaSkrytki=parcel.box.rpartition("/")[2],
        adresSkrytki=parcel.box,
        adresOdpowiedzi=parcel.reply_to,
        czyTestowe="true" if parcel.trial else "false",
        daneDodatkowe="",
    )
    _fill(
        etree.SubElement(reply, "dokument"),
        nazwaPliku=parcel.file_name,
        typPliku="application/xml",
        zawartosc=base64.b64encode(parcel.content).decode(),
    )


def _subject(parcel: Parcel) -> dict[str, str]:
    names = {"imieSkrot": parcel.first_name, "nazwiskoNazwa": parcel.last_name}
    number = {"pesel": parcel.pesel} if parcel.pesel else {}
    return {"identyfikator": parcel.reply_to, "typOsoby": "F", **names, **number, "zgoda": "true"}


def _fill(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, name).text = text


def _digests(content: bytes) -> set[str]:
    """Either of the two that the real one may ask for."""
    made = (hashlib.sha1(content, usedforsecurity=False), hashlib.sha256(content))
    return {base64.b64encode(each.digest()).decode() for each in made}


def _said(raw: bytes) -> str:
    """The status of an answer, for the page."""
    try:
        root = etree.fromstring(raw)
    except etree.XMLSyntaxError:
        return "to nie jest odpowiedź SOAP"
    kinds = ("OdpowiedzOdbiorcy", "Fault")
    kind = next((name for name in kinds if root.find(f".//{{*}}{name}") is not None), "?")
    code, words = (root.findtext(f".//{{*}}{name}") or "" for name in ("kod", "komunikat"))
    return f"{kind} {code} {words}".strip()
