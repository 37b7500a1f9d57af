"""What a look into a sound file gives: what it is, or a code that says why it is not taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

T = TypeVar("T")
PIECE = 64 * 1024
LONGEST_MS = 12 * 3600 * 1000
MOST_PIECES = 4_000_000  # pages or elements; twelve hours have two millions of them
SENTENCES: dict[str, Promise] = {
    "empty": _("The recording is empty. Check the exchange: it may have recorded nothing."),
    "cut_off": _("The recording is cut off. Send it again once the exchange has finished it."),
    "wrong_length": _("The recording says another length than it has. Send it again."),
    "damaged": _("The recording is damaged. Send it again."),
    "wrong_codec": _(
        "This is no sound that is taken here. Set the exchange to WAV, MP3, Ogg Opus, WebM Opus, GSM"
        " or G.722."
    ),
    "too_large": _("The recording is larger than recordings may be. Split it, or ask for more."),
    "too_long": _("The recording is longer than recordings may be."),
}


class AudioRefused(Exception):
    """A recording that is not taken; `code` is a key of SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def sentence(self) -> Promise:
        return SENTENCES[self.code]


@dataclass(frozen=True, slots=True)
class Sniffed:
    """`playable`: browsers play it as it is; otherwise it waits for conversion."""

    media_type: str
    codec: str  # as FFmpeg calls it: pcm_s16le, pcm_mulaw, gsm, mp3, opus, g722 …
    channels: int
    duration_ms: int
    playable: bool


def at(stream: BinaryIO, place: int, size: int) -> bytes:
    """Exactly `size` bytes from `place`; raises AudioRefused("cut_off") where there are fewer."""
    stream.seek(place)
    found = stream.read(size)
    if len(found) < size:
        raise AudioRefused("cut_off")
    return found


def counted(pieces: Iterator[T]) -> Iterator[T]:
    """The pieces; raises AudioRefused("damaged") where there are more than any real file has."""
    for number, piece in enumerate(pieces):
        if number > MOST_PIECES:
            raise AudioRefused("damaged")
        yield piece
