"""Signatures under forms: who signed is who the signature proves, and every known attack has its reason."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from messaging.channels.epuap.refusals import SENTENCES, Refusal
from messaging.channels.epuap.signatures import verify
from messaging.channels.epuap.signers import Trusted
from messaging.channels.epuap.xmldsig import DS
from messaging.tests.signed import FORM, PERSON, refusal
from sandbox.certificates import Certificates
from sandbox.forging import VARIANTS, signed_form
from sandbox.signing import ENVELOPED, XADES, XPATH, Style, card, seal, sign

pytestmark = pytest.mark.dry

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
# Who forges what, and why it is refused. A PESEL number that differs is not the signature's business.
REASONS = {
    "changed": Refusal.CONTENT_CHANGED,
    "role": Refusal.PROPERTIES_CHANGED,
    "stripped": Refusal.NOT_SIGNED,
    "wrapped": Refusal.SHAPE,
    "doubled": Refusal.SEVERAL_SIGNATURES,
    "same_id": Refusal.SAME_ID,
    "uncovered": Refusal.REFERENCES,
    "sha1": Refusal.SHA1,
    "transform": Refusal.TRANSFORM,
    "foreign": Refusal.FOREIGN_CERTIFICATE,
    "old": Refusal.LONG_AGO,
    "doctype": Refusal.BAD_XML,
}


@pytest.fixture(scope="module")
def signed(epuap_files: Certificates) -> bytes:
    return sign(FORM, seal(epuap_files), PERSON)


@pytest.mark.parametrize("role", ["ppzp", "epsignature"])
def test_profil_zaufany_names_the_person_in_both_shapes(
    epuap_files: Certificates, epuap_trusted: Trusted, role: str
) -> None:
    known = verify(sign(FORM, seal(epuap_files), PERSON, Style(role=role)), trusted=epuap_trusted)
    assert (known.kind, known.pesel) == ("profil_zaufany", PERSON.pesel)
    assert (known.first_name, known.last_name) == (PERSON.first_name, PERSON.last_name)
    assert (known.account == "swieta") is (role == "ppzp")
    assert (known.birth_date is not None) is (role == "epsignature")
    assert abs(datetime.now(UTC) - known.signed_at) < timedelta(minutes=1)
    assert PERSON.pesel not in repr(known)


@pytest.mark.parametrize("curve", [False, True])
@pytest.mark.parametrize("transforms", [XPATH, ENVELOPED])
def test_a_qualified_card_names_the_person(
    epuap_files: Certificates, epuap_trusted: Trusted, curve: bool, transforms: str
) -> None:
    style = Style(role="", transforms=transforms)
    known = verify(
        sign(FORM, card(epuap_files, PERSON, curve=curve), PERSON, style), trusted=epuap_trusted
    )
    assert (known.kind, known.pesel) == ("qualified", PERSON.pesel)
    assert (known.first_name, known.last_name) == (PERSON.first_name, PERSON.last_name)


def test_the_document_that_is_given_back_is_the_one_that_was_signed(
    signed: bytes, epuap_trusted: Trusted
) -> None:
    known = verify(signed, trusted=epuap_trusted)
    assert known.document.find(f".//{{{DS}}}Signature") is None
    plain = etree.fromstring(FORM)
    assert etree.tostring(known.document, method="c14n") == etree.tostring(plain, method="c14n")


@pytest.mark.parametrize("kind", ["ppzp", "epsignature", "qualified"])
@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_every_forgery_has_its_reason(
    epuap_files: Certificates, epuap_trusted: Trusted, kind: str, variant: str
) -> None:
    content = signed_form(FORM, epuap_files, PERSON, kind=kind, variant=variant)
    if variant not in REASONS:
        assert verify(content, trusted=epuap_trusted).pesel == PERSON.pesel
        return
    if (kind, variant) == ("qualified", "role"):
        return  # a card's properties name nobody: there is no digit to change but the serial number's
    assert refusal(content, epuap_trusted) == REASONS[variant]


def edited(content: bytes, change: Callable[[etree._Element], object]) -> bytes:
    root = etree.fromstring(content)
    change(root)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def node(root: etree._Element, path: str) -> etree._Element:
    found = root.find(path, {"ds": DS, "x": XADES})
    assert found is not None
    return found


def hidden_in_an_unsigned_object(root: etree._Element) -> None:
    signature = node(root, "ds:Signature")
    etree.SubElement(signature, f"{{{DS}}}Object").append(copy.deepcopy(root[1]))


def hidden_in_unsigned_properties_of_another_kind(root: etree._Element) -> None:
    etree.SubElement(node(root, ".//x:QualifyingProperties"), "inne").append(copy.deepcopy(root[1]))


def moved_into_the_form(root: etree._Element) -> None:
    root[1].append(node(root, "ds:Signature"))


def wrapped_in_another_root(content: bytes) -> bytes:
    return b"<Dokument>" + etree.tostring(etree.fromstring(content)) + b"</Dokument>"


def set_algorithm(path: str, algorithm: str) -> Callable[[etree._Element], object]:
    return lambda root: node(root, path).set("Algorithm", algorithm)


def other_path(root: etree._Element) -> None:
    node(root, ".//ds:XPath").text = "not(ancestor-or-self::ds:Signature or self::email)"


def prefix_of_another(root: etree._Element) -> None:
    """The XPath to the letter, but `ds` means something else there."""
    old = node(root, ".//ds:XPath")
    new = etree.fromstring(
        f'<q:XPath xmlns:q="{DS}" xmlns:ds="urn:inne">not(ancestor-or-self::ds:Signature)</q:XPath>'
    )
    parent = old.getparent()
    assert parent is not None
    parent.replace(old, new)


def third_reference(root: etree._Element) -> None:
    node(root, ".//ds:SignedInfo").append(copy.deepcopy(node(root, ".//ds:Reference")))


def same_reference_twice(root: etree._Element) -> None:
    node(root, ".//ds:Reference[@Type]").set("URI", "")


def no_certificate(root: etree._Element) -> None:
    data = node(root, ".//ds:X509Data")
    data.remove(data[0])


def another_certificate(root: etree._Element) -> None:
    node(root, ".//x:CertDigest/ds:DigestValue").text = "AAAA"


def broken_certificate(root: etree._Element) -> None:
    node(root, ".//ds:X509Certificate").text = "MIIB"


def broken_value(root: etree._Element) -> None:
    node(root, ".//ds:SignatureValue").text = "żółw"


def another_value(root: etree._Element) -> None:
    node(root, ".//ds:SignatureValue").text = "AAAA"


def of_another_signature(root: etree._Element) -> None:
    node(root, ".//x:QualifyingProperties").set("Target", "#inny")


SHA1_DIGEST, XSLT = f"{DS}sha1", "http://www.w3.org/TR/1999/REC-xslt-19991116"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (hidden_in_an_unsigned_object, Refusal.SHAPE),
        (hidden_in_unsigned_properties_of_another_kind, Refusal.SHAPE),
        (moved_into_the_form, Refusal.MISPLACED),
        (other_path, Refusal.TRANSFORM),
        (prefix_of_another, Refusal.TRANSFORM),
        (third_reference, Refusal.REFERENCES),
        (same_reference_twice, Refusal.REFERENCES),
        (no_certificate, Refusal.NO_CERTIFICATE),
        (another_certificate, Refusal.PROPERTIES_CHANGED),
        (broken_certificate, Refusal.NO_CERTIFICATE),
        (broken_value, Refusal.SHAPE),
        (another_value, Refusal.WRONG_SIGNATURE),
        (of_another_signature, Refusal.SHAPE),
        (set_algorithm(".//ds:DigestMethod", SHA1_DIGEST), Refusal.SHA1),
        (set_algorithm(".//ds:SignatureMethod", f"{DS}rsa-sha1"), Refusal.SHA1),
        (set_algorithm(".//ds:SignatureMethod", f"{DS}hmac-sha1"), Refusal.SHA1),
        (set_algorithm(".//ds:SignatureMethod", "urn:inny"), Refusal.ALGORITHM),
        (set_algorithm(".//ds:CanonicalizationMethod", f"{C14N}#WithComments"), Refusal.ALGORITHM),
        (set_algorithm(".//ds:Transform", XSLT), Refusal.TRANSFORM),
        (set_algorithm(".//ds:Reference[@Type]//ds:Transform", XSLT), Refusal.TRANSFORM),
    ],
)
def test_an_attack_is_refused(
    signed: bytes,
    epuap_trusted: Trusted,
    change: Callable[[etree._Element], object],
    reason: Refusal,
) -> None:
    assert refusal(edited(signed, change), epuap_trusted) == reason


def test_a_signed_form_inside_of_another_document_is_refused(
    signed: bytes, epuap_trusted: Trusted
) -> None:
    assert refusal(wrapped_in_another_root(signed), epuap_trusted) == Refusal.MISPLACED


def test_a_comment_cuts_no_text(epuap_files: Certificates, epuap_trusted: Trusted) -> None:
    """C14N leaves comments out, so one may be put in after signing; nobody may read half a text."""
    signed = sign(FORM, seal(epuap_files), PERSON)
    cut = signed.replace(b"s@e.example", b"s@<!-- -->e.example", 1)
    known = verify(cut, trusted=epuap_trusted)
    texts = [text for each in known.document.iter() if (text := each.text)]
    assert "s@e.example" in texts
    in_role = signed.replace(b"<os:PESEL>44051401359", b"<os:PESEL>440514<!-- x -->01359", 1)
    assert verify(in_role, trusted=epuap_trusted).pesel == PERSON.pesel


def test_what_stands_before_the_root_is_signed_too(
    epuap_files: Certificates, epuap_trusted: Trusted
) -> None:
    sheet = FORM.replace(b"?>", b'?>\n<?xml-stylesheet href="dobry.xsl"?>', 1)
    signed = sign(sheet, seal(epuap_files), PERSON)
    assert verify(signed, trusted=epuap_trusted).pesel == PERSON.pesel
    forged = signed.replace(b"dobry.xsl", b"obcy.xsl")
    assert refusal(forged, epuap_trusted) == Refusal.CONTENT_CHANGED


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nie xml",
        b"\x00\x01",
        b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a c="&b;"/>'.encode(
            "utf-16"
        ),
        b"<a>" * 400 + b"</a>" * 400,
        b"\xff\xfe<\x00a\x00",
        b"<a>" + b"x" * (13 * 2**20) + b"</a>",
    ],
)
def test_hostile_bytes_are_refused(raw: bytes, epuap_trusted: Trusted) -> None:
    assert refusal(raw, epuap_trusted) == Refusal.BAD_XML


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Refusal)


def test_a_namespace_without_a_canonical_form_is_refused(
    signed: bytes, epuap_trusted: Trusted
) -> None:
    """C14N knows no relative namespaces, and says so by an exception of its own."""
    tag = b"<xades:SignedProperties "
    forged = signed.replace(tag, tag + b'xmlns:z="wzgledna" ', 1)
    assert refusal(forged, epuap_trusted) == Refusal.BAD_XML
