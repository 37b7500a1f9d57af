"""From a form and a person to a document signed as profil zaufany or a qualified card signs it (XAdES)."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from itertools import count
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID
from lxml import etree

from sandbox.certificates import QUALIFIED, Certificates, Extension, Key, issue

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
XPATH = (
    '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">'
    "<ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform>"
)
ENVELOPED = f'<ds:Transform Algorithm="{DS}enveloped-signature"/>'
NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person, as their signature names them."""

    pesel: str
    first_name: str
    last_name: str
    account: str = "konto"
    birth_date: str = "1944-05-14"


@dataclass(frozen=True, slots=True)
class Hand:
    """What signs: a key, its certificate, and what is sent along behind it."""

    key: Key
    certificate: x509.Certificate
    chain: Sequence[x509.Certificate] = ()


@dataclass(frozen=True, slots=True)
class Style:
    """How a signature is written; the values that nobody asks for are those of profil zaufany."""

    role: str = "ppzp"  # ppzp | epsignature | "" (the certificate names the person)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    transforms: str = XPATH
    digest: str = "sha256"
    cover_document: bool = True
    canonicalization: str = EXC
    properties_transforms: str = f'<ds:Transform Algorithm="{EXC}"/>'


def seal(files: Certificates) -> Hand:
    """The minister's hand, behind profil zaufany."""
    return Hand(key_in(files.seal_key), x509.load_pem_x509_certificate(files.seal.read_bytes()))


def card(
    files: Certificates,
    person: Person,
    *,
    curve: bool = False,
    years: int = 2,
    extensions: Sequence[Extension] = QUALIFIED,
) -> Hand:
    """A person's own qualified card, RSA or ECDSA."""
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    issuer = key_in(files.authority_key)
    key: Key = (
        ec.generate_private_key(ec.SECP256R1())
        if curve
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PL"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, f"PNOPL-{person.pesel}"),
            x509.NameAttribute(NameOID.GIVEN_NAME, person.first_name),
            x509.NameAttribute(NameOID.SURNAME, person.last_name),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{person.first_name} {person.last_name}"),
        ]
    )
    certificate = issue(
        subject, key, by=(authority.subject, issuer), years=years, extensions=extensions
    )
    return Hand(key, certificate, [authority])


def key_in(path: Path) -> Key:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101 - as it was made
    return key


def sign(document: bytes, hand: Hand, person: Person, style: Style | None = None) -> bytes:
    """Put an enveloped signature at the end of the root."""
    style = style or Style()
    root = etree.fromstring(document)
    signature = etree.fromstring(template(hand, person, style))
    whole = etree.tostring(
        root.getroottree(), method="c14n", exclusive=EXC in style.transforms, with_comments=False
    )
    root.append(signature)
    tag = f".//{{{DS}}}Reference/{{{DS}}}DigestValue"
    places = signature.findall(tag)
    properties = signature.find(f".//{{{XADES}}}SignedProperties")
    assert properties is not None  # noqa: S101 - written by the template
    inner = etree.tostring(
        properties, method="c14n", exclusive=EXC in style.properties_transforms, with_comments=False
    )
    for place, covered in zip(places, [whole, inner][-len(places) :], strict=True):
        place.text = base64.b64encode(hashlib.new(style.digest, covered).digest()).decode()
    info = signature.find(f"{{{DS}}}SignedInfo")
    value = signature.find(f"{{{DS}}}SignatureValue")
    assert info is not None  # noqa: S101 - written above
    assert value is not None  # noqa: S101
    signed = etree.tostring(
        info, method="c14n", exclusive=style.canonicalization == EXC, with_comments=False
    )
    value.text = base64.b64encode(_raw(hand.key, signed, style.digest)).decode()
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _raw(key: Key, signed: bytes, digest: str) -> bytes:
    algorithm = hashes.SHA1() if digest == "sha1" else hashes.SHA256()  # noqa: S303 - must be refused
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(signed, padding.PKCS1v15(), algorithm)
    size = (key.curve.key_size + 7) // 8
    pair = decode_dss_signature(key.sign(signed, ec.ECDSA(algorithm)))
    return b"".join(number.to_bytes(size, "big") for number in pair)


def template(hand: Hand, person: Person, style: Style) -> str:
    """A signature without its digests and its value."""
    number = f"{next(NUMBERS)}-{hand.certificate.serial_number % 10**8}"
    der = hand.certificate.public_bytes(serialization.Encoding.DER)
    carried = "".join(
        f"<ds:X509Certificate>{_base64(each.public_bytes(serialization.Encoding.DER))}"
        "</ds:X509Certificate>"
        for each in (hand.certificate, *hand.chain)
    )
    method = _method(hand.key, style.digest)
    digest = f"{DS}sha1" if style.digest == "sha1" else "http://www.w3.org/2001/04/xmlenc#sha256"
    strong = '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    covered = (
        f'<ds:Reference URI=""><ds:Transforms>{style.transforms}</ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue/></ds:Reference>'
        if style.cover_document
        else ""
    )
    return f"""<ds:Signature xmlns:ds="{DS}" Id="Signature-{number}"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{style.canonicalization}"/>
<ds:SignatureMethod Algorithm="{method}"/>{covered}
<ds:Reference Type="http://uri.etsi.org/01903#SignedProperties" URI="#Properties-{number}">
<ds:Transforms>{style.properties_transforms}</ds:Transforms>
<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>
<ds:SignatureValue/><ds:KeyInfo><ds:X509Data>{carried}</ds:X509Data></ds:KeyInfo>
<ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}" Target="#Signature-{number}">
<xades:SignedProperties Id="Properties-{number}"><xades:SignedSignatureProperties>
<xades:SigningTime>{style.at.isoformat()}</xades:SigningTime>
<xades:SigningCertificate><xades:Cert><xades:CertDigest>{strong}
<ds:DigestValue>{_base64(hashlib.sha256(der).digest())}</ds:DigestValue></xades:CertDigest>
<xades:IssuerSerial>
<ds:X509IssuerName>{escape(hand.certificate.issuer.rfc4514_string())}</ds:X509IssuerName>
<ds:X509SerialNumber>{hand.certificate.serial_number}</ds:X509SerialNumber>
</xades:IssuerSerial></xades:Cert></xades:SigningCertificate>{_role(person, style)}
</xades:SignedSignatureProperties></xades:SignedProperties>
</xades:QualifyingProperties></ds:Object></ds:Signature>"""


def _method(key: Key, digest: str) -> str:
    if digest == "sha1":
        return f"{DS}rsa-sha1"
    kind = "rsa" if isinstance(key, rsa.RSAPrivateKey) else "ecdsa"
    return f"http://www.w3.org/2001/04/xmldsig-more#{kind}-sha256"


def _role(person: Person, style: Style) -> str:
    if not style.role:
        return ""
    said = {"ppzp": _podpis_zp, "epsignature": _ep_signature}[style.role](person, style)
    return (
        "<xades:SignerRole><xades:ClaimedRoles><xades:ClaimedRole>"
        f"{said}</xades:ClaimedRole></xades:ClaimedRoles></xades:SignerRole>"
    )


def _podpis_zp(person: Person, style: Style) -> str:
    return f"""<pp:PodpisZP xmlns:pp="http://crd.gov.pl/xml/schematy/ppzp/"
 xmlns:os="http://crd.gov.pl/xml/schematy/osoba/2009/03/06/"><pp:DaneZP>
<pp:DaneZPOsobyFizycznej><os:Nazwisko rodzajCzlonu="pierwszy">{escape(person.last_name)}</os:Nazwisko>
<os:Imie>{escape(person.first_name)}</os:Imie><os:PESEL>{escape(person.pesel)}</os:PESEL>
<pp:IdKontaUzytkownikaEpuap>{escape(person.account)}</pp:IdKontaUzytkownikaEpuap>
</pp:DaneZPOsobyFizycznej></pp:DaneZP></pp:PodpisZP>"""


def _ep_signature(person: Person, style: Style) -> str:
    return f"""<pz:EPSignature xmlns:pz="http://crd.gov.pl/xml/schematy/podpis_zaufany/">
<pz:NaturalPerson><pz:CurrentFamilyName>{escape(person.last_name)}</pz:CurrentFamilyName>
<pz:FirstName>{escape(person.first_name)}</pz:FirstName>
<pz:DateOfBirth>{escape(person.birth_date)}</pz:DateOfBirth>
<pz:PersonalIdentifier>{escape(person.pesel)}</pz:PersonalIdentifier></pz:NaturalPerson>
<pz:SignatureData><pz:IdentityIssuer>login.example</pz:IdentityIssuer>
<pz:IdentityIssueTimestamp>{style.at.isoformat()}</pz:IdentityIssueTimestamp></pz:SignatureData>
</pz:EPSignature>"""


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
