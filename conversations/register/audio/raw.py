"""From sound without a head to what it holds: GSM 06.10 is known by its frames, others only by their source's word."""

from typing import BinaryIO

from .found import PIECE, AudioRefused, Sniffed

GSM_FRAME, GSM_MS, GSM_MARK = 33, 20, 0xD  # RFC 3551, section 4.5.8
A_BYTE_MS = 8  # bytes of a millisecond: 64 kbit/s
# By what the source calls it: the name of the type (RFC 3551) and of the codec.
SAID = {
    "ulaw": ("audio/PCMU", "pcm_mulaw"),
    "mulaw": ("audio/PCMU", "pcm_mulaw"),
    "pcmu": ("audio/PCMU", "pcm_mulaw"),
    "alaw": ("audio/PCMA", "pcm_alaw"),
    "pcma": ("audio/PCMA", "pcm_alaw"),
    "g722": ("audio/G722", "g722"),
}
# How files begin that are something else, whatever is said of them.
OTHERS: tuple[bytes, ...] = (
    *(b"RIFF", b"OggS", b"ID3", b"\x1a\x45\xdf\xa3", b"%PDF", b"PK\x03\x04", b"\x7fELF"),
    *(b"MZ", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"fLaC", b"#!", b"<"),
)


def is_known(codec: str) -> bool:
    return _plain(codec) in SAID


def _plain(codec: str) -> str:
    """G.722 → g722."""
    return codec.lower().replace(".", "").replace("-", "")


def is_gsm(head: bytes) -> bool:
    """Whether every frame that is seen begins with the mark of GSM 06.10."""
    marks = head[::GSM_FRAME]
    return bool(marks) and all(byte >> 4 == GSM_MARK for byte in marks)


def gsm(stream: BinaryIO, size: int) -> Sniffed:
    stream.seek(0)
    while piece := stream.read(GSM_FRAME * 2000):
        if not is_gsm(piece):
            raise AudioRefused("damaged")
    if size % GSM_FRAME:
        raise AudioRefused("cut_off")
    return Sniffed("audio/GSM", "gsm", 1, size // GSM_FRAME * GSM_MS, playable=False)


def said(stream: BinaryIO, size: int, codec: str) -> Sniffed:
    """What has no head at all: the source's word counts unless the content is plainly something else."""
    known = SAID[_plain(codec)]
    stream.seek(0)
    head = stream.read(PIECE)
    if head.startswith(OTHERS) or _is_text(head):
        raise AudioRefused("wrong_codec")
    return Sniffed(*known, 1, size // A_BYTE_MS, playable=False)


def _is_text(head: bytes) -> bool:
    return all(byte in b"\t\n\r" or 32 <= byte < 127 for byte in head)  # noqa: PLR2004
