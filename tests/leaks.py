"""From planted values to the places where they lie in the clear, whatever the encoding."""

import base64
import sqlite3
import subprocess
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests import servers


def folded(text: str) -> str:
    """What a careless search column would hold: no case, no diacritics."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def spellings(value: str) -> Iterator[bytes]:
    """Every form in which a value could lie about: case × encoding × hex and base64."""
    for text in {value, value.lower(), value.upper(), folded(value)}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "iso-8859-2"):
            try:
                raw = text.encode(encoding)
            except UnicodeEncodeError:
                continue
            yield raw
            yield raw.hex().encode()
            yield raw.hex().upper().encode()
            yield from _base64(raw)


def _base64(raw: bytes) -> Iterator[bytes]:
    """The part of the base64 text that does not depend on the neighbours, at each alignment."""
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw)
        inner = whole[4 if shift else 0 : len(whole) // 4 * 4 - 4]
        if len(inner) >= 8:  # shorter ones stand in any text
            yield inner
            yield inner.replace(b"+", b"-").replace(b"/", b"_")


def found(values: Iterable[str], places: Mapping[str, bytes]) -> list[str]:
    """Say "value in place" for every planted value that can be read somewhere."""
    return sorted(
        f"{value!r} in {name}"
        for value in values
        for name, content in places.items()
        if any(spelling in content for spelling in spellings(value))
    )


def sqlite_places(database: Path) -> dict[str, bytes]:
    """The file, its write-ahead log, and every cell decoded."""
    files = (database, *database.parent.glob(database.name + "-*"))
    places = {path.name: path.read_bytes() for path in files if path.exists()}
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        places["cells"] = b"\n".join(_cells(connection))
    finally:
        connection.close()
    return places


def _cells(connection: sqlite3.Connection) -> Iterator[bytes]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            for cell in row:
                yield cell if isinstance(cell, bytes) else str(cell).encode()


def postgres_places(url: str) -> dict[str, bytes]:
    """A dump as text, and with every bytea decoded."""
    binaries = servers.postgres_binaries()
    program = str(binaries / "pg_dump") if binaries else "pg_dump"
    dump = subprocess.run([program, "--inserts", url], check=True, capture_output=True).stdout
    decoded = b"\n".join(
        bytes.fromhex(part.split(b"'")[0].decode())
        for part in dump.split(b"\\x")[1:]
        if part.split(b"'")[0].isalnum() and len(part.split(b"'")[0]) % 2 == 0
    )
    return {"pg_dump": dump, "pg_dump decoded": decoded}


def files_below(folder: Path, *patterns: str) -> dict[str, bytes]:
    """Read the files of a folder, each a place."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for pattern in patterns
        for path in folder.rglob(pattern)
        if path.is_file()
    }
