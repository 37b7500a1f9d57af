"""From arrivals in memory to the sandbox's own SQLite file, in batches, and back at the next start."""

import asyncio
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from sandbox.world import Arrival, World

BATCH_SECONDS = 0.3
SCHEMA = """
CREATE TABLE IF NOT EXISTS arrival (
    number INTEGER PRIMARY KEY, channel TEXT, reference TEXT, address TEXT,
    at REAL, copy INTEGER, raw BLOB
)
"""


class Store:
    """The file behind a world; an empty path keeps it in memory."""

    def __init__(self, path: str) -> None:
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        # Only `keep` writes, and never twice at once.
        self._file = sqlite3.connect(path or ":memory:", check_same_thread=False)
        self._file.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {SCHEMA}")

    def load(self) -> list[Arrival]:
        """Read everything an earlier run kept, oldest first."""
        rows = self._file.execute(
            "SELECT number, channel, reference, address, at, copy, raw FROM arrival ORDER BY number"
        )
        return [Arrival(*row) for row in rows]

    async def follow(self, world: World) -> None:
        """Write what arrives, for ever, a few times a second."""
        while True:
            await asyncio.sleep(BATCH_SECONDS)
            await self.keep(world)

    async def keep(self, world: World) -> None:
        """Write what has arrived since the last time."""
        forgotten, world.forgotten = world.forgotten, False
        batch, world.unsaved = world.unsaved, []
        if forgotten or batch:
            await asyncio.to_thread(self._write, forgotten, batch)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self, forgotten: bool, batch: Iterable[Arrival]) -> None:
        with self._file:
            if forgotten:
                self._file.execute("DELETE FROM arrival")
            self._file.executemany(
                "INSERT OR REPLACE INTO arrival VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((a.number, a.channel, a.reference, a.address, a.at, a.copy, a.raw) for a in batch),
            )
