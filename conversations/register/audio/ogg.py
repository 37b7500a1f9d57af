"""From Ogg pages to the Opus or Vorbis in them (RFC 3533, section 6; RFC 7845; Vorbis I, A.2)."""

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from .found import AudioRefused, Sniffed, at, counted

PAGE = struct.Struct("<4sBBqIIIB")
FIRST, LAST = 2, 4  # of the flags of a page
NO_GRANULE = -1
OPUS_RATE = 48_000


class Page(NamedTuple):
    flags: int
    granule: int
    serial: int
    number: int
    body: int  # where it begins
    end: int


def sniff(stream: BinaryIO, size: int) -> Sniffed:
    """One stream of sound; every page there, the last one marked as such."""
    first = page = _page(stream, 0)
    codec, channels, rate, skipped = _head(at(stream, first.body, min(first.end - first.body, 30)))
    if not first.flags & FIRST:
        raise AudioRefused("damaged")
    granule = 0
    for page in counted(_following(stream, first, size)):
        if page.granule != NO_GRANULE:
            granule = page.granule
    if not page.flags & LAST:
        raise AudioRefused("cut_off")
    if granule <= skipped:
        raise AudioRefused("empty")
    return Sniffed("audio/ogg", codec, channels, (granule - skipped) * 1000 // rate, playable=True)


def _following(stream: BinaryIO, page: Page, size: int) -> Iterator[Page]:
    while page.end < size:
        if page.flags & LAST:
            raise AudioRefused("wrong_length")
        following = _page(stream, page.end)
        if following.serial != page.serial or following.number != page.number + 1:
            raise AudioRefused("damaged")
        page = following
        yield page


def _page(stream: BinaryIO, place: int) -> Page:
    mark, version, flags, granule, serial, number, _crc, count = PAGE.unpack(
        at(stream, place, PAGE.size)
    )
    if mark != b"OggS" or version:
        raise AudioRefused("damaged")
    sizes = at(stream, place + PAGE.size, count)
    body = place + PAGE.size + count
    end = body + sum(sizes)
    if count and sizes:
        at(stream, end - 1, 1)
    return Page(flags, granule, serial, number, body, end)


def _head(packet: bytes) -> tuple[str, int, int, int]:
    """Codec, channels, samples a second, samples to be skipped."""
    if packet.startswith(b"OpusHead") and len(packet) >= 12:  # noqa: PLR2004
        return "opus", packet[9] or 1, OPUS_RATE, int.from_bytes(packet[10:12], "little")
    if packet.startswith(b"\x01vorbis") and len(packet) >= 16:  # noqa: PLR2004
        rate = int.from_bytes(packet[12:16], "little")
        return "vorbis", packet[11] or 1, rate or OPUS_RATE, 0
    raise AudioRefused("wrong_codec")
