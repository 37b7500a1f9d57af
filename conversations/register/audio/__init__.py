"""From a stream to what sound it holds, by its content alone; or a code that says why it is not taken."""

import os
from typing import BinaryIO

from django.conf import settings

from . import mp3, ogg, raw, wav, webm
from .found import LONGEST_MS, SENTENCES, AudioRefused, Sniffed

HEAD = 33 * 4


def sniff(stream: BinaryIO, *, said: str = "", most: int | None = None) -> Sniffed:
    """What the stream holds; it must be seekable, and is put back to its beginning.

    `said`: what the source calls the codec of sound that has no head ("ulaw", "alaw", "g722"); a file
    with a head is believed rather than that, and other words are not listened to. Raises AudioRefused: "empty", "cut_off", "wrong_length",
    "damaged", "wrong_codec", "too_large" (`most` bytes, otherwise ICP_RECORDING_BYTES), "too_long".
    """
    size = stream.seek(0, os.SEEK_END)
    if not size:
        raise AudioRefused("empty")
    if size > (most or settings.RECORDING_BYTES):
        raise AudioRefused("too_large")
    stream.seek(0)
    found = _found(stream, stream.read(HEAD), size, said if raw.is_known(said) else "")
    if found.duration_ms > LONGEST_MS:
        raise AudioRefused("too_long")
    if not found.duration_ms:
        raise AudioRefused("empty")
    stream.seek(0)
    return found


def _found(stream: BinaryIO, head: bytes, size: int, said: str) -> Sniffed:
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b""):
        return wav.sniff(stream, size)
    if head.startswith(b"OggS"):
        return ogg.sniff(stream, size)
    if head.startswith(webm.MAGIC):
        return webm.sniff(stream, size)
    if said:  # silence in A-law looks like GSM
        return raw.said(stream, size, said)
    if mp3.begins(head):
        return mp3.sniff(stream, size)
    if raw.is_gsm(head):
        return raw.gsm(stream, size)
    raise AudioRefused("wrong_codec")


__all__ = ["SENTENCES", "AudioRefused", "Sniffed", "sniff"]
