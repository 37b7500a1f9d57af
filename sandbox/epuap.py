"""From a signed `nadaj` to an arrival, and back with a signed answer that holds the receipt (UPP)."""

import base64
import json
import re
from itertools import count
from secrets import token_hex

from aiohttp import web
from lxml import etree

from messaging.channels.epuap.soap import WSDLS
from messaging.channels.epuap.upp import UPO
from messaging.channels.epuap.wsse import NotTrusted
from messaging.channels.epuap.xml import BadXml, parse
from sandbox import epuap_desk
from sandbox.epuap_outbox import Outbox, Parcel
from sandbox.epuap_platform import OB, Platform, fault, status_of
from sandbox.http import cut, held
from sandbox.signing import Hand, Person, Style, key_in, sign
from sandbox.world import Verdict, World

SERVICE = "/pk_external_ws/services/skrytka"
NO_SUCH_BOX, TRY_LATER = 20, 50  # our own numbers: the real list is not public
BOX = re.compile(r"^/[^/\s]+/[^/\s]+$")


def routes(world: World) -> list[web.RouteDef]:
    """Serve the box service, and its WSDL."""
    platform = Platform(world)
    outbox = Outbox(platform)
    box = Box(platform, outbox)
    return [
        web.post(SERVICE, box.nadaj),
        web.get(SERVICE, box.wsdl),
        *outbox.routes(),
        *epuap_desk.routes(outbox),
    ]


class Box:
    """Every box of the stand-in's ePUAP."""

    def __init__(self, platform: Platform, outbox: Outbox) -> None:
        self.platform, self.outbox = platform, outbox
        self.world = platform.world
        self.run = token_hex(4)
        self.numbers = count(1)

    async def wsdl(self, request: web.Request) -> web.StreamResponse:
        """Describe the service."""
        return web.Response(body=(WSDLS / "skrytka.wsdl").read_bytes(), content_type="text/xml")

    async def nadaj(self, request: web.Request) -> web.StreamResponse:
        """Take one document for one box."""
        raw = await request.read()
        await held(self.world, "epuap")
        if self.world.switches["epuap"].off:
            return cut(request)
        try:
            envelope = self.platform.read(raw)
        except (BadXml, NotTrusted) as problem:
            return fault(3, f"Niepoprawny podpis: {problem}", "wsse:FailedCheck")
        box = envelope.findtext(f".//{{{OB}}}AdresSkrytki") or ""
        name = envelope.findtext(f".//{{{OB}}}Dokument/nazwaPliku") or ""
        content = base64.b64decode(envelope.findtext(f".//{{{OB}}}Dokument/zawartosc") or "")
        if envelope.findtext(f".//{{{OB}}}CzyProbne") == "true":
            return self.answer(1, "OK", document="proba")
        if not BOX.match(box):
            return self.answer(NO_SUCH_BOX, "Nie ma takiej skrytki")
        reference = name.removeprefix("icp-").removesuffix(".xml")
        reply_box = envelope.findtext(f".//{{{OB}}}AdresOdpowiedzi") or ""
        return self.take(request, (box, reply_box, reference), content)

    def take(
        self, request: web.Request, ways: tuple[str, str, str], content: bytes
    ) -> web.StreamResponse:
        """Judge, remember, answer; `ways`: box, reply box, reference."""
        box, reply_box, reference = ways
        verdict = self.world.judge("epuap")
        if verdict is Verdict.THROTTLE:
            return web.Response(status=429)
        if verdict is Verdict.REFUSE_NOW:
            return self.answer(TRY_LATER, "Proszę spróbować później")
        if verdict is Verdict.REFUSE_FOREVER:
            return self.answer(NO_SUCH_BOX, "Nie ma takiej skrytki")
        self.world.remember("epuap", reference, box, words_of(content))
        if verdict is Verdict.DROP:
            return cut(request)
        if verdict is Verdict.NONSENSE:
            return web.Response(text="<html>banan", content_type="text/html")
        document = f"DOC-{self.run}-{next(self.numbers)}"
        if self.world.switches["epuap"].receipt_by_box:
            self.receipt(reply_box, document)
        return self.answer(1, "OK", document=document)

    def answer(self, code: int, words: str, *, document: str = "") -> web.Response:
        """Sign an OdpowiedzSkrytki; with a UPP unless the channel is told to be silent."""
        switches = self.world.switches["epuap"]
        reply = etree.Element(f"{{{OB}}}OdpowiedzSkrytki")
        status_of(reply, code, words)
        etree.SubElement(reply, "identyfikatorDokumentu").text = document
        if document and not (switches.silent or switches.receipt_by_box):
            attached = etree.SubElement(reply, "zalacznik")
            etree.SubElement(attached, "nazwaPliku").text = "UPP.xml"
            etree.SubElement(attached, "zawartosc").text = base64.b64encode(upp(document)).decode()
        return self.platform.answer(reply)

    def receipt(self, reply_box: str, document: str) -> None:
        """Let the sealed receipt wait in the box of the office, as its own document."""
        files = self.platform.files
        hand = Hand(key_in(files.platform_key), self.platform.certificate)
        sealed = sign(upp(document), hand, Person("", "", ""), Style(role=""))
        self.outbox.put(Parcel(sealed, box=reply_box, file_name="UPP.xml"))


def upp(document: str) -> bytes:
    """Write a receipt for one document."""
    root = etree.Element(f"{{{UPO}}}Dokument", nsmap={"upo": UPO})
    proof = etree.SubElement(root, f"{{{UPO}}}UPP")
    etree.SubElement(proof, f"{{{UPO}}}IdentyfikatorPoswiadczenia").text = f"UPP-{document}"
    etree.SubElement(proof, f"{{{UPO}}}IdentyfikatorDokumentu").text = document
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def words_of(content: bytes) -> bytes:
    """Take title and text out of the letter, the way the reader of the box shows them."""
    try:
        root = parse(content)
    except BadXml:
        return json.dumps({"subject": "", "text": content.decode("utf-8", "replace")}).encode()
    title = root.findtext(".//{*}TrescDokumentu/{*}Tytul") or ""
    parts = [node.text or "" for node in root.findall(".//{*}Informacje/{*}Informacja")]
    files = [
        {
            "name": node.get("nazwaPliku") or "",
            "bytes": len(base64.b64decode(node.findtext("{*}DaneZalacznika") or "")),
        }
        for node in root.findall(".//{*}TrescDokumentu/{*}Zalaczniki/{*}Zalacznik")
    ]
    fields = {"subject": title, "text": "\n\n".join(parts), "files": files}
    return json.dumps(fields, ensure_ascii=False).encode()
