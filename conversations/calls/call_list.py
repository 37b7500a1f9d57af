"""From an exchange's list of calls (CSV) to the row of a recording; what it names outside of the folder is refused."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from .profiles import Row

# Asterisk's own Master.csv has no head (cdr_csv.c, in this order).
MASTER = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata",
    "start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield",
)  # fmt: skip
HEADS = {"uniqueid", "recordingfile", "external_id", "calldate"}
LARGEST = 256 * 2**20
LARGEST_SIDE = 64 * 1024
SIDE = ".json"


@dataclass(slots=True)
class CallList:
    """Rows by the call's name and by the file's; `outside`: names that lead out of the folder."""

    by_call: dict[str, Row] = field(default_factory=dict)
    by_file: dict[str, Row] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)  # names of the calls

    def row_of(self, path: PurePosixPath, call: str) -> Row | None:
        return self.by_file.get(str(path)) or self.by_file.get(path.name) or self.by_call.get(call)


def read(path: Path | None, folder: Path) -> CallList:
    """The list as it is now; an empty one where there is none. A broken line is passed over."""
    found = CallList()
    if path is None or not path.is_file() or path.stat().st_size > LARGEST:
        return found
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        for row in _rows(file):
            call = row.get("uniqueid") or row.get("external_id") or ""
            if call:
                found.by_call[call] = row
            name = row.get("recordingfile", "").strip()
            inner = inside(folder, name) if name else None
            if inner is not None:
                found.by_file[str(inner)] = row
            elif name:
                found.outside.append(call)
    return found


def _rows(file: Any) -> Iterator[Row]:
    reader = csv.reader(line.replace("\0", "") for line in file)
    head: tuple[str, ...] = ()
    for cells in reader:
        if not head:
            named = tuple(cell.strip().lower().lstrip("\ufeff") for cell in cells)
            head = named if HEADS & set(named) else MASTER
            if head is named:
                continue
        if len(cells) >= 2:  # noqa: PLR2004
            yield dict(zip(head, (cell.strip() for cell in cells), strict=False))


def inside(folder: Path, name: str) -> PurePosixPath | None:
    """Where in the folder this name leads, without asking the disk; None where it leads out of it."""
    plain = PurePosixPath(name.replace("\\", "/"))
    if plain.is_absolute():
        try:
            plain = plain.relative_to(folder)
        except ValueError:
            return None
    if ".." in plain.parts or "\0" in name or not plain.parts:
        return None
    return plain


def beside(path: Path) -> dict[str, Any] | None:
    """What the file X.json beside X.wav says; None where there is none or it is no JSON object."""
    side = path.with_suffix(SIDE)
    if side.is_symlink() or not side.is_file() or side.stat().st_size > LARGEST_SIDE:
        return None
    try:
        said = json.loads(side.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return None
    return dict(said) if isinstance(said, Mapping) else None
