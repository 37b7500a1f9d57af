"""From the bytes of one page to the sealed blob that stands in its row, and back.

blob: 1 | key id 2 | AES-256-GCM(enc sub-key "page") | tag 16; the nonce stands in its own column,
for readers learn from nonces alone which pages were written since.
"""

import os

from cryptography.exceptions import InvalidTag

from .errors import Tampered
from .keyring import ring
from .sealing import NONCE, bind

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


def open_page(kind: str, size: int, number: int, nonce: bytes, blob: bytes) -> bytes:
    """The content; raises Tampered, also where records have another size by now."""
    if blob[:1] != bytes([VERSION]) or len(nonce) != NONCE:
        raise Tampered(f"Page {number} of {kind} has a version unknown here.")
    header = blob[:HEADER]
    cipher = ring().cipher(int.from_bytes(header[1:], "big"), "page")
    try:
        content = cipher.decrypt(nonce, blob[HEADER:], _context(kind, number, header))
    except (InvalidTag, ValueError):
        raise Tampered(f"Page {number} of {kind} was changed or does not belong here.") from None
    if len(content) != size:
        raise Tampered(f"Page {number} of {kind} has records of another size; run rebuild_pages.")
    return content
