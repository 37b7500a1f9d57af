"""From nothing to the demonstration's keys: one pair for ICP, one for the stand-in of ePUAP."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

YEARS = 5


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files in PEM. ICP signs with the first two and believes `trusted`; the stand-in signs with
    `platform_key` and `trusted` and believes `certificate`."""

    key: Path
    certificate: Path
    platform_key: Path
    trusted: Path


def demo_certificates(folder: Path) -> Certificates:
    """Find the four files in `folder`, making them the first time (mode 0600)."""
    paths = Certificates(
        folder / "icp-key.pem",
        folder / "icp-certificate.pem",
        folder / "epuap-key.pem",
        folder / "epuap-certificate.pem",
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not paths.trusted.exists():
        make_pair(paths.key, paths.certificate, "ICP (demonstration)")
        make_pair(paths.platform_key, paths.trusted, "ePUAP (stand-in)")
    return paths


def make_pair(key_file: Path, certificate_file: Path, name: str, *, years: int = YEARS) -> None:
    """Write an RSA key and a self-signed certificate; negative years make an expired one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    end = datetime.now(UTC) + timedelta(days=365 * years)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=365 * (abs(years) + 1)))
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for path, content in ((key_file, secret), (certificate_file, certificate.public_bytes(pem))):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
