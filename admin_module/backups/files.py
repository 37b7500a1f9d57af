"""From ICP_DATA_DIR to the files that belong into a backup: all but the database, keys and secrets.

The sealed files stand in the backup under SEALED, wherever ICP_FILES_DIR is here or where it is restored.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from icp.encryption.files import folder as sealed_folder
from icp.encryption.keyring import SECTIONS

# Made anew, or the outside copy of the restore guard, which must stay newer than any backup.
LEFT_OUT = ("static", "epoch", "celerybeat-schedule", "sandbox.sqlite3", "demo-")
SECRETS = ("keyring", "secret", "token", "password", ".key", ".pem", ".p12", ".pfx")
LARGEST_KEYRING = 1 << 20  # bytes
SEALED = "sealed"


def to_keep() -> Iterator[Path]:
    """Paths as they stand in the backup; `place` says where they lie."""
    yield from _data()
    sealed = sealed_folder()
    for path in sorted(sealed.glob("*/*")):
        yield SEALED / path.relative_to(sealed)


def place(path: Path) -> Path:
    """Where a file of a backup lies in this installation."""
    if path.parts[0] == SEALED:
        return sealed_folder().joinpath(*path.parts[1:])
    return Path(settings.DATA_DIR) / path


def _data() -> Iterator[Path]:
    root = Path(settings.DATA_DIR)
    sealed = sealed_folder()
    named = set(_named_by_the_environment())
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(
            name for name in folders if name not in LEFT_OUT and here / name != sealed
        )
        for name in sorted(names):
            path = here / name
            if path.is_symlink() or path.resolve() in named or _left_out(path, root):
                continue
            yield path.relative_to(root)


def _left_out(path: Path, root: Path) -> bool:
    name = path.name.lower()
    top = path.relative_to(root).parts[0]
    if top.startswith(LEFT_OUT) or any(word in name for word in SECRETS):
        return True
    return _is_the_database(path) or is_keyring(path)


def _is_the_database(path: Path) -> bool:
    name = str(connection.settings_dict["NAME"])
    return connection.vendor == "sqlite" and str(path).startswith(str(Path(name).absolute()))


def is_keyring(path: Path) -> bool:
    """Whatever its name is: a document with the sections of a keyring is never backed up."""
    if path.stat().st_size > LARGEST_KEYRING:
        return False
    try:
        found = json.loads(path.read_bytes())
    except ValueError:
        return False
    return isinstance(found, dict) and set(SECTIONS) <= set(found)


def _named_by_the_environment() -> Iterator[Path]:
    """Files that a setting points at hold secrets: ICP_KEYRING_FILE, ICP_SECRET_KEY_FILE and so on."""
    for name, value in os.environ.items():
        if name.startswith("ICP_") and name.endswith("_FILE") and value:
            yield Path(value).resolve()


def copy(source: Path, target: Path) -> None:
    """Copy a file with its times; the copy is the owner's alone. One that is gone is passed over."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        shutil.copy2(source, target)
    except FileNotFoundError:  # its time was over, or its owner was erased
        return
    target.chmod(0o600)
