"""From a form and a person to a signed document, honest or forged in one of the known ways."""

import copy
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from lxml import etree

from sandbox.certificates import Certificates, demo_certificates
from sandbox.signing import DS, XADES, Hand, Person, Style, card, seal, sign

HONEST = "honest"
# What is wrong with the document, as the page says it; the PESEL ones are made by whoever fills the form in.
VARIANTS: Mapping[str, str] = {
    HONEST: "Poprawny",
    "changed": "Treść zmieniona po podpisaniu",
    "role": "Dane podpisującego zmienione po podpisaniu",
    "stripped": "Bez podpisu",
    "wrapped": "Podpis przeniesiony na inną treść (wrapping)",
    "doubled": "Dwa podpisy",
    "same_id": "Powtórzony identyfikator",
    "uncovered": "Podpis nie obejmuje treści",
    "sha1": "Podpis z SHA-1",
    "transform": "Niedozwolona transformacja",
    "foreign": "Podpis obcym certyfikatem",
    "old": "Podpisany przed rokiem",
    "doctype": "DOCTYPE z encjami",
    "other_pesel": "PESEL w formularzu inny niż w podpisie",
    "other_sender": "PESEL nadawcy w ePUAP inny niż w podpisie",
}
KINDS = ("ppzp", "epsignature", "qualified")
XSLT = '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>'
BOMB = b"""<!DOCTYPE a [<!ENTITY b "bomba"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>"""


def signed_form(
    document: bytes, files: Certificates, person: Person, *, kind: str, variant: str
) -> bytes:
    """Sign as `kind` of KINDS, and forge as `variant` of VARIANTS says; raises ValueError."""
    if kind not in KINDS or variant not in VARIANTS:
        raise ValueError("Nie ma takiego podpisu.")
    style = _style("" if kind == "qualified" else kind, variant)
    believed = files
    if variant == "foreign":
        with tempfile.TemporaryDirectory() as folder:
            believed = demo_certificates(Path(folder))
            hand = _hand(believed, person, kind)
    else:
        hand = _hand(believed, person, kind)
    signed = sign(document, hand, person, style)
    forge = FORGERIES.get(variant)
    return forge(signed) if forge else signed


def _hand(files: Certificates, person: Person, kind: str) -> Hand:
    return card(files, person) if kind == "qualified" else seal(files)


def _style(role: str, variant: str) -> Style:
    """What the signature itself says otherwise."""
    style = Style(role=role)
    match variant:
        case "sha1":
            return replace(style, digest="sha1")
        case "transform":
            return replace(style, transforms=XSLT)
        case "uncovered":
            return replace(style, cover_document=False)
        case "old":
            return replace(style, at=style.at - timedelta(days=365))
    return style


def _texts(root: etree._Element) -> list[etree._Element]:
    """Leaves of the form, not of the signature."""
    return [
        node
        for node in root.iter(etree.Element)
        if not len(node) and (node.text or "").strip() and _outside(node)
    ]


def _outside(node: etree._Element) -> bool:
    return all(above.tag != f"{{{DS}}}Signature" for above in (node, *node.iterancestors()))


def _signature(root: etree._Element) -> etree._Element:
    found = root.find(f".//{{{DS}}}Signature")
    assert found is not None  # noqa: S101 - it was signed above
    return found


def _changed(root: etree._Element) -> None:
    leaf = _texts(root)[-1]
    leaf.text = f"{leaf.text}x"


def _role(root: etree._Element) -> None:
    properties = _signature(root).find(f".//{{{XADES}}}SignedProperties")
    assert properties is not None  # noqa: S101
    leaf = [node for node in properties.iter(etree.Element) if (node.text or "").strip().isdigit()]
    leaf[-1].text = "02270803624"


def _stripped(root: etree._Element) -> None:
    root.remove(_signature(root))


def _wrapped(root: etree._Element) -> None:
    """The signed form hides in an object of the signature; another one takes its place."""
    signature = _signature(root)
    honest = copy.deepcopy(root)
    honest.remove(_signature(honest))
    hidden = etree.SubElement(signature, f"{{{DS}}}Object")
    hidden.append(honest)
    _changed(root)


def _doubled(root: etree._Element) -> None:
    root.append(copy.deepcopy(_signature(root)))


def _same_id(root: etree._Element) -> None:
    properties = _signature(root).find(f".//{{{XADES}}}SignedProperties")
    assert properties is not None  # noqa: S101
    root.set("Id", str(properties.get("Id")))


def _edited(change: Callable[[etree._Element], None]) -> Callable[[bytes], bytes]:
    def forge(signed: bytes) -> bytes:
        root = etree.fromstring(signed)
        change(root)
        return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")

    return forge


def _with_doctype(signed: bytes) -> bytes:
    head, end, rest = signed.partition(b"?>")
    return head + end + BOMB + rest


FORGERIES: Mapping[str, Callable[[bytes], bytes]] = {
    "changed": _edited(_changed),
    "role": _edited(_role),
    "stripped": _edited(_stripped),
    "wrapped": _edited(_wrapped),
    "doubled": _edited(_doubled),
    "same_id": _edited(_same_id),
    "doctype": _with_doctype,
}
