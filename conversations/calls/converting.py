"""From a recording that browsers cannot play to a second one that they can, under the same key.

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
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from admin_module import audit
from conversations.models import PurgeState, Recording
from conversations.register import recordings
from conversations.register.audio import AudioRefused, sniff
from icp.encryption.errors import KeyErased, Tampered
from icp.encryption.streams import StreamReader

log = logging.getLogger(__name__)
DECODER = Path(__file__).with_name("decode_with_av.py")
SECONDS = 600
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


def decoder(media_type: str) -> list[str]:
    """The command that turns this sound into Ogg Opus; raises NoDecoder."""
    form, rate = FORMS.get(media_type, ("", ""))
    program = shutil.which(settings.FFMPEG)
    if program:
        raw = ["-f", form, *(["-ar", rate] if rate else [])] if form else []
        quiet = [program, "-nostdin", "-v", "error"]
        return [*quiet, *raw, "-i", "pipe:0", "-vn", "-c:a", "libopus", "-b:a", "32k", *_OUT]
    if importlib.util.find_spec("av") is not None:
        return [sys.executable, "-I", str(DECODER), form]
    raise NoDecoder


_OUT = ["-map_metadata", "-1", "-f", "ogg", "pipe:1"]


def convert_some(most: int = 3) -> int:
    """A few of those that wait; none where there is no decoder. Returns how many were converted."""
    done = 0
    for recording in waiting().exclude(pk__in=_failed)[:most]:
        try:
            done += convert(recording) is not None
        except NoDecoder:
            return done
    return done


def convert(recording: Recording) -> Recording | None:
    """The converted recording; None where it cannot be read, or is there already. Raises NoDecoder."""
    command = decoder(recording.media_type)
    try:
        with recording.open() as reader:
            sound = _piped(command, reader)
        found = sniff(sound)
        with transaction.atomic():
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
