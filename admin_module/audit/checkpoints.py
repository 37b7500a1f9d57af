"""From the head of the chain to a line outside the database, so that its tail cannot be cut off.

One line a day: position, digest, and a MAC over both. The first line of a month also says which
months end there: it closes a segment, and whole segments are what retention drops.
Copy the file away with the backups.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from admin_module.models import AuditLink
from icp.encryption.tokens import mac, verify_mac

CHECKPOINT = "audit.checkpoint"
_known: set[tuple[Path, str]] = set()  # files and days this process need not look up again


@dataclass(frozen=True, slots=True)
class Checkpoint:
    day: str  # ISO date
    position: int
    digest: str  # of the link at that position, hexadecimal
    mac: str = ""
    closes: str = ""  # "2026-11": everything up to here was linked before that month was over

    def content(self) -> bytes:
        named = (self.day, str(self.position), self.digest, *([self.closes] if self.closes else ()))
        return "|".join(named).encode()

    @property
    def genuine(self) -> bool:
        """Whether this installation wrote it."""
        try:
            return verify_mac(CHECKPOINT, self.content(), bytes.fromhex(self.mac))
        except ValueError:
            return False


def file() -> Path:
    return Path(settings.DATA_DIR) / "audit" / "checkpoints.jsonl"


def write_checkpoint(today: date | None = None) -> Checkpoint | None:
    """Write the day's line, once, and close the months that are over.

    None where the day's line stands already or the chain is empty.
    """
    day = today or timezone.localdate()
    if (file(), day.isoformat()) in _known:
        return None
    link = AuditLink.objects.order_by("position").last()
    if link is None:
        return None
    _known.add((file(), day.isoformat()))
    written = list(read())
    _close_months(day, written)
    if any(line.day == day.isoformat() and not line.closes for line in written):
        return None
    return _write(day, link)


def segments() -> list[Checkpoint]:
    """The genuine closings, the oldest first; raises as `read` does."""
    closings = [line for line in read() if line.closes and line.genuine]
    return sorted(closings, key=lambda line: line.position)


def read() -> Iterator[Checkpoint]:
    """Every line; raises ValueError, TypeError or KeyError for one that is no checkpoint."""
    if not file().exists():
        return
    with file().open(encoding="utf-8") as lines:
        for line in lines:
            yield Checkpoint(**json.loads(line))


def _close_months(day: date, written: list[Checkpoint]) -> None:
    """A segment ends with the last link of what was recorded before this month began."""
    begin = timezone.make_aware(datetime.combine(day.replace(day=1), time()))
    past = AuditLink.objects.filter(entry__at__lt=begin).select_related("entry")
    last = past.order_by("position").last()
    if last is None or any(line.closes and line.position >= last.position for line in written):
        return
    _write(day, last, closes=f"{timezone.localtime(last.entry.at):%Y-%m}")


def _write(day: date, link: AuditLink, closes: str = "") -> Checkpoint:
    bare = Checkpoint(day.isoformat(), link.position, bytes(link.digest).hex(), closes=closes)
    checkpoint = replace(bare, mac=mac(CHECKPOINT, bare.content()).hex())
    _append(json.dumps(asdict(checkpoint)))
    return checkpoint


def _append(line: str) -> None:
    file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as out:
        out.write(line + "\n")
        out.flush()
        os.fsync(out.fileno())
