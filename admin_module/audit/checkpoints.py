"""From the head of the chain to a line outside the database, so that its tail cannot be cut off.

One line a day: position, digest, and a MAC over both. Copy the file away with the backups.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from admin_module.models import AuditLink
from icp.encryption.tokens import mac

CHECKPOINT = "audit.checkpoint"
_known: set[tuple[Path, str]] = set()  # files and days this process need not look up again


@dataclass(frozen=True, slots=True)
class Checkpoint:
    day: str  # ISO date
    position: int
    digest: str  # of the link at that position, hexadecimal
    mac: str = ""

    def content(self) -> bytes:
        return f"{self.day}|{self.position}|{self.digest}".encode()


def file() -> Path:
    return Path(settings.DATA_DIR) / "audit" / "checkpoints.jsonl"


def write_checkpoint(today: date | None = None) -> Checkpoint | None:
    """Write the day's line, once; None where it stands already or the chain is empty."""
    day = (today or timezone.localdate()).isoformat()
    if (file(), day) in _known:
        return None
    link = AuditLink.objects.order_by("position").last()
    if link is None:
        return None
    _known.add((file(), day))
    if any(checkpoint.day == day for checkpoint in read()):
        return None
    bare = Checkpoint(day, link.position, bytes(link.digest).hex())
    checkpoint = Checkpoint(
        bare.day, bare.position, bare.digest, mac(CHECKPOINT, bare.content()).hex()
    )
    _append(json.dumps(asdict(checkpoint)))
    return checkpoint


def read() -> Iterator[Checkpoint]:
    """Every line; raises ValueError, TypeError or KeyError for one that is no checkpoint."""
    if not file().exists():
        return
    with file().open(encoding="utf-8") as lines:
        for line in lines:
            yield Checkpoint(**json.loads(line))


def _append(line: str) -> None:
    file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as out:
        out.write(line + "\n")
        out.flush()
        os.fsync(out.fileno())
