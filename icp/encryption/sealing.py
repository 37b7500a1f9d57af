"""From bytes to sealed bytes and back: the formats, each with its version in the first byte.

value:       1 | nonce 12 | AES-256-GCM(data key) of the padded bytes | tag 16
wrapped key: 1 | key id 2 | nonce 12 | AES-256-GCM(enc sub-key "data-key") of the data key | tag 16
"""

import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import Tampered
from .keyring import ring

Cipher = AESGCM
VALUE_VERSION = 1
WRAPPED_VERSION = 1
NONCE = 12
TAG = 16
WRAPPED_LENGTH = 1 + 2 + NONCE + 32 + TAG
_UID_LENGTH = (16).to_bytes(2, "big")
_VALUE = bytes([VALUE_VERSION])
_WRAPPED = bytes([WRAPPED_VERSION])


def bind(*parts: bytes) -> bytes:
    """Associated data that can be read in one way only: every part carries its length."""
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def uid_bytes(uid: UUID | bytes | memoryview | str) -> bytes:
    """A uid as 16 bytes, whichever way a database driver returns it."""
    if isinstance(uid, UUID):
        return uid.bytes
    if isinstance(uid, str):
        return bytes.fromhex(uid.replace("-", ""))
    return bytes(uid)


def value_context(label: str) -> bytes:
    """The part of a value's associated data that is the same for a whole column."""
    # A row's 16-byte uid follows; its length is in front already, so joining them is cheap.
    return bind(b"icp/value", label.encode()) + _UID_LENGTH


def pad(data: bytes, block: int) -> bytes:
    """ISO/IEC 7816-4: hides the length up to a multiple of `block`."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes:
    end = data.rstrip(b"\0")
    if end[-1:] != b"\x80":
        raise Tampered("The padding of a sealed value is wrong.")
    return end[:-1]


def seal(cipher: AESGCM, data: bytes, associated: bytes, block: int) -> bytes:
    nonce = os.urandom(NONCE)
    return _VALUE + nonce + cipher.encrypt(nonce, pad(data, block), associated)


def unseal(cipher: AESGCM, blob: bytes, associated: bytes) -> bytes:
    if blob[:1] != _VALUE:
        raise Tampered("A sealed value has a version unknown here.")
    try:
        return unpad(cipher.decrypt(blob[1:13], blob[13:], associated))
    except (InvalidTag, ValueError):
        raise Tampered("A sealed value was changed or does not belong here.") from None


def new_data_key() -> bytes:
    return AESGCM.generate_key(256)


@lru_cache(maxsize=64)
def _wrapping(header: bytes) -> bytes:
    """The part of a wrapped key's associated data that a uid follows."""
    return bind(b"icp/data-key", header) + _UID_LENGTH


def wrapped_header(key_id: int | None = None) -> bytes:
    """What a key wrapped under `key_id` (None: the primary) starts with."""
    return _WRAPPED + (key_id or ring().primary("enc")).to_bytes(2, "big")


def wrap(data_key: bytes, uid: bytes) -> bytes:
    """Seal a data key under the primary `enc` key, bound to its owner."""
    key_id = ring().primary("enc")
    header = wrapped_header(key_id)
    nonce = os.urandom(NONCE)
    cipher = ring().cipher(key_id, "data-key")
    return header + nonce + cipher.encrypt(nonce, data_key, _wrapping(header) + uid)


def unwrap(wrapped: bytes, uid: bytes) -> bytes:
    """Open a data key; raises Tampered or UnknownKey."""
    if len(wrapped) != WRAPPED_LENGTH or wrapped[:1] != _WRAPPED:
        raise Tampered("A wrapped key has a version or length unknown here.")
    header = wrapped[:3]
    cipher = ring().cipher(int.from_bytes(header[1:], "big"), "data-key")
    try:
        return cipher.decrypt(wrapped[3:15], wrapped[15:], _wrapping(header) + uid)
    except InvalidTag:
        raise Tampered("A wrapped key was changed or belongs to somebody else.") from None


def data_cipher(wrapped: bytes, uid: bytes) -> AESGCM:
    """The cipher of one owner's values."""
    return AESGCM(unwrap(wrapped, uid))
