"""From a stream that comes once to one that can be read from any byte, without anything readable on the disk.

The bytes are sealed under a key that is in memory only, into a file without a name.
"""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from icp.encryption.streams import SEGMENT, StreamReader, encrypt_stream, new_file_key

CONTEXT = b"spool"


class TooLarge(Exception):
    """The stream has more bytes than may come."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """`file` stands at its beginning; `sha256` in hexadecimal digits."""

    file: BinaryIO
    size: int
    sha256: str


class _Opened(io.RawIOBase):
    """A sealed stream as a raw file that can seek."""

    def __init__(self, reader: StreamReader) -> None:
        self._reader, self._place = reader, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._reader.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any) -> int:
        piece = next(self._reader.read_range(self._place, self._place + len(buffer)), b"")
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


def seekable(reader: StreamReader) -> BinaryIO:
    """A sealed file as a stream that can seek; closing it leaves the reader open."""
    return cast("BinaryIO", io.BufferedReader(_Opened(reader), buffer_size=SEGMENT))


class _Limited:
    """A stream that ends in TooLarge rather than give one byte too many."""

    def __init__(self, src: BinaryIO, most: int) -> None:
        self._src, self._left = src, most

    def read(self, size: int) -> bytes:
        piece = b""
        while len(piece) < size:  # a socket gives what has come
            more = self._src.read(size - len(piece))
            if not more:
                break
            piece += more
        self._left -= len(piece)
        if self._left < 0:
            raise TooLarge
        return piece


@contextmanager
def spooled(src: BinaryIO, *, most: int) -> Iterator[Spooled]:
    """All of `src`, at most so many bytes; raises TooLarge. Gone at the end of the block."""
    key = new_file_key()
    with tempfile.TemporaryFile() as hidden:
        limited = cast("BinaryIO", _Limited(src, most))
        digest = encrypt_stream(limited, cast("BinaryIO", hidden), key=key, context=CONTEXT)
        hidden.flush()
        reader = StreamReader(cast("BinaryIO", hidden), key=key, context=CONTEXT)
        yield Spooled(seekable(reader), digest.size, digest.sha256)
