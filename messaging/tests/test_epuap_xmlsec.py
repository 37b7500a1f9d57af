"""Two programs that share no code, ours and xmlsec1, agree on what is signed, both ways."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from messaging.channels.epuap.refusals import SignatureRefused
from messaging.channels.epuap.signatures import verify
from messaging.channels.epuap.signers import Trusted
from messaging.channels.epuap.wsse import ID, SOAP, NotTrusted, Signature, verify_envelope
from messaging.channels.epuap.xml import parse
from messaging.channels.epuap.xmldsig import DS
from messaging.tests.signed import FORM, PERSON, pinned
from sandbox.certificates import Certificates
from sandbox.forging import signed_form
from sandbox.signing import (
    ENVELOPED,
    EXC,
    XADES,
    XPATH,
    Hand,
    Style,
    card,
    key_in,
    seal,
    sign,
    template,
)

pytestmark = pytest.mark.xmlsec
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
PROPERTIES = ("--id-attr:Id", f"{XADES}:SignedProperties")
BODY = ("--id-attr:Id", f"{SOAP}:Body")
LETTER = (
    f'<s:Envelope xmlns:s="{SOAP}" xmlns:u="urn:u"><s:Header/><s:Body>'
    '<a:Dokument xmlns:a="urn:a"><nazwaPliku>zażółć.xml</nazwaPliku></a:Dokument>'
    "</s:Body></s:Envelope>"
).encode()
Tool = Callable[..., bool]


@pytest.fixture
def believes(tmp_path: Path) -> Tool:
    """Whether xmlsec1 believes a document."""

    def ask(content: bytes, *options: str) -> bool:
        file = tmp_path / "document.xml"
        file.write_bytes(content)
        command = ["xmlsec1", "--verify", *options, str(file)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    return ask


@pytest.fixture
def xmlsec_signs(tmp_path: Path) -> Callable[..., bytes]:
    """What xmlsec1 makes of a document whose signature is still empty."""

    def do(content: bytes, key: Path, *options: str) -> bytes:
        file, signed = tmp_path / "template.xml", tmp_path / "signed.xml"
        file.write_bytes(content)
        command = ["xmlsec1", "--sign", "--privkey-pem", str(key), *options]
        subprocess.run([*command, "--output", str(signed), str(file)], check=True)
        return signed.read_bytes()

    return do


def x509_options(files: Certificates) -> tuple[str, ...]:
    trusted = [
        option for path in (files.seal, files.authority) for option in ("--trusted-pem", str(path))
    ]
    return ("--enabled-key-data", "x509", *trusted, *PROPERTIES)


STYLES = [
    Style(role=role, transforms=transforms, canonicalization=canonicalization)
    for role in ("ppzp", "epsignature")
    for transforms in (XPATH, ENVELOPED, f'{XPATH}<ds:Transform Algorithm="{EXC}"/>')
    for canonicalization in (EXC, C14N)
]


@pytest.mark.parametrize("style", STYLES)
def test_xmlsec_believes_what_we_sign(
    epuap_files: Certificates, epuap_trusted: Trusted, believes: Tool, style: Style
) -> None:
    content = sign(FORM, seal(epuap_files), PERSON, style)
    assert believes(content, *x509_options(epuap_files))
    assert verify(content, trusted=epuap_trusted).pesel == PERSON.pesel


@pytest.mark.parametrize("curve", [False, True])
def test_xmlsec_believes_a_card_and_its_chain(
    epuap_files: Certificates, believes: Tool, curve: bool
) -> None:
    content = sign(FORM, card(epuap_files, PERSON, curve=curve), PERSON, Style(role=""))
    assert believes(content, *x509_options(epuap_files))


@pytest.mark.parametrize("style", STYLES)
def test_we_believe_what_xmlsec_signs(
    epuap_files: Certificates,
    epuap_trusted: Trusted,
    xmlsec_signs: Callable[..., bytes],
    style: Style,
) -> None:
    root = etree.fromstring(FORM)
    root.append(etree.fromstring(template(seal(epuap_files), PERSON, style)))
    content = xmlsec_signs(etree.tostring(root.getroottree()), epuap_files.seal_key, *PROPERTIES)
    assert verify(content, trusted=epuap_trusted).pesel == PERSON.pesel
    changed = content.replace(b"s@e.example", b"x@e.example")
    with pytest.raises(SignatureRefused):
        verify(changed, trusted=epuap_trusted)


@pytest.mark.parametrize("kind", ["ppzp", "qualified"])
@pytest.mark.parametrize("variant", ["changed", "stripped", "foreign", "same_id", "transform"])
def test_both_refuse_what_is_bad(
    epuap_files: Certificates, epuap_trusted: Trusted, believes: Tool, kind: str, variant: str
) -> None:
    content = signed_form(FORM, epuap_files, PERSON, kind=kind, variant=variant)
    assert not believes(content, *x509_options(epuap_files))
    with pytest.raises(SignatureRefused):
        verify(content, trusted=epuap_trusted)


@pytest.mark.parametrize("variant", ["uncovered", "old"])
def test_a_signature_that_only_computes_is_not_enough(
    epuap_files: Certificates, epuap_trusted: Trusted, believes: Tool, variant: str
) -> None:
    """xmlsec checks what is stated; that it is the whole form, and of today, is our business."""
    content = signed_form(FORM, epuap_files, PERSON, kind="ppzp", variant=variant)
    assert believes(content, *x509_options(epuap_files))
    with pytest.raises(SignatureRefused):
        verify(content, trusted=epuap_trusted)


def envelope_of(files: Certificates) -> bytes:
    envelope = parse(LETTER)
    Signature(files.key.read_bytes(), files.certificate.read_bytes(), b"").apply(envelope, {})
    return etree.tostring(envelope)


def test_xmlsec_believes_our_envelopes_and_not_changed_ones(
    epuap_files: Certificates, believes: Tool
) -> None:
    options = ("--pubkey-cert-pem", str(epuap_files.certificate), *BODY)
    content = envelope_of(epuap_files)
    assert believes(content, *options)
    changed = content.replace("zażółć".encode(), b"inne")
    changed = changed.replace(b"za&#380;&#243;&#322;&#263;", b"inne")
    assert changed != content
    assert not believes(changed, *options)
    foreign = ("--pubkey-cert-pem", str(epuap_files.trusted), *BODY)
    assert not believes(content, *foreign)


def test_we_believe_envelopes_that_xmlsec_signs_and_not_changed_ones(
    epuap_files: Certificates, xmlsec_signs: Callable[..., bytes]
) -> None:
    envelope = parse(envelope_of(epuap_files))
    for name in ("DigestValue", "SignatureValue"):
        for node in envelope.iter(f"{{{DS}}}{name}"):
            node.text = None
    content = xmlsec_signs(etree.tostring(envelope), epuap_files.key, *BODY)
    assert verify_envelope(parse(content), pinned(epuap_files)) == pinned(epuap_files)[0]
    changed = parse(content)
    body = next(changed.iter(f"{{{SOAP}}}Body"))
    body[0][0].text = "inne.xml"
    with pytest.raises(NotTrusted):
        verify_envelope(changed, pinned(epuap_files))
    renamed = parse(content)
    next(renamed.iter(f"{{{SOAP}}}Body")).set(ID, "inny")
    with pytest.raises(NotTrusted):
        verify_envelope(renamed, pinned(epuap_files))


def test_a_key_that_is_not_the_cards_is_refused_by_both(
    epuap_files: Certificates, epuap_trusted: Trusted, believes: Tool
) -> None:
    """The certificate of the seal beside a signature made with another key."""
    other = Hand(key_in(epuap_files.key), seal(epuap_files).certificate)
    content = sign(FORM, other, PERSON)
    assert not believes(content, *x509_options(epuap_files))
    with pytest.raises(SignatureRefused):
        verify(content, trusted=epuap_trusted)
