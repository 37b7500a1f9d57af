"""From the bytes that ePUAP posts to a document, or a refusal; and from either to a SOAP answer.

The contract of the callback is not public; its types are (docs/epuap.md). So the operation is known by the
element in the Body alone, header blocks stand in any order, and their "…Any" variants mean the same.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from cryptography import x509
from lxml import etree

from .arrivals import Arrived, aware
from .wsse import SOAP, WSSE, NotTrusted, Signature, verify_envelope
from .xml import BadXml, parse
from .xmldsig import DS

OB = "http://wsdl.epuap.gov.pl/obiekty/"
DOCUMENT = f"{{{OB}}}Dokument"
TAKEN, REFUSED, FAULT = 1, 2, 3  # status.kod; only 1 is ePUAP's own
WORDS: Mapping[str, str] = {
    "too_large": "Dokument jest za duży.",
    "xml": "Nie można odczytać komunikatu SOAP.",
    "signature": "Nie można zaufać podpisowi komunikatu.",
    "operation": "Nieznana operacja.",
    "header": "Niepoprawny nagłówek komunikatu.",
    "content": "Niepoprawna zawartość dokumentu.",
    "sender": "Ten nadawca nie ma dostępu.",
    "off": "Odbiór jest wyłączony.",
    "fault": "Błąd wewnętrzny. Proszę powtórzyć później.",
    "busy": "Proszę powtórzyć później.",
}


class PushRefused(ValueError):
    """Not taken; `code` is a key of WORDS and names no content."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read(raw: bytes, *, trusted: Sequence[x509.Certificate], signed: bool = True) -> Arrived:
    """The document in an envelope; `signed` asks for a signature of a pinned certificate. A
    signature that is there must be right in any case. Raises PushRefused."""
    try:
        envelope = parse(raw)
        unsigned = envelope.find(f".//{{{WSSE}}}Security/{{{DS}}}Signature") is None
        if signed or not unsigned:
            verify_envelope(envelope, trusted)
    except BadXml as bad:
        raise PushRefused("too_large" if str(bad) == "too large" else "xml") from None
    except NotTrusted:
        raise PushRefused("signature") from None
    etree.strip_tags(envelope, etree.Comment)
    return _arrived(_document(envelope), _blocks(envelope))


def _document(envelope: etree._Element) -> etree._Element:
    bodies = envelope.findall(f"{{{SOAP}}}Body")
    if envelope.tag != f"{{{SOAP}}}Envelope" or len(bodies) != 1:
        raise PushRefused("xml")
    if [child.tag for child in bodies[0]] != [DOCUMENT]:
        raise PushRefused("operation")
    return bodies[0][0]


def _blocks(envelope: etree._Element) -> dict[str, etree._Element]:
    """The header blocks by their names, without "Any"; none may be told twice."""
    found: dict[str, etree._Element] = {}
    for header in envelope.findall(f"{{{SOAP}}}Header"):
        for block in header.iterchildren(f"{{{OB}}}*"):
            name = etree.QName(block).localname.removesuffix("Any")
            if name in found:
                raise PushRefused("header")
            found[name] = block
    return found


def _arrived(document: etree._Element, blocks: Mapping[str, etree._Element]) -> Arrived:
    def said(name: str) -> str:
        return _text(blocks[name]) if name in blocks else ""

    sender = blocks.get("DanePodmiotu")
    names = [_child(sender, name) for name in ("imieSkrot", "nazwiskoNazwa")]
    return Arrived(
        content=_content(document),
        file_name=_child(document, "nazwaPliku"),
        box=said("AdresSkrytki"),
        sent_at=_moment(said("DataNadania")),
        sender_pesel=_child(sender, "pesel"),
        sender_name=" ".join(name for name in names if name),
        reply_to=said("AdresOdpowiedzi"),
        trial=_yes_or_no(said("CzyTestowe")),
    )


def _content(document: etree._Element) -> bytes:
    try:
        content = base64.b64decode("".join(_child(document, "zawartosc").split()), validate=True)
    except (binascii.Error, ValueError):
        raise PushRefused("content") from None
    if not content:
        raise PushRefused("content")
    return content


def _child(parent: etree._Element | None, name: str) -> str:
    """The text of a child, qualified or not; raises PushRefused where it is told twice."""
    if parent is None:
        return ""
    found = list(parent.iterchildren(name, f"{{{OB}}}{name}"))
    if len(found) > 1:
        raise PushRefused("header")
    return _text(found[0]) if found else ""


def _text(node: etree._Element) -> str:
    return "".join(str(part) for part in node.itertext()).strip()


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return aware(datetime.fromisoformat(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PushRefused("header") from None


def _yes_or_no(text: str) -> bool:
    if text not in ("", "true", "false", "1", "0"):
        raise PushRefused("header")
    return text in ("true", "1")


def receipt(signature: Signature | None) -> bytes:
    """OdpowiedzOdbiorcy: the document is in our hands; signed where there is a key to sign with."""
    envelope, body = _envelope()
    answer = etree.SubElement(body, f"{{{OB}}}OdpowiedzOdbiorcy")
    status = etree.SubElement(answer, "status")
    etree.SubElement(status, "kod").text = str(TAKEN)
    etree.SubElement(status, "komunikat").text = "OK"
    if signature is not None:
        signature.apply(envelope, {})
    return _written(envelope)


def fault(code: str) -> bytes:
    """A Fault with ob:Wyjatek; `code` is a key of WORDS. Ours is `soap:Server`, theirs `soap:Client`."""
    ours = code in ("fault", "busy")
    envelope, body = _envelope()
    node = etree.SubElement(body, f"{{{SOAP}}}Fault")
    etree.SubElement(node, "faultcode").text = "soap:Server" if ours else "soap:Client"
    etree.SubElement(node, "faultstring").text = WORDS[code]
    exception = etree.SubElement(etree.SubElement(node, "detail"), f"{{{OB}}}Wyjatek")
    etree.SubElement(exception, "kod").text = str(FAULT if ours else REFUSED)
    etree.SubElement(exception, "komunikat").text = WORDS[code]
    return _written(envelope)


def _envelope() -> tuple[etree._Element, etree._Element]:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP, "ob": OB})
    return envelope, etree.SubElement(envelope, f"{{{SOAP}}}Body")


def _written(envelope: etree._Element) -> bytes:
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
