"""From MPEG audio frames, layer III, to what they hold (ISO/IEC 11172-3, 2.4.1.3; ISO/IEC 13818-3)."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from .found import LONGEST_MS, PIECE, AudioRefused, Sniffed, at

HEAD = 4
TAG_V1, TAG_V2 = 128, 10
KBITS = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
RATES = (44_100, 48_000, 32_000)
DIVISORS = {3: 1, 2: 2, 0: 4}  # MPEG 1, 2, 2.5 by the two bits of the version
MONO = 3


class Frame(NamedTuple):
    length: int  # bytes
    samples: int
    rate: int
    channels: int


def begins(head: bytes) -> bool:
    return head.startswith(b"ID3") or frame(head) is not None


def frame(head: bytes) -> Frame | None:
    """None where these four bytes begin no frame of layer III."""
    if len(head) < HEAD or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:  # noqa: PLR2004
        return None
    version, kbit, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version not in DIVISORS or kbit in (0, 15) or rate == 3:  # noqa: PLR2004
        return None
    first = version == 3  # noqa: PLR2004
    hertz = RATES[rate] // DIVISORS[version]
    samples = 1152 if first else 576
    bits = KBITS[1 if first else 2][kbit] * 1000
    length = samples // 8 * bits // hertz + (head[2] >> 1 & 1)
    return Frame(length, samples, hertz, 1 if head[3] >> 6 == MONO else 2)


def sniff(stream: BinaryIO, size: int) -> Sniffed:
    """Walks every frame: nothing in the file is believed that says how many there are."""
    count, first = 0, None
    for found in _frames(stream, _start(stream), _end(stream, size)):
        first = first or found
        count += 1
        if count * first.samples * 1000 // first.rate > LONGEST_MS:
            raise AudioRefused("too_long")
    if first is None:
        raise AudioRefused("empty")
    duration = count * first.samples * 1000 // first.rate
    return Sniffed("audio/mpeg", "mp3", first.channels, duration, playable=True)


def _start(stream: BinaryIO) -> int:
    """After the tag at the beginning (ID3v2.4.0, section 3.1)."""
    head = at(stream, 0, TAG_V2)
    if not head.startswith(b"ID3"):
        return 0
    if any(byte > 127 for byte in head[6:10]):  # noqa: PLR2004
        raise AudioRefused("damaged")
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return TAG_V2 + size + (TAG_V2 if head[5] & 0x10 else 0)


def _end(stream: BinaryIO, size: int) -> int:
    """Before the tag at the end (ID3v1)."""
    if size < TAG_V1:
        return size
    return size - TAG_V1 if at(stream, size - TAG_V1, 3) == b"TAG" else size


def _frames(stream: BinaryIO, place: int, end: int) -> Iterator[Frame]:
    if place > end:
        raise AudioRefused("cut_off")
    window, origin = b"", place
    while place < end:
        if place + HEAD > end:
            raise AudioRefused("cut_off")
        if not origin <= place <= origin + len(window) - HEAD:
            stream.seek(place)
            window, origin = stream.read(PIECE), place
        found = frame(window[place - origin : place - origin + HEAD])
        if found is None:
            raise AudioRefused("damaged")
        place += found.length
        if place > end:
            raise AudioRefused("cut_off")
        yield found
