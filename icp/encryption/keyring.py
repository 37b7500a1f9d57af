"""From a JSON document outside the database to the keys; imports no Django, so that it can be made first.

The document has four sections, each `{"primary": "1", "keys": {"1": {"secret", "made", "state"}}}`:
`enc` wraps data keys and seals pages, `idx` makes blind tokens, `rid` makes recipients'
identifiers (never rotated), `mac` signs what other apps hand out (audit entries, codes, links).
"""

import base64
import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hmac import digest as hmac_digest
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import KeyringError, UnknownKey

SECTIONS = ("enc", "idx", "rid", "mac")
STATES = ("active", "decrypt", "retired")
SECRET_LENGTH = 32
MAX_KEY_ID = 255  # a blind token spends one byte on it

Document = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """The keys of one purpose: `primary` makes new values, the others only read old ones."""

    primary: int
    secrets: Mapping[int, bytes]
    retired: frozenset[int]

    @property
    def live(self) -> tuple[int, ...]:
        """Ids that may be met in the database, the primary first."""
        rest = sorted(key_id for key_id in self.secrets if key_id != self.primary)
        return (self.primary, *rest)


@dataclass(frozen=True, repr=False)
class Keyring:
    """All keys of one installation. Sub-keys come by HKDF-SHA256 from purpose and frozen label."""

    sections: Mapping[str, Section]
    _subkeys: dict[tuple[str, int, str], bytes] = field(default_factory=dict)
    _ciphers: dict[tuple[int, str], AESGCM] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Read the document; raises KeyringError without quoting it."""
        try:
            document = json.loads(text)
            return cls({name: _section(name, document[name]) for name in SECTIONS})
        except (ValueError, KeyError, TypeError, AttributeError):
            # The cause is cut off: its text may quote a secret.
            raise KeyringError(
                "The keyring is not a JSON document with the sections enc, idx, rid and mac."
            ) from None

    def primary(self, section: str) -> int:
        return self.sections[section].primary

    def live(self, section: str) -> tuple[int, ...]:
        return self.sections[section].live

    def subkey(self, section: str, key_id: int, label: str) -> bytes:
        """The 32 bytes for one purpose and label; raises UnknownKey."""
        key = self._subkeys.get((section, key_id, label))
        if key is None:
            key = _derive(self._secret(section, key_id), f"icp/1/{section}/{label}")
            self._subkeys[section, key_id, label] = key
        return key

    def cipher(self, key_id: int, label: str) -> AESGCM:
        """AES-256-GCM under a sub-key of `enc`; made once."""
        cipher = self._ciphers.get((key_id, label))
        if cipher is None:
            cipher = AESGCM(self.subkey("enc", key_id, label))
            self._ciphers[key_id, label] = cipher
        return cipher

    def _secret(self, section: str, key_id: int) -> bytes:
        try:
            return self.sections[section].secrets[key_id]
        except KeyError:
            pass
        found = self.sections[section]
        what = "was retired" if key_id in found.retired else "is not in the keyring"
        raise UnknownKey(
            f"Key {key_id} of section {section} {what}; restore the keyring that holds it."
        )


def _derive(secret: bytes, info: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, info.encode()).derive(secret)


def _section(name: str, content: Mapping[str, object]) -> Section:
    keys = content["keys"]
    if not isinstance(keys, dict):
        raise KeyringError(f"Section {name} of the keyring has no keys.")
    secrets: dict[int, bytes] = {}
    retired = set()
    for number, key in keys.items():
        key_id, state = int(number), key["state"]
        if not 1 <= key_id <= MAX_KEY_ID or state not in STATES:
            raise KeyringError(
                f"Section {name} of the keyring holds a key id or state unknown here."
            )
        if state == "retired":
            retired.add(key_id)
        else:
            secrets[key_id] = base64.b64decode(key["secret"], validate=True)
            if len(secrets[key_id]) != SECRET_LENGTH:
                raise KeyringError(f"Key {key_id} of section {name} has not {SECRET_LENGTH} bytes.")
    primary = int(str(content["primary"]))
    if primary not in secrets or keys[str(primary)]["state"] != "active":
        raise KeyringError(f"The primary key of section {name} is missing or not active.")
    return Section(primary, secrets, frozenset(retired))


# --- making and changing the document -------------------------------------------------------------


def new_key(state: str = "active") -> dict[str, str]:
    secret = base64.b64encode(os.urandom(32)).decode()
    return {"secret": secret, "made": datetime.now(UTC).date().isoformat(), "state": state}


def new_document() -> Document:
    """A fresh keyring: one random key in each section."""
    return {name: {"primary": "1", "keys": {"1": new_key()}} for name in SECTIONS}


def show_document(document: Document) -> str:
    return json.dumps(document, indent=1)


def write_keyring(path: Path, document: Document | None = None) -> bool:
    """Make the keyring file, mode 0400, unless it exists (False); needs no settings, no database."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(show_document(document or new_document()))
        file.flush()
        os.fsync(file.fileno())
    return True


def add_key(document: Document, section: str) -> int:
    """Add a random key in state `decrypt`; returns its id."""
    keys = document[section]["keys"]
    key_id = max(int(number) for number in keys) + 1
    keys[str(key_id)] = new_key("decrypt")
    return key_id


def promote(document: Document, section: str, key_id: int) -> None:
    """Make a key the primary one; the former one reads on."""
    if section == "rid":
        raise KeyringError("Section rid is never rotated: identifiers are never computed again.")
    former = document[section]["primary"]
    set_state(document, section, int(former), "decrypt")
    set_state(document, section, key_id, "active")
    document[section]["primary"] = str(key_id)


def set_state(document: Document, section: str, key_id: int, state: str) -> None:
    try:
        document[section]["keys"][str(key_id)]["state"] = state
    except KeyError:
        raise KeyringError(f"There is no key {key_id} in section {section}.") from None


def change_file(path: Path, change: Callable[[Document], None]) -> None:
    """Read a keyring file, change it, and put it back whole or not at all, mode 0400."""
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    text = show_document(document)
    Keyring.parse(text)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    write_keyring(fresh, document)
    fresh.replace(path)


# --- the ring of this process ---------------------------------------------------------------------


def read_source() -> str:
    """The document's text: from the command, else the file, else the variable."""
    from django.conf import settings  # here, so that the module serves before settings exist

    if settings.KEYRING_CMD:
        done = subprocess.run(  # noqa: S602 - the operator's own command line
            settings.KEYRING_CMD,
            shell=True,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        if done.returncode != 0:
            raise KeyringError(f"ICP_KEYRING_CMD ended with code {done.returncode}.")
        return done.stdout
    if settings.KEYRING_FILE:
        try:
            return Path(settings.KEYRING_FILE).read_text(encoding="utf-8")
        except OSError as problem:
            raise KeyringError(f"ICP_KEYRING_FILE cannot be read: {problem.strerror}.") from None
    if settings.KEYRING:
        return str(settings.KEYRING)
    if settings.TESTING:
        return _test_document()
    raise KeyringError(
        "There is no keyring. Set ICP_KEYRING_CMD, ICP_KEYRING_FILE or ICP_KEYRING; "
        "`manage.py make_keyring --file PATH` makes a new one (see docs/operations.md)."
    )


def _test_document() -> str:
    """A fixed ring for tests, so that golden values stay."""
    document = {}
    for name in SECTIONS:
        secret = base64.b64encode(_derive(b"only for tests", f"test/{name}/1")).decode()
        key = {"secret": secret, "made": "2026-01-01", "state": "active"}
        document[name] = {"primary": "1", "keys": {"1": key}}
    return json.dumps(document)


@lru_cache(maxsize=1)
def ring() -> Keyring:
    """The keyring of this process, read once."""
    return Keyring.parse(read_source())


def forget() -> None:
    """Read the keyring again at the next use (tests; after an edit in the same process)."""
    ring.cache_clear()


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    return hmac_digest(key, data, "sha256")
