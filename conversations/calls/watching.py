"""From a folder in which an exchange leaves recordings to registered calls; what cannot be registered is put aside.

A file is taken once two looks, far enough apart, found the same size and time; half-written ones wait. Looked at by
polling, which works on SMB and NFS. Nothing is deleted before its sealed copy was read back whole.
"""

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.conf import settings

from conversations.models import Arrival, Source
from conversations.register import recordings
from conversations.register.spooling import TooLarge, spooled

from . import call_list, ingesting, jobs, profiles, quarantine
from .call_list import CallList
from .ingesting import Taken
from .metadata import CallMetadata, CallSerializer, of_valid
from .refusing import CallRefused

log = logging.getLogger(__name__)
SOUNDS = {".wav", ".wav49", ".mp3", ".ogg", ".opus", ".webm", ".gsm", ".ulaw", ".ul", ".alaw"}
SOUNDS |= {".al", ".g722"}
MOST = 500  # files in one look: the next one goes on
# What a person or the exchange may put right without touching the file: tried again by itself.
NOT_YET = {"no_call"}
PATIENCE = 3600  # seconds in which the list of calls may lag behind the recordings


@dataclass(frozen=True, slots=True)
class Look:
    """What a file was like, and when that was first seen (a clock that never jumps)."""

    size: int
    changed: int
    since: float


class Watch:
    """One process's memory of what it saw; several may watch the same folder."""

    def __init__(self) -> None:
        self.seen: dict[Path, Look] = {}
        self.reported: set[str] = set()
        self.left: dict[Path, tuple[int, int]] = {}  # registered, and left where they are

    def look(self, *, settle: bool = True) -> int:
        """One look; returns how many files were registered or put aside. `settle=False`: take all now."""
        if not settings.CALLS_FOLDER:
            return 0
        folder = Path(settings.CALLS_FOLDER)
        ready = [path for path in _files(folder) if self._stable(path) or not settle][:MOST]
        self.seen = {path: look for path, look in self.seen.items() if path.exists()}
        if not ready:
            return 0
        calls = call_list.read(Path(settings.CALLS_CDR) if settings.CALLS_CDR else None, folder)
        self._report(calls)
        return sum(self._one(folder, path, calls) for path in ready)

    def _stable(self, path: Path) -> bool:
        try:
            found = path.lstat()
        except OSError:
            return False
        known = self.seen.get(path)
        now = time.monotonic()
        if self.left.get(path) == (found.st_size, found.st_mtime_ns):
            return False
        if known is None or (known.size, known.changed) != (found.st_size, found.st_mtime_ns):
            self.seen[path] = Look(found.st_size, found.st_mtime_ns, now)
            return False
        return bool(now - known.since >= settings.CALLS_STABLE_SECONDS)

    def _report(self, calls: CallList) -> None:
        """Rows that name a file outside of the folder: told once, never opened."""
        for call in calls.outside:
            name = f"{settings.CALLS_SOURCE}:{call}"[:100]
            if name not in self.reported:
                self.reported.add(name)
                jobs.refused(Source.FOLDER, name, "outside")

    def _one(self, folder: Path, path: Path, calls: CallList) -> bool:
        try:
            arrived = _arrived(folder, path, calls)
            if arrived and path.exists():
                found = path.lstat()
                self.left[path] = (found.st_size, found.st_mtime_ns)
            return arrived
        except OSError as error:  # gone meanwhile, or the disk: the next look sees it again
            log.warning("A recording in the watched folder was not read: %s", type(error).__name__)
            return False


def _files(folder: Path) -> Iterator[Path]:
    """Sound files below the folder, whoever sorts them into days; links to folders are not entered."""
    aside = quarantine.folder().resolve()
    for place, folders, names in os.walk(folder, followlinks=False):
        here = Path(place)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and (here / name).resolve() != aside
        )
        for name in sorted(names):
            if Path(name).suffix.lower() in SOUNDS and not name.startswith("."):
                yield here / name


def _arrived(folder: Path, path: Path, calls: CallList) -> bool:
    within = PurePosixPath(path.relative_to(folder))
    name = ""
    try:
        if path.is_symlink():
            raise CallRefused("symlink")
        if not path.is_file():
            return False
        said = said_of(within, path, calls)
        name = said.name
        finish(path, said, register(said, path))
    except CallRefused as refused:
        if refused.code in NOT_YET and time.time() - path.lstat().st_mtime < PATIENCE:
            return False
        _aside(path, within, name, refused.code)
    return True


def said_of(within: PurePosixPath, path: Path, calls: CallList) -> CallMetadata:
    """What is known of the call; raises CallRefused."""
    side = call_list.beside(path)
    if side is not None:
        said = {"source": settings.CALLS_SOURCE, **side}
    else:
        named = profiles.PROFILES[settings.CALLS_PROFILE].of_name(within)
        row = calls.row_of(within, str(named.get("external_id", "")))
        said = profiles.said_of(within, row)
    serializer = CallSerializer(data=said)
    if not serializer.is_valid():
        raise CallRefused("metadata", next(iter(serializer.errors), ""))
    return of_valid(serializer.validated_data)


def register(said: CallMetadata, path: Path) -> Taken:
    """Register the call with its sound; where only the sound is wrong, the call alone, then CallRefused."""
    try:
        return _with_sound(said, path)
    except CallRefused as refused:
        if refused.code in ingesting.OF_SOUND:
            ingesting.take(said, source=Source.FOLDER)
        raise


def _with_sound(said: CallMetadata, path: Path) -> Taken:
    if path.stat().st_size > settings.RECORDING_BYTES:
        raise CallRefused("too_large")
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except PermissionError:
        raise CallRefused("unreadable") from None
    try:
        with os.fdopen(handle, "rb") as file, spooled(file, most=settings.RECORDING_BYTES) as sound:
            return ingesting.take(said, source=Source.FOLDER, sound=sound)
    except TooLarge:
        raise CallRefused("too_large") from None


def finish(path: Path, said: CallMetadata, taken: Taken, *, keep: bool | None = None) -> None:
    """Delete the original once its copy is proven, or once it may not be kept; `keep`: as the setting says."""
    keep = settings.CALLS_KEEP_ORIGINALS if keep is None else keep
    kept = taken.recording
    if kept is not None and not recordings.is_whole(kept):
        raise CallRefused("copy_broken")
    if not jobs.was_done(Source.FOLDER, said.name):
        jobs.done(Source.FOLDER, said.name, taken.conversation, remark=taken.discarded)
    grew = kept is not None and path.stat().st_size != kept.size
    if grew or (keep and not taken.discarded):
        return
    path.unlink(missing_ok=True)
    path.with_suffix(call_list.SIDE).unlink(missing_ok=True)


def _aside(path: Path, within: PurePosixPath, name: str, code: str) -> None:
    """Into the quarantine, its account beside it; nothing is lost."""
    side = call_list.beside(path)
    kept = quarantine.put(path)
    if side is not None:
        path.with_suffix(call_list.SIDE).replace(quarantine.path_of(kept).with_suffix(".json"))
    jobs.put_aside(
        Source.FOLDER, name[:100], code, Arrival(name=str(within)[:1000], put_aside=kept)
    )
    log.info("A recording in the watched folder was put aside: %s", code)
