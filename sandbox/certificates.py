"""From nothing to the demonstration's keys: ICP's, ePUAP's, the minister's seal, a qualified authority."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

YEARS = 5
PEM = serialization.Encoding.PEM
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Extension = tuple[x509.ExtensionType, bool]  # and whether it is critical


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files in PEM. ICP signs with the first two and believes `trusted`; the stand-in signs with
    `platform_key` and `trusted` and believes `certificate`. Forms are signed with the minister's
    seal, or with a personal certificate that `authority` issued."""

    key: Path
    certificate: Path
    platform_key: Path
    trusted: Path
    seal_key: Path
    seal: Path
    authority_key: Path
    authority: Path


def demo_certificates(folder: Path) -> Certificates:
    """Find the files in `folder`, making them the first time (mode 0600)."""
    names = ("icp", "epuap", "seal", "authority")
    paths = Certificates(
        *(folder / f"{name}-{what}.pem" for name in names for what in ("key", "certificate"))
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not paths.trusted.exists():
        make_pair(paths.key, paths.certificate, "ICP (demonstration)")
        make_pair(paths.platform_key, paths.trusted, "ePUAP (stand-in)")
    if not paths.authority.exists():
        make_pair(paths.seal_key, paths.seal, "Minister (stand-in of profil zaufany)")
        make_pair(
            paths.authority_key, paths.authority, "Qualified authority (stand-in)", of=AUTHORITY
        )
    return paths


def _usage(*allowed: str) -> Extension:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in allowed for name in names}), True


AUTHORITY: Sequence[Extension] = (
    (x509.BasicConstraints(ca=True, path_length=None), True),
    _usage("key_cert_sign", "crl_sign"),
)
# QcCompliance (ETSI EN 319 412-5): SEQUENCE { SEQUENCE { OID 0.4.0.1862.1.1 } }.
QUALIFIED: Sequence[Extension] = (
    (x509.BasicConstraints(ca=False, path_length=None), True),
    _usage("content_commitment"),
    (
        x509.UnrecognizedExtension(
            x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), bytes.fromhex("300a3008060604008e460101")
        ),
        False,
    ),
)


def make_pair(
    key_file: Path,
    certificate_file: Path,
    name: str,
    *,
    years: int = YEARS,
    of: Sequence[Extension] = (),
) -> None:
    """Write an RSA key and a self-signed certificate; negative years make an expired one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = issue(subject, key, by=(subject, key), years=years, extensions=of)
    secret = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for path, content in ((key_file, secret), (certificate_file, certificate.public_bytes(PEM))):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)


def issue(
    subject: x509.Name,
    key: Key,
    *,
    by: tuple[x509.Name, Key],
    years: int = YEARS,
    extensions: Sequence[Extension] = (),
) -> x509.Certificate:
    """A certificate of `key` that `by` signs."""
    end = datetime.now(UTC) + timedelta(days=365 * years)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[0])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=365 * (abs(years) + 2)))
        .not_valid_after(end)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(by[1], hashes.SHA256())
