"""From keys in a folder to ePUAP's hand: it signs answers, believes the office, and can be told to forge."""

import tempfile
from pathlib import Path

from aiohttp import web
from cryptography import x509
from lxml import etree

from messaging.channels.epuap.wsse import SOAP, Signature, verify_envelope
from messaging.channels.epuap.xml import parse
from sandbox.certificates import demo_certificates
from sandbox.world import World

OB = "http://wsdl.epuap.gov.pl/obiekty/"


class Platform:
    """The keys of the stand-in, and envelopes written with them."""

    def __init__(self, world: World) -> None:
        self.world = world
        folder = world.accounts.epuap_folder or tempfile.mkdtemp(prefix="icp-epuap-")
        self.files = demo_certificates(Path(folder))
        self.honest = Signature(
            self.files.platform_key.read_bytes(), self.files.trusted.read_bytes(), b""
        )
        forged = demo_certificates(Path(tempfile.mkdtemp(prefix="icp-forger-")))
        self.forger = Signature(forged.platform_key.read_bytes(), forged.trusted.read_bytes(), b"")
        self.certificate = x509.load_pem_x509_certificate(self.files.trusted.read_bytes())
        self.believed = [x509.load_pem_x509_certificate(self.files.certificate.read_bytes())]

    @property
    def hand(self) -> Signature:
        """What signs just now."""
        return self.forger if self.world.switches["epuap"].forge_callbacks else self.honest

    def read(self, raw: bytes) -> etree._Element:
        """A request that the office signed; raises BadXml or NotTrusted."""
        envelope = parse(raw)
        verify_envelope(envelope, self.believed)
        return envelope

    def answer(self, reply: etree._Element) -> web.Response:
        """A signed answer."""
        envelope = envelope_of(reply)
        self.hand.apply(envelope, {})
        return web.Response(body=etree.tostring(envelope), content_type="text/xml")


def envelope_of(body: etree._Element) -> etree._Element:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP, "ob": OB})
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(body)
    return envelope


def status_of(reply: etree._Element, code: int, words: str) -> None:
    """Put the status into an answer that has nothing yet."""
    status = etree.SubElement(reply, "status")
    etree.SubElement(status, "kod").text = str(code)
    etree.SubElement(status, "komunikat").text = words


def fault(code: int, words: str, name: str = "soap:Client") -> web.Response:
    """Answer as ePUAP does when it cannot read a request."""
    node = etree.Element(f"{{{SOAP}}}Fault")
    etree.SubElement(node, "faultcode").text = name
    etree.SubElement(node, "faultstring").text = words
    exception = etree.SubElement(etree.SubElement(node, "detail"), f"{{{OB}}}Wyjatek")
    etree.SubElement(exception, "kod").text = str(code)
    etree.SubElement(exception, "komunikat").text = words
    return web.Response(body=etree.tostring(envelope_of(node)), status=500, content_type="text/xml")
