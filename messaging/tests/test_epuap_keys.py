"""The office's certificates for ePUAP: what is taken is sealed and used, what is not gets its sentence."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from admin_module import configuration
from admin_module.models import AuditEntry, User
from messaging.channels import get_channel
from messaging.channels.epuap.certificates import SENTENCES, BadCertificate, read_own, read_trusted
from messaging.epuap import keys
from messaging.models import EpuapBox, EpuapKey
from tests import make

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8
PASSWORD = "żółw"  # in a PKCS#12 file, too
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY, *, days: int = 100, since: int = 30
) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Gmina Zażółcin"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Urząd Miejski w Zażółcinie"),
        ]
    )
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0xABC)
        .not_valid_before(now - timedelta(days=since))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )


def pem_of(cert: x509.Certificate) -> bytes:
    return cert.public_bytes(PEM)


def key_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY, password: str = "") -> bytes:
    lock = (
        serialization.BestAvailableEncryption(password.encode())
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(PEM, PKCS8, lock)


def p12(key: rsa.RSAPrivateKey = KEY, password: str = PASSWORD) -> bytes:
    lock = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"icp", key, certificate(key), None, lock)


def refused(raw: bytes, key: bytes = b"", password: str = "") -> str:
    with pytest.raises(BadCertificate) as caught:
        read_own(raw, key, password, now=datetime.now(UTC))
    assert caught.value.code in SENTENCES
    return caught.value.code


@pytest.mark.parametrize(
    ("raw", "key", "password"),
    [
        (p12(), b"", PASSWORD),
        (key_pem() + pem_of(certificate()), b"", ""),
        (pem_of(certificate()), key_pem(), ""),
        (pem_of(certificate()), key_pem(password=PASSWORD), PASSWORD),
        (pem_of(certificate(OTHER)) + pem_of(certificate()), key_pem(), ""),  # a chain, any order
    ],
)
def test_a_pair_is_read_in_every_usual_shape(raw: bytes, key: bytes, password: str) -> None:
    pair = read_own(raw, key, password, now=datetime.now(UTC))
    assert pair.key_pem == key_pem().decode()
    assert pair.described.subject == "Urząd Miejski w Zażółcinie"
    assert pair.described.organization == "Gmina Zażółcin"
    assert pair.described.serial == "ABC"
    assert "PRIVATE" not in repr(pair)


@pytest.mark.parametrize(
    ("raw", "key", "password", "code"),
    [
        (p12(), b"", "zły", "password"),
        (p12(), b"", "", "password"),
        (pem_of(certificate()), key_pem(password=PASSWORD), "zły", "password"),
        (pem_of(certificate()), key_pem(password=PASSWORD), "", "password"),
        (pem_of(certificate()), b"", "", "no_key"),
        (key_pem(), b"", "", "no_certificate"),
        (pem_of(certificate(OTHER)), key_pem(), "", "mismatch"),
        (pem_of(certificate(days=-1)), key_pem(), "", "expired"),
        (pem_of(certificate(since=-1)), key_pem(), "", "not_yet"),
        (b"\x30\x82\x00\x00", b"", "", "broken"),
        (pem_of(certificate()), key_pem()[:200] + b"PRIVATE KEY-----", "", "broken"),
        (pem_of(certificate())[:200], key_pem(), "", "broken"),
    ],
)
def test_what_does_not_fit_is_named(raw: bytes, key: bytes, password: str, code: str) -> None:
    assert refused(raw, key, password) == code


def test_only_strong_rsa_keys_are_taken() -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 (refused)
    curve = ec.generate_private_key(ec.SECP256R1())
    for key in (short, curve):
        assert refused(pem_of(certificate(key)), key_pem(key)) == "weak"
    with pytest.raises(BadCertificate):
        read_trusted(pem_of(certificate(curve)), now=datetime.now(UTC))


def upload(raw: bytes, name: str = "urzad.p12") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw)


@pytest.fixture
def administrator(client: Client) -> User:
    user = make.staff("administrator")
    client.force_login(user)
    return user


@pytest.mark.django_db
def test_the_own_pair_is_sealed_shown_and_used(client: Client, administrator: User) -> None:
    sent = {"certificate": upload(p12()), "password": PASSWORD}
    page = client.post(reverse("epuap-key-add"), sent, follow=True).content.decode()
    assert "Urząd Miejski w Zażółcinie" in page
    assert "Zostało 99 dni" in page
    assert "PRIVATE KEY" not in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM messaging_epuapkey")
        assert b"PRIVATE" not in b"".join(bytes(str(cell), "utf-8") for cell in cursor.fetchone())
    keys.forget()
    config = configuration.channel_settings("epuap")
    assert config["key"] == key_pem()
    assert get_channel("epuap").config["key"] == key_pem()  # type: ignore[attr-defined]
    entry = AuditEntry.objects.get(action="epuap.key_added")
    assert entry.actor == administrator
    assert set(entry.detail) == {"fingerprint"}


@pytest.mark.django_db
def test_a_new_pair_takes_the_place_and_the_old_key_is_gone(
    client: Client, administrator: User
) -> None:
    for key in (KEY, OTHER):
        client.post(
            reverse("epuap-key-add"), {"certificate": upload(p12(key)), "password": PASSWORD}
        )
    old, new = EpuapKey.objects.order_by("pk")
    assert old.removed_at
    assert old.material is None
    assert new.removed_at is None
    keys.forget()
    assert keys.channel_config()["key"] == key_pem(OTHER)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "password", "words"),
    [
        (upload(p12()), "zły", "Hasło nie otwiera pliku"),
        (upload(b"<html>", "a.pem"), "", "To nie jest certyfikat"),
        (upload(b"", "a.pem"), "", "Plik jest pusty"),
        (upload(p12(), "a.exe"), PASSWORD, "To nie jest certyfikat"),
        (upload(b"-----BEGIN " + b"x" * 70_000, "a.pem"), "", "Plik jest za duży"),
        (upload(pem_of(certificate(days=-1)) + key_pem(), "a.pem"), "", "stracił ważność"),
        (None, "", "Wybierz plik"),
    ],
)
def test_a_refusal_says_why_and_keeps_nothing(
    client: Client,
    administrator: User,
    file: SimpleUploadedFile | None,
    password: str,
    words: str,
) -> None:
    sent: dict[str, object] = {"password": password}
    if file is not None:
        file.seek(0)
        sent["certificate"] = file
    response = client.post(reverse("epuap-key-add"), sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert not password or f'value="{password}"' not in page
    assert not EpuapKey.objects.exists()


@pytest.mark.django_db
def test_certificates_are_pinned_once_and_removed_again(
    client: Client, administrator: User
) -> None:
    both = pem_of(certificate()) + pem_of(certificate(OTHER))
    for _time in range(2):
        sent = {"trusted": upload(both, "epuap.pem"), "kind": "trusted"}
        client.post(reverse("epuap-trusted-add"), sent)
    rows = list(EpuapKey.objects.filter(kind="trusted").order_by("pk"))
    assert len(rows) == 2
    keys.forget()
    assert keys.channel_config()["trusted"].count(b"BEGIN CERTIFICATE") == 2
    asked = client.get(reverse("epuap-key-remove", args=[rows[0].pk]))
    assert "Urząd Miejski w Zażółcinie" in asked.content.decode()
    client.post(reverse("epuap-key-remove", args=[rows[0].pk]))
    keys.forget()
    assert keys.channel_config()["trusted"].count(b"BEGIN CERTIFICATE") == 1
    assert client.post(reverse("epuap-key-remove", args=[rows[0].pk])).status_code == 404


@pytest.mark.django_db
def test_files_of_the_environment_hold_until_something_is_sent(tmp_path: Path) -> None:
    assert "key" not in configuration.channel_settings("epuap")


@pytest.mark.django_db
def test_nobody_else_may(client: Client) -> None:
    for role in ("editor", "auditor", "recipients_clerk"):
        client.force_login(make.staff(role))
        assert client.get(reverse("epuap-keys")).status_code == 403
        assert client.post(reverse("epuap-key-add"), {}).status_code == 403


@pytest.mark.django_db
def test_seals_and_authorities_have_lists_of_their_own(client: Client, administrator: User) -> None:
    """The same certificate may be pinned for two things; an authority may have a curve."""
    curve = ec.generate_private_key(ec.SECP256R1())
    sent = {"seal": certificate(), "issuer": certificate(curve), "trusted": certificate()}
    for kind, cert in sent.items():
        file = upload(pem_of(cert), "certyfikat.pem")
        page = client.post(
            reverse("epuap-trusted-add"), {"kind": kind, "trusted": file}, follow=True
        )
        assert "Dodano 1 certyfikat" in page.content.decode(), kind
    for kind in ("seal", "trusted"):
        file = upload(pem_of(certificate(curve)), "certyfikat.pem")
        refused_ = client.post(reverse("epuap-trusted-add"), {"kind": kind, "trusted": file})
        assert refused_.status_code == 422, kind
    keys.forget()
    believed = keys.trusted_signers()
    assert [len(believed.seals), len(believed.authorities)] == [1, 1]
    assert keys.pinned_platform().count(b"BEGIN CERTIFICATE") == 1
    kinds = AuditEntry.objects.filter(action="epuap.trusted").values_list("detail__kind", flat=True)
    assert sorted(kinds) == ["issuer", "seal", "trusted"]


@pytest.mark.django_db
def test_the_page_says_what_each_box_said_last(
    client: Client, administrator: User, settings: Settings
) -> None:
    channel = settings.CHANNELS["epuap"] | {"url": "https://e.example", "boxes": ["/urzad/a"]}
    settings.CHANNELS = settings.CHANNELS | {"epuap": channel}
    now = datetime.now(UTC)
    for address, problem in (("/urzad/a", "signature"), ("/urzad/dawna", "")):
        EpuapBox.objects.create(address=address, due_at=now, problem=problem)
    page = client.get(reverse("epuap-keys")).content.decode()
    assert "/urzad/a" in page
    assert "ePUAP odrzucił nasz podpis" in page
    assert "/urzad/dawna" not in page
