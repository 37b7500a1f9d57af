"""From RIFF/WAVE to what it holds (Multimedia Programming Interface and Data Specifications 1.0, 1991; RFC 2361)."""

import struct
from typing import BinaryIO

from .found import AudioRefused, Sniffed, at

HEAD = 12
CHUNK = struct.Struct("<4sI")
FORMAT = struct.Struct("<HHIIHH")
EXTENSIBLE = 0xFFFE
# Of a stream whose writer could not go back to the head: nothing says that it is whole.
UNKNOWN = (0, 0xFFFFFFFF)
PCM_BITS = {8: "pcm_u8", 16: "pcm_s16le", 24: "pcm_s24le", 32: "pcm_s32le"}
CUT_ANYWHERE = tuple(PCM_BITS.values())  # codecs of which any part is a WAV file of its own
FLOAT_BITS = {32: "pcm_f32le", 64: "pcm_f64le"}
# By WAVE_FORMAT number: the codec; browsers play none of these in a WAV file.
CODECS = {6: "pcm_alaw", 7: "pcm_mulaw", 0x31: "gsm_ms", 0x28F: "g722"}
GSM_BLOCK, GSM_SAMPLES = 65, 320  # two frames of 160 samples
G722_RATE = 16_000


def sniff(stream: BinaryIO, size: int) -> Sniffed:
    """Raises AudioRefused: also where the head promises more or fewer bytes than there are."""
    fmt, data = b"", None
    place, end = HEAD, _end(stream, size)
    while place + CHUNK.size <= end:
        name, length = CHUNK.unpack(at(stream, place, CHUNK.size))
        place += CHUNK.size
        if name == b"data":
            data = _data(length, end - place)
        elif name == b"fmt ":
            fmt = at(stream, place, min(length, 40))
        place += length + length % 2
    if data is None or len(fmt) < FORMAT.size:
        raise AudioRefused("cut_off")
    return _described(fmt, data)


def _end(stream: BinaryIO, size: int) -> int:
    """Where the RIFF chunk ends, by its own word; a padding byte more or less is no matter."""
    declared = CHUNK.unpack(at(stream, 0, CHUNK.size))[1]
    end = int(declared) + CHUNK.size
    if declared in UNKNOWN or end > size + 1:
        raise AudioRefused("cut_off")
    if end < size - 1:
        raise AudioRefused("wrong_length")
    return size


def _data(length: int, rest: int) -> int:
    if length > rest:
        raise AudioRefused("cut_off")
    if not length:
        raise AudioRefused("empty")
    return length


def _described(fmt: bytes, data: int) -> Sniffed:
    tag, channels, rate, a_second, block, bits = FORMAT.unpack_from(fmt)
    if tag == EXTENSIBLE and len(fmt) >= 26:  # noqa: PLR2004
        (tag,) = struct.unpack_from("<H", fmt, 24)
    codec = _codec(tag, bits)
    if not (channels and rate and block and a_second):
        raise AudioRefused("damaged")
    return Sniffed(
        media_type="audio/wav",
        codec=codec,
        channels=channels,
        duration_ms=_milliseconds(codec, data, rate, block, a_second),
        playable=tag in (1, 3),
    )


def _codec(tag: int, bits: int) -> str:
    known = {1: PCM_BITS.get(bits), 3: FLOAT_BITS.get(bits)}.get(tag, CODECS.get(tag))
    if known is None:
        raise AudioRefused("wrong_codec")
    return known


def _milliseconds(codec: str, data: int, rate: int, block: int, a_second: int) -> int:
    """By what the codec needs for a second, not by what the head says of it."""
    if codec == "gsm_ms":
        return data // GSM_BLOCK * GSM_SAMPLES * 1000 // rate
    if codec == "g722":
        return data * 1000 // a_second
    return data * 1000 // (block * rate)
