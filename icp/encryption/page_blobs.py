"""From the bytes of one page to the sealed blob that stands in its row, and back.

blob: 1 | key id 2 | AES-256-GCM(enc sub-key "page") | tag 16; the nonce stands in its own column,
for readers learn from nonces alone which pages were written since. A kind may keep fields that are
seldom asked for behind it (page_kinds.py): nonce 12 | such a blob, bound to the nonce of the first.
note: 1 | key id 2 | nonce 12 | AES-256-GCM(enc sub-key "note") of one record | tag 16
"""

import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import Tampered
from .keyring import ring
from .sealing import NONCE, TAG, bind

SLOTS = 512
VERSION = 1
HEADER = 3


def _context(kind: str, number: int, header: bytes) -> bytes:
    return bind(b"icp/page", kind.encode(), number.to_bytes(8, "big"), header)


def page_header(key_id: int | None = None) -> bytes:
    """What a page sealed under `key_id` (None: the primary) starts with."""
    return bytes([VERSION]) + (key_id or ring().primary("enc")).to_bytes(2, "big")


def seal_page(kind: str, number: int, content: bytes) -> tuple[bytes, bytes]:
    """(nonce, blob) of a page."""
    header, nonce = page_header(), os.urandom(NONCE)
    cipher = ring().cipher(ring().primary("enc"), "page")
    return nonce, header + cipher.encrypt(nonce, content, _context(kind, number, header))


def open_page(kind: str, number: int, nonce: bytes, blob: bytes, into: memoryview) -> None:
    """Write the content into a buffer; raises Tampered, also where records have another size now."""
    if blob[:1] != bytes([VERSION]) or len(nonce) != NONCE:
        raise Tampered(f"Page {number} of {kind} has a version unknown here.")
    header = blob[:HEADER]
    cipher = ring().cipher(int.from_bytes(header[1:], "big"), "page")
    sealed = memoryview(blob)[HEADER:]
    if len(sealed) - TAG != len(into):
        raise Tampered(f"Page {number} of {kind} has records of another size; run rebuild_pages.")
    try:
        cipher.decrypt_into(nonce, sealed, _context(kind, number, header), into)
    except InvalidTag:
        raise Tampered(f"Page {number} of {kind} was changed or does not belong here.") from None


Note = tuple[int, int, bytes]  # primary key, the marks it covers, the sealed record


def _note_context(kind: str, header: bytes) -> bytes:
    """What all notes of a kind under one key are bound to; 8 bytes of pk and 8 of marks follow."""
    return bind(b"icp/note", kind.encode(), header) + (16).to_bytes(2, "big")


def seal_note(kind: str, pk: int, covers: int, record: bytes) -> bytes:
    header, nonce = page_header(), os.urandom(NONCE)
    cipher = ring().cipher(ring().primary("enc"), "note")
    place = pk.to_bytes(8, "big") + covers.to_bytes(8, "big")
    return header + nonce + cipher.encrypt(nonce, record, _note_context(kind, header) + place)


def open_notes(kind: str, size: int, notes: Iterable[Note]) -> dict[int, bytes]:
    """Records by primary key; raises Tampered, UnknownKey."""
    ciphers: dict[bytes, tuple[AESGCM, bytes]] = {}
    records: dict[int, bytes] = {}
    for pk, covers, blob in notes:
        header = bytes(blob[:HEADER])
        if header not in ciphers:
            ciphers[header] = _note_cipher(header), _note_context(kind, header)
        cipher, context = ciphers[header]
        place = pk.to_bytes(8, "big") + covers.to_bytes(8, "big")
        try:
            record = cipher.decrypt(blob[HEADER:_BODY], blob[_BODY:], context + place)
        except (InvalidTag, ValueError):
            raise Tampered(f"A note of {kind} was changed or does not belong here.") from None
        if len(record) == size:  # else the record has grown since: the row is read
            records[pk] = record
    return records


def _note_cipher(header: bytes) -> AESGCM:
    if header[:1] != bytes([VERSION]):
        raise Tampered("A note has a version unknown here.")
    return ring().cipher(int.from_bytes(header[1:], "big"), "note")


_BODY = HEADER + NONCE
