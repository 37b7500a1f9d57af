"""From a SOAP envelope to a signed one, and from a signed one to trust (or refusal).

WS-Security 1.0 with the X.509 token profile: the token stands before the signature, exclusive C14N,
RSA-SHA256, one reference to the Body. zeep's own plugin defaults to SHA-1 and accepted a wrapping
attack; here the Body is the signed element by identity and only pinned certificates are believed.
https://docs.oasis-open.org/wss/v1.1/wss-v1.1-spec-os-x509TokenProfile.pdf
"""

import base64
import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from .xmldsig import (
    DS,
    EXC_C14N,
    RSA_SHA256,
    SHA256,
    NotCanonical,
    canonical,
    decoded,
    digest_is_right,
    signed_by,
)

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE = _OASIS + "wssecurity-secext-1.0.xsd"
WSU = _OASIS + "wssecurity-utility-1.0.xsd"
X509_V3 = _OASIS + "x509-token-profile-1.0#X509v3"
BASE64 = _OASIS + "soap-message-security-1.0#Base64Binary"
ID = f"{{{WSU}}}Id"


class NotTrusted(ValueError):
    """The envelope does not prove who wrote it. The reason names no content."""


class Signature:
    """Signs outgoing envelopes and checks answers: what zeep calls a `wsse` plugin."""

    def __init__(
        self, key_pem: bytes, certificate_pem: bytes, trusted_pem: bytes, *, required: bool = True
    ) -> None:
        key = serialization.load_pem_private_key(key_pem, None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("ePUAP takes RSA keys only")
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        token = certificate.public_bytes(serialization.Encoding.DER)
        self.key, self.token = key, base64.b64encode(token).decode()
        self.trusted = x509.load_pem_x509_certificates(trusted_pem) if trusted_pem else []
        self.required = required

    def apply(
        self, envelope: etree._Element, headers: dict[str, str]
    ) -> tuple[etree._Element, dict[str, str]]:
        """Sign the Body in place."""
        body = envelope.find(f"{{{SOAP}}}Body")
        if body is None:
            raise ValueError("an envelope has a Body")
        header = envelope.find(f"{{{SOAP}}}Header")
        if header is None:
            header = etree.Element(f"{{{SOAP}}}Header")
            envelope.insert(0, header)
        security = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap={"wsse": WSSE, "wsu": WSU})
        security.set(f"{{{SOAP}}}mustUnderstand", "1")
        body.set(ID, f"id-{uuid.uuid4().hex}")
        token = etree.SubElement(
            security, f"{{{WSSE}}}BinarySecurityToken", EncodingType=BASE64, ValueType=X509_V3
        )
        token.set(ID, f"X509-{uuid.uuid4().hex}")
        token.text = self.token
        self._sign(security, body, str(token.get(ID)))
        return envelope, headers

    def _sign(self, security: etree._Element, body: etree._Element, token_id: str) -> None:
        signature = etree.SubElement(security, f"{{{DS}}}Signature", nsmap={"ds": DS})
        info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
        etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=EXC_C14N)
        etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=RSA_SHA256)
        reference = etree.SubElement(info, f"{{{DS}}}Reference", URI=f"#{body.get(ID)}")
        transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
        etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=EXC_C14N)
        etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=SHA256)
        digest = base64.b64encode(hashlib.sha256(canonical(body)).digest()).decode()
        etree.SubElement(reference, f"{{{DS}}}DigestValue").text = digest
        signed = self.key.sign(canonical(info), padding.PKCS1v15(), hashes.SHA256())
        value = etree.SubElement(signature, f"{{{DS}}}SignatureValue")
        value.text = base64.b64encode(signed).decode()
        key_info = etree.SubElement(signature, f"{{{DS}}}KeyInfo")
        holder = etree.SubElement(key_info, f"{{{WSSE}}}SecurityTokenReference")
        etree.SubElement(holder, f"{{{WSSE}}}Reference", URI=f"#{token_id}", ValueType=X509_V3)

    def verify(self, envelope: etree._Element) -> etree._Element:
        """Pass an answer on, or raise NotTrusted.

        A Fault passes unsigned: servers cannot always sign one, and all it can do is make us wait.
        """
        body = envelope.find(f"{{{SOAP}}}Body")
        if body is not None and body.find(f"{{{SOAP}}}Fault") is not None:
            return envelope
        unsigned = envelope.find(f".//{{{DS}}}Signature") is None
        if unsigned and not self.required:
            return envelope
        verify_envelope(envelope, self.trusted)
        return envelope


def verify_envelope(
    envelope: etree._Element,
    trusted: Sequence[x509.Certificate],
    *,
    now: datetime | None = None,
) -> x509.Certificate:
    """Find the pinned certificate that signed the only Body of this envelope, or raise NotTrusted."""
    if envelope.tag != f"{{{SOAP}}}Envelope" or envelope.getparent() is not None:
        raise NotTrusted("not a SOAP envelope")
    body = _only(envelope, f"{{{SOAP}}}Body")
    security = _only(_only(envelope, f"{{{SOAP}}}Header"), f"{{{WSSE}}}Security")
    signature = _only(security, f"{{{DS}}}Signature")
    outside = [s for s in envelope.iter(f"{{{DS}}}Signature") if body not in s.iterancestors()]
    if outside != [signature]:
        raise NotTrusted("more than one signature")
    info = _only(signature, f"{{{DS}}}SignedInfo")
    _expect(_only(info, f"{{{DS}}}CanonicalizationMethod"), EXC_C14N)
    _expect(_only(info, f"{{{DS}}}SignatureMethod"), RSA_SHA256)
    _check_reference(envelope, body, info)
    certificate = _signer(signature, info, trusted)
    moment = now or datetime.now(UTC)
    if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        raise NotTrusted("the certificate has expired")
    return certificate


def _covered(node: etree._Element, holder: etree._Element) -> bytes:
    try:
        return canonical(node, holder=holder)
    except NotCanonical:
        raise NotTrusted("no canonical form") from None


def _check_reference(envelope: etree._Element, body: etree._Element, info: etree._Element) -> None:
    """The one reference must lead to this very Body, by an id that nothing else carries."""
    reference = _only(info, f"{{{DS}}}Reference")
    name = body.get(ID) or ""
    holders = [node for node in envelope.iter() if node.get(ID) == name or node.get("Id") == name]
    if not name or reference.get("URI") != f"#{name}" or holders != [body]:
        raise NotTrusted("the Body is not what was signed")
    transforms = _only(reference, f"{{{DS}}}Transforms")
    transform = _only(transforms, f"{{{DS}}}Transform")
    _expect(transform, EXC_C14N)
    if len(transforms) != 1:
        raise NotTrusted("a transform that is not allowed")
    _expect(_only(reference, f"{{{DS}}}DigestMethod"), SHA256)
    stated = _decoded(_only(reference, f"{{{DS}}}DigestValue"))
    if not digest_is_right(SHA256, stated, _covered(body, transform)):
        raise NotTrusted("the Body was changed")


def _signer(
    signature: etree._Element, info: etree._Element, trusted: Sequence[x509.Certificate]
) -> x509.Certificate:
    """KeyInfo is only a hint from the wire: trust is the pinned list alone."""
    value = _decoded(_only(signature, f"{{{DS}}}SignatureValue"))
    signed = _covered(info, _only(info, f"{{{DS}}}CanonicalizationMethod"))
    for certificate in trusted:
        if signed_by(certificate, RSA_SHA256, value, signed):
            return certificate
    raise NotTrusted("not signed by a pinned certificate")


def _only(parent: etree._Element, tag: str) -> etree._Element:
    found = parent.findall(tag)
    if len(found) != 1:
        raise NotTrusted(f"expected one {etree.QName(tag).localname}")
    return found[0]


def _expect(node: etree._Element, algorithm: str) -> None:
    if node.get("Algorithm") != algorithm:
        raise NotTrusted("an algorithm that is not allowed")


def _decoded(node: etree._Element) -> bytes:
    raw = decoded(node.text)
    if raw is None:
        raise NotTrusted("not base64")
    return raw
