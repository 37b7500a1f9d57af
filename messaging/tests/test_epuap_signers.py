"""Who is believed to have signed: seals and authorities that are pinned, and nobody by their own word."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from messaging.channels.epuap.refusals import Refusal, SignatureRefused
from messaging.channels.epuap.signatures import verify, verify_seal
from messaging.channels.epuap.signers import Trusted
from messaging.tests.signed import FORM, PERSON, refusal
from sandbox.certificates import AUTHORITY, QUALIFIED, Certificates, issue
from sandbox.signing import Hand, Person, Style, card, key_in, seal, sign

pytestmark = pytest.mark.dry


@pytest.fixture(scope="module")
def signed(epuap_files: Certificates) -> bytes:
    return sign(FORM, seal(epuap_files), PERSON)


def test_nobody_is_believed_where_nobody_is_pinned(
    epuap_files: Certificates, epuap_trusted: Trusted, signed: bytes
) -> None:
    assert refusal(signed, Trusted()) == Refusal.FOREIGN_CERTIFICATE
    # An authority is no seal, and a seal no authority.
    assert refusal(signed, Trusted(authorities=epuap_trusted.seals)) == Refusal.FOREIGN_CERTIFICATE
    own = sign(FORM, card(epuap_files, PERSON), PERSON, Style(role=""))
    assert refusal(own, Trusted(seals=epuap_trusted.authorities)) == Refusal.FOREIGN_CERTIFICATE


def test_a_person_cannot_claim_to_be_somebody_else(
    epuap_files: Certificates, epuap_trusted: Trusted
) -> None:
    """A card signs for its owner, whatever stands in the claimed role."""
    owner = Person("02270803624", "Zofia", "Ćwiek")
    content = sign(FORM, card(epuap_files, owner), PERSON, Style(role="ppzp"))
    assert verify(content, trusted=epuap_trusted).pesel == owner.pesel


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (timedelta(hours=1), Refusal.IN_THE_FUTURE),
        (timedelta(days=-61), Refusal.LONG_AGO),
    ],
)
def test_when_it_was_signed(
    epuap_files: Certificates, epuap_trusted: Trusted, moment: timedelta, reason: Refusal
) -> None:
    style = Style(at=datetime.now(UTC) + moment)
    assert refusal(sign(FORM, seal(epuap_files), PERSON, style), epuap_trusted) == reason


def test_a_card_must_be_valid_when_it_signs_and_when_it_comes(
    epuap_files: Certificates, epuap_trusted: Trusted
) -> None:
    over = card(epuap_files, PERSON, years=-1)  # ended a year ago
    style = Style(role="", at=datetime.now(UTC) - timedelta(days=366))
    content = sign(FORM, over, PERSON, style)
    assert refusal(content, epuap_trusted) == Refusal.LONG_AGO
    then = datetime.now(UTC) - timedelta(days=365, hours=20)
    assert verify(content, trusted=epuap_trusted, at=then).kind == "qualified"
    late = datetime.now(UTC) - timedelta(days=360)
    assert refusal(content, epuap_trusted, at=late) == Refusal.CERTIFICATE_DATES


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (Person("", "Jan", "Kot"), Refusal.NO_PESEL),
        (Person("4405140135", "Jan", "Kot"), Refusal.NO_PESEL),
        (Person("4405140135x", "Jan", "Kot"), Refusal.NO_PESEL),
        (Person("44051401359", "", "Kot"), Refusal.NO_PERSON),
    ],
)
def test_a_seal_over_nobody_in_particular(
    epuap_files: Certificates, epuap_trusted: Trusted, person: Person, reason: Refusal
) -> None:
    assert refusal(sign(FORM, seal(epuap_files), person), epuap_trusted) == reason
    assert (
        refusal(sign(FORM, seal(epuap_files), PERSON, Style(role="")), epuap_trusted)
        == Refusal.NO_PERSON
    )


def test_a_certificate_that_is_not_qualified(
    epuap_files: Certificates, epuap_trusted: Trusted
) -> None:
    plain = card(epuap_files, PERSON, extensions=QUALIFIED[:2])
    content = sign(FORM, plain, PERSON, Style(role=""))
    assert refusal(content, epuap_trusted) == Refusal.NOT_QUALIFIED
    unknown = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)
    odd = card(epuap_files, PERSON, extensions=(*QUALIFIED, unknown))
    content = sign(FORM, odd, PERSON, Style(role=""))
    assert refusal(content, epuap_trusted) == Refusal.NOT_QUALIFIED


@pytest.mark.parametrize(("extensions", "believed"), [(AUTHORITY, True), (QUALIFIED, False)])
def test_an_authority_between_must_be_one(
    epuap_files: Certificates,
    epuap_trusted: Trusted,
    extensions: tuple[object, ...],
    believed: bool,
) -> None:
    """The pinned root issued another authority, which issued the card; a person's card issues none."""
    root = x509.load_pem_x509_certificate(epuap_files.authority.read_bytes())
    between_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Pośrednik")])
    between = issue(
        name,
        between_key,
        by=(root.subject, key_in(epuap_files.authority_key)),
        extensions=extensions,  # type: ignore[arg-type]
    )
    own = card(epuap_files, PERSON)
    issued = issue(
        own.certificate.subject, own.key, by=(name, between_key), years=2, extensions=QUALIFIED
    )
    content = sign(FORM, Hand(own.key, issued, [between]), PERSON, Style(role=""))
    if believed:
        assert verify(content, trusted=epuap_trusted).pesel == PERSON.pesel
    else:
        assert refusal(content, epuap_trusted) == Refusal.FOREIGN_CERTIFICATE


def test_a_seal_over_a_receipt_needs_no_person(
    epuap_files: Certificates, epuap_trusted: Trusted
) -> None:
    sealed = sign(b"<Dokument/>", seal(epuap_files), PERSON, Style(role=""))
    assert verify_seal(sealed, trusted=epuap_trusted).tag == "Dokument"
    own = sign(b"<Dokument/>", card(epuap_files, PERSON), PERSON, Style(role=""))
    with pytest.raises(SignatureRefused):
        verify_seal(own, trusted=epuap_trusted)
