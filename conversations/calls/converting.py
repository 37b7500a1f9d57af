"""From a recording that browsers cannot play, or of which parts were decided, to a second one, under the same key.

FFmpeg of the system, or PyAV (requirements-audio.txt), in a process of its own; the sound goes through pipes and never
lies on the disk unsealed. Where there is neither, the recording stays marked as waiting for conversion.
"""

import contextlib
import importlib.util
import io
import logging
import shutil
import subprocess
import sys
import threading
import wave
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from admin_module import audit
from conversations.models import AccessDecision, PurgeState, Recording
from conversations.register import recordings
from conversations.register.audio import AudioRefused, sniff
from conversations.register.audio.wav import CUT_ANYWHERE
from icp.encryption.errors import KeyErased, Tampered
from icp.encryption.streams import StreamReader

log = logging.getLogger(__name__)
DECODER = Path(__file__).with_name("decode_with_av.py")
SECONDS = 600
RATE = 16_000  # samples a second of what is made for parts: all that telephones carry
# What FFmpeg calls sound without a head, by its type; -ar where it cannot know the rate.
FORMS = {
    "audio/PCMU": ("mulaw", "8000"),
    "audio/PCMA": ("alaw", "8000"),
    "audio/G722": ("g722", ""),
    "audio/GSM": ("gsm", "8000"),
}
_failed: set[int] = set()  # in this process: not tried again until it starts anew


class NoDecoder(Exception):
    """Neither FFmpeg nor PyAV is there."""


def waiting() -> "QuerySet[Recording]":
    """Originals that no browser plays, without a converted one."""
    converted = Recording.objects.filter(
        conversation=OuterRef("conversation"), role=Recording.Role.DERIVATIVE
    )
    rows: QuerySet[Recording] = Recording.objects.filter(
        ~Exists(converted),
        role=Recording.Role.ORIGINAL,
        playable=False,
        conversation__purge_state=PurgeState.KEPT,
    )
    return rows.select_related("conversation").order_by("pk")


def to_cut() -> "QuerySet[Recording]":
    """Originals of which a decision gives parts, without a version that can be cut (decisions/0041)."""
    decided = AccessDecision.objects.filter(verdict=AccessDecision.Verdict.PARTIAL)
    named = {int(pk) for parts in decided.values_list("segments", flat=True) for pk in parts}
    cut = Recording.objects.filter(
        conversation=OuterRef("conversation"), codec__in=CUT_ANYWHERE, playable=True
    )
    rows: QuerySet[Recording] = Recording.objects.filter(
        ~Exists(cut),
        role=Recording.Role.ORIGINAL,
        conversation__in=named,
        conversation__purge_state=PurgeState.KEPT,
    )
    return rows.select_related("conversation").order_by("pk")


def is_possible() -> bool:
    """Whether this server has a program that converts."""
    try:
        return bool(decoder(""))
    except NoDecoder:
        return False


def decoder(media_type: str, *, channels: int = 0) -> list[str]:
    """The command that turns this sound into Ogg Opus, or with `channels` into bare PCM; raises NoDecoder."""
    form, rate = FORMS.get(media_type, ("", ""))
    program = shutil.which(settings.FFMPEG)
    if program:
        raw = ["-f", form, *(["-ar", rate] if rate else [])] if form else []
        quiet = [program, "-nostdin", "-v", "error"]
        out = [*_PCM, "-ac", str(channels), "pipe:1"] if channels else _OGG
        return [*quiet, *raw, "-i", "pipe:0", "-vn", "-map_metadata", "-1", *out]
    if importlib.util.find_spec("av") is not None:
        return [sys.executable, "-I", str(DECODER), form, *(["pcm"] if channels else [])]
    raise NoDecoder


_OGG = ["-c:a", "libopus", "-b:a", "32k", "-f", "ogg", "pipe:1"]
_PCM = ["-c:a", "pcm_s16le", "-ar", str(RATE), "-f", "s16le"]


def convert_some(most: int = 3) -> int:
    """A few of those that wait, what is needed for parts first; none where there is no decoder.

    Returns how many were converted.
    """
    if not is_possible():
        return 0
    done = 0
    for rows, parts in ((to_cut(), True), (waiting(), False)):
        for recording in rows.exclude(pk__in=_failed)[: most - done]:
            done += convert(recording, parts=parts) is not None
    return done


def convert(recording: Recording, *, parts: bool = False) -> Recording | None:
    """The converted recording: Ogg Opus, or with `parts` WAV in PCM, which takes the place of the former.

    None where it cannot be read, or is there already. Raises NoDecoder.
    """
    channels = max(1, recording.channels) if parts else 0
    command = decoder(recording.media_type, channels=channels)
    try:
        with recording.open() as reader:
            sound = _piped(command, reader)
        sound = _headed(sound, channels) if parts else sound
        found = sniff(sound)
        with transaction.atomic():
            if parts:  # what was heard of it stays written down: the row stays, too
                _versions(recording).exclude(codec__in=CUT_ANYWHERE).update(role=_ASIDE)
            made = recordings.keep(
                recording.conversation, sound, role=Recording.Role.DERIVATIVE, found=found
            )
            audit.record(
                "recording.converted",
                recording.conversation,
                by=None,
                detail={"recording": str(made.uid), "codec": made.codec, "bytes": made.size},
            )
    except (AudioRefused, subprocess.SubprocessError, Tampered, OSError) as error:
        _failed.add(recording.pk)
        log.warning("Recording %s was not converted: %s", recording.pk, type(error).__name__)
        return None
    except (IntegrityError, KeyErased):  # somebody was faster, or the purge was
        return None
    return made


_ASIDE = Recording.Role.ATTACHMENT


def _versions(original: Recording) -> "QuerySet[Recording]":
    rows: QuerySet[Recording] = Recording.objects.filter(
        conversation=original.conversation, role=Recording.Role.DERIVATIVE
    )
    return rows


def _headed(samples: BinaryIO, channels: int) -> BinaryIO:
    """Bare samples of 16 bits as a WAV file; a pipe cannot say in its head how much will come."""
    made, content = io.BytesIO(), samples.read()
    if not content:
        raise AudioRefused("empty")
    with wave.open(made, "wb") as file:
        file.setparams((channels, 2, RATE, 0, "NONE", ""))
        file.writeframes(content)
    made.seek(0)
    return made


def _piped(command: list[str], reader: StreamReader) -> BinaryIO:
    """What the command makes of the sound, in memory; at most as much as a recording may have."""
    with subprocess.Popen(  # noqa: S603 (our own words and a name from the settings)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as process:
        assert process.stdin is not None  # noqa: S101 (PIPE)
        assert process.stdout is not None  # noqa: S101 (PIPE)
        clock = threading.Timer(SECONDS, process.kill)
        feeder = threading.Thread(target=_feed, args=(process.stdin, reader), daemon=True)
        clock.start()
        feeder.start()
        try:
            made = process.stdout.read(settings.RECORDING_BYTES + 1)
            if len(made) > settings.RECORDING_BYTES:
                process.kill()
        finally:
            process.wait()
            clock.cancel()
            feeder.join()
    if process.returncode:
        raise subprocess.SubprocessError(f"ended with {process.returncode}")
    return io.BytesIO(made)


def _feed(pipe: object, reader: StreamReader) -> None:
    stdin: BinaryIO = pipe  # type: ignore[assignment]
    with contextlib.suppress(BrokenPipeError, ValueError), stdin:
        stdin.writelines(reader)
