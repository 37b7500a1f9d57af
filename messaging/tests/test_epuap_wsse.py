"""The signature of ePUAP: what is signed is what is read, and only pinned certificates count."""

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from lxml import etree

from messaging.channels.epuap.wsse import (
    ID,
    SOAP,
    WSSE,
    WSU,
    NotTrusted,
    Signature,
    verify_envelope,
)
from messaging.channels.epuap.xml import BadXml, parse
from messaging.channels.epuap.xmldsig import DS
from sandbox.certificates import Certificates, demo_certificates, make_pair

pytestmark = pytest.mark.dry

LETTER = f"""<s:Envelope xmlns:s="{SOAP}"><s:Header/><s:Body><a:Dokument xmlns:a="urn:a">
<nazwaPliku>pismo.xml</nazwaPliku></a:Dokument></s:Body></s:Envelope>""".encode()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return demo_certificates(tmp_path_factory.mktemp("epuap"))


@pytest.fixture(scope="module")
def signer(files: Certificates) -> Signature:
    return Signature(files.key.read_bytes(), files.certificate.read_bytes(), b"")


@pytest.fixture(scope="module")
def pinned(files: Certificates) -> list[x509.Certificate]:
    return [x509.load_pem_x509_certificate(files.certificate.read_bytes())]


def signed(signer: Signature) -> etree._Element:
    """Sign, then travel as bytes."""
    envelope = parse(LETTER)
    signer.apply(envelope, {})
    return parse(etree.tostring(envelope))


def node(envelope: etree._Element, tag: str) -> etree._Element:
    found = envelope.find(f".//{tag}")
    assert found is not None
    return found


def test_what_was_signed_is_trusted(signer: Signature, pinned: list[x509.Certificate]) -> None:
    assert verify_envelope(signed(signer), pinned) == pinned[0]


def test_the_token_stands_before_the_signature(signer: Signature) -> None:
    security = node(signed(signer), f"{{{WSSE}}}Security")
    assert [child.tag for child in security] == [
        f"{{{WSSE}}}BinarySecurityToken",
        f"{{{DS}}}Signature",
    ]


def changed_text(envelope: etree._Element) -> None:
    node(envelope, "nazwaPliku").text = "inne.xml"


def wrapped(envelope: etree._Element) -> None:
    """Move the signed Body aside and put another one in its place."""
    body = node(envelope, f"{{{SOAP}}}Body")
    forged = copy.deepcopy(body)
    changed_text(forged)
    forged.attrib.pop(ID)
    envelope.replace(body, forged)
    node(envelope, f"{{{SOAP}}}Header").append(body)


def wrapped_with_the_same_id(envelope: etree._Element) -> None:
    body = node(envelope, f"{{{SOAP}}}Body")
    forged = copy.deepcopy(body)
    changed_text(forged)
    envelope.replace(body, forged)
    node(envelope, f"{{{SOAP}}}Header").append(body)


def second_body(envelope: etree._Element) -> None:
    envelope.append(copy.deepcopy(node(envelope, f"{{{SOAP}}}Body")))


def second_signature(envelope: etree._Element) -> None:
    security = node(envelope, f"{{{WSSE}}}Security")
    security.append(copy.deepcopy(node(envelope, f"{{{DS}}}Signature")))


def weak_digest(envelope: etree._Element) -> None:
    node(envelope, f"{{{DS}}}DigestMethod").set("Algorithm", f"{DS}sha1")


def weak_signature(envelope: etree._Element) -> None:
    node(envelope, f"{{{DS}}}SignatureMethod").set("Algorithm", f"{DS}rsa-sha1")


def other_transform(envelope: etree._Element) -> None:
    node(envelope, f"{{{DS}}}Transform").set(
        "Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116"
    )


def reference_to_the_whole(envelope: etree._Element) -> None:
    node(envelope, f"{{{DS}}}Reference").set("URI", "")


def no_signature(envelope: etree._Element) -> None:
    node(envelope, f"{{{WSSE}}}Security").remove(node(envelope, f"{{{DS}}}Signature"))


def broken_base64(envelope: etree._Element) -> None:
    node(envelope, f"{{{DS}}}SignatureValue").text = "ż!"


def body_without_id(envelope: etree._Element) -> None:
    node(envelope, f"{{{SOAP}}}Body").attrib.pop(f"{{{WSU}}}Id")


@pytest.mark.parametrize(
    "attack",
    [
        changed_text,
        wrapped,
        wrapped_with_the_same_id,
        second_body,
        second_signature,
        weak_digest,
        weak_signature,
        other_transform,
        reference_to_the_whole,
        no_signature,
        broken_base64,
        body_without_id,
    ],
)
def test_an_attack_is_refused(
    attack: Callable[[etree._Element], None], signer: Signature, pinned: list[x509.Certificate]
) -> None:
    envelope = signed(signer)
    attack(envelope)
    with pytest.raises(NotTrusted):
        verify_envelope(envelope, pinned)


def test_a_foreign_certificate_is_refused(
    signer: Signature, files: Certificates, tmp_path: Path
) -> None:
    foreign = [x509.load_pem_x509_certificate(files.trusted.read_bytes())]
    with pytest.raises(NotTrusted, match="pinned"):
        verify_envelope(signed(signer), foreign)


def test_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    make_pair(key, certificate, "expired", years=-1)
    old = Signature(key.read_bytes(), certificate.read_bytes(), b"")
    with pytest.raises(NotTrusted, match="expired"):
        verify_envelope(signed(old), x509.load_pem_x509_certificates(certificate.read_bytes()))


def test_an_unsigned_answer_is_believed_only_where_settings_say_so(files: Certificates) -> None:
    pems = files.key.read_bytes(), files.certificate.read_bytes(), files.trusted.read_bytes()
    assert Signature(*pems, required=False).verify(parse(LETTER)) is not None
    with pytest.raises(NotTrusted):
        Signature(*pems).verify(parse(LETTER))


@pytest.mark.parametrize(
    "raw",
    [
        b"not xml",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/evil.dtd"><a/>',
        b"<a>" + b"x" * (13 * 2**20) + b"</a>",
    ],
)
def test_hostile_xml_is_refused(raw: bytes) -> None:
    with pytest.raises(BadXml):
        parse(raw)
