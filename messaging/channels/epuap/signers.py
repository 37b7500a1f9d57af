"""From the certificate and the signed properties of a signature to a person, or a refusal.

Profil zaufany: the minister's seal signs, and the person stands in the claimed role. Qualified: the
person holds the key, and the certificate names them (ETSI EN 319 412-1, 412-2 and 412-5).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtensionOID, NameOID
from lxml import etree

from .refusals import Refusal, SignatureRefused
from .xades import OF_SIGNATURE, XADES

PPZP = "http://crd.gov.pl/xml/schematy/ppzp/"
PERSON = "http://crd.gov.pl/xml/schematy/osoba/2009/03/06/"
TRUSTED_SIGNATURE = "http://crd.gov.pl/xml/schematy/podpis_zaufany/"
ROLES = f"{OF_SIGNATURE}/{{{XADES}}}SignerRole/{{{XADES}}}ClaimedRoles"
LONGEST_CHAIN = 4
PESEL = re.compile(r"(?:PNOPL-|PESEL:? ?)?(\d{11})")
# QcCompliance as a whole QCStatement in DER: SEQUENCE { OID 0.4.0.1862.1.1 }.
QC_COMPLIANCE = bytes.fromhex("300806060400 8e460101".replace(" ", ""))
QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.CERTIFICATE_POLICIES,
}
STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
Kind = Literal["profil_zaufany", "qualified"]


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whom the office believes: seals of the minister (profil zaufany) and authorities that issue
    qualified certificates, both pinned one by one."""

    seals: Sequence[x509.Certificate] = ()
    authorities: Sequence[x509.Certificate] = ()


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed, as the signature itself proves; `account` is the login at ePUAP."""

    kind: Kind
    pesel: str = field(repr=False)
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    birth_date: date | None = field(default=None, repr=False)
    account: str = field(default="", repr=False)


def signer_of(
    certificate: x509.Certificate,
    carried: Sequence[x509.Certificate],
    properties: etree._Element,
    trusted: Trusted,
    moments: Sequence[datetime],
) -> Signer:
    """Find the person; `moments` are those at which the certificates had to be valid."""
    if certificate in trusted.seals:
        check_dates(certificate, moments)
        return _claimed(properties)
    check_chain(certificate, carried, trusted.authorities, moments)
    return _named(certificate)


def check_dates(certificate: x509.Certificate, moments: Sequence[datetime]) -> None:
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not all(first <= moment <= last for moment in moments):
        raise SignatureRefused(Refusal.CERTIFICATE_DATES)


def check_chain(
    certificate: x509.Certificate,
    carried: Sequence[x509.Certificate],
    pinned: Sequence[x509.Certificate],
    moments: Sequence[datetime],
) -> None:
    """A qualified certificate, issued by a pinned authority, or by one that such an authority
    issued and the signature carries along."""
    current = certificate
    for below in range(LONGEST_CHAIN):
        check_dates(current, moments)
        _check_extensions(current)
        issuer = _issuer(current, pinned, below)
        if issuer is not None:
            check_dates(issuer, moments)
            _check_purpose(certificate)
            return
        issuer = _issuer(current, [each for each in carried if each != current], below)
        if issuer is None:
            break
        current = issuer
    raise SignatureRefused(Refusal.FOREIGN_CERTIFICATE)


def _issuer(
    certificate: x509.Certificate, candidates: Sequence[x509.Certificate], below: int
) -> x509.Certificate | None:
    if not isinstance(certificate.signature_hash_algorithm, STRONG):
        raise SignatureRefused(Refusal.ALGORITHM)
    return next((each for each in candidates if _issued(each, certificate, below)), None)


def _issued(authority: x509.Certificate, certificate: x509.Certificate, below: int) -> bool:
    """Whether `authority` may issue, with `below` authorities under it, and issued this one."""
    try:
        basic = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
        certificate.verify_directly_issued_by(authority)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False
    deep_enough = basic.path_length is None or basic.path_length >= below
    return basic.ca and usage.key_cert_sign and deep_enough


def _check_extensions(certificate: x509.Certificate) -> None:
    """A critical extension that is not understood means No (RFC 5280, section 4.2)."""
    try:
        critical = {each.oid for each in certificate.extensions if each.critical}
    except ValueError:
        raise SignatureRefused(Refusal.NO_CERTIFICATE) from None
    if critical - UNDERSTOOD:
        raise SignatureRefused(Refusal.NOT_QUALIFIED)


def _check_purpose(certificate: x509.Certificate) -> None:
    """Qualified, and meant for signatures (ETSI EN 319 412-5, 4.2.1; EN 319 412-2, 4.3.2)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        found = certificate.extensions.get_extension_for_oid(QC_STATEMENTS).value
    except (x509.ExtensionNotFound, ValueError):
        raise SignatureRefused(Refusal.NOT_QUALIFIED) from None
    qualified = isinstance(found, x509.UnrecognizedExtension) and QC_COMPLIANCE in found.value
    if not qualified or not (usage.content_commitment or usage.digital_signature):
        raise SignatureRefused(Refusal.NOT_QUALIFIED)


def _named(certificate: x509.Certificate) -> Signer:
    """The subject of a qualified certificate."""
    first, last, number = (
        _attribute(certificate, oid)
        for oid in (NameOID.GIVEN_NAME, NameOID.SURNAME, NameOID.SERIAL_NUMBER)
    )
    if not (first and last):
        raise SignatureRefused(Refusal.NOT_QUALIFIED)
    return Signer("qualified", _pesel(number), first, last)


def _attribute(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value).strip() if len(found) == 1 else ""


def _claimed(properties: etree._Element) -> Signer:
    """The one claimed role, in either of the two shapes (the newer one came in March 2025)."""
    roles = [role for place in properties.findall(ROLES) for role in place]
    if not roles:
        raise SignatureRefused(Refusal.NO_PERSON)
    if len(roles) > 1 or len(roles[0]) > 1:
        raise SignatureRefused(Refusal.SEVERAL_PERSONS)
    shapes = {
        f"{{{PPZP}}}PodpisZP": _older_shape,
        f"{{{TRUSTED_SIGNATURE}}}EPSignature": _newer_shape,
    }
    for role in roles[0]:
        read = shapes.get(str(role.tag))
        if read is not None:
            return read(role)
    raise SignatureRefused(Refusal.NO_PERSON)


def _older_shape(role: etree._Element) -> Signer:
    person = _one(role, f"{{{PPZP}}}DaneZP/{{{PPZP}}}DaneZPOsobyFizycznej")
    names = [_text(each) for each in person.findall(f"{{{PERSON}}}Nazwisko")]
    return Signer(
        "profil_zaufany",
        _pesel(_text(_one(person, f"{{{PERSON}}}PESEL"))),
        _required(_text(_one(person, f"{{{PERSON}}}Imie"))),
        _required("-".join(name for name in names if name)),
        account=_optional(person, f"{{{PPZP}}}IdKontaUzytkownikaEpuap"),
    )


def _newer_shape(role: etree._Element) -> Signer:
    person = _one(role, f"{{{TRUSTED_SIGNATURE}}}NaturalPerson")
    tag = f"{{{TRUSTED_SIGNATURE}}}%s"
    return Signer(
        "profil_zaufany",
        _pesel(_text(_one(person, tag % "PersonalIdentifier"))),
        _required(_text(_one(person, tag % "FirstName"))),
        _required(_text(_one(person, tag % "CurrentFamilyName"))),
        birth_date=_date(_optional(person, tag % "DateOfBirth")),
    )


def _one(parent: etree._Element, path: str) -> etree._Element:
    found = parent.findall(path)
    if len(found) != 1:
        raise SignatureRefused(Refusal.SEVERAL_PERSONS if found else Refusal.NO_PERSON)
    return found[0]


def _optional(parent: etree._Element, path: str) -> str:
    found = parent.findall(path)
    return _text(found[0]) if len(found) == 1 else ""


def _text(node: etree._Element) -> str:
    return " ".join("".join(str(part) for part in node.itertext()).split())


def _required(text: str) -> str:
    if not text:
        raise SignatureRefused(Refusal.NO_PERSON)
    return text


def _pesel(text: str) -> str:
    found = PESEL.fullmatch(text)
    if found is None:
        raise SignatureRefused(Refusal.NO_PESEL)
    return found[1]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
