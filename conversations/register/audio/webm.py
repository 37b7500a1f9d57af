"""From WebM to the Opus or Vorbis in it (RFC 8794, EBML; RFC 9559, Matroska)."""

import math
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from .found import AudioRefused, Sniffed, at, counted

MAGIC = b"\x1a\x45\xdf\xa3"
EBML, DOC_TYPE = 0x1A45DFA3, 0x4282
SEGMENT, CLUSTER = 0x18538067, 0x1F43B675
INFO, SCALE, DURATION = 0x1549A966, 0x2AD7B1, 0x4489
TRACKS, TRACK, TRACK_TYPE, CODEC = 0x1654AE6B, 0xAE, 0x83, 0x86
SOUND, CHANNELS = 0xE1, 0x9F
TIME, BLOCK, GROUP, INNER_BLOCK = 0xE7, 0xA3, 0xA0, 0xA1
ENTERED = {CLUSTER, INFO, TRACKS, TRACK, SOUND, GROUP}
AUDIO = 2
CODECS = {b"A_OPUS": "opus", b"A_VORBIS": "vorbis"}
LONGEST_HEAD = 12
MILLION = 1_000_000
SHORT = 64


class Element(NamedTuple):
    kind: int
    body: int  # where it begins
    end: int | None  # None: it says no size


class Facts:
    """What was met on the way."""

    def __init__(self) -> None:
        self.scale = MILLION  # nanoseconds of a tick
        self.duration = 0.0  # ticks
        self.last = 0  # tick of the last block
        self.cluster = 0
        self.codec = b""
        self.channels = 1
        self.blocks = 0


def sniff(stream: BinaryIO, size: int) -> Sniffed:
    """One track of sound and nothing else; what says its size must have it."""
    head = _element(stream, 0, size)
    if head.end is None or head.end > size:
        raise AudioRefused("cut_off")
    if not any(
        inner.kind == DOC_TYPE and _bytes(stream, inner).rstrip(b"\0") == b"webm"
        for inner in _inside(stream, head.body, head.end)
    ):
        raise AudioRefused("wrong_codec")
    segment = _element(stream, head.end, size)
    if segment.kind != SEGMENT:
        raise AudioRefused("damaged")
    end = _whole(segment, size)
    if end < size:
        raise AudioRefused("wrong_length")
    facts = Facts()
    _walk(stream, segment.body, end, facts)
    return _described(facts)


def _described(facts: Facts) -> Sniffed:
    codec = CODECS.get(facts.codec)
    if codec is None:
        raise AudioRefused("wrong_codec" if facts.codec else "cut_off")
    if not facts.blocks:
        raise AudioRefused("empty")
    ticks = max(facts.duration, float(facts.last))
    return Sniffed(
        "audio/webm", codec, facts.channels, int(ticks * facts.scale / MILLION), playable=True
    )


def _walk(stream: BinaryIO, place: int, end: int, facts: Facts) -> None:
    """Elements of a segment, and of what is open in it: a cluster's are met as if they stood there."""
    for element in counted(_inside(stream, place, end, into=ENTERED)):
        if element.kind in _READ:
            _READ[element.kind](facts, _bytes(stream, element))


def _number(body: bytes) -> int:
    return int.from_bytes(body, "big")


def _float(body: bytes) -> float:
    form = {4: ">f", 8: ">d"}.get(len(body))
    value = float(struct.unpack(form, body)[0]) if form else 0.0
    return value if math.isfinite(value) else 0.0


def _block(facts: Facts, body: bytes) -> None:
    if len(body) < 4:  # noqa: PLR2004
        raise AudioRefused("damaged")
    facts.blocks += 1
    facts.last = max(facts.last, facts.cluster + int.from_bytes(body[1:3], "big", signed=True))


def _track_type(_facts: Facts, body: bytes) -> None:
    if _number(body) != AUDIO:
        raise AudioRefused("wrong_codec")


def _codec(facts: Facts, body: bytes) -> None:
    if facts.codec:
        raise AudioRefused("wrong_codec")  # a second track: nobody would hear it
    facts.codec = body.rstrip(b"\0")


_READ = {
    SCALE: lambda facts, body: setattr(facts, "scale", _number(body) or MILLION),
    DURATION: lambda facts, body: setattr(facts, "duration", _float(body)),
    TIME: lambda facts, body: setattr(facts, "cluster", _number(body)),
    CHANNELS: lambda facts, body: setattr(facts, "channels", _number(body) or 1),
    TRACK_TYPE: _track_type,
    CODEC: _codec,
    BLOCK: _block,
    INNER_BLOCK: _block,
}


def _inside(
    stream: BinaryIO, place: int, end: int, into: set[int] | None = None
) -> Iterator[Element]:
    """Each element from `place` to `end`; where its kind is in `into`, what is in it follows."""
    while place < end:
        element = _element(stream, place, end)
        entered = into is not None and element.kind in into
        if element.end is None and not entered:
            raise AudioRefused("damaged")
        yield element
        whole = _whole(element, end)
        place = element.body if entered else whole


def _whole(element: Element, end: int) -> int:
    if element.end is None:
        return end
    if element.end > end:
        raise AudioRefused("cut_off")
    return element.end


def _element(stream: BinaryIO, place: int, end: int) -> Element:
    stream.seek(place)
    head = stream.read(min(LONGEST_HEAD, end - place))
    width = _width(head, 0, 4)
    kind = int.from_bytes(head[:width], "big")
    length = _width(head, width, 8)
    value = int.from_bytes(head[width : width + length], "big") & ((1 << 7 * length) - 1)
    body = place + width + length
    unknown = value == (1 << 7 * length) - 1
    return Element(kind, body, None if unknown else body + value)


def _width(head: bytes, at_: int, most: int) -> int:
    """Bytes of a number whose first byte says how many (RFC 8794, section 4)."""
    if at_ >= len(head):
        raise AudioRefused("cut_off")
    width = 9 - head[at_].bit_length()
    if width > most:
        raise AudioRefused("damaged")
    if at_ + width > len(head):
        raise AudioRefused("cut_off")
    return width


def _bytes(stream: BinaryIO, element: Element) -> bytes:
    """Of an element's body as much as is read of any; a block's sound is not looked at."""
    assert element.end is not None  # noqa: S101 (_inside refuses others)
    return at(stream, element.body, min(element.end - element.body, SHORT))
