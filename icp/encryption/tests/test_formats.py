"""Bytes at rest: golden values of every format version, kept for ever, and every way to spoil them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from icp.encryption import codec, page_blobs, sealing
from icp.encryption.blind import make_token
from icp.encryption.errors import EncryptionError, Tampered, UnknownKey
from icp.encryption.identifier import check_identifier, recipient_identifier
from icp.encryption.keyring import ring
from icp.encryption.tokens import mac, verify_mac

pytestmark = pytest.mark.dry

UID = UUID("00112233-4455-6677-8899-aabbccddeeff").bytes
OTHER = UUID("ffeeddcc-bbaa-9988-7766-554433221100").bytes
KEY = bytes(range(32))
CONTEXT = sealing.value_context("contact.value")

# Made once under the fixed test keyring. A new version adds its own; these stay.
GOLDEN_VALUE_1 = bytes.fromhex(
    "017d328197b44cb61ce9982e3673a7018f437e915536c9a29e5ed77cc8f86c8c23370baabee0ed83ece46e2c17745f4f93459d96d83604658924b9121dc1b1ecd1a82458c1824f910c517e5ce5ac86f5513cb61a0692261c4f6f67a38b"
)
GOLDEN_WRAPPED_1 = bytes.fromhex(
    "0100012711c6351422ee629077fed4b2028d45fd70044b2e5c732f39544862751609b9ea6902b57638bc861a5f395e778ad61c57f58b972e4fdd4878eea282"
)
GOLDEN_PAGE_1 = (
    bytes.fromhex("521ef70143a61380f5017c87"),
    bytes.fromhex("01000104e46bed791081fdc8be2a5a99ec05ac2e8416aa"),
)
GOLDEN_NOTE_1 = bytes.fromhex(
    "01000137f955eabb2b3c76763577ddcf3c6294ba42fbc81356336fbbdf69d7a57bdcec"
)
GOLDEN_TOKEN_1 = bytes.fromhex("011b285d07b5acc9e416cbe06220ae10")
GOLDEN_MAC_1 = bytes.fromhex("01c1cf0cffb1c8f58858e9d63b57132e4302a60658d2bc00d62bb70be0fb95cb")
GOLDEN_IDENTIFIER = "RXQX5SFREHEXAPEJJ00KDZ"
GOLDEN_IDENTIFIER_WITHOUT_PESEL = "R6BFFV66KQEKQ2CECCEZW4"


@dataclass(frozen=True)
class Child:
    name: str
    born: date


@dataclass(frozen=True)
class Everything:
    name: str
    born: date | None = None
    children: tuple[Child, ...] = ()
    tags: list[str] | None = None
    number: int = 0


def open_value(blob: bytes, uid: bytes = UID, context: bytes = CONTEXT) -> bytes:
    return sealing.unseal(sealing.Cipher(KEY), blob, context + uid)


def open_page(nonce: bytes, blob: bytes, size: int = 4) -> bytes:
    content = bytearray(size)
    page_blobs.open_page("facets", 7, nonce, blob, memoryview(content))
    return bytes(content)


def open_note(blob: bytes, pk: int = 7, covers: int = 2**62, kind: str = "facets") -> bytes:
    return page_blobs.open_notes(kind, 4, [(pk, covers, blob)])[pk]


def test_golden_values() -> None:
    assert open_value(GOLDEN_VALUE_1) == b"anna@przyklad.example"
    assert sealing.unwrap(GOLDEN_WRAPPED_1, UID) == KEY
    nonce, blob = GOLDEN_PAGE_1
    assert open_page(nonce, blob) == b"page"
    assert open_note(GOLDEN_NOTE_1) == b"note"
    assert make_token("contact.value", "anna@przyklad.example", 1) == GOLDEN_TOKEN_1
    assert mac("audit", b"entry") == GOLDEN_MAC_1
    born = date(1985, 1, 1)
    person = ("Gżegżółka", "Świętopełk", born, "ul. Polna 1")
    assert recipient_identifier("85010112346", *person) == GOLDEN_IDENTIFIER
    assert recipient_identifier("", *person) == GOLDEN_IDENTIFIER_WITHOUT_PESEL


def test_a_document_is_read_as_it_was_written() -> None:
    # Written by version 1 of Everything, which knew two fields only.
    dump, load = codec.document_codec(Everything)
    assert load(b'{"name":"Anna","born":"1985-01-01"}') == Everything("Anna", date(1985, 1, 1))
    full = Everything("A", None, (Child("B", date(2020, 2, 29)),), ["x"], 5)
    assert load(dump(full)) == full
    assert dump(Everything("Ż")) == '{"name":"Ż"}'.encode()
    with pytest.raises(Tampered, match="other fields"):
        load(b'{"name":"Anna","surname":"x"}')
    with pytest.raises(TypeError):
        dump(Everything("A", number=object()))  # type: ignore[arg-type]


@given(some.binary(max_size=200), some.sampled_from([16, 64]))
def test_padding_hides_the_length(data: bytes, block: int) -> None:
    padded = sealing.pad(data, block)
    assert len(padded) % block == 0
    assert len(padded) > len(data)
    assert sealing.unpad(padded) == data


@given(
    some.lists(some.binary(max_size=5), max_size=4), some.lists(some.binary(max_size=5), max_size=4)
)
def test_associated_data_is_unambiguous(one: list[bytes], other: list[bytes]) -> None:
    assert (sealing.bind(*one) == sealing.bind(*other)) == (one == other)


def spoiled(good: bytes) -> list[bytes]:
    """Every byte flipped, and cut at every length; a byte too many."""
    flipped = [good[:i] + bytes([good[i] ^ 1]) + good[i + 1 :] for i in range(len(good))]
    return [*flipped, *(good[:i] for i in range(len(good))), good + b"\0"]


def test_a_spoiled_value_is_refused() -> None:
    for blob in spoiled(GOLDEN_VALUE_1):
        with pytest.raises(Tampered):
            open_value(blob)


def test_a_spoiled_wrapped_key_is_refused() -> None:
    for blob in spoiled(GOLDEN_WRAPPED_1):
        with pytest.raises((Tampered, UnknownKey)):
            sealing.unwrap(blob, UID)


def test_a_spoiled_page_is_refused() -> None:
    nonce, blob = GOLDEN_PAGE_1
    for bad in spoiled(blob):
        with pytest.raises((Tampered, UnknownKey)):
            open_page(nonce, bad)
    for bad in spoiled(nonce):
        with pytest.raises(Tampered):
            open_page(bad, blob)
    with pytest.raises(Tampered, match="another size"):
        open_page(nonce, blob, size=5)


def test_a_spoiled_note_is_refused() -> None:
    for blob in spoiled(GOLDEN_NOTE_1):
        with pytest.raises((Tampered, UnknownKey)):
            open_note(blob)


@pytest.mark.parametrize("place", [{"pk": 8}, {"covers": 1}, {"kind": "facet"}])
def test_a_note_is_bound_to_its_row_its_marks_and_its_kind(place: dict[str, Any]) -> None:
    with pytest.raises(Tampered):
        open_note(GOLDEN_NOTE_1, **place)


def test_a_note_of_another_size_says_nothing() -> None:
    assert page_blobs.open_notes("facets", 5, [(7, 2**62, GOLDEN_NOTE_1)]) == {}


def test_values_cannot_change_places() -> None:
    with pytest.raises(Tampered):
        open_value(GOLDEN_VALUE_1, uid=OTHER)
    with pytest.raises(Tampered):
        open_value(GOLDEN_VALUE_1, context=sealing.value_context("staff.login"))
    with pytest.raises(Tampered):
        sealing.unwrap(GOLDEN_WRAPPED_1, OTHER)


def test_an_unknown_key_is_named() -> None:
    wrong = GOLDEN_WRAPPED_1[:1] + (9).to_bytes(2, "big") + GOLDEN_WRAPPED_1[3:]
    with pytest.raises(UnknownKey, match="Key 9 of section enc is not in the keyring"):
        sealing.unwrap(wrong, UID)


def test_labels_part_the_tokens() -> None:
    one = make_token("contact.value", "x", 1)
    assert one != make_token("staff.login", "x", 1)
    assert len(one) == 16
    assert one[0] == ring().primary("idx")


def test_macs() -> None:
    code = mac("audit", b"entry")
    assert len(code) == 32
    assert verify_mac("audit", b"entry", code)
    assert not verify_mac("audit", b"entri", code)
    assert not verify_mac("links", b"entry", code)
    for bad in spoiled(code):
        assert not verify_mac("audit", b"entry", bad)


def test_an_identifier_checks_itself() -> None:
    good = GOLDEN_IDENTIFIER
    assert check_identifier(good)
    assert check_identifier(f" {good[:11].lower()}-{good[11:].lower()} ")
    wrong = [good[:i] + ("2" if good[i] != "2" else "3") + good[i + 1 :] for i in range(1, 21)]
    assert not any(check_identifier(text) for text in wrong)
    assert not any(
        check_identifier(text) for text in ("", "R", good[:-1], f"X{good[1:]}", "R" + "!" * 21)
    )


def test_the_same_person_gets_the_same_identifier() -> None:
    born = date(1985, 1, 1)
    one = recipient_identifier("", "Żądło", "Łucja", born, "ul. Polna 1")
    assert one == recipient_identifier("", "ŻĄDŁO ", "łucja", born, "UL. POLNA  1")
    assert one != recipient_identifier("", "Łucja", "Żądło", born, "ul. Polna 1")
    by_pesel = recipient_identifier("85010112346", "A", "B", born, "")
    assert by_pesel == recipient_identifier("85010112346 ", "C", "D", born, "x")


def test_no_error_quotes_a_value() -> None:
    for blob in (b"anna@przyklad.example", GOLDEN_VALUE_1[:-1] + b"x"):
        with pytest.raises(EncryptionError) as problem:
            open_value(blob)
        assert "anna" not in str(problem.value)
        assert problem.value.__cause__ is None
