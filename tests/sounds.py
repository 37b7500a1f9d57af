"""Small sound files for tests, made byte by byte: silence in every form that exchanges write."""

import struct
from itertools import count

_serials = count(7)
# MPEG 1, layer III, 64 kbit/s, 44.1 kHz, mono, no checksum: 208 bytes, 1152 samples.
MP3_FRAME = b"\xff\xfb\x50\xc0" + bytes(204)
GSM_FRAME = b"\xd8" + bytes(32)  # 20 ms
OPUS_PACKET = b"\xf8\xff\xfe"  # silence, 20 ms


def riff(body: bytes, *, declared: int | None = None) -> bytes:
    return b"RIFF" + struct.pack("<I", len(body) if declared is None else declared) + body


def wav_of(
    tag: int, *, seconds: float = 1.0, bits: int = 8, block: int = 1, a_second: int = 8000
) -> bytes:
    """A WAV file at 8 kHz whose format has this number."""
    data = bytes(int(seconds * a_second))
    fmt = struct.pack("<HHIIHH", tag, 1, 8000, a_second, block, bits)
    chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt + b"data" + struct.pack("<I", len(data))
    return riff(b"WAVE" + chunks + data)


def mulaw(seconds: float = 1.0) -> bytes:
    """G.711 µ-law in WAV: what many exchanges record; browsers play none of it."""
    return wav_of(7, seconds=seconds)


def gsm_wav(blocks: int = 25) -> bytes:
    """GSM 06.10 in WAV ("wav49"): 40 ms in each block."""
    return wav_of(0x31, seconds=blocks * 65 / 1625, bits=0, block=65, a_second=1625)


def mp3(frames: int = 40) -> bytes:
    return MP3_FRAME * frames


def gsm(frames: int = 50) -> bytes:
    return GSM_FRAME * frames


def ogg(packets: int = 50, *, ended: bool = True, head: bytes = b"") -> bytes:
    """Opus in Ogg, 20 ms a packet, one packet a page."""
    serial = next(_serials)
    first = head or b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48_000, 0, 0)
    pages = [_page(serial, 0, 2, 0, first), _page(serial, 1, 0, 0, b"OpusTags" + bytes(8))]
    for number in range(packets):
        last = 4 if ended and number == packets - 1 else 0
        pages.append(_page(serial, number + 2, last, (number + 1) * 960, OPUS_PACKET))
    return b"".join(pages)


def _page(serial: int, number: int, flags: int, granule: int, packet: bytes) -> bytes:
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, serial, number, 0, 1)
    return head + bytes([len(packet)]) + packet


def webm(blocks: int = 50, *, live: bool = False, codec: bytes = b"A_OPUS") -> bytes:
    """Opus in WebM, 20 ms a block; `live` as a browser records it: segment and cluster without a size."""
    info = _element("1549a966", _element("2ad7b1", b"\x0f\x42\x40"))
    sound = _element("e1", _element("9f", b"\x01"))
    track = _element(
        "ae", _element("d7", b"\x01") + _element("83", b"\x02") + _element("86", codec) + sound
    )
    inside = b"".join(
        _element("a3", b"\x81" + struct.pack(">h", number * 20) + b"\x80" + OPUS_PACKET)
        for number in range(1, blocks + 1)
    )
    cluster = _element("e7", b"\x00") + inside
    body = info + _element("1654ae6b", track) + _element("1f43b675", cluster, unknown=live)
    head = _element("1a45dfa3", _element("4282", b"webm"))
    return head + _element("18538067", body, unknown=live)


def _element(kind: str, body: bytes, *, unknown: bool = False) -> bytes:
    size = b"\x01" + b"\xff" * 7 if unknown else struct.pack(">Q", len(body) | 1 << 56)
    return bytes.fromhex(kind) + size + body
