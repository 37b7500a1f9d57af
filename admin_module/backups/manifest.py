"""From the files of a backup to one signed list of them: whatever was changed later is named."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from icp.encryption.tokens import mac, verify_mac

NAME = "manifest.json"
LABEL = "backup.manifest"
FORMAT = 1
CHUNK = 1 << 20
# The database without its keys, and the keys apart: two files for two places to keep them.
MAIN = {"postgresql": "main.dump", "sqlite": "main.sqlite3"}
KEYS = {"postgresql": "keys.dump", "sqlite": "keys.sqlite3"}
FILES = "files"  # the folder with what lay in ICP_DATA_DIR


class BadBackup(Exception):
    """A backup that must not be used, in one sentence that names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `files`: path below the backup's folder → (bytes, SHA-256)."""

    made: str  # ISO time, UTC
    version: str  # of ICP
    vendor: str  # "postgresql" or "sqlite"
    server: str  # the database server's version
    epoch: int  # of the restore guard, when the backup was begun
    migrations: list[str]  # "recipients.0001_initial"
    counts: dict[str, int]
    head: dict[str, Any]  # of the audit chain: position, digest
    erasures: int
    files: dict[str, tuple[int, str]]
    format: int = FORMAT
    mac: str = field(default="", compare=False)

    def content(self) -> bytes:
        """What the MAC covers: everything else."""
        bare = asdict(self) | {"mac": ""}
        return json.dumps(bare, sort_keys=True, separators=(",", ":")).encode()


def digest(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 of a file."""
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
            size += len(chunk)
    return size, found.hexdigest()


def write(folder: Path, manifest: Manifest) -> None:
    signed = asdict(manifest) | {"mac": mac(LABEL, manifest.content()).hex()}
    path = folder / NAME
    path.write_text(json.dumps(signed, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    path.chmod(0o600)


def read(folder: Path) -> Manifest:
    """The manifest, proved to be this installation's own; raises BadBackup."""
    path = folder / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        found["files"] = {name: (size, sha) for name, (size, sha) in found["files"].items()}
        manifest = Manifest(**found)
        code = bytes.fromhex(manifest.mac)
    except OSError as error:
        raise BadBackup(
            _("There is no manifest.json in %(folder)s: this is no backup, or half of one.")
            % {"folder": folder}
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadBackup(_("manifest.json cannot be read: it was changed.")) from error
    if not verify_mac(LABEL, manifest.content(), code):
        raise BadBackup(
            _("manifest.json was changed, or was made under a keyring that is not this one.")
        )
    if manifest.format != FORMAT:
        raise BadBackup(_("This backup was made by a newer ICP: install that version first."))
    return manifest


def problems(folder: Path, *, only: str = "", but: str = "") -> list[str]:
    """One sentence for each file that is missing or not what was backed up; empty for a good one.

    `only`: look at this file alone; `but`: at all others.
    """
    try:
        manifest = read(folder)
    except BadBackup as problem:
        return [str(problem)]
    names = [only] if only else sorted(set(manifest.files) - {but})
    return [sentence for name in names if (sentence := _problem(folder, manifest, name))]


def _problem(folder: Path, manifest: Manifest, name: str) -> str:
    path = folder / name
    if not path.is_file():
        if name in KEYS.values():
            return _(
                "%(name)s is not here any more: keys are kept for a short time only. Name a newer"
                " backup that has them with --keys."
            ) % {"name": name}
        return _("%(name)s is missing.") % {"name": name}
    if digest(path) != manifest.files.get(name):
        return _("%(name)s was changed after the backup was made.") % {"name": name}
    return ""
