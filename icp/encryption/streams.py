"""From a stream to sealed segments of 64 KiB, and back from any byte; for scans, photos, recordings.

file: "ICPS" 1 | salt 32 | prefix 7 | segments, each AES-256-GCM of at most 64 KiB | tag 16. The
segments' key comes by HKDF from the file's key, the salt and the context; a segment's nonce is
prefix | counter 4 | 1 on the last one. So no segment fits elsewhere, and none can be missing.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import Tampered
from .sealing import TAG, Cipher, bind

MAGIC = b"ICPS\x01"
SALT = 32
PREFIX = 7
SEGMENT = 64 * 1024
HEADER = len(MAGIC) + SALT + PREFIX
SEALED_SEGMENT = SEGMENT + TAG


@dataclass(frozen=True, slots=True)
class StreamDigest:
    """Size in bytes and SHA-256 of what was sealed."""

    size: int
    sha256: str


def new_file_key() -> bytes:
    """A key for one file; keep it in a SealedField() of the file's row, so that it dies with it."""
    return AESGCM.generate_key(256)


def _cipher(key: bytes, salt: bytes, context: bytes) -> Cipher:
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, bind(b"icp/stream", MAGIC, context)).derive(key))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def encrypt_stream(src: BinaryIO, dst: BinaryIO, *, key: bytes, context: bytes) -> StreamDigest:
    """Seal all of `src` into `dst`. `context` (a row's uid, say) is needed again to open it."""
    salt, prefix = os.urandom(SALT), os.urandom(PREFIX)
    cipher = _cipher(key, salt, context)
    dst.write(MAGIC + salt + prefix)
    digest, size, number = hashlib.sha256(), 0, 0
    segment = src.read(SEGMENT)
    while True:
        following = src.read(SEGMENT) if segment else b""
        nonce = _nonce(prefix, number, last=not following)
        dst.write(cipher.encrypt(nonce, segment, None))
        digest.update(segment)
        size += len(segment)
        if not following:
            return StreamDigest(size, digest.hexdigest())
        segment, number = following, number + 1


class StreamReader:
    """Opens a sealed file at any place; raises Tampered before it gives out a wrong byte."""

    def __init__(self, file: BinaryIO, *, key: bytes, context: bytes) -> None:
        self._file = file
        body = file.seek(0, os.SEEK_END) - HEADER
        file.seek(0)
        header = file.read(HEADER)
        if len(header) < HEADER or not header.startswith(MAGIC) or body < TAG:
            raise Tampered("A sealed file is cut off or has a version unknown here.")
        self._count = -(-body // SEALED_SEGMENT)
        self.size = body - self._count * TAG
        self._prefix = header[-PREFIX:]
        self._cipher = _cipher(key, header[len(MAGIC) :][:SALT], context)
        # The last segment says how many there are, so that no size is believed unproven.
        self._segment(self._count - 1)

    def _segment(self, number: int) -> bytes:
        self._file.seek(HEADER + number * SEALED_SEGMENT)
        sealed = self._file.read(SEALED_SEGMENT)
        nonce = _nonce(self._prefix, number, last=number == self._count - 1)
        try:
            return self._cipher.decrypt(nonce, sealed, None)
        except (InvalidTag, ValueError):
            raise Tampered("A sealed file was changed, cut off or exchanged.") from None

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def read_range(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in pieces."""
        end = min(end, self.size)
        while start < end:
            number, offset = divmod(start, SEGMENT)
            piece = self._segment(number)[offset : offset + end - start]
            yield piece
            start += len(piece)

    def __iter__(self) -> Iterator[bytes]:
        return self.read_range(0, self.size)
