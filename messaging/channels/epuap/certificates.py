"""From files an office got from its certificate authority to a key and certificates that fit, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext_lazy as _

SHORTEST_KEY = 2048  # bits
PEM = serialization.Encoding.PEM
SENTENCES = {
    "broken": _("The file cannot be read. It is damaged or no certificate at all."),
    "password": _("The password does not open the file. Type it again."),
    "no_key": _("There is no private key in the file. Send the key, too, or a PKCS#12 file."),
    "no_certificate": _("There is no certificate in the file."),
    "mismatch": _(
        "The key does not belong to the certificate. Send the pair that belongs together."
    ),
    "weak": _("ePUAP takes RSA keys of at least 2048 bits only. Order another certificate."),
    "expired": _("The certificate has expired. Send the new one."),
    "not_yet": _("The certificate is not valid yet. Check its dates and the clock of the server."),
}


class BadCertificate(ValueError):
    """Not to be used; `code` is a key of SENTENCES. It never quotes what was in the file."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Described:
    """What a certificate says of itself; moments in UTC, the fingerprint is SHA-256 in hex."""

    subject: str
    organization: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_until: datetime
    fingerprint: str

    def days_left(self, now: datetime) -> int:
        return (self.valid_until - now).days


@dataclass(frozen=True, slots=True)
class Pair:
    """A private key without a password, and its certificate."""

    key_pem: str = field(repr=False)
    certificate_pem: str
    described: Described


def read_own(certificate: bytes, key: bytes, password: str, *, now: datetime) -> Pair:
    """PKCS#12, or PEM with the key in the same file or in `key`. Raises BadCertificate."""
    secret = password.encode() or None
    if certificate.startswith(b"\x30"):
        private, found = _pkcs12(certificate, secret)
    else:
        private, found = _pem_key(key or certificate, secret), _pem_certificates(certificate)
    if not isinstance(private, rsa.RSAPrivateKey) or private.key_size < SHORTEST_KEY:
        raise BadCertificate("weak")
    fitting = [each for each in found if each.public_key() == private.public_key()]
    if not fitting:
        raise BadCertificate("mismatch" if found else "no_certificate")
    _check_dates(fitting[0], now)
    written = private.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Pair(written.decode(), _pem(fitting[0]), describe(fitting[0]))


def read_trusted(raw: bytes, *, now: datetime, curves: bool = False) -> list[tuple[str, Described]]:
    """Each certificate in the file (PEM or DER) as PEM and in words; RSA, and with `curves`
    elliptic ones. Raises BadCertificate."""
    allowed = (rsa.RSAPublicKey, ec.EllipticCurvePublicKey) if curves else (rsa.RSAPublicKey,)
    if raw.startswith(b"\x30"):
        try:
            found = [x509.load_der_x509_certificate(raw)]
        except ValueError as error:
            raise BadCertificate("broken") from error
    else:
        found = _pem_certificates(raw)
    if not found:
        raise BadCertificate("no_certificate")
    for each in found:
        if not isinstance(each.public_key(), allowed):
            raise BadCertificate("weak")
        _check_dates(each, now)
    return [(_pem(each), describe(each)) for each in found]


def loaded(pem: bytes) -> list[x509.Certificate]:
    """The certificates in a file that was checked before; none in an empty one."""
    return x509.load_pem_x509_certificates(pem) if pem else []


def described_pem(pem: str) -> Described:
    """What a certificate that was taken before says of itself."""
    return describe(x509.load_pem_x509_certificate(pem.encode()))


def describe(certificate: x509.Certificate) -> Described:
    return Described(
        subject=_named(certificate.subject, NameOID.COMMON_NAME) or _whole(certificate.subject),
        organization=_named(certificate.subject, NameOID.ORGANIZATION_NAME),
        issuer=_named(certificate.issuer, NameOID.COMMON_NAME) or _whole(certificate.issuer),
        serial=f"{certificate.serial_number:X}",
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
    )


def _pkcs12(raw: bytes, secret: bytes | None) -> tuple[object, Sequence[x509.Certificate]]:
    try:
        key, own, others = pkcs12.load_key_and_certificates(raw, secret)
    except ValueError as error:
        # The library does not say which: a file that is PKCS#12 by its looks has a wrong password.
        raise BadCertificate(
            "password" if b"\x2a\x86\x48\x86\xf7\x0d\x01\x07" in raw else "broken"
        ) from error
    if key is None:
        raise BadCertificate("no_key")
    return key, [each for each in (own, *others) if each is not None]


def _pem_key(raw: bytes, secret: bytes | None) -> object:
    if b"PRIVATE KEY-----" not in raw:
        raise BadCertificate("no_key")
    encrypted = b"ENCRYPTED" in raw
    try:
        return serialization.load_pem_private_key(raw, secret if encrypted else None)
    except (ValueError, TypeError) as error:
        raise BadCertificate("password" if encrypted else "broken") from error


def _pem_certificates(raw: bytes) -> list[x509.Certificate]:
    if b"-----BEGIN CERTIFICATE-----" not in raw:
        raise BadCertificate("no_certificate")
    try:
        return x509.load_pem_x509_certificates(raw)
    except ValueError as error:
        raise BadCertificate("broken") from error


def _check_dates(certificate: x509.Certificate, now: datetime) -> None:
    if now.astimezone(UTC) > certificate.not_valid_after_utc:
        raise BadCertificate("expired")
    if now.astimezone(UTC) < certificate.not_valid_before_utc:
        raise BadCertificate("not_yet")


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(PEM).decode()


def _named(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    return ", ".join(str(attribute.value) for attribute in name.get_attributes_for_oid(oid))


def _whole(name: x509.Name) -> str:
    return name.rfc4514_string()
