"""From a recording that cannot be registered to a place where nothing is lost, and out of it by a person's word."""

import uuid
from pathlib import Path, PurePosixPath

from django.conf import settings


def folder() -> Path:
    """ICP_CALLS_QUARANTINE, else `quarantine` in the watched folder."""
    place = settings.CALLS_QUARANTINE or Path(settings.CALLS_FOLDER) / "quarantine"
    return Path(place)


def path_of(name: str) -> Path:
    return folder() / PurePosixPath(name).name


def put(path: Path) -> str:
    """Move a file here; returns its name, which tells nothing. What cannot be moved stays: OSError."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    ending = path.suffix.lower()[:8]
    name = f"{uuid.uuid4().hex}{ending if ending[1:].isalnum() else ''}"
    path.replace(folder() / name)
    return name
