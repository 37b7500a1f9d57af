"""From the answer's attachment to the receipt it holds: the UPP that proves delivery."""

from dataclasses import dataclass

from lxml import etree

from .xml import BadXml, parse

UPO = "http://crd.gov.pl/xml/schematy/UPO/2008/05/09/"


@dataclass(frozen=True, slots=True)
class Upp:
    """`number` names the receipt, `document` what it is about."""

    number: str
    document: str


def read_upp(raw: bytes) -> Upp | None:
    """Read a UPP; None where the bytes are something else."""
    try:
        root = parse(raw)
    except BadXml:
        return None
    if root.tag != f"{{{UPO}}}Dokument":
        return None
    number = _text(root, "IdentyfikatorPoswiadczenia")
    return Upp(number, _text(root, "IdentyfikatorDokumentu")) if number else None


def _text(root: etree._Element, name: str) -> str:
    """Find a descendant by local name: children occur both qualified and not."""
    for node in root.iter("*"):
        if etree.QName(node).localname == name:
            return (node.text or "").strip()
    return ""
