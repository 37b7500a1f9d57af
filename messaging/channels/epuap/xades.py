"""From the bytes of a signed document to its signed parts, each proved whole, or a refusal.

XAdES enveloped in the root, as profil zaufany and qualified cards make it. The bytes are parsed once:
what was verified is the tree that is given back, without the signature and its unsigned parts. Every
algorithm, transform and place is on a list; whatever is not on it is refused.
ETSI TS 101 903 v1.4.2; https://www.w3.org/TR/xmldsig-core1/
"""

from collections.abc import Container
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from lxml import etree

from .refusals import Refusal, SignatureRefused
from .xml import BadXml, parse
from .xmldsig import (
    C14N,
    DIGESTS,
    DS,
    ECDSA_METHODS,
    EXC_C14N,
    RSA_METHODS,
    NotCanonical,
    canonical,
    decoded,
    digest_is_right,
    is_sha1,
    signed_by,
)

XADES = "http://uri.etsi.org/01903/v1.3.2#"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
WITHOUT_SIGNATURE = "not(ancestor-or-self::ds:Signature)"
ENVELOPED = f"{DS}enveloped-signature"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
ID_NAMES = ("Id", "ID", "id")
PARTS = tuple(f"{{{DS}}}{name}" for name in ("SignedInfo", "SignatureValue", "KeyInfo", "Object"))
OF_SIGNATURE = f"{{{XADES}}}SignedSignatureProperties"


@dataclass(frozen=True, slots=True)
class Proved:
    """`document`: the root as it was signed. `certificate` signed it; `carried` came along with it."""

    document: etree._Element
    properties: etree._Element
    certificate: x509.Certificate
    carried: list[x509.Certificate]


@dataclass(frozen=True, slots=True)
class _Parts:
    """A signature taken apart, every part in its only lawful place."""

    root: etree._Element
    signature: etree._Element
    info: etree._Element
    properties: etree._Element
    carried: list[x509.Certificate]


def prove(content: bytes) -> Proved:
    """Take the signature apart and check every part of it against the others; whether anybody
    believes its certificate is another question. Raises SignatureRefused."""
    parts = _take_apart(content)
    whole, properties = _references(parts)
    transforms = _transforms(whole)
    if not transforms or not _leaves_signature_out(transforms[0]):
        raise SignatureRefused(Refusal.TRANSFORM)
    document_way = _canonicalization(transforms[1:])
    _digest(whole)  # a weak one is named before anything else is said
    covered = _canonical(parts.properties, _canonicalization(_transforms(properties)))
    _check_digest(properties, covered, Refusal.PROPERTIES_CHANGED)
    certificate = _signing_certificate(parts)
    _check_value(parts, certificate)
    # The signature leaves its place only now: its own canonical form depends on where it stands.
    document = _bare(parts)
    covered = _canonical(document.getroottree(), document_way)
    _check_digest(whole, covered, Refusal.CONTENT_CHANGED)
    return Proved(document, parts.properties, certificate, parts.carried)


def _take_apart(content: bytes) -> _Parts:
    try:
        root = parse(content)
    except BadXml:
        raise SignatureRefused(Refusal.BAD_XML) from None
    # Comments are not signed (C14N leaves them out), so nobody may read a text cut by one.
    etree.strip_tags(root.getroottree(), etree.Comment)
    found = list(root.iter(f"{{{DS}}}Signature"))
    if not found:
        raise SignatureRefused(Refusal.NOT_SIGNED)
    if len(found) > 1:
        raise SignatureRefused(Refusal.SEVERAL_SIGNATURES)
    signature = found[0]
    if signature.getparent() is not root:
        raise SignatureRefused(Refusal.MISPLACED)
    info, _value, key_info, holder = _children(signature, *PARTS)
    (qualifying,) = _children(holder, f"{{{XADES}}}QualifyingProperties")
    properties = qualifying.find(f"{{{XADES}}}SignedProperties")
    allowed = [f"{{{XADES}}}SignedProperties", f"{{{XADES}}}UnsignedProperties"]
    if properties is None or [part.tag for part in qualifying] not in (allowed[:1], allowed):
        raise SignatureRefused(Refusal.SHAPE)
    if not signature.get("Id") or qualifying.get("Target") != f"#{signature.get('Id')}":
        raise SignatureRefused(Refusal.SHAPE)
    return _Parts(root, signature, info, properties, _certificates(key_info))


def _children(parent: etree._Element, *tags: str) -> list[etree._Element]:
    """Exactly these children, in this order."""
    if [child.tag for child in parent] != list(tags):
        raise SignatureRefused(Refusal.SHAPE)
    return list(parent)


def _certificates(key_info: etree._Element) -> list[x509.Certificate]:
    found = []
    for node in key_info.findall(f"{{{DS}}}X509Data/{{{DS}}}X509Certificate"):
        try:
            found.append(x509.load_der_x509_certificate(decoded(node.text) or b""))
        except ValueError:
            raise SignatureRefused(Refusal.NO_CERTIFICATE) from None
    if not found:
        raise SignatureRefused(Refusal.NO_CERTIFICATE)
    return found


def _references(parts: _Parts) -> tuple[etree._Element, etree._Element]:
    """Two of them: to the whole document, and to the properties of the signature."""
    references = parts.info.findall(f"{{{DS}}}Reference")
    whole = [each for each in references if each.get("URI") == ""]
    others = [each for each in references if each.get("URI") != ""]
    name = parts.properties.get("Id")
    if len(whole) != 1 or len(others) != 1 or not name:
        raise SignatureRefused(Refusal.REFERENCES)
    if others[0].get("URI") != f"#{name}" or others[0].get("Type") != SIGNED_PROPERTIES:
        raise SignatureRefused(Refusal.REFERENCES)
    _check_id(parts, name)
    return whole[0], others[0]


def _check_id(parts: _Parts, name: str) -> None:
    """Nothing but the properties may answer to their name, in whatever namespace the id stands."""
    holders = [
        node
        for node in parts.root.iter(etree.Element)
        for key, value in node.attrib.items()
        if value == name and etree.QName(key).localname in ID_NAMES
    ]
    if holders != [parts.properties]:
        raise SignatureRefused(Refusal.SAME_ID)


def _transforms(reference: etree._Element) -> list[etree._Element]:
    found = reference.findall(f"{{{DS}}}Transforms")
    if len(found) > 1 or any(node.tag != f"{{{DS}}}Transform" for each in found for node in each):
        raise SignatureRefused(Refusal.TRANSFORM)
    return list(found[0]) if found else []


def _leaves_signature_out(transform: etree._Element) -> bool:
    """The enveloped-signature transform, or the XPath of profil zaufany to the letter."""
    if transform.get("Algorithm") == ENVELOPED:
        return len(transform) == 0
    if transform.get("Algorithm") != XPATH or [node.tag for node in transform] != [
        f"{{{DS}}}XPath"
    ]:
        return False
    path = transform[0]
    said = "".join((path.text or "").split())
    return len(path) == 0 and said == WITHOUT_SIGNATURE and path.nsmap.get("ds") == DS


def _canonicalization(transforms: list[etree._Element]) -> tuple[bool, etree._Element | None]:
    """Whether it is exclusive, and the element that says so; inclusive where nothing is said."""
    if not transforms:
        return False, None
    if len(transforms) > 1 or transforms[0].get("Algorithm") not in (C14N, EXC_C14N):
        raise SignatureRefused(Refusal.TRANSFORM)
    return transforms[0].get("Algorithm") == EXC_C14N, transforms[0]


def _canonical(
    node: etree._Element | etree._ElementTree, way: tuple[bool, etree._Element | None]
) -> bytes:
    exclusive, holder = way
    try:
        return canonical(node, exclusive=exclusive, holder=holder)
    except NotCanonical:
        raise SignatureRefused(Refusal.BAD_XML) from None


def _check_digest(reference: etree._Element, covered: bytes, refusal: Refusal) -> None:
    method, stated = _digest(reference)
    if not digest_is_right(method, stated, covered):
        raise SignatureRefused(refusal)


def _digest(parent: etree._Element) -> tuple[str, bytes]:
    """DigestMethod and DigestValue."""
    methods = parent.findall(f"{{{DS}}}DigestMethod")
    values = parent.findall(f"{{{DS}}}DigestValue")
    if len(methods) != 1 or len(values) != 1:
        raise SignatureRefused(Refusal.SHAPE)
    return _listed(methods[0], DIGESTS), _decoded(values[0])


def _listed(node: etree._Element, allowed: Container[str]) -> str:
    algorithm = node.get("Algorithm") or ""
    if is_sha1(algorithm):
        raise SignatureRefused(Refusal.SHA1)
    if algorithm not in allowed:
        raise SignatureRefused(Refusal.ALGORITHM)
    return algorithm


def _decoded(node: etree._Element) -> bytes:
    raw = decoded(node.text)
    if raw is None:
        raise SignatureRefused(Refusal.SHAPE)
    return raw


def _signing_certificate(parts: _Parts) -> x509.Certificate:
    """The certificate in KeyInfo whose digest stands in the signed properties."""
    places = [
        place
        for version in ("SigningCertificate", "SigningCertificateV2")
        for place in parts.properties.findall(
            f"{OF_SIGNATURE}/{{{XADES}}}{version}/{{{XADES}}}Cert/{{{XADES}}}CertDigest"
        )
    ]
    if not places:
        raise SignatureRefused(Refusal.NO_CERTIFICATE)
    # Where a whole chain is named, the signing certificate comes first (TS 101 903, 7.2.2).
    method, stated = _digest(places[0])
    for certificate in parts.carried:
        der = certificate.public_bytes(serialization.Encoding.DER)
        if digest_is_right(method, stated, der):
            return certificate
    raise SignatureRefused(Refusal.NO_CERTIFICATE)


def _check_value(parts: _Parts, certificate: x509.Certificate) -> None:
    canonicalization, signature_method, *references = parts.info
    tags = [f"{{{DS}}}CanonicalizationMethod", f"{{{DS}}}SignatureMethod"]
    if [canonicalization.tag, signature_method.tag] != tags or any(
        each.tag != f"{{{DS}}}Reference" for each in references
    ):
        raise SignatureRefused(Refusal.SHAPE)
    exclusive = _listed(canonicalization, (C14N, EXC_C14N)) == EXC_C14N
    method = _listed(signature_method, {**RSA_METHODS, **ECDSA_METHODS})
    covered = _canonical(parts.info, (exclusive, canonicalization))
    value = _decoded(parts.signature[1])
    if not signed_by(certificate, method, value, covered):
        raise SignatureRefused(Refusal.WRONG_SIGNATURE)


def _bare(parts: _Parts) -> etree._Element:
    """The root without the signature; texts around it stay."""
    signature, root = parts.signature, parts.root
    before = signature.getprevious()
    text = (before.tail if before is not None else root.text) or ""
    tail, signature.tail = signature.tail or "", None
    root.remove(signature)
    if before is not None:
        before.tail = text + tail
    else:
        root.text = text + tail
    return root
