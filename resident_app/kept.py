"""From the files on the disk to the list of those that a phone keeps, and to their common version."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

# What the page links by its own name (hashed where static files are collected) …
LINKED = (
    "js/resident/app.js",
    "js/theme.js",
    "css/resident.css",
    "img/favicon.svg",
    "img/resident/icon-192.png",
    "vendor/leaflet-1.9.4/leaflet.js",
    "vendor/leaflet-1.9.4/leaflet.css",
)
FOLDERS = ("js/resident", "css/resident", "fonts")
SHARED_MODULES = ("js/map.js",)
SHARED_SHEETS = (
    "css/tokens.css",
    "css/base.css",
    "css/buttons.css",
    "css/forms.css",
    "css/choices.css",
    "css/components.css",
    "css/town-map.css",
    "css/utilities.css",
)
SHELLS = ("templates/resident_app/shell.html", "static/icons")


def _root() -> Path:
    return Path(settings.BASE_DIR) / "static"


def _in_folders() -> list[str]:
    root = _root()
    found = (path for folder in FOLDERS for path in sorted((root / folder).rglob("*.*")))
    return [path.relative_to(root).as_posix() for path in found if path.suffix != ".txt"]


def addresses() -> list[str]:
    """The addresses a browser asks for while the app starts and works without a network.

    Modules import each other by relative, never by hashed names; style sheets, fonts and whatever the
    page links go by the names that `static` gives.
    """
    names = [*LINKED, *SHARED_MODULES, *SHARED_SHEETS, *_in_folders()]
    return list(dict.fromkeys(_address(name) for name in names if (_root() / name).exists()))


def _address(name: str) -> str:
    imported = name.endswith(".js") and name not in LINKED
    return f"/{settings.STATIC_URL.strip('/')}/{name}" if imported else static(name)


def version() -> str:
    """A digest of everything that is kept: another one means that phones fetch it anew."""
    return _digest() if settings.DEBUG else _digest_once()


@cache
def _digest_once() -> str:
    return _digest()


def _digest() -> str:
    digest = hashlib.sha256()
    base = Path(settings.BASE_DIR)
    shells = [path for name in SHELLS for path in sorted([base / name, *(base / name).glob("*")])]
    kept = [_root() / name for name in (*LINKED, *SHARED_MODULES, *SHARED_SHEETS, *_in_folders())]
    for path in [*shells, *kept]:
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
