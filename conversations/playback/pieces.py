"""From a recording and the parts that were decided to sounds that can be played and hold nothing else.

A part of a WAV file in PCM is a WAV file of its own: the same format, a new length, the samples between
two milliseconds. Other codecs cannot be cut without decoding them; of those a decided part is refused, and
the page says that the recording must be converted first (docs/decisions/0041).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from conversations.models import Conversation, Recording
from icp.encryption.streams import StreamReader

from .rights import Refused

HEAD = 64 * 1024  # chunks before the samples take less than that, or it is no file for us
PCM = 1  # WAVE_FORMAT_PCM
FORM = 16  # bytes of the chunk that says how samples are written
NOT_PLAYABLE = _("Browsers cannot play this recording: it must be converted first.")
NOT_CUT = _(
    "Parts of this recording can be played once it is converted to WAV (PCM). That happens by itself within"
    " a few minutes of the decision, where the server has FFmpeg or PyAV. If this sentence stays, ask an"
    " administrator to install one of them."
)
NONE_LEFT = _("There is no recording of this conversation.")
Parts = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the samples of a WAV file lie, in bytes."""

    channels: int
    rate: int  # samples a second
    block: int  # bytes of one sample of all channels
    bits: int
    begin: int
    size: int

    def place(self, milliseconds: int) -> int:
        """From the first sample on; never inside of one."""
        return min(milliseconds * self.rate // 1000 * self.block, self.size)

    def head(self, size: int) -> bytes:
        """The 44 bytes before `size` bytes of samples (RIFF, 1991)."""
        form = struct.pack(
            "<HHIIHH", PCM, self.channels, self.rate, self.rate * self.block, self.block, self.bits
        )
        chunks = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", size)
        return b"RIFF" + struct.pack("<I", len(chunks) + size) + chunks


@dataclass(frozen=True)
class Piece:
    """What one player plays: all of a recording, or one decided part of it."""

    recording: Recording
    number: int = 0  # 0: all of it; else which part, from 1
    begin_ms: int = 0
    end_ms: int = 0
    head: bytes = b""
    begin: int = 0  # of the recording's bytes
    end: int = 0

    @property
    def size(self) -> int:
        return len(self.head) + self.end - self.begin

    @cached_property
    def media_type(self) -> str:
        return "audio/wav" if self.number else str(self.recording.media_type)

    def read(self, reader: StreamReader, first: int, last: int) -> Iterator[bytes]:
        """Bytes `first` up to, not including, `last` of the piece."""
        if first < len(self.head):
            yield self.head[first:last]
        skip = len(self.head)
        if last > skip:
            begin = self.begin + max(first - skip, 0)
            yield from reader.read_range(begin, self.begin + last - skip)


def recording_of(conversation: Conversation) -> Recording:
    """What a browser can play of a call: the original, else what was converted. Raises Refused."""
    kept = {row.role: row for row in conversation.recordings.all()}
    roles = (Recording.Role.ORIGINAL, Recording.Role.DERIVATIVE)
    found: list[Recording] = [kept[role] for role in roles if role in kept]
    if not found:
        raise Refused("no_recording", NONE_LEFT)
    playable = next((row for row in found if row.playable), None)
    if playable is None:
        raise Refused("not_playable", NOT_PLAYABLE)
    return playable


def pieces_of(conversation: Conversation, parts: Parts) -> list[Piece]:
    """All of the recording as one piece, or a piece for each decided part. Raises Refused."""
    recording = recording_of(conversation)
    if not parts:
        return [Piece(recording, end_ms=recording.duration_ms, end=recording.size)]
    for row in _playable(conversation, first=recording):
        layout = layout_of(row)
        if layout is not None:
            return [_piece(row, layout, n, *part) for n, part in enumerate(parts, 1)]
    raise Refused("not_cut", NOT_CUT)


def _playable(conversation: Conversation, *, first: Recording) -> list[Recording]:
    rest = conversation.recordings.filter(playable=True).exclude(pk=first.pk)
    return [first, *rest.exclude(role=Recording.Role.ATTACHMENT)]


def _piece(row: Recording, layout: Layout, number: int, begin_ms: int, end_ms: int) -> Piece:
    begin, end = layout.place(begin_ms), layout.place(end_ms)
    return Piece(
        row,
        number,
        begin_ms,
        end_ms,
        layout.head(end - begin),
        layout.begin + begin,
        layout.begin + end,
    )


def layout_of(recording: Recording) -> Layout | None:
    """Of a WAV file in PCM; None of everything else, and of a file that lies about itself."""
    with recording.open() as reader:
        head = b"".join(reader.read_range(0, HEAD))
        return read_layout(head, reader.size)


def read_layout(head: bytes, size: int) -> Layout | None:
    """`head`: how the file begins; `size`: all of it, in bytes."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    form: tuple[int, int, int, int] | None = None
    place = 12
    while place + 8 <= len(head):
        name, length = (
            head[place : place + 4],
            int.from_bytes(head[place + 4 : place + 8], "little"),
        )
        place += 8
        if name == b"data":
            return _layout(form, place, min(length, size - place))
        if name == b"fmt ":
            form = _form(head[place : place + length])
        place += length + length % 2  # chunks begin at even places
    return None


def _form(chunk: bytes) -> tuple[int, int, int, int] | None:
    """Channels, samples a second, bytes of a block, bits; None where it is no PCM."""
    if len(chunk) < FORM:
        return None
    code, channels, rate, _a_second, block, bits = struct.unpack("<HHIIHH", chunk[:FORM])
    fine = code == PCM and channels and rate and block == channels * bits // 8
    return (channels, rate, block, bits) if fine else None


def _layout(form: tuple[int, int, int, int] | None, begin: int, size: int) -> Layout | None:
    if form is None:
        return None
    channels, rate, block, bits = form
    return Layout(channels, rate, block, bits, begin, size - size % block)
