"""From threads to one event loop in the background: many requests at once without many threads."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")
SECONDS = 5


class BackgroundLoop:
    """An event loop on a daemon thread, begun at the first use (so after a worker's fork)."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def submit(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Run a coroutine there."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name=self._name, daemon=True
                )
                self._thread.start()
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    @property
    def begun(self) -> bool:
        """Whether anything was ever run there."""
        return self._loop is not None

    def finish(self) -> None:
        """Cancel what is under way and wait until it has come to its end."""
        if self._loop:
            with suppress(TimeoutError):
                self.submit(_cancel_the_rest()).result(SECONDS)

    def close(self) -> None:
        """Stop the loop and its thread."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop and thread:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(SECONDS)
            loop.close()


async def _cancel_the_rest() -> None:
    """Let what is under way come to its end: each request still answers for itself."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
