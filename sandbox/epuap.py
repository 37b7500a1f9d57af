"""From a signed `nadaj` to an arrival, and back with a signed answer that holds the receipt (UPP)."""

import base64
import json
import re
import tempfile
from itertools import count
from pathlib import Path
from secrets import token_hex

from aiohttp import web
from cryptography import x509
from lxml import etree

from messaging.channels.epuap.channel import SERVICE, WSDL
from messaging.channels.epuap.upp import UPO
from messaging.channels.epuap.wsse import SOAP, NotTrusted, Signature, verify_envelope
from messaging.channels.epuap.xml import BadXml, parse
from sandbox.certificates import demo_certificates
from sandbox.http import cut, held
from sandbox.world import Verdict, World

OB = "http://wsdl.epuap.gov.pl/obiekty/"
NO_SUCH_BOX, TRY_LATER = 20, 50  # our own numbers: the real list is not public
BOX = re.compile(r"^/[^/\s]+/[^/\s]+$")


def routes(world: World) -> list[web.RouteDef]:
    """Serve the box service, and its WSDL."""
    box = Box(world)
    return [web.post(SERVICE, box.nadaj), web.get(SERVICE, box.wsdl)]


class Box:
    """Every box of the stand-in's ePUAP."""

    def __init__(self, world: World) -> None:
        self.world = world
        folder = world.accounts.epuap_folder or tempfile.mkdtemp(prefix="icp-epuap-")
        files = demo_certificates(Path(folder))
        self.signature = Signature(
            files.platform_key.read_bytes(), files.trusted.read_bytes(), b"", required=False
        )
        forger = Path(tempfile.mkdtemp(prefix="icp-forger-"))
        forged = demo_certificates(forger)
        self.forger = Signature(
            forged.platform_key.read_bytes(), forged.trusted.read_bytes(), b"", required=False
        )
        self.believed = [x509.load_pem_x509_certificate(files.certificate.read_bytes())]
        self.run = token_hex(4)
        self.numbers = count(1)

    async def wsdl(self, request: web.Request) -> web.StreamResponse:
        """Describe the service."""
        return web.Response(body=WSDL.read_bytes(), content_type="text/xml")

    async def nadaj(self, request: web.Request) -> web.StreamResponse:
        """Take one document for one box."""
        raw = await request.read()
        await held(self.world, "epuap")
        if self.world.switches["epuap"].off:
            return cut(request)
        try:
            envelope = parse(raw)
            verify_envelope(envelope, self.believed)
        except (BadXml, NotTrusted) as problem:
            return fault(3, f"Niepoprawny podpis: {problem}", "wsse:FailedCheck")
        box = envelope.findtext(f".//{{{OB}}}AdresSkrytki") or ""
        name = envelope.findtext(f".//{{{OB}}}Dokument/nazwaPliku") or ""
        content = base64.b64decode(envelope.findtext(f".//{{{OB}}}Dokument/zawartosc") or "")
        if envelope.findtext(f".//{{{OB}}}CzyProbne") == "true":
            return self.answer(1, "OK", document="proba")
        if not BOX.match(box):
            return self.answer(NO_SUCH_BOX, "Nie ma takiej skrytki")
        return self.take(request, box, name.removeprefix("icp-").removesuffix(".xml"), content)

    def take(
        self, request: web.Request, box: str, reference: str, content: bytes
    ) -> web.StreamResponse:
        """Judge, remember, answer."""
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
        return self.answer(1, "OK", document=f"DOC-{self.run}-{next(self.numbers)}")

    def answer(self, code: int, words: str, *, document: str = "") -> web.Response:
        """Sign an OdpowiedzSkrytki; with a UPP unless the channel is told to be silent."""
        switches = self.world.switches["epuap"]
        envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP, "ob": OB})
        body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
        reply = etree.SubElement(body, f"{{{OB}}}OdpowiedzSkrytki")
        status = etree.SubElement(reply, "status")
        etree.SubElement(status, "kod").text = str(code)
        etree.SubElement(status, "komunikat").text = words
        etree.SubElement(reply, "identyfikatorDokumentu").text = document
        if document and not switches.silent:
            attached = etree.SubElement(reply, "zalacznik")
            etree.SubElement(attached, "nazwaPliku").text = "UPP.xml"
            etree.SubElement(attached, "zawartosc").text = base64.b64encode(upp(document)).decode()
        signature = self.forger if switches.forge_callbacks else self.signature
        signature.apply(envelope, {})
        return web.Response(body=etree.tostring(envelope), content_type="text/xml")


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
    fields = {"subject": title, "text": "\n\n".join(parts)}
    return json.dumps(fields, ensure_ascii=False).encode()


def fault(code: int, words: str, name: str = "soap:Client") -> web.Response:
    """Answer as ePUAP does when it cannot read a request."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP, "ob": OB})
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    node = etree.SubElement(body, f"{{{SOAP}}}Fault")
    etree.SubElement(node, "faultcode").text = name
    etree.SubElement(node, "faultstring").text = words
    exception = etree.SubElement(etree.SubElement(node, "detail"), f"{{{OB}}}Wyjatek")
    etree.SubElement(exception, "kod").text = str(code)
    etree.SubElement(exception, "komunikat").text = words
    return web.Response(body=etree.tostring(envelope), status=500, content_type="text/xml")
